"""Who signed a request: signatures, presigned URLs, signed forms, session tokens.

Rule: nothing here decides what a caller may do. Accounts, principals and keys are in ``mocks3.storage.iam``.
"""

from __future__ import annotations

from mocks3.identity.authenticate import authenticate

__all__ = ["authenticate"]
