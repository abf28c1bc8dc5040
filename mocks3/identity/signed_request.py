"""The common interface of all ways to sign a request, and the steps of authentication.

    read -> check_time_and_scope -> (find the key) -> verify -> chunk_verifier -> check_form_policy

Rule 1: each mechanism has one file and is a :class:`SignedRequest`. Rule 2: it knows the request as it was sent, and
does not know the stored keys. Its errors are those of X-30 and X-31.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping

from mocks3 import clock
from mocks3.errors import Why
from mocks3.errors.refusals import REQUEST_TIME_TOO_SKEWED
from mocks3.model.messages import ChunkVerifier
from mocks3.model.signature import Signature

SKEW = datetime.timedelta(minutes=15)
"""The largest accepted difference between the time of a request and S3's time (X-30, X-31)."""


def unproven(text: str, *fixes: str, rules: str = "X-30, X-31") -> Why:
    """Return why a request does not prove who sent it."""
    return Why("signature", text, rules, fixes)


def expired(ends: str, here: str) -> Why:
    """Return why a presigned URL is not accepted any more."""
    return unproven(
        f"the presigned URL was valid until {ends}, and the clock of S3 shows {here}",
        "make a new URL, or one with a longer ExpiresIn (at most 7 days)",
        rules="F-100, X-31",
    )


def gone(key_id: str) -> Why:
    """Return why a key is not accepted whose user or role does not exist any more."""
    return unproven(
        f"the principal of the access key {key_id} was deleted",
        "sign with the key of a principal that exists",
    )


class SignedRequest(ABC):
    """The signature of a request, as one mechanism parses it. The constructor raises for malformed parameters."""

    __slots__ = ("access_key_id", "token")

    access_key_id: str
    token: str | None

    @property
    @abstractmethod
    def signature(self) -> Signature:
        """How the request was signed, for condition keys such as ``s3:authType``."""

    @abstractmethod
    def check_time_and_scope(self, region: str | None) -> None:
        """Check what needs no key: the signing time, the scope, and that the required headers are signed.

        Args:
            region: The Region that the signature must be for; None if every Region is accepted.
        """

    @abstractmethod
    def verify(self, secret: str) -> None:
        """Verify that the request was signed with ``secret``. Raises ``SignatureDoesNotMatch``."""

    def chunk_verifier(self, secret: str) -> ChunkVerifier | None:
        """Return the verifier of the body's chunks; None if the chunks are not signed."""
        return None

    def check_form_policy(self) -> None:  # noqa: B027 - only forms have a policy
        """Check a form against its policy. Other requests have no policy."""


def check_clock_skew(signed_at: datetime.datetime, sent: str) -> None:
    """Raise ``RequestTimeTooSkewed`` if the signing time is too far from S3's time; ``sent`` is its text."""
    now = clock.now()
    if abs(now - signed_at) > SKEW:
        minutes = int(SKEW.total_seconds()) // 60
        here = now.strftime(clock.TIMESTAMP)
        raise REQUEST_TIME_TOO_SKEWED(
            unproven(
                f"the request was signed at {sent}, the clock of S3 shows {here}, and the difference is more than "
                f"{minutes} minutes",
                f"sign the request with a clock that shows about {here}, such as the clock of this mock",
            ),
            RequestTime=sent,
            ServerTime=here,
            MaxAllowedSkewMilliseconds=int(SKEW.total_seconds() * 1000),
        )


def hex_bytes(text: str) -> str:
    """Return the bytes of a text in hexadecimal, as in ``StringToSignBytes``."""
    return text.encode("utf-8", "surrogateescape").hex(" ")


class SignerHeaders(dict[str, str]):
    """Headers with the methods that botocore's signers call."""

    def get_all(self, name: str) -> tuple[str, ...]:
        """Return a header's values: always one, because interceptors join repeated headers."""
        return (self[name],)

    @classmethod
    def excluding(cls, sent: Mapping[str, str], *excluded: str) -> SignerHeaders:
        """Return the headers without those that are excluded."""
        return cls({name: value for name, value in sent.items() if name not in excluded})
