"""Authorization of calls to S3 Control: on the account, on access points."""

from __future__ import annotations

from mocks3.access.s3control.authorizing import authorize_s3control

__all__ = ["authorize_s3control"]
