"""How a caller changes the value of a condition key: by a parameter, by the connection, by its credentials.

Rule: keys that the caller cannot choose, such as its own ARN or the time, have no row. Their statements are corrected
or a statement is added.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from mocks3.access.explain.remedies.remedy import RequestChange

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import Condition


class KeyChange(NamedTuple):
    """A new value of one condition key: how the caller sends it, and the change for the engine."""

    text: str
    change: RequestChange


class Parameter(NamedTuple):
    """The boto3 parameter that a condition key has its value from.

    operations  the operations that have the parameter
    usual       values that may be tried although no policy names them
    besides     the parameters that S3 requires together with this one
    """

    name: str
    operations: frozenset[str]
    usual: tuple[str, ...] = ()
    besides: Mapping[str, str] = {}


_LISTINGS = frozenset({"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"})
_WRITES = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
_ACL_CALLS = _WRITES | {"PutObjectAcl", "PutBucketAcl", "CreateBucket"}
_LATER_CALLS = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})
_NEW_BUCKETS = frozenset({"CreateBucket"})
_SSE = "s3:x-amz-server-side-encryption"

PARAMETERS: Mapping[str, Parameter] = {
    "s3:prefix": Parameter("Prefix", _LISTINGS),
    "s3:delimiter": Parameter("Delimiter", _LISTINGS, ("/",)),
    "s3:max-keys": Parameter("MaxKeys", _LISTINGS),
    "s3:x-amz-acl": Parameter("ACL", _ACL_CALLS, ("private",)),
    "s3:x-amz-grant-full-control": Parameter("GrantFullControl", _ACL_CALLS),
    "s3:x-amz-grant-read": Parameter("GrantRead", _ACL_CALLS),
    "s3:x-amz-grant-read-acp": Parameter("GrantReadACP", _ACL_CALLS),
    "s3:x-amz-grant-write": Parameter("GrantWrite", frozenset({"PutBucketAcl", "CreateBucket"})),
    "s3:x-amz-grant-write-acp": Parameter("GrantWriteACP", _ACL_CALLS),
    "s3:x-amz-metadata-directive": Parameter("MetadataDirective", frozenset({"CopyObject"}), ("COPY",)),
    _SSE: Parameter("ServerSideEncryption", _WRITES, ("AES256", "aws:kms")),
    f"{_SSE}-aws-kms-key-id": Parameter("SSEKMSKeyId", _WRITES, (), {"ServerSideEncryption": "aws:kms"}),
    "s3:x-amz-storage-class": Parameter("StorageClass", _WRITES, ("STANDARD",)),
    "s3:x-amz-website-redirect-location": Parameter("WebsiteRedirectLocation", _WRITES),
    "s3:object-lock-legal-hold": Parameter("ObjectLockLegalHoldStatus", _WRITES, ("ON",)),
    "s3:if-none-match": Parameter("IfNoneMatch", frozenset({"PutObject", "CompleteMultipartUpload"}), ("*",)),
    "s3:x-amz-object-ownership": Parameter("ObjectOwnership", _NEW_BUCKETS, ("BucketOwnerEnforced",)),
    "sts:externalid": Parameter("ExternalId", frozenset({"AssumeRole"})),
    "sts:rolesessionname": Parameter("RoleSessionName", frozenset({"AssumeRole"})),
}
"""Condition keys with the value of a parameter. Parameters that fail without others, such as a lock, have no row."""

_TAG = "s3:requestobjecttag/"
_SAMPLE_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ABSENT: tuple[str, ...] = ()


def key_changes(decision: Decision, key: str, conditions: list[Condition]) -> Iterator[KeyChange]:
    """Yield other values of a condition key that the caller can send, values that a policy names first.

    Args:
        decision: The denied request.
        key: The key, in lower case.
        conditions: The conditions on the key in the statements that decide.
    """
    named = wanted_values(conditions, decision)
    if key in PARAMETERS:
        yield from _by_parameter(decision, key, PARAMETERS[key], named)
    elif key.startswith(_TAG):
        yield from _by_tag(decision, key, conditions[0].key, named)
    elif key in _CONNECTION:
        for value in dict.fromkeys(named):
            found = _CONNECTION[key](decision, value)
            if found is not None:
                yield found


def _by_parameter(
    decision: Decision, key: str, parameter: Parameter, named: list[str]
) -> Iterator[KeyChange]:
    operation, name = decision.operation, parameter.name
    later = operation in _LATER_CALLS and key.startswith(_SSE)
    if operation is not None and operation not in parameter.operations and not later:
        return
    start = "start the upload with" if later else "send"
    sent = decision.request.values(key)
    for value in dict.fromkeys([*named, *([] if sent else parameter.usual)]):
        if not value or tuple(sent or ()) == (value,):
            continue
        besides = {k: v for k, v in parameter.besides.items() if not decision.request.values(_SSE)}
        given = ", ".join(f"{k}={_literal(k, v)}" for k, v in {**besides, name: value}.items())
        header = f" (the header {key.removeprefix('s3:')})" if key.startswith("s3:x-amz-") else ""
        members = {**besides, name: int(value) if name == "MaxKeys" else value}
        keys = {key: (value,), **({_SSE: ("aws:kms",)} if besides else {})}
        yield KeyChange(f"{start} {given}{header}", RequestChange(keys, members, {}))
    if sent and not later:
        yield KeyChange(f"leave out {name}", RequestChange({key: ABSENT}, {name: None}, {}))


def _literal(name: str, value: str) -> str:
    return value if name == "MaxKeys" else json.dumps(value)


def _by_tag(decision: Decision, key: str, spelled: str, named: list[str]) -> Iterator[KeyChange]:
    """Yield tags in the header of a write."""
    parsed, tag = decision.question.request_info.parsed, spelled.partition("/")[2]
    if decision.operation is not None and decision.operation not in _WRITES:
        return
    sent = dict(parse_qsl(parsed.head.get("Tagging", ""), keep_blank_values=True)) if parsed else {}
    for value in dict.fromkeys(named or ["value"]):
        tagging = urlencode({**sent, tag: value})
        yield KeyChange(
            f"send the tag {tag}={value}: Tagging={json.dumps(tagging)}",
            RequestChange({key: (value,)}, {"Tagging": tagging}, {}),
        )


def wanted_values(conditions: Iterable[Condition], decision: Decision) -> list[str]:
    """Return values that match the texts of conditions: without variables and without wildcards."""
    return [each for condition in conditions for each in _values(condition, decision)]


def _values(condition: Condition, decision: Decision) -> Iterator[str]:
    for text in condition.values:
        resolved = _resolved(text, decision)
        if resolved is None:
            continue
        if condition.base in ("IpAddress", "NotIpAddress"):
            yield text
        elif "Like" in condition.base or condition.base.startswith("Arn"):
            yield from (resolved.replace("*", rest).replace("?", "x") for rest in ("", "x"))
        elif condition.base.startswith("Numeric") and resolved.lstrip("-").isdigit():
            yield from (str(max(0, int(resolved) + step)) for step in (0, -1, 1))
        elif condition.base != "Null":
            yield resolved


_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def _resolved(text: str, decision: Decision) -> str | None:
    """Return the text with its variables replaced; None if one of them has no value."""
    for name in _VARIABLE.findall(text):
        value = decision.request.variable(name.strip().lower())
        if value is None:
            return None
        text = text.replace(f"${{{name}}}", value)
    return text


Connect = Callable[["Decision", str], "KeyChange | None"]


def _setting(text: str, key: str, value: str, **context: Any) -> KeyChange:
    return KeyChange(text, RequestChange({key: (value,)}, {}, context))


def _https(decision: Decision, value: str) -> KeyChange | None:
    """Return a request over https. Nothing is ever sent over http for a policy."""
    secure = decision.request.values("aws:securetransport") == ("true",)
    if secure:
        return None
    return _setting(
        "send the request over https, without use_ssl=False and with an https endpoint_url",
        "aws:securetransport",
        "true",
        secure_transport=True,
    )


def _tls(decision: Decision, value: str) -> KeyChange | None:
    newer = "1.3" if value.startswith(("1.2", "1.3")) else "1.2"
    keys = {"s3:tlsversion": (newer,), "aws:securetransport": ("true",)}
    change = RequestChange(keys, {}, {"tls_version": newer, "secure_transport": True})
    return KeyChange(f"send the request over https with TLS {newer}", change)


def _endpoint(decision: Decision, value: str) -> KeyChange:
    keys = {"aws:sourcevpce": (value,), "aws:sourceip": ABSENT}
    change = RequestChange(keys, {}, {"source_vpce": value})
    return KeyChange(
        f"send the request through the VPC endpoint {value}: in a test, "
        f"aws.request_context(source_vpce={json.dumps(value)})",
        change,
    )


def _vpc(decision: Decision, value: str) -> KeyChange:
    keys = {"aws:sourcevpc": (value,), "aws:sourceip": ABSENT}
    change = RequestChange(keys, {}, {"source_vpc": value})
    return KeyChange(
        f"send the request from {value}, through its VPC endpoint: in a test, "
        f"aws.request_context(source_vpc={json.dumps(value)})",
        change,
    )


def _address(decision: Decision, value: str) -> KeyChange | None:
    """Return a request from an address in a block."""
    context = decision.question.request_info.context
    if context.through_vpc_endpoint:
        return None
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    first = str(network[1] if network.num_addresses > 2 else network[0])
    where = f"the address {first}" if network.num_addresses == 1 else f"an address in {value}"
    return _setting(
        f"send the request from {where}: in a test, aws.request_context(source_ip={json.dumps(first)})",
        "aws:sourceip",
        first,
        source_ip=first,
    )


def _mfa(decision: Decision, value: str) -> KeyChange | None:
    """Return a request with credentials that were issued with MFA."""
    kind = decision.question.caller.principal.kind
    how = {
        "user": "sts.get_session_token(SerialNumber=..., TokenCode=...): in a test, user.session_token(mfa=True)",
        "root": "sts.get_session_token(SerialNumber=..., TokenCode=...)",
        "session": "sts.assume_role(..., SerialNumber=..., TokenCode=...): in a test, aws.request_context(mfa=True)",
    }.get(kind)
    if how is None:
        return None
    keys = {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}
    change = RequestChange(keys, {}, {"mfa": True, "mfa_age": 0})
    return KeyChange(f"sign in with MFA, with the credentials of {how}", change)


def _region(decision: Decision, value: str) -> KeyChange | None:
    target = decision.question.target
    bucket = None if target is None else target.bucket
    if bucket is not None and bucket.region != value:
        return None
    return _setting(f"use the endpoint of the Region {value}", "aws:requestedregion", value)


def _header(name: str, key: str, field: str) -> Connect:
    def change(decision: Decision, value: str) -> KeyChange:
        return _setting(f"send the header {name}: {value}", key, value, **{field: value})

    return change


def _auth_type(decision: Decision, value: str) -> KeyChange | None:
    text = {
        "REST-HEADER": "sign the request in its Authorization header, and do not use a presigned URL or a form",
        "REST-QUERY-STRING": "use a presigned URL",
    }
    other = "REST-HEADER" if value != "REST-HEADER" else "REST-QUERY-STRING"
    signed = decision.request.values("s3:authtype")
    wanted = value if tuple(signed or ()) != (value,) else other
    return _setting(text[wanted], "s3:authtype", wanted) if wanted in text and signed else None


def _signature_version(decision: Decision, value: str) -> KeyChange | None:
    return _setting("sign with Signature Version 4", "s3:signatureversion", "AWS4-HMAC-SHA256")


def _signature_age(decision: Decision, value: str) -> KeyChange | None:
    return _setting("sign the request again: its signature is too old", "s3:signatureage", "0")


def _payload(decision: Decision, value: str) -> KeyChange | None:
    if decision.request.values("s3:x-amz-content-sha256") == (_SAMPLE_DIGEST,):
        return None
    return _setting(
        'sign the body too: Config(s3={"payload_signing_enabled": True})',
        "s3:x-amz-content-sha256",
        _SAMPLE_DIGEST,
    )


_CONNECTION: Mapping[str, Connect] = {
    "aws:securetransport": _https,
    "s3:tlsversion": _tls,
    "aws:sourcevpce": _endpoint,
    "aws:sourcevpc": _vpc,
    "aws:sourceip": _address,
    "aws:multifactorauthpresent": _mfa,
    "aws:multifactorauthage": _mfa,
    "aws:requestedregion": _region,
    "aws:useragent": _header("User-Agent", "aws:useragent", "user_agent"),
    "aws:referer": _header("Referer", "aws:referer", "referer"),
    "s3:authtype": _auth_type,
    "s3:signatureversion": _signature_version,
    "s3:signatureage": _signature_age,
    "s3:x-amz-content-sha256": _payload,
}
"""Condition keys that depend on the connection, the signature or the credentials."""
