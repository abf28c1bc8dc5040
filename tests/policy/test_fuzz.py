"""Every input has a documented result, in at most linear time."""

# ruff: noqa: PT017 -- Hypothesis tries many inputs: most raise nothing

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocks3.policy import REASONS, Policies, Policy, PolicySyntaxError, Request, RequestPrincipal, decide
from tests.steps import steps

from .questions import KEY, USER, A, allow, ask
from .strategies import BASES, documents, values

MANY = settings(max_examples=settings.default.max_examples * 4)

words = st.sampled_from(
    [
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
        "Allow",
        "Deny",
        "2012-10-17",
        "AWS",
        "Service",
        "*",
        "s3:*",
        "StringLike",
        "Null",
        "${",
        "/",
        "~",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | words
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def parse(given_: Any, kind: str | None = None) -> Policy | None:
    """Return the policy, or None after the documented error."""
    try:
        return Policy.parse(given_, kind=kind)
    except PolicySyntaxError as error:
        assert error.reason in REASONS
        assert error.pointer == "" or error.pointer.startswith("/")
        assert (error.line or 1) >= 1
        assert (error.column or 1) >= 1
        assert str(error)
        return None


@MANY
@given(st.text() | st.binary() | trees)
def test_parse_raises_only_what_is_documented(given_: Any) -> None:
    parse(given_)
    try:
        text = json.dumps(given_)
    except TypeError:
        return
    parse(text)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A policy with one value replaced, renamed or removed."""
    document = json.loads(json.dumps(draw(documents(named=True))))
    place: Any = document
    while isinstance(place, (dict, list)) and place:
        key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or draw(st.booleans()):
            action = draw(st.sampled_from(["replace", "drop", "rename"]))
            if action == "replace":
                place[key] = draw(trees)
            elif action == "drop" or isinstance(place, list):
                del place[key]
            else:
                place[draw(words)] = place.pop(key)
            break
        place = inner
    return document


@MANY
@given(damaged(), st.sampled_from([None, "identity", "resource", "rcp", "trust"]))
def test_damaged_policies_raise_only_what_is_documented(document: Any, kind: str | None) -> None:
    policy = parse(document, kind)
    parse(json.dumps(document, indent=1), kind)
    if policy is not None:
        policy.warnings()
        try:
            policy.check_strictly()
        except PolicySyntaxError as error:
            assert error.reason in REASONS


@MANY
@given(
    damaged(),
    st.text(max_size=9),
    st.text(max_size=9),
    st.dictionaries(st.text(max_size=4), st.text() | st.lists(st.text())),
)
def test_deciding_raises_nothing(document: Any, action: str, resource: str, context: dict[str, Any]) -> None:
    policy = parse(document, "resource")
    if policy is not None:
        for caller in (
            USER,
            RequestPrincipal("user", action, resource),
            RequestPrincipal("service", "", None),
        ):
            decision = decide(Request(caller, action, resource, A, context), Policies(resource=policy))
            assert decision.evidence()
            assert str(decision)


@MANY
@given(st.sampled_from(BASES), st.text(max_size=30) | values, st.text(max_size=30) | values)
def test_no_value_breaks_an_operator(operator: str, wanted: str, seen: str) -> None:
    for prefix in ("", "ForAllValues:", "ForAnyValue:"):
        ask(identity=[allow(when={prefix + operator: {"k": wanted}})], context={"k": seen})


DEEP = 100_000


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("[", "]"), ('{"a":', "}"), ('{"Statement":[', "]}"), ("[[", "")],
    ids=["lists", "objects", "both", "open"],
)
def test_deep_nesting_is_an_error_like_others(opening: str, closing: str) -> None:
    for text in (
        opening * DEEP + "1" + closing * DEEP,
        '{"Statement": ' + opening * DEEP + closing * DEEP + "}",
    ):
        with pytest.raises(PolicySyntaxError):
            Policy.parse(text)


def test_deep_values_are_an_error_too() -> None:
    value: Any = "x"
    for _ in range(DEEP):
        value = [value]
    with pytest.raises(PolicySyntaxError, match="too-deep"):
        Policy.parse({"Statement": value})
    while isinstance(
        value, list
    ):  # unnested step by step: older interpreters crash if it is deallocated at once
        value = value[0]


def test_a_value_within_itself_is_an_error() -> None:
    loop: dict[str, Any] = {}
    loop["Statement"] = loop
    with pytest.raises(PolicySyntaxError, match="not-json"):
        Policy.parse(loop)


def test_numbers_without_end_are_an_error() -> None:
    with pytest.raises(PolicySyntaxError, match="not-json"):
        Policy.parse('{"Statement": ' + "9" * 10_000 + "}")


def many_statements(count: int) -> str:
    return json.dumps(
        {
            "Statement": [
                {"Effect": "Allow", "Action": f"s3:{n}", "Resource": f"arn:{n}"} for n in range(count)
            ]
        }
    )


def many_values(count: int) -> str:
    block = {"StringLike": {"k": [f"*{n}?" for n in range(count)]}}
    return json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block}})


def faulty_at_the_end(count: int) -> str:
    return many_statements(count)[:-2] + ', {"Effect": "Allow"}]}'


def many_variables(count: int) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "arn:a:b:c:d:" + "${a" * count},
        }
    )


@pytest.mark.parametrize(
    "build", [many_statements, many_values, faulty_at_the_end, many_variables], ids=lambda f: f.__name__
)
def test_reading_takes_steps_linear_in_the_text(build: Callable[[int], str]) -> None:
    few, many = build(200), build(1_600)
    assert steps(lambda: parse(many)) < 10 * steps(
        lambda: parse(few)
    )  # 8 times the text; quadratic is 64 times


@pytest.mark.parametrize("text", ["a" * 2_000, "a:" * 1_000, "${a}" * 500, "9" * 2_000, "::" * 1_000])
def test_deciding_takes_few_steps_whatever_the_values(text: str) -> None:
    patterns = ["*a" * 7 + "b", "*a?" * 7 + "b", "a:*" * 20, "${k}" * 100, "*${k}*", "*:*:*:*:*:*a*a*b"]
    block = {f"ForAnyValue:{operator}": {"k": patterns} for operator in BASES}
    for operator in block:
        policy = Policy.parse(
            allow(when={operator: block[operator]}, Resource=[f"arn:a:b:c:d:{p}" for p in patterns])
        )
        request = Request(USER, "s3:GetObject", f"arn:a:b:c:d:{text}", A, {"k": [text] * 3})
        policies = Policies(identity=[policy])
        assert steps(lambda: decide(request, policies)) < 50_000  # noqa: B023


def test_context_values_are_not_limited_in_kind() -> None:
    odd = ["\ud800", "\x00", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "٣", "²"]
    for operator in BASES:
        for value in odd:
            # A policy is valid text, without lone surrogates. The values of a request may have them.
            asked = {operator: {value: odd[1:]}} if value in odd[1:] else {operator: {"k": odd[1:]}}
            ask(on=KEY + value, identity=[allow(when=asked)], context={value: odd})
