"""Signature Version 4 in the Authorization header: taken apart here, computed by botocore's own signer.

Rule 1: canonical request, string to sign and signature are botocore's; this file only gives its signer a request
that holds what the caller said was signed. Rule 2: a comparison of signatures takes the same time either way.
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

from mocks3.call import WireRequest
from mocks3.errors import (
    AUTHORIZATION_HEADER_MALFORMED,
    MISSING_DATE,
    SIGNATURE_DOES_NOT_MATCH,
)

ALGORITHM = "AWS4-HMAC-SHA256"
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


class Claim(NamedTuple):
    """What an Authorization header claims: whose key, in which scope, over which headers, with what signature."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


def read_claim(header: str) -> Claim:
    """Take ``AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`` apart.

    Raises ``AuthorizationHeaderMalformed`` (400) when a part is missing or the credential's scope is not of the
    form ``KEY/YYYYMMDD/REGION/SERVICE/aws4_request`` [docs: S3 error responses].
    """
    pairs = (part.strip().partition("=") for part in header.removeprefix(ALGORITHM).split(","))
    parts = {name: value for name, _, value in pairs}
    for name in ("Credential", "SignedHeaders", "Signature"):
        if name not in parts:
            raise AUTHORIZATION_HEADER_MALFORMED(
                reason="the authorization header requires three components: Credential, SignedHeaders, and Signature."
            )
    scope = parts["Credential"].rsplit("/", 4)
    if len(scope) != 5 or scope[4] != "aws4_request":
        raise AUTHORIZATION_HEADER_MALFORMED(
            reason='the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        )
    return Claim(
        scope[0], scope[1], scope[2], scope[3], tuple(parts["SignedHeaders"].split(";")), parts["Signature"]
    )


def signing_time(headers: Mapping[str, str]) -> datetime.datetime:
    """When the request says it was signed (``x-amz-date``). Raises ``AccessDenied`` (403) without a valid date."""
    sent = _TIMESTAMP.fullmatch(headers.get("x-amz-date", ""))
    if sent is None:
        raise MISSING_DATE()
    try:
        year, month, day, hour, minute, second = map(int, sent.groups())
        return datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        raise MISSING_DATE() from None


class _Headers(dict[str, str]):
    """The signed headers, as botocore's signers read them."""

    def get_all(self, name: str) -> tuple[str, ...]:
        return (self[name],)


class _SignedRequest:
    """As much of botocore's ``AWSRequest`` as its signers read."""

    __slots__ = ("body", "context", "headers", "method", "params", "signed", "url")

    def __init__(self, request: WireRequest, claim: Claim, timestamp: str) -> None:
        sent = request.headers
        self.method = request.method
        self.url = request.url
        self.signed = _Headers({name: sent[name] for name in claim.signed_headers if name in sent})
        if "host" in claim.signed_headers and "host" not in sent:
            self.signed["host"] = request.host
        # botocore takes the payload's digest from this header when it is there, signed or not, as S3 does.
        digest = sent.get("x-amz-content-sha256")
        self.headers = {} if digest is None else {"X-Amz-Content-SHA256": digest}
        self.params: Mapping[str, str] = {}
        self.body = request.body
        self.context: dict[str, Any] = {"timestamp": timestamp}


class _Verifier(SigV4Auth):  # type: ignore[misc]
    """botocore's signer, made to sign exactly the headers that the caller says it signed."""

    def headers_to_sign(self, request: _SignedRequest) -> _Headers:
        return request.signed

    def _sign(self, key: bytes, msg: str, hex: bool = False) -> Any:
        return super()._sign(key, msg, hex=True) if hex else _derived(key, msg)


@functools.lru_cache(maxsize=512)
def _derived(key: bytes, message: str) -> bytes:
    """One step on the way to a day's signing key: the same for every request of a key in a Region that day."""
    derived: bytes = SigV4Auth._sign(None, key, message)
    return derived


class _S3Verifier(_Verifier, S3SigV4Auth):  # type: ignore[misc]
    """The same for S3, which does not normalize paths."""


def verify(request: WireRequest, claim: Claim, secret: str) -> None:
    """Prove that the holder of ``secret`` signed this request as claimed.

    Raises ``SignatureDoesNotMatch`` (403) with the elements that S3 shows: AWSAccessKeyId, StringToSign,
    SignatureProvided, StringToSignBytes, CanonicalRequest, CanonicalRequestBytes (answers.md "SIG").
    """
    verifier = _S3Verifier if claim.service in ("s3", "s3express", "s3-object-lambda") else _Verifier
    signer = verifier(ReadOnlyCredentials(claim.access_key_id, secret, None), claim.service, claim.region)
    signed = _SignedRequest(request, claim, request.headers["x-amz-date"])
    canonical = signer.canonical_request(signed)
    to_sign = signer.string_to_sign(signed, canonical)
    if not hmac.compare_digest(signer.signature(to_sign, signed), claim.signature):
        raise SIGNATURE_DOES_NOT_MATCH(
            AWSAccessKeyId=claim.access_key_id,
            StringToSign=to_sign,
            SignatureProvided=claim.signature,
            StringToSignBytes=_bytes(to_sign),
            CanonicalRequest=canonical,
            CanonicalRequestBytes=_bytes(canonical),
        )


def _bytes(text: str) -> str:
    return " ".join(f"{byte:02x}" for byte in text.encode())
