"""What services other than S3 say of a request that is not signed as it should be.

What can be wrong is the same everywhere; S3 says it in words of its own. Rule 1: a fault is found as S3's and told in
the service's dialect, by one table. Rule 2: what S3 finds wrong with a scope or a header these services say of the
whole header at once, so it is read again here, where it is wrong.

Source: STS API Reference, "Common Error Types"; KMS API Reference, "Common Errors"; IAM user guide, "Troubleshoot
Signature Version 4 signing for AWS API requests", for the sentences; codes of the JSON protocol as SDKs report them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from mocks3 import clock
from mocks3.errors import Row, S3Error
from mocks3.identity import sigv4
from mocks3.identity.signed_request import SKEW
from mocks3.identity.sigv4_header import signing_time

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed


class ErrorFormat(NamedTuple):
    """A protocol's errors for what can be wrong."""

    unsigned: Row
    unknown: Row
    ended: Row
    incomplete: Row
    mismatch: Row
    unserved: Row


_UNKNOWN = "The security token included in the request is invalid."
_ENDED = "The security token included in the request is expired"
_UNSERVED = Row("OptInRequired", 403, "The AWS Access Key Id needs a subscription for the service")

QUERY = ErrorFormat(
    unsigned=Row("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
    unknown=Row("InvalidClientTokenId", 403, _UNKNOWN),
    ended=Row("ExpiredToken", 403, _ENDED),
    incomplete=Row("IncompleteSignature", 400, "{message}"),
    mismatch=Row("SignatureDoesNotMatch", 403, "{message}"),
    unserved=_UNSERVED,
)
JSON = ErrorFormat(
    unsigned=Row("MissingAuthenticationTokenException", 400, "Missing Authentication Token"),
    unknown=Row("UnrecognizedClientException", 400, _UNKNOWN),
    ended=Row("ExpiredTokenException", 400, _ENDED),
    incomplete=Row("IncompleteSignatureException", 400, "{message}"),
    mismatch=Row("InvalidSignatureException", 400, "{message}"),
    unserved=_UNSERVED,
)
FORMATS = {"sts": QUERY, "kms": JSON}
"""By service. S3 and its control API speak S3's own."""

Telling = Callable[[ErrorFormat, "Parsed"], S3Error]


def translate(parsed: Parsed, fault: S3Error) -> S3Error:
    """A fault that was found as S3's, as the service that was called tells it."""
    error_format = FORMATS.get(parsed.service)
    telling = _TOLD.get(fault.code)
    return fault if error_format is None or telling is None else telling(error_format, parsed)


def _mismatch(error_format: ErrorFormat, parsed: Parsed) -> S3Error:
    return error_format.mismatch(
        message="The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        "Access Key and signing method. Consult the service documentation for details."
    )


def _late(error_format: ErrorFormat, parsed: Parsed) -> S3Error:
    """The clock is off; S3 has a code for that, here it is one more signature that does not match."""
    sent, now = _stamp(parsed), clock.now()
    least, most = ((now + off).strftime(sigv4.TIMESTAMP_FORMAT) for off in (-SKEW, SKEW))
    here = now.strftime(sigv4.TIMESTAMP_FORMAT)
    if sent < here:
        return error_format.mismatch(
            message=f"Signature expired: {sent} is now earlier than {least} ({here} - {_MINUTES} min.)"
        )
    return error_format.mismatch(
        message=f"Signature not yet current: {sent} is still later than {most} ({here} + {_MINUTES} min.)"
    )


def _malformed(error_format: ErrorFormat, parsed: Parsed) -> S3Error:
    """What an Authorization header or a query lacks, or whom else its scope is for."""
    header = parsed.sent.headers.get("authorization")
    if header is None:
        return _malformed_query(error_format, parsed)
    pairs = [pair.strip() for pair in header.partition(" ")[2].split(",")]
    for pair in pairs:
        if "=" not in pair:
            return error_format.incomplete(
                message=f"'{pair}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
            )
    parts = dict(pair.split("=", 1) for pair in pairs)
    lacking = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if not _stamp(parsed):
        lacking.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if lacking:
        return error_format.incomplete(message=f"{' '.join(lacking)} Authorization={header}")
    return _elsewhere(error_format, parsed, parts["Credential"])


def _malformed_query(error_format: ErrorFormat, parsed: Parsed) -> S3Error:
    query = dict(parse_qsl(parsed.sent.query))
    lacking = [
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
    if lacking or sigv4.parse_timestamp(query["X-Amz-Date"]) is None:
        return error_format.incomplete(
            message=" ".join((*lacking, "Re-examine the query-string parameters."))
        )
    return _elsewhere(error_format, parsed, query["X-Amz-Credential"])


def _elsewhere(error_format: ErrorFormat, parsed: Parsed, credential: str) -> S3Error:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5:
        return error_format.incomplete(
            message="Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{credential}'"
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
    stamp = _stamp(parsed)
    if date != stamp[:8]:
        faults.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date}' != '{stamp[:8]}', from '{stamp}'."
        )
    return error_format.mismatch(message="".join(faults))


def _stamp(parsed: Parsed) -> str:
    """When the request says it was signed, as a timestamp; nothing where it does not say."""
    presigned = dict(parse_qsl(parsed.sent.query)).get("X-Amz-Date")
    if presigned is not None:
        return presigned
    try:
        return signing_time(parsed.sent.headers)[1]
    except S3Error:
        return ""


_MINUTES = SKEW // datetime.timedelta(minutes=1)
_TOLD: dict[str, Telling] = {
    "AccessDenied": _malformed,
    "AccountProblem": lambda error_format, parsed: error_format.unserved(),
    "AuthorizationHeaderMalformed": _malformed,
    "AuthorizationQueryParametersError": _malformed,
    "ExpiredToken": lambda error_format, parsed: error_format.ended(),
    "InvalidAccessKeyId": lambda error_format, parsed: error_format.unknown(),
    "InvalidArgument": _malformed,
    "InvalidRequest": _malformed,
    "InvalidToken": lambda error_format, parsed: error_format.unknown(),
    "NotSignedUp": lambda error_format, parsed: error_format.unserved(),
    "RequestTimeTooSkewed": _late,
    "SignatureDoesNotMatch": _mismatch,
}
