"""The rules of S3 that several operations and effects share.

Rule 1: no module here registers an operation. Rule 2: a ``check_*`` function looks at a value alone; a
``require_*`` function compares it with the state of a bucket or an object.
"""
