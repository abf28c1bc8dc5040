"""Which mutants affect which tests: found from the decisions of each test.

    recorder = Recorder(collector)
    collector.listeners.append(recorder.add)
    ...                                        # the tests run
    recorder.candidates()

The mutants of a policy are made when a decision first consults it. A test is affected by a mutant if the mutant changes
the outcome of one of the test's decisions, or if a statement that applied to one does not apply any more: a test can
ask which statement decided. All decisions before that one are the same with the mutant. So a test that is not affected
cannot notice the mutant, and is not run. All tests of a bucket policy are affected if the mutant makes it public or
not public, because Block Public Access looks at the policy as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mocks3.access import Decision
from mocks3.access.bucket_policies.public import is_public
from mocks3.access.linting.tables import s3_tables
from mocks3.coverage.measuring import DocumentFigures
from mocks3.mutation.results import MutantResult
from mocks3.mutation.settings import SettingMutant, changed, setting_mutants
from mocks3.policy import Layer, PolicySyntaxError, collect_findings, evaluate
from mocks3.policy.findings import binds, is_bounded
from mocks3.policy.mutating import Mutant, Replacement, ReplacementEffect, mutants_of, replaced
from mocks3.policy.reading import JsonPositions

if TYPE_CHECKING:
    from mocks3.coverage.collecting import Collector
    from mocks3.coverage.data import Key
    from mocks3.policy import Policy


@dataclass
class PolicyMutant:
    """A mutant of a policy, with the replacement of each text that the policy has in the run.

    ``before`` and ``after`` are its documents, to find out whether it is equivalent.
    """

    mutant: Mutant
    replacements: dict[str, Replacement] = field(default_factory=dict)
    affected: dict[str, bool] = field(default_factory=dict)
    """The tests that it affects, and whether it changes the outcome of a decision in them."""
    changes_public: bool = False
    """Whether it makes a public policy private or the reverse, which Block Public Access looks at as a whole."""


@dataclass(frozen=True)
class Candidate:
    """A mutant to try: its result, the tests that it affects, and the block in which it is in place."""

    result: MutantResult
    tests: tuple[str, ...]
    replacements: tuple[Replacement, ...] = ()
    setting: SettingMutant | None = None

    def in_place(self) -> AbstractContextManager[None]:
        """Return the block in which the mutant is in place of the policy, or of the setting."""
        if self.setting is not None:
            return changed(self.setting)
        return replaced(self.replacements)


class MutantRecorder:
    """The mutants of a run, and the tests that each affects. ``add`` takes the decisions of each test.

    Args:
        collector: The collector of policy coverage. It knows where policies come from.
    """

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._policies: dict[Key, dict[str, PolicyMutant]] = {}
        self._texts: dict[str, tuple[Key, list[PolicyMutant]] | None] = {}
        self._settings: dict[SettingMutant, dict[str, None]] = {}

    def add(self, test: str, decisions: list[Any]) -> None:
        """Record the decisions of a test."""
        for decision in decisions:
            if not isinstance(decision, Decision):
                continue
            for part in decision.parts:
                bounded = is_bounded(part.request, part.policies)
                for layer in Layer:
                    if binds(layer, part.request.principal.kind):
                        for policy in part.policies.of(layer):
                            self._add(test, policy, layer, part, bounded)
            for mutant in setting_mutants(decision):
                self._settings.setdefault(mutant, {})[test] = None

    def _add(self, test: str, policy: Policy, layer: Layer, part: Decision, bounded: bool) -> None:
        found = self._mutants(policy, layer)
        for mutant in found:
            if mutant.affected.get(test):
                continue
            replacement = mutant.replacements[policy.text]
            effect = replacement.effect_on(part.request, bounded=bounded)
            flips = effect is not ReplacementEffect.NONE and _flips(part, replacement)
            if flips or mutant.changes_public or effect is ReplacementEffect.OTHER:
                mutant.affected[test] = flips or mutant.affected.get(test, False)

    def _mutants(self, policy: Policy, layer: Layer) -> list[PolicyMutant]:
        """Return the mutants of a policy that have a replacement of its text. None are made of policies of AWS."""
        if policy.text not in self._texts:
            key = self._collector.key(policy)
            self._texts[policy.text] = None if key is None else (key, self._made(key, policy, layer))
        found = self._texts[policy.text]
        return [] if found is None else found[1]

    def _made(self, key: Key, policy: Policy, layer: Layer) -> list[PolicyMutant]:
        known = self._policies.setdefault(key, {})
        written = json.loads(self._collector.places.source(policy.text))
        made = []
        for mutant in mutants_of(written, s3_tables().actions):
            document = mutant.apply(policy.document)
            try:
                replacement = None if document is None else Replacement(policy, document)
            except PolicySyntaxError:
                continue
            if replacement is None:
                continue
            own = known.setdefault(f"{mutant.pointer} {mutant.kind} {mutant.text}", PolicyMutant(mutant))
            own.replacements[policy.text] = replacement
            if layer is Layer.RESOURCE and _is_public(policy) != _is_public(replacement.other):
                own.changes_public = True
            made.append(own)
        return made

    def candidates(self) -> list[Candidate]:
        """Return all mutants, the most important first, with the tests that they affect in their order."""
        found = [*self._of_policies(), *self._of_settings()]
        found.sort(key=lambda each: (-each.result.weight, each.result.key))
        return found

    def _of_policies(self) -> Iterator[Candidate]:
        documents = self._collector.coverage.documents
        for key, mutants in self._policies.items():
            figures = DocumentFigures(documents[key])
            places = JsonPositions(figures.text)
            for each in mutants.values():
                mutant, affected = each.mutant, each.affected
                line = places.locate(mutant.pointer)[0]
                result = MutantResult(
                    figures.title,
                    figures.place_of(line),
                    mutant.pointer,
                    mutant.kind,
                    mutant.text,
                    mutant.weight,
                    affected=len(each.affected),
                )
                tests = sorted(each.affected, key=lambda test: not affected[test])
                yield Candidate(result, tuple(tests), tuple(each.replacements.values()))

    def _of_settings(self) -> Iterator[Candidate]:
        for mutant, tests in self._settings.items():
            result = MutantResult(
                mutant.place, mutant.place, "", mutant.kind, mutant.text, mutant.weight, affected=len(tests)
            )
            yield Candidate(result, tuple(tests), setting=mutant)


def _flips(decision: Decision, replacement: Replacement) -> bool:
    """Return whether a replacement changes the outcome of a decision."""
    before = evaluate(decision.findings, decision.circumstances)
    with replaced([replacement]):
        after = evaluate(collect_findings(decision.request, decision.policies), decision.circumstances)
    return before != after


def _is_public(policy: Policy) -> bool:
    """Return whether a policy is public; False for one that is no bucket policy."""
    if any(each.principal is None for each in policy.statements):
        return False
    return is_public(policy.text)
