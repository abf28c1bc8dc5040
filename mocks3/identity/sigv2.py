"""Signature Version 2: the arithmetic, computed by botocore's own signer.

S3 takes it in the Regions that existed before 2014, for buckets old and new; elsewhere it asks for Version 4.

The signature covers the query parameters on botocore's list. The signature of a URL also covers every subresource that
is not on that list, so that a URL for one resource does not open another one. Signatures in headers are checked as
botocore makes them, without those subresources. S3 was seen to refuse such a signature for ``object-lock``
(boto/botocore #2468); for the other subresources no answer of S3 is known.

Source: RESTAuthentication ("Signing and authenticating REST requests"); user guide, "Specifying the Signature
Version in request authentication".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from botocore.auth import HmacV1Auth
from botocore.credentials import ReadOnlyCredentials

from mocks3.errors import SIGNATURE_DOES_NOT_MATCH, SIGNATURE_V4_NEEDED, S3Error
from mocks3.identity.signed_request import SignerHeaders, shown_bytes
from mocks3.identity.sigv4 import signatures_equal
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address, Parsed

VERSION = "AWS"
"""What ``s3:signatureversion`` says of it."""

REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)


class _SignerV2(HmacV1Auth):  # type: ignore[misc]
    """botocore's signer, made to sign with the date that the caller says it signed with.

    Args: ``subresource`` the query names of what the request is about.
    """

    def __init__(
        self, access_key_id: str, secret: str, date: str = "", subresource: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(ReadOnlyCredentials(access_key_id, secret, None))
        self._date = date
        if subresource.isdisjoint(HmacV1Auth.QSAOfInterest):
            self.QSAOfInterest = (*HmacV1Auth.QSAOfInterest, *subresource)

    def _get_date(self) -> str:
        return self._date


def check_v2_accepted(region: str | None, of_s3: bool) -> None:
    """Raise ``InvalidRequest`` where Version 4 is the only one (X-30, X-31)."""
    if not of_s3 or (region is not None and region not in REGIONS):
        raise SIGNATURE_V4_NEEDED()


def verify(
    parsed: Parsed,
    request: WireRequest,
    access_key_id: str,
    provided: str,
    date: str,
    secret: str,
    subresource: frozenset[str] = frozenset(),
) -> None:
    """Prove that the holder of ``secret`` signed. Raises ``SignatureDoesNotMatch`` in its short form (R-2).

    Args: ``request`` as it was signed: as it was sent, or with the headers of its query; ``date`` what stands in the
    line of the date; ``subresource`` the query names that are signed although botocore's list lacks them.
    """
    by = _SignerV2(access_key_id, secret, date, subresource)
    split = urlsplit(request.url)
    to_signs = [
        by.canonical_string(request.method, split, SignerHeaders.of(request.headers, "date"), auth_path=path)
        for path in _resources(request.path, parsed.address)
    ]
    if any(signatures_equal(_signature(by, to_sign), provided) for to_sign in to_signs):
        return
    raise mismatch(access_key_id, to_signs[0], provided)


def verify_text(signed: str, access_key_id: str, provided: str, secret: str) -> None:
    """The same for a text that was signed as it stands: a form's policy."""
    if not signatures_equal(_signature(_SignerV2(access_key_id, secret), signed), provided):
        raise mismatch(access_key_id, signed, provided)


def mismatch(access_key_id: str, to_sign: str, provided: str) -> S3Error:
    """``SignatureDoesNotMatch`` in its short form."""
    return SIGNATURE_DOES_NOT_MATCH(
        AWSAccessKeyId=access_key_id,
        StringToSign=to_sign,
        SignatureProvided=provided,
        StringToSignBytes=shown_bytes(to_sign),
    )


def _signature(by: Any, to_sign: str) -> str:
    signed: str = by.sign_string(text(to_sign))
    return signed


def text(signed: str) -> str:
    """What was signed, as text that can be signed: bytes that are no UTF-8 could not."""
    return signed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _resources(path: str, address: Address) -> tuple[str, ...]:
    """What the canonical resource may be: the path with its bucket, and a bucket's with a slash or without."""
    if address.style == "virtual":
        return (f"/{address.bucket}{path}",)
    bare = address.bucket is not None and address.key is None and not path.endswith("/")
    return (path, path + "/") if bare else (path,)
