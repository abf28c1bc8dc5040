"""What an explanation of a Deny says about each element is true for the naive evaluator too.

Rule 1: a statement with only that element matches. Rule 2: a value is named as the matching one if and only if it
matches alone. Rule 3: where the text says why the element matches, a change of that value makes it not match.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from mocks3.policy import Check, Layer, PolicyDecision, StatementRef, decide
from mocks3.policy.explanation import determining
from tests.policy.questions import put
from tests.policy.strategies import KEYS, A, B, requests, statements, values

from . import naive_policy

MANY = settings(max_examples=settings.default.max_examples * 6)
NAMED = {"vpce_policies", "resource_policy"}
LAYERS = [*NAMED, "rcps", "scps", "identity_policies", "session_policies", "permission_boundaries"]
EVERYTHING: dict[str, Any] = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@st.composite
def likely_conditions(draw: st.DrawFn, context: dict[str, list[str]]) -> dict[str, Any]:
    """Return one condition, often on a key that the request has, and with one of its values."""
    key = draw(st.sampled_from([*context, *KEYS]))
    wanted = draw(st.lists(values, max_size=2)) + draw(st.sampled_from([[], context.get(key, [])[:1]]))
    quantifier = draw(st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:"]))
    base = draw(
        st.sampled_from(["StringEquals", "StringNotEquals", "StringNotLike", "ArnNotLike", "StringLike"])
    )
    return {quantifier + base + draw(st.sampled_from(["", "IfExists"])): {key: wanted}}


@st.composite
def denials(draw: st.DrawFn) -> dict[str, Any]:
    """Return a question with one Deny, whose elements often match the request."""
    request = draw(requests)
    layer = draw(st.sampled_from(LAYERS))
    statement = draw(statements(named=layer in NAMED, effects=("Deny",)))
    likely = {"Action": ["s3:*", request["action"]], "Resource": ["*", request["resource"]]}
    for element, choices in likely.items():
        if element in statement and draw(st.integers(0, 4)):
            present = statement[element]
            more = draw(st.sampled_from(choices))
            statement[element] = [*(present if isinstance(present, list) else [present]), more]
    for negated in ("NotAction", "NotResource"):
        if negated in statement and draw(st.booleans()):
            statement[negated] = ["s3:ListBucket" if negated == "NotAction" else "arn:aws:s3:::other"]
    caller, account = request["principal"]["arn"], request["principal"]["account"]
    if "Principal" in statement and draw(st.booleans()):
        statement["Principal"] = {"AWS": [caller, B]} if account else "*"
    elif layer in NAMED and draw(st.booleans()):
        statement.pop("Principal", None)
        statement["NotPrincipal"] = {"AWS": draw(st.sampled_from([[B], [account or B], [caller or A, B]]))}
        if request["principal"]["kind"] == "service":
            statement["NotPrincipal"] = {"AWS": A}
    if draw(st.booleans()):
        statement["Condition"] = draw(likely_conditions(request["context"]))
    if layer == "rcps":
        statement |= {
            "Principal": "*",
            "Action": statement.pop("NotAction", None) or statement.get("Action", []),
        }
    document = {
        "Version": draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"])),
        "Statement": statement,
    }
    policies: dict[str, Any] = {
        "resource_policy": document,
        "scps": [{"policies": [document]}],
        "rcps": [{"policies": [document]}],
    }
    bounded = {"permission_boundaries": [EVERYONE]} if draw(st.integers(0, 5)) == 0 else {}
    return {"request": request, **bounded, layer: policies.get(layer, [document])}


EVERYONE: dict[str, Any] = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def written(decision: PolicyDecision, ref: StatementRef) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the document and the statement of a reference, as they are written."""
    document = decision.policies.of(ref.layer)[ref.document].document
    statements = document["Statement"]
    return document, statements[ref.statement] if isinstance(statements, list) else statements


class Twin:
    """The naive evaluator's answer for one element of a statement, with other values or another context."""

    def __init__(self, question: dict[str, Any], document: dict[str, Any], check: Check) -> None:
        self.request = question["request"]
        self.document = document
        self.check = check
        self.bounded = bool(question.get("permission_boundaries"))

    def matches(self, element: Any, context: dict[str, list[str]] | None = None) -> bool:
        """Return whether the element, with this content, matches the request."""
        statement = {name: value for name, value in EVERYTHING.items() if name != self.check.element}
        if self.check.element == "Principal":
            statement = {**EVERYTHING, self.check.written: element}
            return bool(naive_policy.names(statement, self.request["principal"], self.bounded))
        if self.check.element == "Condition":
            statement = {**EVERYTHING, "Condition": {self.check.written: {self.check.key: element}}}
        else:
            statement[self.check.written] = element
        request = self.request if context is None else self.request | {"context": context}
        return naive_policy.applies(self.document, statement, request)

    def hits(self, value: str) -> bool:
        """Return whether one value of the policy matches a value of the request, before any negation."""
        check = self.check
        if check.element == "Principal":
            return any(
                bool(
                    naive_policy.names(
                        {"Effect": "Deny", "Principal": each}, self.request["principal"], False
                    )
                )
                for each in self._alone(value)
            )
        if check.element != "Condition":
            statement = {name: each for name, each in EVERYTHING.items() if name != check.element}
            return naive_policy.applies(self.document, {**statement, check.element: value}, self.request)
        operator = check.written
        if operator != "Null":
            assert check.condition is not None
            operator = positive(check.condition.base)
            if check.seen is None:
                return False
        condition = {operator: {check.key: value}}
        return naive_policy.applies(self.document, {**EVERYTHING, "Condition": condition}, self.request)

    def _alone(self, value: str) -> Iterator[Any]:
        """Yield the elements that can be meant by a listed principal."""
        yield from ({kind: value} for kind in ("AWS", "CanonicalUser", "Service"))
        if value == "*":
            yield "*"

    def with_values(self, values: list[str]) -> dict[str, list[str]]:
        """Return the context with other values of the condition's key."""
        key = (self.check.key or "").lower()
        others = {name: each for name, each in self.request["context"].items() if name.lower() != key}
        return others | {key: values}


def positive(base: str) -> str:
    return base.replace("NotEquals", "Equals").replace("NotLike", "Like").replace("NotIp", "Ip")


def without(element: Any, hits: tuple[str, ...]) -> Any:
    """Return an element without the values that match."""
    if isinstance(element, dict):
        return {kind: without(values, hits) for kind, values in element.items()}
    values = element if isinstance(element, list) else [element]
    return [value for value in values if as_text(value) not in hits]


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def content(statement: dict[str, Any], check: Check) -> Any:
    """Return the element as it is written in the statement."""
    if check.element != "Condition":
        return statement[check.written]
    return statement["Condition"][check.written][check.key]


@MANY
@given(denials())
def test_what_is_said_about_each_element_is_true(question: dict[str, Any]) -> None:
    decision = decide(*put(question))
    found = determining(decision.findings)
    assert {each.ref for each in found} == {ref for refs in decision.findings.denies.values() for ref in refs}
    for statement in found:
        event(f"a Deny in {statement.ref.layer}")
        document, as_written = written(decision, statement.ref)
        assert {check.element for check in statement.checks} >= {"Action", "Resource"}
        assert set(statement.deciding) <= set(statement.checks)
        for check in statement.checks:
            twin = Twin(question, document, check)
            assert check.matched
            assert twin.matches(content(as_written, check))
            assert set(check.hits) == {value for value in check.wanted if twin.hits(value)}
            assert check.seen == (tuple(seen_by(twin)) or None)
            says_what_would_change_it(twin, content(as_written, check))


def seen_by(twin: Twin) -> list[str]:
    """Return the values of the request that an element is compared with."""
    request, check = twin.request, twin.check
    if check.element == "Condition":
        values = {name.lower(): each for name, each in request["context"].items()}
        return values.get((check.key or "").lower(), [])
    value = {
        "Principal": request["principal"]["arn"],
        "Action": request["action"],
        "Resource": request["resource"],
    }
    return [value[check.element]] if value[check.element] else []


def says_what_would_change_it(twin: Twin, element: Any) -> None:
    check = twin.check
    if check.element == "Principal" and check.negated:
        not_principal_names_who_is_missing(twin, element)
    elif check.element == "Condition" and check.seen is None:
        a_missing_key_matches_only_while_it_is_missing(twin, element)
    elif check.negated:
        a_negated_element_matches_while_the_value_is_not_listed(twin, element)
    elif element != "*":
        event("without the values that match")
        assert check.hits
        assert not twin.matches(without(element, check.hits))


def not_principal_names_who_is_missing(twin: Twin, element: Any) -> None:
    check, principal = twin.check, twin.request["principal"]
    assert bool(check.unlisted) or check.never_exempt
    if check.never_exempt or "*" in check.unlisted:
        return
    event("with the principals that are missing from the list")
    kind = "Service" if principal["kind"] == "service" else "AWS"
    listed = element.get(kind, [])
    added = [*(listed if isinstance(listed, list) else [listed]), *check.unlisted]
    assert not twin.matches(element | {kind: added})
    for name in check.unlisted:
        assert twin.matches(element | {kind: [each for each in added if each != name]})


def a_missing_key_matches_only_while_it_is_missing(twin: Twin, element: Any) -> None:
    """The note says that the element also matches without the key: with a value it depends on the value."""
    check = twin.check
    assert check.condition is not None
    if check.condition.base == "Null":
        event("with the key that Null wants to be missing")
        false_too = "false" in map(as_text, element if isinstance(element, list) else [element])
        assert twin.matches(element, twin.with_values(["v"])) is false_too or "False" in check.wanted
        return
    assert check.note is not None
    if not check.negated:
        if not any("*" in value or "?" in value for value in check.wanted):
            event("with a key that may be missing")
            assert not twin.matches(element, twin.with_values(["no value of the policy"]))
        return
    for value in check.wanted:
        context = twin.with_values([value])
        changed = Twin({"request": twin.request | {"context": context}}, twin.document, check)
        alone = {positive(check.condition.base): {check.key: value}}
        if naive_policy.applies(twin.document, {**EVERYTHING, "Condition": alone}, changed.request):
            event("with a value that the Deny exempts")
            assert not twin.matches(element, context)


def a_negated_element_matches_while_the_value_is_not_listed(twin: Twin, element: Any) -> None:
    check = twin.check
    values = [*(element if isinstance(element, list) else [element]), *(check.seen or ())]
    literal = not any("${" in value for value in check.seen or ())
    if check.condition is not None:
        literal = literal and check.condition.base in ("StringNotEquals", "StringNotEqualsIgnoreCase")
    if literal:
        event("with the value of the request in the list")
        assert not twin.matches(values)


@MANY
@given(denials())
def test_variables_are_shown_as_the_request_expands_them(question: dict[str, Any]) -> None:
    decision = decide(*put(question))
    request = question["request"]
    context = {key.lower(): values for key, values in request["context"].items()}
    several = {key.lower() for key in request["multivalued"]}

    def value(name: str) -> str | None:
        values = [] if name.lower() in several else context.get(name.lower()) or []
        return values[0] if len(values) == 1 else None

    for statement in decision.evidence():
        for check in statement.checks:
            for text, here in check.expansions:
                event("a variable with a value" if here is not None else "a variable without a value")
                assert text in check.wanted
                head, part = "", text
                if check.element == "Resource":
                    head, part = ":".join(text.split(":", 5)[:5]) + ":", text.split(":", 5)[5]
                pattern = naive_policy.symbols(part, value)
                names = {naive_policy.ANY: "*", naive_policy.ONE: "?"}
                expanded = (
                    None if pattern is None else head + "".join(names.get(each, each) for each in pattern)
                )
                assert here == expanded


def test_every_layer_is_drawn() -> None:
    assert len(set(LAYERS)) == len(Layer)
