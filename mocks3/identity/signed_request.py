"""What every way of signing a request has in common: a claim, and how it is put to the test.

    authenticate:  read -> hold -> (find the key) -> verify -> seal -> keep_terms

Rule 1: one mechanism a file, each a :class:`Claim`. Rule 2: a claim knows the request as it was sent and nothing of
who holds which key; what it finds wrong is an error of X-30, X-31.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping

from mocks3 import clock
from mocks3.errors import REQUEST_TIME_TOO_SKEWED
from mocks3.model.messages import ChunkVerifier
from mocks3.model.stages import Signature

SKEW = datetime.timedelta(minutes=15)
"""How far a request's clock may be from S3's (X-30, X-31)."""


class SignedRequest(ABC):
    """A request's claim to come from the holder of a key. Made by reading it, which finds what is malformed."""

    __slots__ = ("access_key_id", "token")

    access_key_id: str
    token: str | None

    @property
    @abstractmethod
    def signature(self) -> Signature:
        """How the request was signed, for the condition keys that ask."""

    @abstractmethod
    def check_time_and_scope(self, region: str | None) -> None:
        """Hold what needs no key against S3's clock and the endpoint: time, scope, what was left unsigned.

        Args: ``region`` the Region that the signature must be for; None where any will do.
        """

    @abstractmethod
    def verify(self, secret: str) -> None:
        """Prove that the holder of ``secret`` signed. Raises ``SignatureDoesNotMatch``."""

    def chunk_verifier(self, secret: str) -> ChunkVerifier | None:
        """Who verifies the chunks of the body, where they are signed one by one."""
        return None

    def check_form_policy(self) -> None:  # noqa: B027 - most signers set none
        """Hold the request against terms that its signer set: the policy of a form."""


def check_clock_skew(signed_at: datetime.datetime, sent: str) -> None:
    """Raise ``RequestTimeTooSkewed`` for a header-signed request whose clock is off; ``sent`` is what it says."""
    now = clock.now()
    if abs(now - signed_at) > SKEW:
        raise REQUEST_TIME_TOO_SKEWED(
            RequestTime=sent,
            ServerTime=now.strftime(clock.TIMESTAMP),
            MaxAllowedSkewMilliseconds=int(SKEW.total_seconds() * 1000),
        )


def shown_bytes(text: str) -> str:
    """The bytes of what was to be signed, as ``StringToSignBytes`` shows them."""
    return text.encode("utf-8", "surrogateescape").hex(" ")


class SignerHeaders(dict[str, str]):
    """Headers, as botocore's signers read them."""

    def get_all(self, name: str) -> tuple[str, ...]:
        """A header's values: one, since a door has joined repeated headers."""
        return (self[name],)

    @classmethod
    def of(cls, sent: Mapping[str, str], *left_out: str) -> SignerHeaders:
        """Headers but for some."""
        return cls({name: value for name, value in sent.items() if name not in left_out})
