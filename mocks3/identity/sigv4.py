"""Signature Version 4 in the Authorization header: taken apart here, computed by botocore's own signer.

Rule 1: canonical request, string to sign and signature are botocore's; this file only gives its signer a request
that holds what the caller said was signed. Rule 2: a comparison of signatures takes the same time either way.
"""

from __future__ import annotations

import datetime
import hmac
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import HeadersDict
from botocore.credentials import ReadOnlyCredentials

from mocks3.call import WireRequest
from mocks3.errors import (
    AUTHORIZATION_HEADER_MALFORMED,
    MISSING_DATE,
    SIGNATURE_DOES_NOT_MATCH,
)

ALGORITHM = "AWS4-HMAC-SHA256"
_PART = re.compile(r"(\w+)=([^,\s]+)")
_TIMESTAMP = "%Y%m%dT%H%M%SZ"


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
    parts = dict(_PART.findall(header.removeprefix(ALGORITHM)))
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
    try:
        return datetime.datetime.strptime(headers["x-amz-date"], _TIMESTAMP).replace(tzinfo=datetime.UTC)
    except (KeyError, ValueError):
        raise MISSING_DATE() from None


class _SignedRequest:
    """As much of botocore's ``AWSRequest`` as its signers read."""

    __slots__ = ("body", "context", "headers", "method", "params", "url")

    def __init__(self, request: WireRequest, headers: HeadersDict, timestamp: str) -> None:
        self.method = request.method
        self.url = request.url
        self.headers = headers
        self.params: Mapping[str, str] = {}
        self.body = request.body
        self.context: dict[str, Any] = {"timestamp": timestamp}


def verify(request: WireRequest, claim: Claim, secret: str) -> None:
    """Prove that the holder of ``secret`` signed this request as claimed.

    Raises ``SignatureDoesNotMatch`` (403) with the elements that S3 shows: AWSAccessKeyId, StringToSign,
    SignatureProvided, StringToSignBytes, CanonicalRequest, CanonicalRequestBytes (answers.md "SIG").
    """
    sent = request.headers
    # botocore takes the payload's digest from this header when it is there, signed or not, as S3 does.
    names = {*claim.signed_headers, "x-amz-content-sha256"} & sent.keys()
    headers = HeadersDict({name: sent[name] for name in names})
    if "host" in claim.signed_headers and "host" not in sent:
        headers["host"] = request.host
    signer_type = S3SigV4Auth if claim.service in ("s3", "s3express", "s3-object-lambda") else SigV4Auth
    signer = signer_type(ReadOnlyCredentials(claim.access_key_id, secret, None), claim.service, claim.region)
    signed = _SignedRequest(request, headers, sent["x-amz-date"])
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
