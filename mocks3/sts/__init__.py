"""The operations of the Security Token Service that tests of S3 need: caller identity, roles, temporary credentials.

They are registered and authorized like S3's operations (P-3, P-6, P-7).
"""

from __future__ import annotations

from mocks3.sts import operations

__all__ = ["operations"]
