"""Who makes a request: the principal and the policies that bind it at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mocks3.policy import Policy, Principal


class BucketSession(NamedTuple):
    """What a session of a directory bucket has settled: that its holder may use ``bucket``, and for what (F-150)."""

    bucket: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, with the policies that bound them at this moment (P-1 to P-11).

    ``principal`` is what policies match on. ``account`` is None for the anonymous caller. The policy tuples are
    what IAM holds: ``identity`` (inline, attached and of groups, or of the role), ``boundaries``, ``session``.
    ``keys`` are the condition keys that follow from the identity alone, lower-case key to values. ``admitted`` is set
    where a session of a directory bucket signed, and no policy is asked any more. ``via`` are the services that pass
    the caller's requests on (``aws:CalledVia``), first one first. ``transitive_tags`` are the session tags that the
    next session of a role chain inherits (API_AssumeRole, ``TransitiveTagKeys``).
    """

    principal: Principal
    canonical_id: str
    user_id: str
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    admitted: BucketSession | None = None
    via: tuple[str, ...] = ()
    transitive_tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str | None:
        """The ARN that error messages name; None for the anonymous caller."""
        return self.principal.arn

    @property
    def account(self) -> str | None:
        """The 12-digit account; None for the anonymous caller."""
        return self.principal.account

    @property
    def unique_id(self) -> str:
        """What stays the same between an identity's calls: a session's role id without the session's name (M-13)."""
        return self.user_id.partition(":")[0] if self.principal.kind == "session" else self.user_id

    @property
    def anonymous(self) -> bool:
        """Whether the request came without a signature."""
        return self.principal.kind == "anonymous"

    @property
    def root(self) -> bool:
        """Whether the account's root user is asking."""
        return self.principal.kind == "root"
