"""The permissions of calls to IAM itself (``iam:CreateUser`` on the ARN of the user, and so on).

    resources      the resource that each permission is checked on
    context_keys   the condition keys of calls to IAM
    authorizing    the permission rows of an operation, decided one by one

Rule 1: only identity policies, boundaries, session policies and policies of organizations decide. IAM's resources have
no policies of their own. Rule 2: a missing entity is not reported here: its ARN is checked as if it existed, and the
operation reports it to callers who may call the operation.
"""

from __future__ import annotations

from mocks3.access.iam.authorizing import authorize_iam

__all__ = ["authorize_iam"]
