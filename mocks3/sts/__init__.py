"""The Security Token Service, as far as tests of S3 call it: who am I, become a role, temporary credentials.

The same decorator, the same stages as S3's operations (P-3, P-6, P-7).
"""

from __future__ import annotations

from mocks3.sts import operations

__all__ = ["operations"]
