"""The operations of the Key Management Service that tests of S3 need: keys, their policies, states, aliases, grants.

They are registered and authorized like S3's operations. Nothing is encrypted: S3 only needs a permission of KMS
(``access.kms``), so there is no ciphertext.
"""

from __future__ import annotations

from mocks3.kms import aliases, grants, keys

__all__ = ["aliases", "grants", "keys"]
