"""Authentication errors of other services than S3.

The same faults can occur at every service, but S3 has its own codes and messages for them. Rule 1: authentication
raises S3's error; one table translates it into the error of the service. Rule 2: S3 reports the first fault of a scope
or header, other services report all faults of the header in one message. So a malformed header is parsed again here.

Source: STS API Reference, "Common Error Types"; KMS API Reference, "Common Errors"; IAM user guide, "Troubleshoot
Signature Version 4 signing for AWS API requests", for the sentences; codes of the JSON protocol as SDKs report them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from mocks3 import clock
from mocks3.errors import RefusalRow, S3Error, Why
from mocks3.identity import sigv4
from mocks3.identity.signed_request import SKEW, unproven
from mocks3.identity.sigv4_header import signing_time

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed


class ErrorFormat(NamedTuple):
    """The authentication errors of one protocol."""

    unsigned: RefusalRow
    unknown_key: RefusalRow
    expired: RefusalRow
    incomplete: RefusalRow
    mismatch: RefusalRow
    inactive_account: RefusalRow


_UNKNOWN_KEY = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_INACTIVE_ACCOUNT = RefusalRow(
    "OptInRequired", 403, "The AWS Access Key Id needs a subscription for the service"
)

QUERY = ErrorFormat(
    unsigned=RefusalRow("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
    unknown_key=RefusalRow("InvalidClientTokenId", 403, _UNKNOWN_KEY),
    expired=RefusalRow("ExpiredToken", 403, _EXPIRED),
    incomplete=RefusalRow("IncompleteSignature", 400, "{message}"),
    mismatch=RefusalRow("SignatureDoesNotMatch", 403, "{message}"),
    inactive_account=_INACTIVE_ACCOUNT,
)
JSON = ErrorFormat(
    unsigned=RefusalRow("MissingAuthenticationTokenException", 400, "Missing Authentication Token"),
    unknown_key=RefusalRow("UnrecognizedClientException", 400, _UNKNOWN_KEY),
    expired=RefusalRow("ExpiredTokenException", 400, _EXPIRED),
    incomplete=RefusalRow("IncompleteSignatureException", 400, "{message}"),
    mismatch=RefusalRow("InvalidSignatureException", 400, "{message}"),
    inactive_account=_INACTIVE_ACCOUNT,
)
FORMATS = {"sts": QUERY, "iam": QUERY, "kms": JSON, "organizations": JSON}
"""By service. S3 and S3 Control use S3's own errors."""

Translation = Callable[[ErrorFormat, "Parsed", Why], S3Error]


def translate(parsed: Parsed, fault: S3Error) -> S3Error:
    """Translate S3's authentication error into the error of the service that was called."""
    error_format = FORMATS.get(parsed.service)
    translation = _TRANSLATIONS.get(fault.code)
    if error_format is None or translation is None:
        return fault
    return translation(
        error_format, parsed, fault.why or unproven(fault.message, "let the SDK sign the request")
    )


def _mismatch(error_format: ErrorFormat, parsed: Parsed, why: Why) -> S3Error:
    return error_format.mismatch(
        why,
        message="The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        "Access Key and signing method. Consult the service documentation for details.",
    )


def _wrong_clock(error_format: ErrorFormat, parsed: Parsed, why: Why) -> S3Error:
    """Return the error for a wrong clock. S3 has its own code; other services report a wrong signature."""
    sent, now = _timestamp(parsed), clock.now()
    least, most = ((now + off).strftime(sigv4.TIMESTAMP_FORMAT) for off in (-SKEW, SKEW))
    here = now.strftime(sigv4.TIMESTAMP_FORMAT)
    if sent < here:
        return error_format.mismatch(
            why, message=f"Signature expired: {sent} is now earlier than {least} ({here} - {_MINUTES} min.)"
        )
    return error_format.mismatch(
        why,
        message=f"Signature not yet current: {sent} is still later than {most} ({here} + {_MINUTES} min.)",
    )


def _malformed(error_format: ErrorFormat, parsed: Parsed, why: Why) -> S3Error:
    """Return the error for an Authorization header (or query) that is incomplete or has a wrong scope."""
    header = parsed.sent.headers.get("authorization")
    if header is None:
        return _malformed_query(error_format, parsed, why)
    pairs = [pair.strip() for pair in header.partition(" ")[2].split(",")]
    for pair in pairs:
        if "=" not in pair:
            return error_format.incomplete(
                why,
                message=f"'{pair}' not a valid key=value pair (missing equal-sign) in Authorization header: "
                f"'{header}'.",
            )
    parts = dict(pair.split("=", 1) for pair in pairs)
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if not _timestamp(parsed):
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing:
        return error_format.incomplete(why, message=f"{' '.join(missing)} Authorization={header}")
    return _wrong_scope(error_format, parsed, why, parts["Credential"])


def _malformed_query(error_format: ErrorFormat, parsed: Parsed, why: Why) -> S3Error:
    query = dict(parse_qsl(parsed.sent.query))
    missing = [
        f"AWS query-string parameters must include '{name}'."
        for name in (
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Date",
        )
        if not query.get(name)
    ]
    if missing or sigv4.parse_timestamp(query["X-Amz-Date"]) is None:
        return error_format.incomplete(
            why, message=" ".join((*missing, "Re-examine the query-string parameters."))
        )
    return _wrong_scope(error_format, parsed, why, query["X-Amz-Credential"])


def _wrong_scope(error_format: ErrorFormat, parsed: Parsed, why: Why, credential: str) -> S3Error:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5:
        return error_format.incomplete(
            why,
            message="Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{credential}'",
        )
    _, date, region, service, terminal = parts
    faults = []
    if parsed.address.region not in (None, region):
        faults.append("Credential should be scoped to a valid region. ")
    if service != parsed.service:
        faults.append(f"Credential should be scoped to correct service: '{parsed.service}'. ")
    if terminal != "aws4_request":
        faults.append(
            f"Credential should be scoped with a valid terminator: 'aws4_request', not '{terminal}'. "
        )
    timestamp = _timestamp(parsed)
    if date != timestamp[:8]:
        faults.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date}' != '{timestamp[:8]}', from '{timestamp}'."
        )
    return error_format.mismatch(why, message="".join(faults))


def _timestamp(parsed: Parsed) -> str:
    """Return the timestamp of the signature, empty if the request has none."""
    presigned = dict(parse_qsl(parsed.sent.query)).get("X-Amz-Date")
    if presigned is not None:
        return presigned
    try:
        return signing_time(parsed.sent.headers)[1]
    except S3Error:
        return ""


_MINUTES = SKEW // datetime.timedelta(minutes=1)
_TRANSLATIONS: dict[str, Translation] = {
    "AccessDenied": _malformed,
    "AccountProblem": lambda error_format, parsed, why: error_format.inactive_account(why),
    "AuthorizationHeaderMalformed": _malformed,
    "AuthorizationQueryParametersError": _malformed,
    "ExpiredToken": lambda error_format, parsed, why: error_format.expired(why),
    "InvalidAccessKeyId": lambda error_format, parsed, why: error_format.unknown_key(why),
    "InvalidArgument": _malformed,
    "InvalidRequest": _malformed,
    "InvalidToken": lambda error_format, parsed, why: error_format.unknown_key(why),
    "NotSignedUp": lambda error_format, parsed, why: error_format.inactive_account(why),
    "RequestTimeTooSkewed": _wrong_clock,
    "SignatureDoesNotMatch": _mismatch,
}
