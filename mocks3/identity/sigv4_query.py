"""Signature Version 4 in the query string: presigned URLs.

The time is that of the mock's clock: a test can make a URL expire.

Source: "Authenticating requests: using query parameters"; R-80 to R-82; X-31, F-100 to F-102.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from mocks3 import clock
from mocks3.errors.refusals import REQUEST_EXPIRED, REQUEST_NOT_YET_VALID
from mocks3.identity import scope, sigv4
from mocks3.identity.signed_request import SKEW, SignedRequest, check_clock_skew, expired, unproven
from mocks3.identity.sigv4_chunks import SIGNED_CHUNKS, SignedChunkVerifier
from mocks3.lib.limits import later
from mocks3.model.messages import ChunkVerifier
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature

PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
LONGEST = 604_800
"""One week, in seconds."""

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


class QueryV4(SignedRequest):
    """A presigned request. Raises ``AuthorizationQueryParametersError`` for missing or invalid parameters."""

    __slots__ = ("_expires", "_parts", "_request", "_service", "_signed_at")
    algorithm = sigv4.ALGORITHM

    def __init__(self, parsed: Parsed, query: Mapping[str, str], regions: str | None = None) -> None:
        self._request = parsed.sent
        self._service = parsed.service
        if not all(query.get(name) for name in PARAMETERS):
            raise scope.query_fault(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
            )
        if query["X-Amz-Algorithm"] != self.algorithm:
            raise scope.query_fault(f'X-Amz-Algorithm only supports "{sigv4.ALGORITHM}"')
        credential_scope = scope.read(query["X-Amz-Credential"], scope.query_error, regions)
        self._signed_at = _signing_time(query["X-Amz-Date"])
        self._expires = _expiry(query["X-Amz-Expires"])
        self.access_key_id = credential_scope.access_key_id
        self.token = query.get("X-Amz-Security-Token") or self._request.headers.get("x-amz-security-token")
        signed = tuple(query["X-Amz-SignedHeaders"].split(";"))
        self._parts = sigv4.SignatureParts(
            credential_scope,
            query["X-Amz-Date"],
            signed,
            query["X-Amz-Signature"],
            _without_signature(self._request.url),
            self._payload(query, signed),
        )

    @property
    def signature(self) -> Signature:
        """How the request was signed: authentication type REST-QUERY-STRING."""
        return Signature(
            "REST-QUERY-STRING",
            self.algorithm,
            self._signed_at,
            self.access_key_id,
            self._parts.scope.region,
        )

    def check_time_and_scope(self, region: str | None) -> None:
        """Check the URL's time, then the scope's date, service and Region, then the signed headers (X-31)."""
        self._check_time()
        if self._parts.scope.date != self._parts.timestamp[:8]:
            raise scope.query_fault(scope.date_mismatch(self._parts.scope, self._parts.timestamp))
        scope.check_scope(self._parts.scope, region, self._service, scope.query_error)
        if self._service == "s3":
            sigv4.check_signed_headers(self._request.headers, self._parts.signed_headers)

    def verify(self, secret: str) -> None:
        """Verify the signature, see :func:`sigv4.verify`."""
        sigv4.verify(self._request, self._parts, secret)

    def chunk_verifier(self, secret: str) -> ChunkVerifier | None:
        """Return a verifier if X-Amz-Content-Sha256 says that the chunks are signed."""
        return (
            SignedChunkVerifier(self._parts, secret)
            if self._parts.payload in SIGNED_CHUNKS[self.algorithm]
            else None
        )

    def _payload(self, query: Mapping[str, str], signed: tuple[str, ...]) -> str | None:
        """Return the payload's digest or constant: usually UNSIGNED-PAYLOAD, because the URL is signed first."""
        if self._service != "s3":
            return None
        header = self._request.headers.get(sigv4.PAYLOAD_HEADER)
        if header is not None and sigv4.PAYLOAD_HEADER in signed:
            return header
        return query.get("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")

    def _check_time(self) -> None:
        if self._service != "s3":  # other services apply the same limit as for headers
            check_clock_skew(self._signed_at, self._parts.timestamp)
            return
        now = clock.now()
        if self._signed_at - now > SKEW:
            here = now.strftime(clock.TIMESTAMP)
            raise REQUEST_NOT_YET_VALID(
                unproven(
                    f"the URL was signed for {self._parts.timestamp}, and the clock of S3 shows {here}",
                    f"sign the URL with a clock that shows about {here}",
                ),
                **{"X-Amz-Date": self._parts.timestamp, "ServerTime": here},
            )
        ends = later(self._signed_at, seconds=self._expires)
        if now > ends:
            until, here = ends.strftime(clock.TIMESTAMP), now.strftime(clock.TIMESTAMP)
            raise REQUEST_EXPIRED(
                expired(until, here),
                **{"X-Amz-Expires": self._expires, "Expires": until, "ServerTime": here},
            )


def _signing_time(stated: str) -> datetime.datetime:
    signed_at = sigv4.parse_timestamp(stated)
    if signed_at is None:
        raise scope.query_fault("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    return signed_at


def _expiry(stated: str) -> int:
    if not _INTEGER.fullmatch(stated):
        raise scope.query_fault("X-Amz-Expires should be a number")
    seconds = int(stated)
    if seconds < 0:
        raise scope.query_fault("X-Amz-Expires must be non-negative")
    if seconds > LONGEST:
        raise scope.query_fault(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
            "less than 604800 seconds"
        )
    return seconds


def _without_signature(url: str) -> str:
    """Return the URL as it was signed: without the signature."""
    path, _, query = url.partition("?")
    remaining = [pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature=")]
    return f"{path}?{'&'.join(remaining)}"
