"""The headers that announce actions of lifecycle rules: ``x-amz-expiration``, ``x-amz-abort-date``.

Source: API_PutObject, API_GetObject, API_HeadObject (Expiration), API_CreateMultipartUpload, API_ListParts
(AbortDate, AbortRuleId).
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import quote

from mocks3.effects import lifecycle
from mocks3.wire.query import as_header

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

Members = Callable[["Bucket", "Authorized", "Params"], "Params"]


def lifecycle_members(operation: str, bucket: Bucket, call: Authorized, output: Params) -> Params:
    """Return the output members that lifecycle rules add to an operation's output."""
    members = _MEMBERS.get(operation)
    return {} if members is None else members(bucket, call, output)


def _expiration(bucket: Bucket, call: Authorized, output: Params) -> Params:
    """Return when the current version expires, and by which rule. Of rules with one date, the first is named.

    Noncurrent versions have no such date. A read of a named version does not announce it either (recorded).
    """
    version = bucket.current(call.key)
    if version is None or version.is_delete_marker or "VersionId" in call.parsed.head:
        return {}
    version_id = output.get("VersionId")
    if version_id is not None and version_id != version.version_id:
        return {}
    found = [
        (at, rule.id)
        for rule in lifecycle.enabled_rules(bucket.configurations[lifecycle.DOCUMENT])
        if rule.covers(version) and (at := rule.expires(version)) is not None
    ]
    if not found:
        return {}
    at, rule_id = min(found, key=itemgetter(0))
    date = format_datetime(at, usegmt=True)
    return {"Expiration": f'expiry-date="{date}", rule-id="{quote(rule_id, safe="")}"'}


def _abort(bucket: Bucket, call: Authorized, output: Params) -> Params:
    """Return when an upload in progress will be aborted, and by which rule."""
    upload = bucket.upload(output["UploadId"])
    if upload is None:
        return {}
    content = bucket.configurations[lifecycle.DOCUMENT]
    found = [(each.moment, each.rule) for each in lifecycle.upload_aborts(upload, content)]
    if not found:
        return {}
    at, rule_id = min(found, key=itemgetter(0))
    return {"AbortDate": at, "AbortRuleId": as_header(rule_id)}


_MEMBERS: dict[str, Members] = {
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
    """Return what directory buckets send: they do not announce expiration (API_PutObject, Expiration)."""
    return {"Expiration": "NotImplemented"} if operation in _NOT_IMPLEMENTED else {}


_NOT_IMPLEMENTED = frozenset({"PutObject", "CopyObject", "GetObject", "HeadObject"})
