"""The S3 operations: one function each, with its permission row in the decorator.

Rule 1: an operation without a permission row is not registered. Rule 2: an operation takes ``Authorized`` and its
parameters as boto3 names them, and returns the members of the model's output. It does not handle HTTP. Rule 3: an
operation does not check permissions itself. The needs on its row were decided before it runs, and it checks optional
permissions through ``call.permissions``.
"""

from __future__ import annotations

from mocks3.operations.registry import at_target, find, registered

__all__ = ["at_target", "find", "registered"]
