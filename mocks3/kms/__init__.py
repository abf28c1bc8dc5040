"""The Key Management Service, as far as tests of S3 call it: keys, their policies, aliases, states and grants.

The same decorator, the same stages as S3's operations. Nothing is encrypted: what S3 asks of KMS is a permission
(``access.encryption``), and there is no ciphertext to hold.
"""

from __future__ import annotations

from mocks3.kms import aliases, grants, keys

__all__ = ["aliases", "grants", "keys"]
