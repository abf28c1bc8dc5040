"""Requests that stand for all requests: every request is decided like one of the sample (C-1 to C-3, C-20 to C-49)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.policy import Effect, Layer, Policies, Policy, Request, RequestPrincipal, collect_findings
from mocks3.policy.glob import glob, tokens
from mocks3.policy.linting import Tables
from mocks3.policy.sampling import Universe, compare, sample_principals, sample_requests
from mocks3.policy.sampling.texts import One, Run, pattern_of, sample_texts

A = "111111111111"
DAVE = RequestPrincipal("user", f"arn:aws:iam::{A}:user/dave", A)
BUCKET, OBJECT = "arn:aws:s3:::${Bucket}", "arn:aws:s3:::${Bucket}/${Key}"
UNIVERSE = Universe(
    {
        "s3:GetObject": [OBJECT],
        "s3:PutObject": [OBJECT],
        "s3:ListBucket": [BUCKET],
        "s3:ListAllMyBuckets": [],
    },
    Tables(key_actions={"s3:prefix": frozenset({"s3:listbucket"})}, always=["aws:SecureTransport"]),
)

globs = st.text("ab*?", min_size=1, max_size=4)


@given(st.lists(globs, min_size=1, max_size=4), st.text("abc", max_size=6))
def test_every_text_matches_like_one_of_the_sample(patterns: list[str], text: str) -> None:
    texts = sample_texts(tuple(pattern_of(tokens(each)) for each in patterns))
    assert texts is not None
    tests = [glob(each) for each in patterns]
    found = {tuple(test(each) for test in tests) for each in texts}
    assert tuple(test(text) for test in tests) in found
    assert len(found) == len(texts)


def test_texts_have_the_form() -> None:
    form = (*"b/", One("/"), Run("/"))
    assert sample_texts((pattern_of(tokens("b/a*")), pattern_of(tokens("*/*/*"))), form) == ("b/x", "b/a")


def test_too_many_states_are_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mocks3.policy.sampling.texts.MOST_STATES", 10)
    assert sample_texts((pattern_of(tokens("*abcdefghij*")),)) is None


ACTIONS = ["s3:GetObject", "s3:Get*", "s3:ListBucket", "s3:*", "*"]
RESOURCES = ["arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/in/*", "arn:aws:s3:::*", "*"]
CONDITIONS: list[dict[str, dict[str, Any]]] = [
    {"StringEquals": {"s3:prefix": ["a", "b"]}},
    {"StringLike": {"s3:prefix": "a*"}},
    {"StringNotEqualsIfExists": {"s3:prefix": "b"}},
    {"StringEqualsIgnoreCase": {"aws:k": "ab"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"Null": {"aws:n": "true"}},
    {"NumericLessThan": {"aws:n": "5"}, "NumericGreaterThanEquals": {"aws:n": "2.5"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.1.0.0/16"]}},
    {"NotIpAddress": {"aws:SourceIp": "10.1.2.0/24"}},
    {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
    {"DateGreaterThan": {"aws:CurrentTime": "2025-06-01T00:00:00Z"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/d*"}},
    {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "c"]}},
    {"BinaryEquals": {"aws:b": "ZGF2ZQ=="}},
]
CONTEXTS: dict[str, list[Any]] = {
    "s3:prefix": [None, "", "a", "ab", "b", "c"],
    "aws:k": [None, "ab", "AB", "x"],
    "aws:SecureTransport": ["true", "false"],
    "aws:n": [None, "1", "2.5", "4", "5", "9"],
    "aws:SourceIp": [None, "10.1.2.3", "10.1.9.9", "10.9.9.9", "192.0.2.1"],
    "aws:CurrentTime": [None, "2025-01-01T00:00:00Z", "2025-08-01T00:00:00Z", "2026-08-01T00:00:00Z"],
    "aws:PrincipalArn": [None, f"arn:aws:iam::{A}:user/dave", f"arn:aws:iam::{A}:user/eve"],
    "aws:TagKeys": [None, ["a"], ["a", "b"], ["a", "c"], ["d"], ["b", "d"]],
    "aws:b": [None, "ZGF2ZQ==", "ZXZl"],
}
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(ACTIONS),
        "Resource": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
    },
    optional={"Condition": st.sampled_from(CONDITIONS)},
)
policies = st.lists(statements, min_size=1, max_size=3).map(
    lambda given: Policy.parse({"Version": "2012-10-17", "Statement": given})
)
requests = st.builds(
    lambda call, context: Request(
        DAVE,
        *call,
        A,
        {key: value for key, value in context.items() if value is not None and supports(call[0], key)},
    ),
    st.sampled_from(
        [
            ("s3:GetObject", "arn:aws:s3:::b/in/k"),
            ("s3:GetObject", "arn:aws:s3:::b/k"),
            ("s3:PutObject", "arn:aws:s3:::c/k"),
            ("s3:ListBucket", "arn:aws:s3:::b"),
            ("s3:ListBucket", "arn:aws:s3:::c"),
            ("s3:ListAllMyBuckets", "*"),
        ]
    ),
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in CONTEXTS.items()}),
)


def supports(action: str, key: str) -> bool:
    return key != "s3:prefix" or action == "s3:ListBucket"


def applying(policy: Policy, request: Request) -> frozenset[int]:
    findings = collect_findings(request, Policies(identity=[policy]))
    found = [ref.statement for effect in Effect for ref in findings.matching(Layer.IDENTITY, effect)]
    return frozenset(found)


@given(policies, requests)
def test_every_request_is_decided_like_one_of_the_sample(policy: Policy, request: Request) -> None:
    sample = sample_requests([policy], DAVE, UNIVERSE)
    found = {applying(policy, each) for each in sample.requests}
    assert not sample.exhaustive or applying(policy, request) in found
    if not any("IgnoreCase" in c.operator for s in policy.statements for c in s.conditions):
        assert sample.exhaustive


@given(policies, policies, requests)
def test_equivalent_policies_decide_alike(one: Policy, other: Policy, request: Request) -> None:
    if compare(one, other, UNIVERSE).equivalent:
        for policy in (one, other):
            assert compare(policy, policy, UNIVERSE).request is None
        findings = [collect_findings(request, Policies(identity=[each])) for each in (one, other)]
        assert findings[0].denied == findings[1].denied
        assert findings[0].identity == findings[1].identity


def bucket_policy(*statements: dict[str, Any]) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind="resource")


READ = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{A}:role/app"},
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
}
SECURE = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::b/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([READ], [READ, READ], id="the same statement twice"),
        pytest.param(
            [{**READ, "Action": "s3:GetObject"}],
            [{**READ, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
            id="a bucket for an action on objects",
        ),
        pytest.param(
            [SECURE],
            [{**SECURE, "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}],
            id="IfExists of a key that every request has",
        ),
        pytest.param(
            [READ, {**READ, "Action": "s3:Get*"}],
            [READ, {**READ, "Action": "s3:GetObject"}],
            id="a masked widening",
        ),
    ],
)
def test_policies_that_cannot_decide_differently(before: list[Any], after: list[Any]) -> None:
    assert compare(bucket_policy(*before), bucket_policy(*after), UNIVERSE).equivalent


@pytest.mark.parametrize(
    ("after", "action"),
    [
        pytest.param([READ], "s3:GetObject", id="a Deny is dropped"),
        pytest.param([SECURE], "s3:GetObject", id="an Allow is dropped"),
        pytest.param([{**READ, "Principal": "*"}, SECURE], "s3:GetObject", id="the principal is widened"),
        pytest.param(
            [{**READ, "Action": "s3:GetObject"}, SECURE], "s3:ListBucket", id="an action is dropped"
        ),
    ],
)
def test_a_difference_is_shown_by_a_request(after: list[Any], action: str) -> None:
    found = compare(bucket_policy(READ, SECURE), bucket_policy(*after), UNIVERSE)
    assert not found.equivalent
    assert found.request is not None
    assert found.request.action == action


def test_variables_are_not_exhaustive() -> None:
    """The value of one key then decides about another key (C-60)."""
    own = {**READ, "Resource": "arn:aws:s3:::b/${aws:username}/*", "Action": "s3:GetObject"}
    found = compare(bucket_policy(own), bucket_policy(own), UNIVERSE)
    assert found.request is None
    assert not found.exhaustive
    assert not found.equivalent


def test_not_principal_is_told_apart_by_boundaries() -> None:
    """A caller with a permissions boundary is never exempt (PE-17)."""
    deny = {**SECURE, "NotPrincipal": READ["Principal"]}
    del deny["Principal"]
    assert any(each.has_boundary for each in sample_principals(bucket_policy(deny).statements))


@pytest.mark.parametrize(
    "bound", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "253402300800", "-62135596801"]
)
def test_dates_at_the_ends_of_the_calendar_have_samples_on_both_sides(bound: str) -> None:
    """C-24. No date follows the last one, but a number of seconds does."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    condition = {"DateLessThan": {"aws:TokenIssueTime": bound}}
    text = json.dumps({"Version": "2012-10-17", "Statement": {**statement, "Condition": condition}})
    policy = Policy.parse(text)
    sample = sample_requests([policy], DAVE, UNIVERSE)
    assert {applying(policy, each) for each in sample.requests} >= {frozenset(), frozenset({0})}
