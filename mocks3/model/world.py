"""The in-memory AWS as the stages see it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from mocks3.clock import WorldClock
    from mocks3.errors import S3Error
    from mocks3.lib.locking import WorldLock
    from mocks3.model.parsed import Parsed
    from mocks3.model.signature import Signature
    from mocks3.storage import Bucket, Store
    from mocks3.storage.iam import IamStore
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.iam.guardrails import GuardRails
    from mocks3.storage.kms import KeyStore


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a mock. There is no setting that turns authorization off."""

    region: str = "us-east-1"
    account: str = "123456789012"
    strict: bool = False
    enforce: str = "deny"
    initiator_rule: str = "strict"
    new_bucket_defaults: str = "2026"
    min_part_size: int = 5 << 20
    passthrough: tuple[str, ...] = ()
    profiles: tuple[tuple[str, Any], ...] = ()
    nested: str = "fresh"
    bucket_names: str = "s3"
    regions: str = "aws"
    location_constraint: str = "required"
    roles: str = "trusting"
    ambient_credentials: str = "root"
    path: str = "direct"
    deliver: str = "any"


class AccessKeyUse(NamedTuple):
    """The last call that was signed with an access key: its time, and the service and Region of the signature."""

    when: datetime.datetime
    service: str
    region: str


class World(Protocol):
    """The in-memory AWS as the stages see it: stored objects, accounts and principals, and the mock's settings."""

    @property
    def lock(self) -> WorldLock: ...

    @property
    def store(self) -> Store: ...

    @property
    def iam(self) -> IamStore: ...

    @property
    def kms(self) -> KeyStore: ...

    @property
    def guardrails(self) -> GuardRails: ...

    @guardrails.setter
    def guardrails(self, rails: GuardRails) -> None: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def clock(self) -> WorldClock: ...

    def refused_destination(self, bucket: Bucket, arn: str) -> str | None:
        """Return S3's message for a notification destination that it cannot send to; None if it can."""

    def record_decision(self, decision: object) -> None:
        """Add a decision, or a refusal by a rule, to ``aws.decisions``."""

    def record_refusal(self, parsed: Parsed | None, decision: object) -> None:
        """Record that a call, or one entry of it, was refused, for the report of a failing test."""

    def record_call(
        self, parsed: Parsed, caller: Caller | None, signature: Signature, error: S3Error | None
    ) -> None:
        """Add an answered call to ``aws.calls``."""

    def last_use(self, key_id: str) -> AccessKeyUse | None:
        """Return the last call that was signed with an access key, or None."""
