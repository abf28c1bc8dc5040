"""The results of a run of mutants, also as JSON: what workers of pytest-xdist send, and what a JSON report contains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FORMAT, VERSION = "mocks3-mutation", 1


class Status(StrEnum):
    """What became of a mutant.

    NOTICED: a test fails. SURVIVED: no test fails. EQUIVALENT: no request can be decided differently. UNTRIED: the time
    was over.
    """

    NOTICED = "noticed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"
    UNTRIED = "not tried"


@dataclass
class MutantResult:
    """One mutant and its result.

    Attributes:
        policy: The title of the policy, or of the bucket.
        place: Where the change is: ``file:line``, or the title.
        pointer: The JSON pointer of the change; empty for settings.
        kind: The kind of the change.
        text: The change, as the rest of a sentence that begins with "no test notices if".
        weight: How telling the mutant is.
        status: What became of it.
        affected: The number of tests that it affects.
        test: The test that noticed it, or None.
    """

    policy: str
    place: str
    pointer: str
    kind: str
    text: str
    weight: int
    status: Status = Status.UNTRIED
    affected: int = 0
    test: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other mutants in every process of a run."""
        return self.policy, self.pointer, self.text


@dataclass
class MutantResults:
    """The results of a run."""

    found: dict[tuple[str, str, str], MutantResult] = field(default_factory=dict)
    failed: int = 0
    """The number of tests that fail without a mutant, or do not pass. They are not used."""

    def add(self, others: Iterable[MutantResult]) -> None:
        """Add results of another process: a mutant is noticed if a test of any process notices it."""
        for each in others:
            own = self.found.setdefault(each.key, each)
            if own is not each:
                _merge(own, each)

    def ordered(self) -> list[MutantResult]:
        """Return the results in a fixed order: by policy, the most important first."""
        return sorted(
            self.found.values(), key=lambda each: (each.policy, -each.weight, each.pointer, each.text)
        )

    def counted(self, status: Status) -> int:
        """Return how many mutants have a status."""
        return sum(each.status is status for each in self.found.values())

    @property
    def score(self) -> float:
        """The noticed share of the mutants that were tried and are not equivalent, from 0 to 100.

        If none was tried, it is 0 if the time was over, and 100 if there is no mutant.
        """
        noticed, survived = self.counted(Status.NOTICED), self.counted(Status.SURVIVED)
        if noticed + survived:
            return 100.0 * noticed / (noticed + survived)
        return 0.0 if self.counted(Status.UNTRIED) else 100.0


def percent(results: MutantResults) -> str:
    """Return the score as text: 100% only if no mutant survived; "-" if the time was over before the first."""
    statuses = {each.status for each in results.found.values()}
    if Status.UNTRIED in statuses and statuses.isdisjoint({Status.NOTICED, Status.SURVIVED}):
        return "-"
    return f"{int(results.score)}%"


def why(result: MutantResult) -> str:
    """Return why a mutant survived."""
    if not result.affected:
        return "no test makes a call that this changes"
    if result.affected == 1:
        return "1 test was run with it, and does not fail"
    return f"{result.affected} tests were run with it, and none fails"


_ORDER = (Status.NOTICED, Status.UNTRIED, Status.EQUIVALENT, Status.SURVIVED)
"""Of the statuses in two processes, the first one here counts: a mutant survives if it survived in all of them."""


def _merge(own: MutantResult, other: MutantResult) -> None:
    own.affected += other.affected
    tests = [each.test for each in (own, other) if each.test is not None]
    own.test = min(tests, default=None)
    own.status = min(own.status, other.status, key=_ORDER.index)


def to_json(results: MutantResults) -> dict[str, Any]:
    """Return results as JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "score": round(results.score, 2),
        "failed": results.failed,
        "mutants": [{**vars(each), "status": str(each.status)} for each in results.ordered()],
    }


def from_json(values: Mapping[str, Any]) -> MutantResults:
    """Return the results that :func:`to_json` wrote."""
    found = MutantResults(failed=values["failed"])
    found.add(MutantResult(**{**each, "status": Status(each["status"])}) for each in values["mutants"])
    return found
