"""The types that only one stage can make: a request that is authenticated, a request that is authorized.

    WireRequest --parse--> Parsed --authenticate--> Authenticated --authorize--> Authorized
                                                     --operation--> output --serialize--> WireResponse

Rule 1: each stage takes the type that only the stage before can make; operating before authorizing does not type-check.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mocks3.model.parsed import Parsed
from mocks3.model.target import Target
from mocks3.model.world import Settings, World
from mocks3.storage.iam.caller import Caller
from mocks3.values import value

if TYPE_CHECKING:
    from mocks3.errors import S3Error
    from mocks3.storage import Bucket, Encryption, Store
    from mocks3.storage.iam import AccessKeyRecord


class Signature(NamedTuple):
    """How the request was authenticated: what ``s3:authType`` and its neighbours are derived from."""

    auth_type: str | None = None
    version: str | None = None
    signed_at: datetime.datetime | None = None
    access_key_id: str | None = None
    region: str | None = None


class Authenticated(NamedTuple):
    """A parsed request and the caller it is proven to come from. Made by ``identity.authenticate`` only."""

    parsed: Parsed
    caller: Caller
    signature: Signature


class Ruling(Protocol):
    """What ``access`` can still be asked while an operation runs: the needs that are not simply REQUIRED."""

    def allows(self, action: str) -> bool:
        """Whether the caller may see the part of the answer that ``action`` guards (mode OPTIONAL)."""

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """The error for one entry of a multi-key call (mode PER_KEY), or None when it may proceed."""

    def unrevealed(self) -> S3Error | None:
        """The refusal that hides whether a key exists (mode REVEAL), or None where its absence may be told."""

    def encryption(self) -> Encryption | None:
        """How KMS will encrypt what the call writes, with a key that its caller may use; None for other ways."""

    def validate_policy(self, text: str) -> dict[str, str]:
        """Whom a new bucket policy names: ARN to unique id. Raises ``MalformedPolicy`` (authorization.md 8.3)."""

    def policy_text(self) -> str | None:
        """The bucket's policy as it reads now, which is with the ids of principals that are gone (PE-14)."""

    @property
    def access_key_id(self) -> str | None:
        """The key that the request is signed with; None where it is not signed."""

    def signer(self) -> AccessKeyRecord | None:
        """The caller's key: of unknown ones the one that stands for them; None where nobody signed."""

    def forwarded(self, service: str) -> AccessKeyRecord:
        """A key with which a service goes on with the caller's identity and permissions (P-10)."""

    def is_public(self, policy: str) -> bool:
        """Whether a bucket policy is public (authorization.md 4.4)."""


@value
class Authorized:
    """A request that may proceed. Made by ``access.authorize`` only; the only thing an operation accepts.

    ``target`` is the bucket or object of the URL as it stood at authorization; ``source`` that of a copy.
    """

    parsed: Parsed
    caller: Caller
    target: Target
    source: Target | None
    ruling: Ruling
    world: World

    @property
    def bucket(self) -> Bucket:
        """The bucket of the URL; operations on buckets and objects have one by the time they run."""
        assert self.target.bucket is not None, self.parsed.operation
        return self.target.bucket

    @property
    def key(self) -> str:
        """The key of the URL; only for object operations."""
        assert self.target.key is not None, self.parsed.operation
        return self.target.key

    @property
    def store(self) -> Store:
        """Buckets and what is in them."""
        return self.world.store

    @property
    def settings(self) -> Settings:
        """How the mock was set up."""
        return self.world.settings
