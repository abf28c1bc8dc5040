"""Signature Version 4 in the Authorization header.

    AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=host;…, Signature=…

Source: "Authenticating requests: using the Authorization header"; X-30, X-31.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from mocks3.errors import INVALID_PAYLOAD_HASH, MISSING_PAYLOAD_HASH, Why
from mocks3.errors.refusals import MISSING_DATE
from mocks3.identity import scope, sigv4
from mocks3.identity.signed_request import SignedRequest, check_clock_skew, unproven
from mocks3.identity.sigv4_chunks import SIGNED_CHUNKS, SignedChunkVerifier
from mocks3.model.messages import ChunkVerifier
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature

_COMPONENTS = ("Credential", "SignedHeaders", "Signature")
_USUAL = re.compile(
    r"[A-Z0-9-]+ Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([^,\s]+)", re.ASCII
)
"""The header as SDKs write it. Another order and other spaces are accepted too (``_components``)."""

_DIGEST = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_UNSIGNED = frozenset({"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})


class HeaderV4(SignedRequest):
    """A request signed in its header. Raises ``AuthorizationHeaderMalformed``; ``AccessDenied`` without a date."""

    __slots__ = ("_parts", "_request", "_service", "_signed_at", "_stated")
    algorithm = sigv4.ALGORITHM

    def __init__(self, parsed: Parsed, regions: str | None = None) -> None:
        request = self._request = parsed.sent
        headers = request.headers
        credential, signed, signature = _components(headers["authorization"])
        credential_scope = scope.read(credential, scope.header_error, regions)
        self._signed_at, timestamp, self._stated = signing_time(headers)
        self._service = parsed.service
        self.access_key_id = credential_scope.access_key_id
        self.token = headers.get("x-amz-security-token")
        self._parts = sigv4.SignatureParts(
            credential_scope,
            timestamp,
            tuple(signed.split(";")),
            signature,
            request.url,
            headers.get(sigv4.PAYLOAD_HEADER),
        )

    @property
    def signature(self) -> Signature:
        """How the request was signed: authentication type REST-HEADER."""
        return Signature(
            "REST-HEADER", self.algorithm, self._signed_at, self.access_key_id, self._parts.scope.region
        )

    def check_time_and_scope(self, region: str | None) -> None:
        """Check the clock skew, then the scope's service, Region and date, then the headers that must be signed."""
        parts = self._parts
        check_clock_skew(self._signed_at, self._stated)
        scope.check_scope(parts.scope, region, self._service, scope.header_error)
        if parts.scope.date != parts.timestamp[:8]:
            raise scope.header_error(scope.date_mismatch(parts.scope, parts.timestamp))
        if self._service == "s3":
            check_payload_header(parts.payload, self.algorithm)
            sigv4.check_signed_headers(self._request.headers, parts.signed_headers)

    def verify(self, secret: str) -> None:
        """Verify the signature, see :func:`sigv4.verify`."""
        sigv4.verify(self._request, self._parts, secret)

    def chunk_verifier(self, secret: str) -> ChunkVerifier | None:
        """Return a verifier if x-amz-content-sha256 is ``STREAMING-AWS4-HMAC-SHA256-PAYLOAD`` or similar."""
        return (
            SignedChunkVerifier(self._parts, secret)
            if self._parts.payload in SIGNED_CHUNKS[self.algorithm]
            else None
        )


def _components(header: str) -> tuple[str, str, str]:
    usual = _USUAL.fullmatch(header)
    if usual is not None:
        return usual[1], usual[2], usual[3]
    pairs = header.partition(" ")[2].split(",")
    parts = {name: value for name, _, value in (pair.strip().partition("=") for pair in pairs)}
    if len(pairs) != len(_COMPONENTS) or not all(parts.get(name) for name in _COMPONENTS):
        raise scope.header_error(
            "the authorization header requires three components: Credential, SignedHeaders, and Signature."
        )
    return parts["Credential"], parts["SignedHeaders"], parts["Signature"]


def signing_time(headers: Mapping[str, str]) -> tuple[datetime.datetime, str, str]:
    """Return the signing time of a request: the moment, its timestamp, and the text of the header.

    ``x-amz-date`` takes precedence over ``Date``. Raises ``AccessDenied`` (403) if there is no valid date.
    """
    stated = headers.get("x-amz-date")
    if stated is not None:
        signed_at = sigv4.parse_timestamp(stated)
        if signed_at is None:
            raise MISSING_DATE(no_date(stated))
        return signed_at, stated, stated
    stated = headers.get("date", "")
    signed_at = sigv4.parse_timestamp(stated) or parse_http_date(stated)
    if signed_at is None:
        raise MISSING_DATE(no_date(stated))
    return signed_at, signed_at.strftime(sigv4.TIMESTAMP_FORMAT), stated


def no_date(stated: str) -> Why:
    """Return why a request without a valid date is not accepted."""
    what = f"its date is {stated!r}, which is not a date" if stated else "it has neither x-amz-date nor Date"
    return unproven(f"the request is signed, but {what}", "send x-amz-date, such as 20300101T000000Z")


def parse_http_date(stated: str) -> datetime.datetime | None:
    """Parse an HTTP date (RFC 9110). Returns None for any other text."""
    try:
        moment = parsedate_to_datetime(stated)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return zoned.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


def check_payload_header(stated: str | None, algorithm: str) -> None:
    """Raise ``InvalidRequest`` if x-amz-content-sha256 is missing, ``InvalidArgument`` if it is not valid."""
    if stated is None:
        raise MISSING_PAYLOAD_HASH()
    if _DIGEST.fullmatch(stated) or stated in _UNSIGNED or stated in SIGNED_CHUNKS[algorithm]:
        return
    raise INVALID_PAYLOAD_HASH(ArgumentName=sigv4.PAYLOAD_HEADER, ArgumentValue=stated)
