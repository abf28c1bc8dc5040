"""The headers that say what lifecycle rules will do: ``x-amz-expiration``, ``x-amz-abort-date``.

Source: API_PutObject, API_GetObject, API_HeadObject (Expiration), API_CreateMultipartUpload, API_ListParts
(AbortDate, AbortRuleId).
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from mocks3.effects import lifecycle

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

Members = Callable[["Bucket", "Authorized", "Params"], "Params"]


def lifecycle_members(operation: str, bucket: Bucket, call: Authorized, output: Params) -> Params:
    """What an answer says beside the rest, in a bucket with lifecycle rules."""
    says = _SAYS.get(operation)
    return {} if says is None else says(bucket, call, output)


def _expiration(bucket: Bucket, call: Authorized, output: Params) -> Params:
    """When the current object expires, and by which rule; noncurrent versions have no such date."""
    version = bucket.current(call.key)
    if version is None or version.is_delete_marker:
        return {}
    wanted = output.get("VersionId")
    if wanted is not None and wanted != version.version_id:
        return {}
    found = [
        (at, rule.id)
        for rule in lifecycle.enabled_rules(bucket.documents[lifecycle.DOCUMENT])
        if rule.covers(version) and (at := rule.expires(version)) is not None
    ]
    if not found:
        return {}
    at, rule_id = min(found)
    date = format_datetime(at, usegmt=True)
    return {"Expiration": f'expiry-date="{date}", rule-id="{quote(rule_id, safe="")}"'}


def _abort(bucket: Bucket, call: Authorized, output: Params) -> Params:
    """When an upload that goes on is aborted, and by which rule."""
    upload = bucket.upload(output["UploadId"])
    if upload is None:
        return {}
    content = bucket.documents[lifecycle.DOCUMENT]
    found = [(each.moment, each.rule) for each in lifecycle.upload_aborts(upload, content)]
    return dict(zip(("AbortDate", "AbortRuleId"), min(found), strict=True)) if found else {}


_SAYS: dict[str, Members] = {
    "PutObject": _expiration,
    "PostObject": _expiration,
    "CopyObject": _expiration,
    "CompleteMultipartUpload": _expiration,
    "GetObject": _expiration,
    "HeadObject": _expiration,
    "CreateMultipartUpload": _abort,
    "ListParts": _abort,
}


def directory_bucket_members(operation: str) -> Params:
    """What answers of directory buckets say instead, which tell nothing of expiry (API_PutObject, Expiration)."""
    return {"Expiration": "NotImplemented"} if operation in _UNANNOUNCED else {}


_UNANNOUNCED = frozenset({"PutObject", "CopyObject", "GetObject", "HeadObject"})
