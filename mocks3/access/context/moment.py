"""Condition keys about the request's time and signature. All use the time at which the request arrived (C-83)."""

from __future__ import annotations

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, Values, not_sent
from mocks3.clock import TIMESTAMP


def _current_time(auth: AuthorizationInfo) -> Values:
    return (auth.request_info.arrived.strftime(TIMESTAMP),)


def _epoch_time(auth: AuthorizationInfo) -> Values:
    return (str(int(auth.request_info.arrived.timestamp())),)


def _auth_type(auth: AuthorizationInfo) -> Values | None:
    """Return REST-HEADER, REST-QUERY-STRING or POST, in this spelling (OQ-13)."""
    auth_type = auth.request_info.signature.auth_type
    return None if auth_type is None else (auth_type,)


def _signature_version(auth: AuthorizationInfo) -> Values | None:
    version = auth.request_info.signature.version
    return None if version is None else (version,)


def _signature_age(auth: AuthorizationInfo) -> Values | None:
    """Return the milliseconds since the request was signed; 0 for Signature Version 2 and for a time in the future."""
    signature = auth.request_info.signature
    if signature.auth_type is None:
        return None
    if signature.signed_at is None or signature.version == "AWS":
        return ("0",)
    age = (auth.request_info.arrived - signature.signed_at).total_seconds()
    return (str(max(0, int(age * 1000))),)


def _payload_digest(auth: AuthorizationInfo) -> Values | None:
    parsed = auth.request_info.parsed
    value = None if parsed is None else parsed.request.headers.get("x-amz-content-sha256")
    return None if value is None else (value,)


_NOT_SIGNED = "it is not signed"

ROWS = (
    ConditionKey("aws:CurrentTime", "Date", _current_time, "C-83"),
    ConditionKey("aws:EpochTime", "Date", _epoch_time, "C-83"),
    ConditionKey("s3:authType", "String", _auth_type, "F-101, OQ-13", missing=_NOT_SIGNED),
    ConditionKey("s3:signatureversion", "String", _signature_version, "F-101", missing=_NOT_SIGNED),
    ConditionKey("s3:signatureAge", "Numeric", _signature_age, "F-101, W-168", missing=_NOT_SIGNED),
    ConditionKey(
        "s3:x-amz-content-sha256",
        "String",
        _payload_digest,
        "Service Authorization Reference",
        missing=not_sent("x-amz-content-sha256"),
    ),
)
