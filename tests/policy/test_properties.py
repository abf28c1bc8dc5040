"""Properties of all policies and requests."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mocks3.policy import Layer, Policy, PolicyDecision, Remove, Verdict, decide

from .questions import put
from .strategies import ACTIONS, RESOURCES, documents, policy_sets, questions, rcps, requests

MANY = settings(max_examples=settings.default.max_examples * 2)
NAMELESS = ["identity_policies", "session_policies", "permission_boundaries"]


def decided(question: dict[str, Any]) -> PolicyDecision:
    return decide(*put(question))


@MANY
@given(questions, documents(), documents(effects=("Deny",)), st.sampled_from(NAMELESS))
def test_adding_a_deny_never_allows_more(
    question: dict[str, Any], first: dict[str, Any], more: dict[str, Any], layer: str
) -> None:
    # The layer has a document before: a first boundary or session policy is a ceiling, whatever it says.
    question = question | {layer: question[layer] or [first]}
    statements = more["Statement"] if isinstance(more["Statement"], list) else [more["Statement"]]
    after = copy.deepcopy(question)
    document = after[layer][0]
    present = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = present + statements
    if not decided(question).allowed:
        assert not decided(after).allowed
    if decided(question).verdict is Verdict.EXPLICITLY_DENIED:
        assert decided(after).verdict is Verdict.EXPLICITLY_DENIED


@MANY
@given(questions, rcps() | st.none(), documents(named=True, effects=("Deny",)))
def test_adding_a_deny_to_the_resource_never_allows_more(
    question: dict[str, Any], rcp: dict[str, Any] | None, named: dict[str, Any]
) -> None:
    after = copy.deepcopy(question)
    if rcp is not None:
        after["rcps"].append({"policies": [rcp]})
    elif "resource_policy" not in after:
        after["resource_policy"] = named
    if not decided(question).allowed:
        assert not decided(after).allowed


@MANY
@given(questions, documents(effects=("Allow",)))
def test_adding_an_allow_to_the_identity_never_denies(question: dict[str, Any], more: dict[str, Any]) -> None:
    after = question | {"identity_policies": [*question["identity_policies"], more]}
    if decided(question).allowed:
        assert decided(after).allowed
    if decided(question).verdict is not Verdict.EXPLICITLY_DENIED:
        assert decided(after).verdict is not Verdict.EXPLICITLY_DENIED


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same document with all members and all items in another order."""
    if isinstance(value, dict):
        pairs = [(name, shuffled(inner, chance)) for name, inner in value.items()]
        chance.shuffle(pairs)
        return dict(pairs)
    if isinstance(value, list):
        items = [shuffled(inner, chance) for inner in value]
        chance.shuffle(items)
        return items
    return value


@MANY
@given(questions, st.randoms(use_true_random=False))
def test_order_never_matters(question: dict[str, Any], chance: random.Random) -> None:
    layers = {name: value for name, value in question.items() if name != "request"}
    other = {"request": question["request"], **shuffled(layers, chance)}
    before, after = decided(question), decided(other)
    assert (before.verdict, before.layer) == (after.verdict, after.layer)
    assert len(before.determining) == len(after.determining)


@MANY
@given(documents())
def test_parse_of_print_is_the_policy(document: dict[str, Any]) -> None:
    policy = Policy.parse(document)
    assert Policy.parse(str(policy)) == policy
    assert Policy.parse(policy.document).statements == policy.statements
    assert Policy.parse(json.dumps(document, indent=2)).statements == policy.statements


@MANY
@given(policy_sets(), requests)
def test_suggestions_applied_allow_the_request_and_no_other(
    policies: dict[str, Any], request: dict[str, Any]
) -> None:
    question = {"request": request, **policies}
    decision = decided(question)
    suggestions = decision.suggest()
    assert not (decision.allowed and suggestions)
    for suggestion in suggestions:
        after = suggestion.apply(decision.policies)
        assert decide(decision.request, after).allowed
        if any(isinstance(change, Remove) for change in suggestion.changes):
            continue
        for other in ACTIONS:
            if other != request["action"]:
                asked, _ = put({"request": request | {"action": other}})
                assert decide(asked, after).allowed == decide(asked, decision.policies).allowed
        for other in RESOURCES:
            if other != request["resource"] and request["resource"] != "*":
                asked, _ = put({"request": request | {"resource": other}})
                assert decide(asked, after).allowed == decide(asked, decision.policies).allowed


@MANY
@given(questions)
def test_no_suggestion_does_more_than_another(question: dict[str, Any]) -> None:
    suggestions = decided(question).suggest()
    for one in suggestions:
        for other in suggestions:
            assert one is other or not all(change in other.changes for change in one.changes)


@MANY
@given(questions)
def test_explanations_agree_with_the_decision(question: dict[str, Any]) -> None:
    decision = decided(question)
    matched = {e.ref for e in decision.evidence() if e.matched}
    assert set(decision.determining) <= matched
    denies = {e.ref for e in decision.evidence() if e.matched and e.effect == "Deny"}
    assert bool(denies) is (decision.verdict is Verdict.EXPLICITLY_DENIED) is decision.findings.denied
    assert all(miss.near_miss for miss in decision.near_misses())
    assert str(decision).startswith(decision.verdict)


@MANY
@given(questions)
def test_findings_are_what_the_layers_alone_say(question: dict[str, Any]) -> None:
    """The findings of all layers together are equal to the findings of each layer alone."""
    request, policies = put(question)
    findings = decide(request, policies).findings
    by_layer = {ref.layer for refs in findings.denies.values() for ref in refs}
    assert findings.denied_by == next((layer for layer in Layer if layer in by_layer), None)


@MANY
@given(documents() | documents(named=True))
def test_the_linter_finds_only_places_that_are_there(document: dict[str, Any]) -> None:
    for warning in Policy.parse(document).warnings():
        place: Any = document
        for step in warning.pointer.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            place = place[int(step)] if isinstance(place, list) else place[step]
