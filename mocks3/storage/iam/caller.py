"""The caller of a request: its principal, and the policies that apply to it at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from mocks3.lib.partitions import AWS, in_partition

if TYPE_CHECKING:
    from mocks3.policy import Policy, RequestPrincipal
    from mocks3.storage.iam.external import ExternalIdentity


class BucketSession(NamedTuple):
    """The scope of a session of a directory bucket: its caller may use ``bucket``, perhaps only to read (F-150)."""

    bucket: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request, with the policies that apply to it at this moment (P-1 to P-11).

    Policies match ``principal``. ``account`` is None for the anonymous caller. ``identity`` contains the inline and
    attached policies and those of the groups, or those of the role. ``boundaries`` and ``session`` contain the other
    policies. ``keys`` are condition keys that depend only on the identity: lower-case key to values. ``admitted`` is
    set if the request is signed with the credentials of CreateSession; then no policy is evaluated. ``via`` are the
    services that forward the caller's requests (``aws:CalledVia``), in order. ``transitive_tags`` are the session tags
    that the next session of a role chain inherits (API_AssumeRole, ``TransitiveTagKeys``). ``external`` is what an
    identity provider says of the caller, if a token proves who it is; it has no account and no policies.
    """

    principal: RequestPrincipal
    canonical_id: str
    user_id: str
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    admitted: BucketSession | None = None
    via: tuple[str, ...] = ()
    transitive_tags: Mapping[str, str] = field(default_factory=dict)
    external: ExternalIdentity | None = None

    def in_partition(self, partition: str) -> Caller:
        """Return the caller as a request to a Region of this partition has it: all its ARNs are of the partition."""
        named = self.principal
        principal = replace(
            named,
            arn=named.arn and in_partition(named.arn, partition),
            role_arn=named.role_arn and in_partition(named.role_arn, partition),
            user_arn=named.user_arn and in_partition(named.user_arn, partition),
        )
        keys = {
            key: tuple(in_partition(each, partition) for each in values)
            if key == "aws:principalarn"
            else values
            for key, values in self.keys.items()
        }
        return replace(self, principal=principal, keys=keys)

    @property
    def arn(self) -> str | None:
        """Return the ARN that error messages show. None for the anonymous caller."""
        return self.principal.arn

    @property
    def partition(self) -> str:
        """Return the partition of the caller's ARN. ``aws`` for callers without one."""
        return self.arn.split(":")[1] if self.arn is not None and self.arn.startswith("arn:") else AWS

    @property
    def account(self) -> str | None:
        """Return the 12-digit account id. None for the anonymous caller."""
        return self.principal.account

    @property
    def unique_id(self) -> str:
        """Return the id that is the same in all calls of an identity: for a session, its role id (M-13)."""
        return self.user_id.partition(":")[0] if self.principal.kind == "session" else self.user_id

    @property
    def anonymous(self) -> bool:
        """Return whether the request has no signature."""
        return self.principal.kind == "anonymous"

    @property
    def root(self) -> bool:
        """Return whether the caller is the root user of its account."""
        return self.principal.kind == "root"
