"""What happened to an object, as notifications speak of it: the name of the event, and who caused it.

Source: user guide, "Supported event types for SQS, SNS, and Lambda"; "Event message structure".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3 import clock
from mocks3.operations.objects import annotating
from mocks3.rules import acls
from mocks3.storage import Acl, Grant, Grantee
from mocks3.wire.ids import s3_headers

if TYPE_CHECKING:
    from mocks3.model.messages import WireResponse
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Change, Changes, Version
    from mocks3.storage.iam.caller import Caller

S3 = "s3.amazonaws.com"
"""Who acts where lifecycle rules or replication do, and from where."""


class Origin(NamedTuple):
    """Whose doing it was: ``principal`` as event messages name it, ``account`` as those of EventBridge do.

    ``reason`` is the operation, or what S3 did by itself.
    """

    principal: str
    account: str
    source_ip: str
    request_id: str
    host_id: str
    reason: str


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class ObjectEvent(NamedTuple):
    """Something that happened: ``name`` without ``s3:``; ``version`` as it is now, or was when it was removed.

    ``more`` is what its message says that neither of them knows, as the message has it.
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
    """What a request's changes are called."""
    parsed, operation = call.parsed, call.parsed.operation
    origin = Origin(
        principal_id(call.caller),
        call.caller.account or "",
        parsed.request.facts.source_ip or "127.0.0.1",
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


def _name(call: Authorized, change: Change) -> str | None:
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
    owner = Grantee("CanonicalUser", acls.canonical_id(call, version.owner))
    return version.acl or Acl((Grant(owner, "FULL_CONTROL"),))


def _annotation(params: Params, version: Version) -> Mapping[str, Any]:
    """Which annotation an event is about, and what it is now."""
    name = params["AnnotationName"]
    there = annotating.of(version).get(name)
    said = {} if there is None else {"size": len(there.blob), "eTag": there.etag}
    return {"objectAnnotation": [{"name": name, **said}]}


def event_by_s3(
    name: str,
    bucket: str,
    version: Version,
    reason: str,
    at: datetime,
    more: Mapping[str, Any] = _NOTHING,
) -> ObjectEvent:
    """Something that S3 did by itself."""
    ids = s3_headers()
    origin = Origin(S3, S3, S3, ids["x-amz-request-id"], ids["x-amz-id-2"], reason)
    return ObjectEvent(name, bucket, version, origin, at, more)


def principal_id(caller: Caller) -> str:
    """A caller as ``userIdentity`` names it: root users by their account's customer id."""
    if caller.anonymous:
        return "Anonymous"
    if caller.root and caller.account is not None:
        return customer_id(caller.account)
    return f"AWS:{caller.user_id}"


def customer_id(account: str) -> str:
    """The customer id of an account, made up and always the same."""
    return "A" + hashlib.sha256(account.encode()).hexdigest()[:13].upper()
