"""The parts of a remedy: its steps, their kinds, and what each step changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.lib.values import value
from mocks3.policy import Add, Layer

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy.suggestion import Edit


class Kind(IntEnum):
    """The kinds of steps, in the order in which a reviewer accepts them.

    REQUEST changes the request. CORRECTION corrects one element of a statement that nearly allows it. ADDITION adds a
    statement. OUTSIDE changes something that is not a policy: an ACL, Object Ownership, an object. WEAKENING changes
    what protects other requests too: a Deny, a guard rail, Block Public Access.
    """

    REQUEST = 1
    CORRECTION = 2
    ADDITION = 3
    OUTSIDE = 4
    WEAKENING = 5


@value
class RequestChange:
    """A change of the request.

    keys     the condition keys that it changes, in lower case, with their new values; () for a key that is not sent
    members  the boto3 parameters that it changes; None for a parameter that is not sent
    context  the arguments of ``aws.request_context`` that it changes
    signed   whether the request is signed now
    version  the version that the request names now; None if that stays the same
    """

    keys: Mapping[str, tuple[str, ...]]
    members: Mapping[str, Any]
    context: Mapping[str, Any]
    signed: bool = False
    version: str | None = None


class PolicyChange(NamedTuple):
    """A statement to add, to replace or to remove, in a policy of one of the parts of a decision.

    Both parts of a request through an access point use the caller's policies and the VPC endpoint's policy. ``kind``
    and ``reason`` describe the change.
    """

    part: Decision
    edit: Edit
    kind: Kind
    reason: str = ""

    @property
    def layer(self) -> Layer:
        """The layer of the policy that changes."""
        return self.edit.layer if isinstance(self.edit, Add) else self.edit.ref.layer

    def applies_to(self, part: Decision) -> bool:
        """Return whether the part uses this policy."""
        return part is self.part or self.layer not in (Layer.RESOURCE, Layer.RCP)


PolicyChanges = tuple[PolicyChange, ...]


class RemedyStep(NamedTuple):
    """One change: a description, the policy statement to write if there is one, the kind, and the change itself.

    ``change`` is None for a change that is neither in the request nor in a policy.
    """

    text: str
    statement: Mapping[str, Any] | None = None
    kind: Kind = Kind.OUTSIDE
    change: RequestChange | PolicyChange | None = None


Remedy = tuple[RemedyStep, ...]
"""Steps that together allow the request."""


def rank(remedy: Remedy) -> tuple[int, int]:
    """Return the place of a remedy: by its worst kind, then by the number and the kinds of its steps."""
    kinds = [step.kind for step in remedy]
    return max(kinds), sum(kinds)


def ranked(remedies: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """Return the remedies, the best one first.

    Remedies that weaken something are left out if another one is enough. To sign the request of an anonymous caller is
    not enough for that, because then another caller sends it.
    """
    found = sorted(remedies, key=rank)
    without = tuple(each for each in found if rank(each)[0] is not Kind.WEAKENING)
    return tuple(found) if all(map(_only_signs, without)) else without


def _only_signs(remedy: Remedy) -> bool:
    return all(isinstance(step.change, RequestChange) and step.change.signed for step in remedy)
