"""Authorization of calls to S3 Control.

    authorizing  the permissions of a call          resources  the resources and their condition keys
    regions      calls that only certain Regions answer

Rule: a call is decided before its operation looks whether the resource exists.
"""

from __future__ import annotations

from mocks3.access.s3control.authorizing import authorize_s3control

__all__ = ["authorize_s3control"]
