"""What happened to an object: the name of the event for notifications, and who caused it.

Source: user guide, "Supported event types for SQS, SNS, and Lambda"; "Event message structure".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3 import clock
from mocks3.rules import acls
from mocks3.storage import Acl, AclGrantee, Grant
from mocks3.wire.ids import s3_headers

if TYPE_CHECKING:
    from mocks3.model.messages import WireResponse
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Changes, Version, VersionChange
    from mocks3.storage.iam.caller import Caller

S3 = "s3.amazonaws.com"
"""The principal and the source address of events that lifecycle rules or replication cause."""


class Origin(NamedTuple):
    """Who caused an event.

    ``principal`` is the name in event messages, ``account`` the name in EventBridge. ``reason`` is the operation, or
    the name of S3's own action.
    """

    principal: str
    account: str
    source_ip: str
    request_id: str
    host_id: str
    reason: str


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class ObjectEvent(NamedTuple):
    """An event of an object.

    ``name`` has no ``s3:``. ``version`` is the current state, or the last state of a version that was removed.
    ``more`` are further elements of the message, in the message's form.
    """

    name: str
    bucket: str
    version: Version
    origin: Origin
    at: datetime
    more: Mapping[str, Any] = _NOTHING


_CREATED = {
    "PostObject": "ObjectCreated:Post",
    "CopyObject": "ObjectCreated:Copy",
    "CompleteMultipartUpload": "ObjectCreated:CompleteMultipartUpload",
}
_CHANGED = {
    "PutObjectTagging": "ObjectTagging:Put",
    "DeleteObjectTagging": "ObjectTagging:Delete",
    "PutObjectAcl": "ObjectAcl:Put",
    "PutObjectAnnotation": "ObjectAnnotation:Put",
    "DeleteObjectAnnotation": "ObjectAnnotation:Delete",
    "PutObjectRetention": "ObjectRetention:Put",
    "RestoreObject": "ObjectRestore:Post",
}


def events_of_request(call: Authorized, made: Changes, answer: WireResponse) -> Iterator[ObjectEvent]:
    """Yield the events of a request's changes."""
    parsed, operation = call.parsed, call.parsed.operation
    origin = Origin(
        principal_id(call.caller),
        call.caller.account or "",
        parsed.request.context.source_ip or "127.0.0.1",
        answer.headers.get("x-amz-request-id", ""),
        answer.headers.get("x-amz-id-2", ""),
        operation,
    )
    now = clock.now()
    for change in made:
        name = _name(call, change)
        version = change.after or change.before
        if name is not None and version is not None:
            more = _annotation(parsed.params, version) if name.startswith("ObjectAnnotation") else _NOTHING
            yield ObjectEvent(name, change.bucket, version, origin, now, more)


def _name(call: Authorized, change: VersionChange) -> str | None:
    operation = call.parsed.operation
    if change.after is None:
        return "ObjectRemoved:Delete"
    if change.before is not None:
        unchanged = operation == "PutObjectAcl" and _acl(call, change.before) == _acl(call, change.after)
        return None if unchanged else _CHANGED.get(operation)
    if change.after.is_delete_marker:
        return "ObjectRemoved:DeleteMarkerCreated"
    return _CREATED.get(operation, "ObjectCreated:Put")


def _acl(call: Authorized, version: Version) -> Acl:
    owner = AclGrantee("CanonicalUser", acls.canonical_id(call, version.owner))
    return version.acl or Acl((Grant(owner, "FULL_CONTROL"),))


def _annotation(params: Params, version: Version) -> Mapping[str, Any]:
    """Return the message's element about the annotation of a request."""
    name = params["AnnotationName"]
    stored = version.annotations.get(name)
    details = {} if stored is None else {"size": len(stored.blob), "eTag": stored.etag}
    return {"objectAnnotation": [{"name": name, **details}]}


def event_by_s3(
    name: str,
    bucket: str,
    version: Version,
    reason: str,
    at: datetime,
    more: Mapping[str, object] = _NOTHING,
) -> ObjectEvent:
    """Return the event of something that S3 did without a request."""
    ids = s3_headers()
    origin = Origin(S3, S3, S3, ids["x-amz-request-id"], ids["x-amz-id-2"], reason)
    return ObjectEvent(name, bucket, version, origin, at, more)


def principal_id(caller: Caller) -> str:
    """Return a caller's ``principalId`` in ``userIdentity``. Root users have their account's customer id."""
    if caller.anonymous:
        return "Anonymous"
    if caller.root and caller.account is not None:
        return customer_id(caller.account)
    return f"AWS:{caller.user_id}"


def customer_id(account: str) -> str:
    """Return the customer id of an account: invented, and always the same for an account."""
    return "A" + hashlib.sha256(account.encode()).hexdigest()[:13].upper()
