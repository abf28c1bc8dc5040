"""``aws.always``: search for a counterexample of each property, then try to prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.interceptors import decision_log, refusal_log
from mocks3.invariants import calls
from mocks3.invariants.callers import InvariantCaller, Named, callers, named_by
from mocks3.invariants.proof import Proof, deciding_documents, prove
from mocks3.invariants.properties import Invariant
from mocks3.invariants.report import report
from mocks3.invariants.search import hypothesis, narrowed, search, space
from mocks3.policy import storing

if TYPE_CHECKING:
    from mocks3.invariants.calls import PlannedCall
    from mocks3.invariants.world import CheckedWorld

_FEW = 40
"""How many calls are made for each request that a proof found."""


class InvariantViolated(AssertionError):
    """A property is violated.

    Attributes:
        invariant: The property.
        call: The call that violates it.
    """

    def __init__(self, invariant: Invariant, call: PlannedCall, text: str) -> None:
        super().__init__(text)
        self.invariant = invariant
        self.call = call


@dataclass(frozen=True)
class InvariantResult:
    """What is known about a property that no call violated.

    Args:
        invariant: The property.
        proved: Whether it is proved: no request at all can violate it.
        calls: How many calls were made.
        requests: How many requests the proof decided.
        gap: Why it is not proved; None if it is.
    """

    invariant: Invariant
    proved: bool
    calls: int
    requests: int
    gap: str | None

    def __str__(self) -> str:
        if self.proved:
            return f"{self.invariant}: proved ({self.requests} requests stand for all requests)"
        return f"{self.invariant}: no counterexample in {self.calls} calls; not proved: {self.gap}"


def check(world: CheckedWorld, invariants: Sequence[Invariant], examples: int) -> list[InvariantResult]:
    """Check properties. See ``MockAWS.always``."""
    for each in invariants:
        if not isinstance(each, Invariant):
            raise Mocks3Error(f"aws.always takes properties of mocks3.invariants, not {each!r}")
    if not invariants:
        raise Mocks3Error("aws.always takes at least one property, such as no_public_access()")
    if examples < 1:
        raise Mocks3Error(f"examples must be 1 or more, not {examples}")
    hypothesis()
    with refusal_log.unheard(), decision_log.unheard(), storing.unheard():
        mark = world.snapshot()
        try:
            return _Checking(world, examples).results(invariants)
        finally:
            world.restore(mark)


class _Checking:
    """The check of one in-memory AWS. Its callers are created once."""

    def __init__(self, world: CheckedWorld, examples: int) -> None:
        self._world = world
        self._examples = examples
        accounts = [each.id for each in world.iam.accounts()]
        self._callers = list(callers(world))
        self._buckets = list(world.store.buckets().values())
        located = [each for each in self._buckets if each.zone is None]
        self._policies = deciding_documents(world, self._callers, located)
        conditions = [
            c for policy in self._policies for statement in policy.statements for c in statement.conditions
        ]
        self._named: Named = named_by(conditions, accounts, list(world.guardrails.organizations))

    def results(self, invariants: Sequence[Invariant]) -> list[InvariantResult]:
        return [self._result(each) for each in invariants]

    def _result(self, invariant: Invariant) -> InvariantResult:
        tried = [each for each in self._callers if invariant.applies(each)]
        if not self._buckets or not tried:
            return InvariantResult(invariant, True, 0, 0, None)
        proof = prove(self._world, invariant, tried, self._buckets, self._named)
        made = self._search(invariant, tried, proof)
        return InvariantResult(invariant, proof.gap is None, made, proof.requests, proof.gap)

    def _search(self, invariant: Invariant, tried: list[InvariantCaller], proof: Proof) -> int:
        """Search for a counterexample, and raise InvariantViolated for it. Return the number of calls.

        If the proof found requests that violate the property, calls that send them are tried first.
        """
        buckets = [each for each in self._buckets if each.zone is None]
        if not buckets:
            return 0
        owners = {(each.owner, each.region) for each in buckets}
        kms = sorted({key.arn for owner in owners for key in self._world.kms.keys(*owner)})
        every = space(invariant, tried, buckets, self._policies, kms)
        first = [narrowed(every, each) for each in proof.suspects]
        made = 0
        for choices in (*first, every):
            if not choices.operations:
                continue
            limit = self._examples if choices is every else min(self._examples, _FEW)
            found = search(self._world, invariant, choices, self._named, limit)
            made += found.calls
            if found.call is not None:
                violation = calls.make(self._world, found.call).violation(invariant)
                assert violation is not None
                raise InvariantViolated(invariant, found.call, report(invariant, found.call, violation))
        return made
