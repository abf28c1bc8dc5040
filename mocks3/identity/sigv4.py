"""Signature Version 4: the arithmetic, computed by botocore's own signer.

Rule 1: canonical request, string to sign and signature are botocore's; this file only gives its signer a request
that holds what the caller said was signed. Rule 2: a comparison of signatures takes the same time either way.
Rule 3: Version 4A differs in its string to sign and in how that is proven, and in nothing else.
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

from mocks3.errors import SIGNATURE_DOES_NOT_MATCH, UNSIGNED_HEADERS
from mocks3.identity import ecdsa
from mocks3.identity.scope import S3_SERVICES, CredentialScope
from mocks3.identity.signed_request import SignerHeaders, shown_bytes
from mocks3.model.messages import WireRequest

ALGORITHM = "AWS4-HMAC-SHA256"
PAYLOAD_HEADER = "x-amz-content-sha256"
TIMESTAMP_FORMAT = "%Y%m%dT%H%M%SZ"
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


@functools.lru_cache(maxsize=64)
def parse_timestamp(timestamp: str) -> datetime.datetime | None:
    """The moment that ``20130524T000000Z`` stands for; None for anything else."""
    found = _TIMESTAMP.fullmatch(timestamp)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        return None


class SignatureParts(NamedTuple):
    """What is to be proven: that this scope's key signed these headers of this URL at this time.

    ``payload`` is the digest or the constant that stands for the body; None has the body digested.
    """

    scope: CredentialScope
    timestamp: str
    signed_headers: tuple[str, ...]
    signature: str
    url: str
    payload: str | None


class _RequestToSign:
    """As much of botocore's ``AWSRequest`` as its signers read."""

    __slots__ = ("body", "context", "headers", "method", "params", "signed", "url")

    def __init__(self, request: WireRequest, proof: SignatureParts) -> None:
        sent = request.headers
        self.method = request.method
        self.url = proof.url
        self.signed = SignerHeaders({name: sent[name] for name in proof.signed_headers if name in sent})
        if "host" in proof.signed_headers and "host" not in sent:
            self.signed["host"] = request.host
        # botocore takes the payload's digest from this header when it is there, signed or not, as S3 does.
        self.headers = {} if proof.payload is None else {"X-Amz-Content-SHA256": proof.payload}
        self.params: Mapping[str, str] = {}
        self.body = request.body
        self.context: dict[str, Any] = {"timestamp": proof.timestamp}


class TimestampedRequest:
    """As much of a request as botocore's signer reads of one whose string to sign is known."""

    __slots__ = ("context",)

    def __init__(self, timestamp: str) -> None:
        self.context = {"timestamp": timestamp}


class _SignerV4(SigV4Auth):  # type: ignore[misc]
    """botocore's signer, made to sign exactly the headers that the caller says it signed."""

    def headers_to_sign(self, request: _RequestToSign) -> SignerHeaders:
        return request.signed

    def _sign(self, key: bytes, msg: str, hex: bool = False) -> Any:
        return super()._sign(key, msg, hex=True) if hex else _derived(key, msg)

    def matches(self, to_sign: str, request: Any, provided: str) -> bool:
        """Whether a signature is that of a text."""
        return signatures_equal(self.signature(to_sign, request), provided)


@functools.lru_cache(maxsize=512)
def _derived(key: bytes, message: str) -> bytes:
    """One step on the way to a day's signing key: the same for every request of a key in a Region that day."""
    derived: bytes = SigV4Auth._sign(None, key, message)
    return derived


class _S3SignerV4(_SignerV4, S3SigV4Auth):  # type: ignore[misc]
    """The same for S3, which does not normalize paths."""


class _S3SignerV4A(_S3SignerV4):
    """The same for Version 4A, which S3 alone takes."""

    def credential_scope(self, request: Any) -> str:
        return f"{request.context['timestamp'][:8]}/{self._service_name}/aws4_request"

    def string_to_sign(self, request: Any, canonical_request: str) -> str:
        to_sign: str = super().string_to_sign(request, canonical_request)
        return to_sign.replace(ALGORITHM, ecdsa.ALGORITHM, 1)

    def matches(self, to_sign: str, request: Any, provided: str) -> bool:
        try:
            signature = bytes.fromhex(provided)
        except ValueError:
            return False
        verified = ecdsa.verifier(self.credentials.access_key, self.credentials.secret_key)
        return verified(signature, to_sign.encode())


@functools.lru_cache(maxsize=256)
def signer(scope: CredentialScope, secret: str) -> Any:
    """The signer for a scope; it keeps nothing of what it signs."""
    if scope.algorithm == ecdsa.ALGORITHM:
        verifier: type[_SignerV4] = _S3SignerV4A
    else:
        verifier = _S3SignerV4 if scope.service in S3_SERVICES else _SignerV4
    return verifier(ReadOnlyCredentials(scope.access_key_id, secret, None), scope.service, scope.region)


def verify(request: WireRequest, proof: SignatureParts, secret: str) -> None:
    """Prove that the holder of ``secret`` signed this request as claimed.

    Raises ``SignatureDoesNotMatch`` (403) with the elements that S3 shows: AWSAccessKeyId, StringToSign,
    SignatureProvided, StringToSignBytes, CanonicalRequest, CanonicalRequestBytes (R-1).
    """
    by = signer(proof.scope, secret)
    signed = _RequestToSign(request, proof)
    canonical = by.canonical_request(signed)
    try:
        to_sign = by.string_to_sign(signed, canonical)
        proven = by.matches(to_sign, signed, proof.signature)
    except UnicodeEncodeError:  # bytes that are no text: nothing that could have been signed
        canonical = canonical.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        to_sign, proven = by.string_to_sign(signed, canonical), False
    if not proven:
        raise SIGNATURE_DOES_NOT_MATCH(
            AWSAccessKeyId=proof.scope.access_key_id,
            StringToSign=to_sign,
            SignatureProvided=proof.signature,
            StringToSignBytes=shown_bytes(to_sign),
            CanonicalRequest=canonical,
            CanonicalRequestBytes=shown_bytes(canonical),
        )


def signatures_equal(computed: str, provided: str) -> bool:
    """Whether two signatures are equal; it takes as long to find that they are not."""
    return hmac.compare_digest(computed.encode(), provided.encode("utf-8", "surrogateescape"))


def check_signed_headers(headers: Mapping[str, str], signed: tuple[str, ...]) -> None:
    """Raise ``AccessDenied`` with ``HeadersNotSigned`` for the host or an ``x-amz-*`` header that is not signed.

    The payload's digest may be: it takes part in the canonical request by itself.
    """
    unsigned = [
        name for name in headers if name[:6] == "x-amz-" and name not in signed and name != PAYLOAD_HEADER
    ]
    if "host" not in signed:
        unsigned.insert(0, "host")
    if unsigned:
        raise UNSIGNED_HEADERS(HeadersNotSigned=", ".join(unsigned))
