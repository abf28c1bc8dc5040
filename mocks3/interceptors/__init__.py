"""Interceptors: they turn a request of an HTTP library into a ``WireRequest`` and the answer back.

Rule: an interceptor does not know S3. The pipeline decides what a request means and whether it is allowed.
"""
