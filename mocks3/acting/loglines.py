"""The lines of server access logs. Source: user guide, "Amazon S3 server access log format"; authorization.md 3.8.

How long a request took is not measured: every one takes a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from mocks3.operations.finding import named

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.acting.logging import Heard
    from mocks3.call import Caller, Parsed, Signature, WireResponse, World

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
    "DeleteObjects": "REST.POST.MULTI_OBJECT_DELETE",
    "GetObjectTagging": "REST.GET.OBJECT_TAGGING",
    "PutObjectTagging": "REST.PUT.OBJECT_TAGGING",
    "DeleteObjectTagging": "REST.DELETE.OBJECT_TAGGING",
}
"""Operations whose names don't follow from method and sub-resource."""

_RESOURCES = {
    "logging": "LOGGING_STATUS",
    "policy": "BUCKETPOLICY",
    "versions": "BUCKETVERSIONS",
    "retention": "OBJECT_LOCK_RETENTION",
    "legal-hold": "OBJECT_LOCK_LEGALHOLD",
    "object-lock": "OBJECT_LOCK_CONFIGURATION",
    "requestPayment": "REQUEST_PAYMENT",
    "publicAccessBlock": "PUBLIC_ACCESS_BLOCK",
    "ownershipControls": "OWNERSHIP_CONTROLS",
    "policyStatus": "POLICY_STATUS",
    "attributes": "OBJECT_ATTRIBUTES",
}
_PLAIN = (
    "acl",
    "accelerate",
    "analytics",
    "cors",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "lifecycle",
    "location",
    "metrics",
    "notification",
    "replication",
    "restore",
    "tagging",
    "torrent",
    "uploads",
    "versioning",
    "website",
)
_RESOURCES |= {name: name.upper().replace("-", "_") for name in _PLAIN}
"""Sub-resources, and what logs call them."""

_NEED_ACL = frozenset({"PutObjectAcl", "PutBucketAcl"})


def lines(world: World, heard: Heard, answer: WireResponse) -> Iterator[str]:
    """The lines of one request: one, and one more for each object that it deletes."""
    parsed = heard.parsed
    yield _line(world, heard, answer, operation(parsed), parsed.address.key)
    if parsed.operation == "DeleteObjects" and heard.error is None:
        for entry in parsed.params["Delete"]["Objects"]:
            yield _line(world, heard, answer, "BATCH.DELETE.OBJECT", entry["Key"])


def operation(parsed: Parsed) -> str:
    """The operation as logs spell it: ``REST.GET.OBJECT``."""
    known = _OPERATIONS.get(parsed.operation)
    if known is not None:
        return known
    names = [name for name, _ in parse_qsl(parsed.request.query, keep_blank_values=True)]
    resource = next((_RESOURCES[name] for name in names if name in _RESOURCES), None)
    if resource is None:
        resource = "BUCKET" if parsed.address.key is None else "OBJECT"
    return f"REST.{parsed.request.method}.{resource}"


def _line(world: World, heard: Heard, answer: WireResponse, name: str, key: str | None) -> str:
    parsed, request = heard.parsed, heard.parsed.request
    caller = None if heard.authenticated is None else heard.authenticated.caller
    signature = None if heard.authenticated is None else heard.authenticated.signature
    version = answer.headers.get("x-amz-version-id") or parsed.head.get("VersionId")
    batched = name.startswith("BATCH")
    fields = (
        world.directory.canonical_id(heard.bucket.owner),
        heard.bucket.name,
        f"[{heard.received:%d/%b/%Y:%H:%M:%S} +0000]",
        request.facts.source_ip or "127.0.0.1",
        _requester(caller),
        answer.headers.get("x-amz-request-id", NOTHING),
        name,
        NOTHING if key is None else quote(key),
        NOTHING if batched else _quoted(f"{request.method} {_target(parsed)} HTTP/1.1"),
        str(204 if batched else answer.status),
        NOTHING if heard.error is None else heard.error.code,
        NOTHING if batched else str(len(answer.body) or NOTHING),
        _size(world, heard, key),
        NOTHING if batched else "1",
        "1" if key is not None and not batched and heard.error is None else NOTHING,
        _quoted(request.facts.referer or request.headers.get("referer") or NOTHING),
        _quoted(request.facts.user_agent or request.headers.get("user-agent") or NOTHING),
        version or NOTHING,
        answer.headers.get("x-amz-id-2", NOTHING),
        *_security(heard, signature),
        NOTHING,
        "Yes" if acl_required(world, parsed) else NOTHING,
    )
    return " ".join(fields)


def _requester(caller: Caller | None) -> str:
    """The canonical id of a root user, the ARN of anybody else, nothing for who did not sign."""
    if caller is None or caller.anonymous or caller.arn is None:
        return NOTHING
    return caller.canonical_id if caller.root else caller.arn


def _target(parsed: Parsed) -> str:
    sent = parsed.sent
    return f"{sent.path}?{sent.query}" if sent.query else sent.path


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _size(world: World, heard: Heard, key: str | None) -> str:
    bucket = world.store.bucket(heard.bucket.name)
    if key is None or bucket is None or heard.error is not None:
        return NOTHING
    version = named(bucket, key, heard.parsed.head.get("VersionId"))
    return NOTHING if version is None or version.is_delete_marker else str(version.size)


def _security(heard: Heard, signature: Signature | None) -> Iterator[str]:
    """Signature version, cipher, authentication type, host and TLS version."""
    request = heard.parsed.request
    secure = request.scheme == "https"
    kind = None if signature is None else signature.auth_type
    if signature is None or kind is None:
        yield NOTHING
    else:
        yield "SigV2" if signature.version == "AWS" else "SigV4"
    yield CIPHER if secure else NOTHING
    yield {"REST-HEADER": "AuthHeader", "REST-QUERY-STRING": "QueryString"}.get(kind or "", NOTHING)
    yield request.headers.get("host", request.host)
    yield f"TLSv{request.facts.tls_version or '1.2'}" if secure else NOTHING


def acl_required(world: World, parsed: Parsed) -> bool:
    """Whether the request would have failed without an ACL, or was about one (3.8)."""
    acl = parsed.head.get("ACL")
    if parsed.operation in _NEED_ACL:
        return True
    if parsed.operation == "PutObject" and acl not in (None, "bucket-owner-full-control"):
        return True
    return any(_by_acl(decision) for decision in _decisions(world, parsed))


def _decisions(world: World, parsed: Parsed) -> Iterator[Decision]:
    """What was decided for a request; of many, the last."""
    return (each for each in world.decisions[-50:] if each.question.scene.parsed is parsed)


def _by_acl(decision: Decision) -> bool:
    """Whether an ACL allowed it: by a grant, or since the object is another's than the bucket's owner's (OQ-32)."""
    if not decision.allowed:
        return False
    caller = decision.question.caller
    return decision.layer == "acl" or (
        caller.account != decision.owner and not decision.case.findings.resource_grants
    )
