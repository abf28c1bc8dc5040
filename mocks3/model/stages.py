"""The types that only one stage can make: a request that is authenticated, a request that is authorized.

    WireRequest --parse--> Parsed --authenticate--> Authenticated --locate--> Located --authorize--> Authorized
                                                     --operation--> output --serialize--> WireResponse

Rule 1: each stage takes the type that only the stage before can make; operating before authorizing does not type-check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from mocks3.lib.values import value
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature
from mocks3.model.target import Target
from mocks3.model.world import Settings, World
from mocks3.storage.iam.caller import Caller

if TYPE_CHECKING:
    from mocks3.errors import S3Error
    from mocks3.storage import Bucket, Encryption, Store, Version
    from mocks3.storage.kms import KeyRecord


class Authenticated(NamedTuple):
    """A parsed request and the caller it is proven to come from. Made by ``identity.authenticate`` only.

    ``edition`` is the state of the world (``locking.WorldLock``) in which the caller was looked up.
    """

    parsed: Parsed
    caller: Caller
    signature: Signature
    edition: int


class Located(NamedTuple):
    """An authenticated request and what it names. Made by ``access.locate`` only.

    target   the bucket or object of the URL; None for a call to the service
    source   the object that is copied; None if none is
    version  the version that the URL names, which may be a delete marker; None if there is none
    """

    authenticated: Authenticated
    target: Target | None
    source: Target | None
    version: Version | None


class Permissions(Protocol):
    """What an operation may still ask about permissions while it runs: those that are not simply REQUIRED."""

    def allows(self, action: str) -> bool:
        """Return whether the caller may see the part of the answer that ``action`` protects (mode OPTIONAL)."""

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """Return the error for one entry of a multi-key call (mode PER_KEY), or None if it may proceed."""

    def explain_refusal(self, error: S3Error, key: str, version_id: str | None) -> None:
        """Record why one entry of a multi-key call was refused, if the error is a refusal."""

    def missing_key_denial(self) -> S3Error | None:
        """Return the refusal that hides whether a key exists (mode REVEAL), or None if the caller may know."""


@value
class Authorized:
    """A request that may proceed. Made by ``access.authorize`` only; the only thing an operation accepts.

    located      the bucket or object that the request names, as it stood at authorization; None if it names none
    source       the object that is copied, if one is
    version      the version that the request names, which may be a delete marker; None if there is none
    kms_key      the key that a call to KMS is about, if it is about one
    encryption   how KMS will encrypt what the call writes; None if it is encrypted in another way
    permissions  what the operation may still ask about permissions
    edition      the state of the world in which that was decided: the request runs in it, or is authorized again
    """

    parsed: Parsed
    caller: Caller
    signature: Signature
    located: Target | None
    source: Target | None
    version: Version | None
    kms_key: KeyRecord | None
    encryption: Encryption | None
    permissions: Permissions
    world: World
    edition: int

    @property
    def target(self) -> Target:
        """The bucket or object that the request names; operations on buckets and objects have one."""
        assert self.located is not None, self.parsed.operation
        return self.located

    @property
    def bucket(self) -> Bucket:
        """The bucket of the URL; operations on buckets and objects have one by the time they run."""
        bucket = None if self.located is None else self.located.bucket
        assert bucket is not None, self.parsed.operation
        return bucket

    @property
    def key(self) -> str:
        """The key of the URL; only for object operations."""
        key = None if self.located is None else self.located.key
        assert key is not None, self.parsed.operation
        return key

    @property
    def store(self) -> Store:
        """Buckets and what is in them."""
        return self.world.store

    @property
    def settings(self) -> Settings:
        """How the mock was set up."""
        return self.world.settings
