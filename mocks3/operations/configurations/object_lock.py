"""The check of an Object Lock configuration. Source: API_PutObjectLockConfiguration; error messages as recorded.

The messages about the length of the period are known from users' reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_BUCKET_STATE, MALFORMED_XML
from mocks3.operations.configurations.document import Content, given_members
from mocks3.rules import event_holds
from mocks3.storage import ENABLED

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized

_LONGEST = {"Days": 36_500, "Years": 100}


def check(call: Authorized, content: Content) -> Content:
    """Check that Object Lock is enabled, that versioning is enabled, and the default retention if there is one."""
    if content.get("ObjectLockEnabled") != "Enabled":
        raise MALFORMED_XML()
    if "Rule" in content:
        retention = content["Rule"].get("DefaultRetention") or {}
        _check_retention(retention)
    if call.bucket.versioning != ENABLED:
        raise INVALID_BUCKET_STATE(
            message="Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        )
    return content


def _check_retention(retention: Content) -> None:
    """Check for a period, an event hold, or both, each in one unit (API_DefaultRetention)."""
    units = given_members(retention, "Days", "Years")
    if "Mode" not in retention or len(units) > 1:
        raise MALFORMED_XML()
    if "DefaultEventHold" in retention:
        event_holds.period(retention["DefaultEventHold"])
        if not units:
            return
    if not units:
        raise MALFORMED_XML()
    unit = units[0]
    if retention[unit] <= 0:
        raise INVALID_ARGUMENT(message="Default retention period must be a positive integer value.")
    if retention[unit] > _LONGEST[unit]:
        raise INVALID_ARGUMENT(message="Default retention period is too large")
