"""Signature Version 4, computed by botocore's own signer.

Rule 1: botocore computes the canonical request, the string to sign and the signature. This file only gives its signer
a request with the parts that the sender signed. Rule 2: signatures are compared in constant time. Rule 3: Version 4A
only differs in its string to sign and in how the signature is verified.
"""

from __future__ import annotations

import datetime
import functools
import hmac
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.credentials import ReadOnlyCredentials

from mocks3.errors.refusals import SIGNATURE_DOES_NOT_MATCH, UNSIGNED_HEADERS
from mocks3.identity import ecdsa
from mocks3.identity.scope import S3_SERVICES, CredentialScope
from mocks3.identity.signed_request import SignerHeaders, hex_bytes, unproven
from mocks3.model.messages import WireRequest

ALGORITHM = "AWS4-HMAC-SHA256"
PAYLOAD_HEADER = "x-amz-content-sha256"
TIMESTAMP_FORMAT = "%Y%m%dT%H%M%SZ"
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


@functools.lru_cache(maxsize=64)
def parse_timestamp(timestamp: str) -> datetime.datetime | None:
    """Parse a timestamp like ``20130524T000000Z``. Returns None for any other text."""
    found = _TIMESTAMP.fullmatch(timestamp)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        return None


class SignatureParts(NamedTuple):
    """The parts of a request's signature.

    ``payload`` is the digest or constant of x-amz-content-sha256; if it is None, the digest of the body is computed.
    """

    scope: CredentialScope
    timestamp: str
    signed_headers: tuple[str, ...]
    signature: str
    url: str
    payload: str | None


class _RequestToSign:
    """The part of botocore's ``AWSRequest`` that its signers read."""

    __slots__ = ("body", "context", "headers", "method", "params", "signed", "url")

    def __init__(self, request: WireRequest, parts: SignatureParts) -> None:
        sent = request.headers
        self.method = request.method
        self.url = parts.url
        self.signed = SignerHeaders(
            {
                name: value if value.isascii() else _as_signed(value)
                for name in parts.signed_headers
                if (value := sent.get(name)) is not None
            }
        )
        if "host" in parts.signed_headers and "host" not in sent:
            self.signed["host"] = _sent_host(request)
        # botocore uses the digest in this header if the request has it, even if it is not signed. So does S3.
        self.headers = {} if parts.payload is None else {"X-Amz-Content-SHA256": parts.payload}
        self.params: Mapping[str, str] = {}
        self.body = request.body
        self.context: dict[str, Any] = {"timestamp": parts.timestamp}


def _sent_host(request: WireRequest) -> str:
    """Return the Host header that an HTTP client sends for the request: without the default port of the scheme."""
    return request.host.removesuffix(_DEFAULT_PORTS.get(request.scheme, ""))


def _as_signed(value: str) -> str:
    """Return a header's value as the client signed it: the bytes that it sent, read as UTF-8.

    S3 reads headers as Latin-1, but verifies Version 4 signatures over the bytes (minio/minio #21282). For Version 2 it
    signs the text that it read (the StringToSign of fog/fog #2942).
    """
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _trimmed(value: str) -> str:
    """Return a header's value as a signature covers it: runs of ASCII white space are one space, with none at the ends.

    Other white space stays: S3 refuses the signatures of clients that replace a no-break space
    (jshttp/content-disposition #25).
    """
    return _SPACES.sub(" ", value).strip(" ")


_SPACES = re.compile(r"\s+", re.ASCII)


class TimestampedRequest:
    """The part of a request that botocore's signer reads if the string to sign is already known."""

    __slots__ = ("context",)

    def __init__(self, timestamp: str) -> None:
        self.context = {"timestamp": timestamp}


class _SignerV4(SigV4Auth):  # type: ignore[misc]
    """botocore's signer, which signs exactly the headers that the request lists as signed."""

    def headers_to_sign(self, request: _RequestToSign) -> SignerHeaders:
        return request.signed

    def canonical_headers(self, headers_to_sign: SignerHeaders) -> str:
        """Return the signed headers, sorted. Their names are in lower case already, and repeated ones are joined."""
        sent = ((name, headers_to_sign[name]) for name in sorted(headers_to_sign))
        return "\n".join(
            [f"{name}:{' '.join(text.split()) if text.isascii() else _trimmed(text)}" for name, text in sent]
        )

    def signature(self, string_to_sign: str, request: Any) -> str:
        key = _signing_key(
            self.credentials.secret_key,
            request.context["timestamp"][:8],
            self._region_name,
            self._service_name,
        )
        return hmac.digest(key, string_to_sign.encode(), "sha256").hex()

    def matches(self, to_sign: str, request: object, provided: str) -> bool:
        """Return whether ``provided`` is the signature of the string to sign."""
        return signatures_equal(self.signature(to_sign, request), provided)


@functools.lru_cache(maxsize=512)
def _signing_key(secret: str, *scope: str) -> bytes:
    """Return the signing key. It is the same for one secret key, day, Region and service."""
    key = f"AWS4{secret}".encode()
    for part in (*scope, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


class _S3SignerV4(_SignerV4, S3SigV4Auth):  # type: ignore[misc]
    """The signer for S3, which does not normalize paths."""


class _S3SignerV4A(_S3SignerV4):
    """The signer for Version 4A, which only S3 accepts here."""

    def credential_scope(self, request: Any) -> str:
        return f"{request.context['timestamp'][:8]}/{self._service_name}/aws4_request"

    def string_to_sign(self, request: object, canonical_request: str) -> str:
        to_sign: str = super().string_to_sign(request, canonical_request)
        return to_sign.replace(ALGORITHM, ecdsa.ALGORITHM, 1)

    def matches(self, to_sign: str, request: object, provided: str) -> bool:
        try:
            signature = bytes.fromhex(provided)
        except ValueError:
            return False
        verify_message = ecdsa.verifier(self.credentials.access_key, self.credentials.secret_key)
        return verify_message(signature, to_sign.encode())


@functools.lru_cache(maxsize=256)
def signer(scope: CredentialScope, secret: str) -> _SignerV4:
    """Return the signer for a scope. It has no state, so it is cached."""
    if scope.algorithm == ecdsa.ALGORITHM:
        kind: type[_SignerV4] = _S3SignerV4A
    else:
        kind = _S3SignerV4 if scope.service in S3_SERVICES else _SignerV4
    return kind(ReadOnlyCredentials(scope.access_key_id, secret, None), scope.service, scope.region)


def verify(request: WireRequest, parts: SignatureParts, secret: str) -> None:
    """Verify that the request was signed with ``secret``.

    Raises ``SignatureDoesNotMatch`` (403) with the elements of S3: AWSAccessKeyId, StringToSign,
    SignatureProvided, StringToSignBytes, CanonicalRequest, CanonicalRequestBytes (R-1).
    """
    v4_signer = signer(parts.scope, secret)
    signed = _RequestToSign(request, parts)
    canonical = v4_signer.canonical_request(signed)
    try:
        to_sign = v4_signer.string_to_sign(signed, canonical)
        matches = v4_signer.matches(to_sign, signed, parts.signature)
    except UnicodeEncodeError:  # bytes that are not UTF-8: no signer can have signed them
        canonical = canonical.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        to_sign, matches = v4_signer.string_to_sign(signed, canonical), False
    if not matches:
        raise SIGNATURE_DOES_NOT_MATCH(
            unproven(
                f"the signature was not made with the secret of {parts.scope.access_key_id} over this request: over "
                f"{request.method} {request.path} and the headers {', '.join(parts.signed_headers)}",
                "use the secret that belongs to the access key, and change nothing of the request after it is signed: "
                "compare CanonicalRequest of the error with what the client signed",
            ),
            AWSAccessKeyId=parts.scope.access_key_id,
            StringToSign=to_sign,
            SignatureProvided=parts.signature,
            StringToSignBytes=hex_bytes(to_sign),
            CanonicalRequest=canonical,
            CanonicalRequestBytes=hex_bytes(canonical),
        )


def signatures_equal(computed: str, provided: str) -> bool:
    """Return whether two signatures are equal, in constant time."""
    return hmac.compare_digest(computed.encode(), provided.encode("utf-8", "surrogateescape"))


def check_signed_headers(headers: Mapping[str, str], signed: tuple[str, ...]) -> None:
    """Raise ``AccessDenied`` with ``HeadersNotSigned`` if the host or an ``x-amz-*`` header is not signed.

    x-amz-content-sha256 need not be signed: its value is a part of the canonical request anyway.
    """
    unsigned = [
        name for name in headers if name[:6] == "x-amz-" and name not in signed and name != PAYLOAD_HEADER
    ]
    if "host" not in signed:
        unsigned.insert(0, "host")
    if unsigned:
        names = ", ".join(unsigned)
        raise UNSIGNED_HEADERS(
            unproven(
                f"the request has {names}, which the signature does not cover",
                f"sign {names} too, or leave it out: a presigned URL must be made with the parameters that need it",
            ),
            HeadersNotSigned=names,
        )
