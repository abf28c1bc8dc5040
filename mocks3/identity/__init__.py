"""Find out who signed a request: signatures, presigned URLs, signed forms, session tokens.

Rule: this package does not decide what a caller is allowed to do. Accounts, principals and keys are stored in
``mocks3.storage.iam``.
"""

from __future__ import annotations

from mocks3.identity.authenticate import authenticate

__all__ = ["authenticate"]
