"""Signature Version 2, computed by botocore's own signer.

S3 accepts it in the Regions that existed before 2014, for old and new buckets. Other Regions require Version 4.

The signature covers the query parameters on botocore's list. The signature of a URL also covers every subresource that
is not on that list, so that a URL for one resource does not open another one. Signatures in headers are checked as
botocore makes them, without those subresources. S3 was seen to refuse such a signature for ``object-lock``
(boto/botocore #2468); for the other subresources no answer of S3 is known.

Source: RESTAuthentication ("Signing and authenticating REST requests"); user guide, "Specifying the Signature
Version in request authentication".
"""

from __future__ import annotations

from urllib.parse import urlsplit

from botocore.auth import HmacV1Auth
from botocore.credentials import ReadOnlyCredentials

from mocks3.errors import S3Error
from mocks3.errors.refusals import SIGNATURE_DOES_NOT_MATCH, SIGNATURE_V4_NEEDED
from mocks3.identity.signed_request import SignerHeaders, hex_bytes, unproven
from mocks3.identity.sigv4 import signatures_equal
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address, Parsed

VERSION = "AWS"
"""The value of ``s3:signatureversion`` for Version 2."""

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
    """botocore's signer, which signs with the date of the request.

    Args:
        date: The text of the date line in the string to sign.
        subresource: The query names of the request's subresource.
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
    """Raise ``InvalidRequest`` if the service or Region requires Version 4 (X-30, X-31)."""
    if not of_s3 or (region is not None and region not in REGIONS):
        where = "this service" if not of_s3 else f"the Region {region}"
        raise SIGNATURE_V4_NEEDED(
            unproven(
                f"the request has a signature of Version 2, and {where} accepts only Version 4",
                "sign with Version 4: Config(signature_version='s3v4')",
            )
        )


def verify(
    parsed: Parsed,
    request: WireRequest,
    access_key_id: str,
    provided: str,
    date: str,
    secret: str,
    subresource: frozenset[str] = frozenset(),
) -> None:
    """Verify that the request was signed with ``secret``. Raises ``SignatureDoesNotMatch`` in its short form (R-2).

    Args:
        parsed: The parsed request.
        request: The request as it was signed: as sent, or with the headers of its query added.
        access_key_id: The access key id of the request.
        provided: The signature of the request.
        date: The text of the date line in the string to sign.
        secret: The secret of the access key.
        subresource: The query parameters that are signed although botocore's list lacks them.
    """
    signer = _SignerV2(access_key_id, secret, date, subresource)
    split = urlsplit(request.url)
    to_signs = [
        signer.canonical_string(
            request.method, split, SignerHeaders.excluding(request.headers, "date"), auth_path=path
        )
        for path in _resources(request.path, parsed.address)
    ]
    if any(signatures_equal(_signature(signer, to_sign), provided) for to_sign in to_signs):
        return
    raise mismatch(access_key_id, to_signs[0], provided)


def verify_text(signed: str, access_key_id: str, provided: str, secret: str) -> None:
    """Verify the signature of a text that was signed directly: a form's policy."""
    if not signatures_equal(_signature(_SignerV2(access_key_id, secret), signed), provided):
        raise mismatch(access_key_id, signed, provided)


def mismatch(access_key_id: str, to_sign: str, provided: str) -> S3Error:
    """Return ``SignatureDoesNotMatch`` in its short form."""
    return SIGNATURE_DOES_NOT_MATCH(
        unproven(
            f"the signature was not made with the secret of {access_key_id} over this request",
            "use the secret that belongs to the access key, and change nothing of the request after it is signed",
        ),
        AWSAccessKeyId=access_key_id,
        StringToSign=to_sign,
        SignatureProvided=provided,
        StringToSignBytes=hex_bytes(to_sign),
    )


def _signature(signer: _SignerV2, to_sign: str) -> str:
    signed: str = signer.sign_string(text(to_sign))
    return signed


def text(signed: str) -> str:
    """Return the signed text with a replacement character for each byte that is not UTF-8."""
    return signed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _resources(path: str, address: Address) -> tuple[str, ...]:
    """Return the possible canonical resources: bucket and path; a bucket's path with and without a final slash."""
    if address.style == "virtual":
        return (f"/{address.bucket}{path}",)
    bare = address.bucket is not None and address.key is None and not path.endswith("/")
    return (path, path + "/") if bare else (path,)
