"""The lines of server access logs. Source: user guide, "Amazon S3 server access log format"; OQ-32.

The time of a request is not measured: every line says one millisecond. The field for the source Region is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote

from mocks3.access import Decision
from mocks3.model.parsed import PREFLIGHT, VISIT
from mocks3.model.resource_types import resource_type
from mocks3.model.target import lookup
from mocks3.wire.ids import s3_headers

if TYPE_CHECKING:
    from datetime import datetime

    from mocks3.effects.events import ObjectEvent
    from mocks3.effects.state import EffectsWorld
    from mocks3.errors import S3Error
    from mocks3.model.messages import WireResponse
    from mocks3.model.parsed import Parsed
    from mocks3.model.signature import Signature
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.storage import AccessPoint, Bucket
    from mocks3.storage.iam.caller import Caller


class LoggedRequest(NamedTuple):
    """A request that has no answer yet. ``bucket`` and ``source`` (of a copy) are set only if they are logged."""

    bucket: Bucket | None
    source: Target | None
    parsed: Parsed
    authenticated: Authenticated | None
    error: S3Error | None
    received: datetime


NOTHING = "-"
CIPHER = "ECDHE-RSA-AES128-GCM-SHA256"

_OPERATIONS = {
    "CopyObject": "REST.COPY.OBJECT",
    "UploadPartCopy": "REST.COPY.PART",
    "UploadPart": "REST.PUT.PART",
    "CreateMultipartUpload": "REST.POST.UPLOADS",
    "CompleteMultipartUpload": "REST.POST.UPLOAD",
    "AbortMultipartUpload": "REST.DELETE.UPLOAD",
    "ListParts": "REST.GET.UPLOAD",
    "ListObjects": "REST.GET.BUCKET",
    "ListObjectsV2": "REST.GET.BUCKET",
    PREFLIGHT: "REST.OPTIONS.PREFLIGHT",
}
"""Operations whose names in logs do not follow from method and subresource."""

_TRANSITIONS = {
    "STANDARD_IA": "S3.TRANSITION_SIA.OBJECT",
    "ONEZONE_IA": "S3.TRANSITION_ZIA.OBJECT",
    "INTELLIGENT_TIERING": "S3.TRANSITION_INT.OBJECT",
    "GLACIER_IR": "S3.TRANSITION_GIR.OBJECT",
    "GLACIER": "S3.TRANSITION.OBJECT",
    "DEEP_ARCHIVE": "S3.TRANSITION_GDA.OBJECT",
}
"""Operation names of lifecycle actions (user guide, "Lifecycle and logging")."""

_LIFECYCLE = {
    "LifecycleExpiration:Delete": "S3.EXPIRE.OBJECT",
    "LifecycleExpiration:DeleteMarkerCreated": "S3.CREATE.DELETEMARKER",
}
_S3_ITSELF = "AmazonS3"
"""The requester in lines about S3's own actions."""

_COPIES = {"CopyObject": "REST.COPY.OBJECT_GET", "UploadPartCopy": "REST.COPY.PART_GET"}
_NEED_ACL = frozenset({"PutObjectAcl", "PutBucketAcl"})


class LoggedAccess(NamedTuple):
    """The access that a line describes.

    ``is_own_line`` is True for the request's own line, False for an object that the request deleted or copied.
    """

    bucket: Bucket
    operation: str
    key: str | None
    version_id: str | None
    is_own_line: bool = False
    status: int | None = None


def lines(world: EffectsWorld, unlogged: LoggedRequest, answer: WireResponse) -> Iterator[tuple[str, str]]:
    """Yield the lines of one request, each with the name of the logged bucket.

    A request has its own line, one more for each object that DeleteObjects deletes, and one for the source of a copy.
    """
    parsed = unlogged.parsed
    point = world.store.access_point(parsed.address.bucket or "")
    for access in _accesses(unlogged, answer):
        yield access.bucket.name, _line(world, unlogged, answer, access, point)
    source, name = unlogged.source, _COPIES.get(parsed.operation)
    if source is not None and source.bucket is not None and name is not None:
        access = LoggedAccess(source.bucket, name, source.key, source.version_id)
        yield source.name, _line(world, unlogged, answer, access, source.access_point)


def _accesses(unlogged: LoggedRequest, answer: WireResponse) -> Iterator[LoggedAccess]:
    parsed, bucket = unlogged.parsed, unlogged.bucket
    if bucket is None:
        return
    version = answer.headers.get("x-amz-version-id") or parsed.head.get("VersionId")
    yield LoggedAccess(bucket, operation_name(parsed), parsed.address.key, version, is_own_line=True)
    if parsed.operation == "DeleteObjects" and unlogged.error is None:
        for entry in parsed.params["Delete"]["Objects"]:
            yield LoggedAccess(
                bucket, "BATCH.DELETE.OBJECT", entry["Key"], entry.get("VersionId"), status=204
            )


def lifecycle_line(world: EffectsWorld, event: ObjectEvent, bucket: Bucket) -> str:
    """Return the line of a lifecycle action on a version."""
    name = _LIFECYCLE.get(event.name) or _TRANSITIONS[event.version.storage_class]
    version = None if bucket.versioning is None else event.version.version_id
    size = None if event.version.is_delete_marker else event.version.size
    return _service_line(world, bucket, name, event.version.key, version, size, event.at)


def abort_line(world: EffectsWorld, bucket: Bucket, key: str, at: datetime) -> str:
    """Return the line of an upload that a lifecycle rule aborted."""
    return _service_line(world, bucket, "S3.DELETE.UPLOAD", key, None, None, at)


def _service_line(
    world: EffectsWorld,
    bucket: Bucket,
    name: str,
    key: str,
    version: str | None,
    size: int | None,
    at: datetime,
) -> str:
    """Return the line of an action of S3 itself. The fields about a request are empty ("can be set to ``-``")."""
    ids = s3_headers()
    fields = (
        world.iam.canonical_id(bucket.owner),
        bucket.name,
        _moment(at),
        NOTHING,
        _S3_ITSELF,
        ids["x-amz-request-id"],
        name,
        quote(key),
        *[NOTHING] * 4,
        NOTHING if size is None else str(size),
        *[NOTHING] * 4,
        version or NOTHING,
        ids["x-amz-id-2"],
        *[NOTHING] * 8,
    )
    return " ".join(fields)


def operation_name(parsed: Parsed) -> str:
    """Return the operation's name in logs: ``REST.GET.OBJECT``."""
    known = _OPERATIONS.get(parsed.operation)
    if known is not None:
        return known
    if parsed.operation == VISIT:
        return f"WEBSITE.{parsed.request.method}.OBJECT"
    names = [name for name, _ in parse_qsl(parsed.request.query, keep_blank_values=True)]
    resource = resource_type(names, of_object=parsed.address.key is not None)
    return f"REST.{parsed.request.method}.{resource}"


def _line(
    world: EffectsWorld,
    unlogged: LoggedRequest,
    answer: WireResponse,
    access: LoggedAccess,
    point: AccessPoint | None,
) -> str:
    """Return one line. Only the request's own line has the request URI, the headers and the times."""
    parsed, request = unlogged.parsed, unlogged.parsed.request
    caller = None if unlogged.authenticated is None else unlogged.authenticated.caller
    signature = None if unlogged.authenticated is None else unlogged.authenticated.signature
    error = answer.headers.get("x-amz-error-code") if unlogged.error is None else unlogged.error.code
    own = (
        _quoted(f"{request.method} {_target(world, parsed)} HTTP/1.1"),
        str(len(answer.body) or NOTHING),
        "1",
        "1" if access.key is not None and unlogged.error is None else NOTHING,
        _quoted(request.context.referer or request.headers.get("referer") or NOTHING),
        _quoted(request.context.user_agent or request.headers.get("user-agent") or NOTHING),
    )
    uri, sent, total, turnaround, referrer, agent = own if access.is_own_line else [NOTHING] * len(own)
    fields = (
        world.iam.canonical_id(access.bucket.owner),
        access.bucket.name,
        _moment(unlogged.received),
        request.context.source_ip or "127.0.0.1",
        _requester(caller),
        answer.headers.get("x-amz-request-id", NOTHING),
        access.operation,
        NOTHING if access.key is None else quote(access.key),
        uri,
        str(access.status or answer.status),
        error or NOTHING,
        sent,
        _size(world, unlogged, access),
        total,
        turnaround,
        referrer,
        agent,
        access.version_id or NOTHING,
        answer.headers.get("x-amz-id-2", NOTHING),
        *_security(unlogged, signature),
        NOTHING if point is None else point.arn,
        "Yes" if acl_required(world, parsed) else NOTHING,
        NOTHING,
    )
    return " ".join(fields)


def _moment(at: datetime) -> str:
    return f"[{at:%d/%b/%Y:%H:%M:%S} +0000]"


def _requester(caller: Caller | None) -> str:
    """Return the canonical id of a root user, the ARN of another principal, ``-`` for an anonymous caller."""
    if caller is None or caller.anonymous or caller.arn is None:
        return NOTHING
    return caller.canonical_id if caller.root else caller.arn


def _target(world: EffectsWorld, parsed: Parsed) -> str:
    """Return the request target. Access keys in its query that mocks3 did not create are masked (SECURITY.md)."""
    sent = parsed.sent
    return f"{sent.path}?{world.iam.mask_keys(sent.query)}" if sent.query else sent.path


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _size(world: EffectsWorld, unlogged: LoggedRequest, access: LoggedAccess) -> str:
    bucket = world.store.bucket(access.bucket.name)
    if access.key is None or bucket is None or unlogged.error is not None:
        return NOTHING
    named_version = unlogged.parsed.head.get("VersionId") if access.is_own_line else access.version_id
    version = lookup(bucket, access.key, named_version)
    return NOTHING if version is None or version.is_delete_marker else str(version.size)


def _security(unlogged: LoggedRequest, signature: Signature | None) -> Iterator[str]:
    """Yield signature version, cipher, authentication type, host and TLS version."""
    request = unlogged.parsed.request
    secure = request.scheme == "https"
    kind = None if signature is None else signature.auth_type
    if signature is None or kind is None:
        yield NOTHING
    else:
        yield "SigV2" if signature.version == "AWS" else "SigV4"
    yield CIPHER if secure else NOTHING
    yield {"REST-HEADER": "AuthHeader", "REST-QUERY-STRING": "QueryString"}.get(kind or "", NOTHING)
    yield request.headers.get("host", request.host)
    yield f"TLSv{request.context.tls_version or '1.2'}" if secure else NOTHING


def acl_required(world: EffectsWorld, parsed: Parsed) -> bool:
    """Return whether the request needed an ACL to succeed, or set an ACL (OQ-32)."""
    acl = parsed.head.get("ACL")
    if parsed.operation in _NEED_ACL:
        return True
    if parsed.operation == "PutObject" and acl not in (None, "bucket-owner-full-control"):
        return True
    return any(_by_acl(decision) for decision in _decisions(world, parsed))


def _decisions(world: EffectsWorld, parsed: Parsed) -> Iterator[Decision]:
    """Yield the decisions for a request, from the 50 latest decisions."""
    latest = (each for each in world.decisions[-50:] if each.parsed is parsed)
    return (each for each in latest if isinstance(each, Decision))


def _by_acl(decision: Decision) -> bool:
    """Return whether an ACL allowed it: by a grant, or because another account owns the object (OQ-32)."""
    if not decision.allowed:
        return False
    caller = decision.question.caller
    bucket = next(part for part in decision.parts if not part.at_access_point)
    return bucket.layer == "acl" or (caller.account != bucket.owner and not bucket.findings.resource_grants)
