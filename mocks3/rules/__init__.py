"""Rules of S3 that operations and effects share.

Rule: no module here registers an operation.
"""
