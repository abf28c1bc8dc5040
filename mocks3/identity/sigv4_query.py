"""Signature Version 4 in the query string: presigned URLs.

Source: "Authenticating requests: using query parameters"; R-80 to R-82; X-31, F-100
to F-102. The clock is the mock's: a URL expires when the test says so.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from mocks3 import clock
from mocks3.errors import AUTHORIZATION_QUERY_ERROR, REQUEST_EXPIRED, REQUEST_NOT_YET_VALID
from mocks3.identity import scope, sigv4
from mocks3.identity.signed_request import SKEW, SignedRequest, check_clock_skew
from mocks3.identity.sigv4_chunks import SIGNED_CHUNKS, SignedChunkVerifier
from mocks3.lib.limits import later
from mocks3.model.messages import ChunkVerifier
from mocks3.model.parsed import Parsed
from mocks3.model.stages import Signature

PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
LONGEST = 604_800
"""Seconds: a week."""

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


class QueryV4(SignedRequest):
    """A presigned request. Raises ``AuthorizationQueryParametersError`` for parameters that cannot be."""

    __slots__ = ("_expires", "_proof", "_request", "_service", "_signed_at")
    algorithm = sigv4.ALGORITHM

    def __init__(self, parsed: Parsed, query: Mapping[str, str], regions: str | None = None) -> None:
        self._request = parsed.sent
        self._service = parsed.service
        if not all(query.get(name) for name in PARAMETERS):
            raise AUTHORIZATION_QUERY_ERROR(
                message="Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
            )
        if query["X-Amz-Algorithm"] != self.algorithm:
            raise AUTHORIZATION_QUERY_ERROR(message=f'X-Amz-Algorithm only supports "{sigv4.ALGORITHM}"')
        read = scope.read(query["X-Amz-Credential"], scope.query_error, regions)
        self._signed_at = _signing_time(query["X-Amz-Date"])
        self._expires = _expiry(query["X-Amz-Expires"])
        self.access_key_id = read.access_key_id
        self.token = query.get("X-Amz-Security-Token") or self._request.headers.get("x-amz-security-token")
        signed = tuple(query["X-Amz-SignedHeaders"].split(";"))
        self._proof = sigv4.SignatureParts(
            read,
            query["X-Amz-Date"],
            signed,
            query["X-Amz-Signature"],
            _without_signature(self._request.url),
            self._payload(query, signed),
        )

    @property
    def signature(self) -> Signature:
        """REST-QUERY-STRING."""
        return Signature(
            "REST-QUERY-STRING",
            self.algorithm,
            self._signed_at,
            self.access_key_id,
            self._proof.scope.region,
        )

    def check_time_and_scope(self, region: str | None) -> None:
        """The URL's time first, then its scope's day, service and Region, then what was left unsigned (X-31)."""
        self._hold_time()
        if self._proof.scope.date != self._proof.timestamp[:8]:
            raise AUTHORIZATION_QUERY_ERROR(
                message=scope.date_mismatch(self._proof.scope, self._proof.timestamp)
            )
        scope.check_scope(self._proof.scope, region, self._service, scope.query_error)
        if self._service == "s3":
            sigv4.check_signed_headers(self._request.headers, self._proof.signed_headers)

    def verify(self, secret: str) -> None:
        """See :func:`sigv4.verify`."""
        sigv4.verify(self._request, self._proof, secret)

    def chunk_verifier(self, secret: str) -> ChunkVerifier | None:
        """Chunks may be signed here too, where the URL says that they are."""
        return (
            SignedChunkVerifier(self._proof, secret)
            if self._proof.payload in SIGNED_CHUNKS[self.algorithm]
            else None
        )

    def _payload(self, query: Mapping[str, str], signed: tuple[str, ...]) -> str | None:
        """What stands for the payload: nobody knows it when a URL is signed, unless the signer says otherwise."""
        if self._service != "s3":
            return None
        header = self._request.headers.get(sigv4.PAYLOAD_HEADER)
        if header is not None and sigv4.PAYLOAD_HEADER in signed:
            return header
        return query.get("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")

    def _hold_time(self) -> None:
        if self._service != "s3":  # elsewhere a signature is good for as long as one in the header
            check_clock_skew(self._signed_at, self._proof.timestamp)
            return
        now = clock.now()
        if self._signed_at - now > SKEW:
            raise REQUEST_NOT_YET_VALID(
                **{"X-Amz-Date": self._proof.timestamp, "ServerTime": now.strftime(clock.TIMESTAMP)}
            )
        ends = later(self._signed_at, seconds=self._expires)
        if now > ends:
            raise REQUEST_EXPIRED(
                **{
                    "X-Amz-Expires": self._expires,
                    "Expires": ends.strftime(clock.TIMESTAMP),
                    "ServerTime": now.strftime(clock.TIMESTAMP),
                }
            )


def _signing_time(stated: str) -> datetime.datetime:
    signed_at = sigv4.parse_timestamp(stated)
    if signed_at is None:
        raise AUTHORIZATION_QUERY_ERROR(
            message="X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    return signed_at


def _expiry(stated: str) -> int:
    if not _INTEGER.fullmatch(stated):
        raise AUTHORIZATION_QUERY_ERROR(message="X-Amz-Expires should be a number")
    seconds = int(stated)
    if seconds < 0:
        raise AUTHORIZATION_QUERY_ERROR(message="X-Amz-Expires must be non-negative")
    if seconds > LONGEST:
        raise AUTHORIZATION_QUERY_ERROR(
            message="X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
            "less than 604800 seconds"
        )
    return seconds


def _without_signature(url: str) -> str:
    """The URL as it was when it was signed: everything but the signature."""
    path, _, query = url.partition("?")
    kept = [pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature=")]
    return f"{path}?{'&'.join(kept)}"
