"""What each S3 operation does: one function with its permission row on it.

Rule 1: no row, no registration. Rule 2: an operation takes ``Authorized`` and its parameters as boto3 names them,
and returns the members of the model's output; HTTP is not its business. Rule 3: it never asks who may: a need on
its row has been decided before it runs, and what is optional it asks of ``call.permissions``.
"""

from __future__ import annotations

from mocks3.operations.registry import find, object_lambda_operation, registered

__all__ = ["find", "object_lambda_operation", "registered"]
