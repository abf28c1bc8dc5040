"""``mocks3 lint``: an error does not end the file. All findings are given, sorted by place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3.policy import Policy, PolicySyntaxError
from mocks3.policy.errors import REASONS
from mocks3.policy.syntax_errors import MOST, find_errors

from .conftest import policy

GOOD = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}


def lines(run, file, text: str, *options: str) -> list[tuple[str, str]]:
    """Return the code of each finding, and the text of the policy at its place up to the end of the line."""
    done = run("lint", *options, "--json", file("p.json", text))
    written = text.splitlines()
    found = [(each["line"], each["column"]) for each in done.json]
    assert found == sorted(found)
    return [(each["code"], written[each["line"] - 1][each["column"] - 1 :].rstrip(",")) for each in done.json]


def test_errors_and_warnings_of_one_file(run, file) -> None:
    document = {
        "Version": "2012-10-18",
        "Statment": [],
        "Statement": [
            {**GOOD, "Effect": "allow", "Action": ["s3:GetObjct", 7]},
            {
                **GOOD,
                "Sid": 3,
                "Condition": {"StringEqual": {"aws:userid": "a"}, "Bool": {"aws:SourceIpp": [{}]}},
            },
            "no statement",
            {**GOOD, "Principal": {"AWS": ["*", "arn:aws:iam::1:x"], "Users": "ann"}, "Action": "s3:Zap"},
            {"Effect": "Deny", "Condition": {"NumericEquals": {"s3:max-keys": ["ten", "1"]}}},
        ],
    }
    assert lines(run, file, json.dumps(document, indent=1)) == [
        ("bad-version", '"2012-10-18"'),
        ("unknown-member", "[]"),
        ("missing-principal", "{"),
        ("bad-effect", '"allow"'),
        ("unknown-action", '"s3:GetObjct"'),
        ("bad-action", "7"),
        ("missing-principal", "{"),
        ("bad-sid", "3"),
        ("unknown-operator", "{"),
        ("unknown-key", "["),
        ("bad-condition-value", "{}"),
        ("bad-statement", '"no statement"'),
        ("unknown-action", '"s3:Zap"'),
        ("bad-principal", '"arn:aws:iam::1:x"'),
        ("bad-principal", '"ann"'),
        ("missing-action", "{"),
        ("missing-principal", "{"),
        ("missing-resource", "{"),
        ("bad-number", "["),
        ("missing-key-spared", "["),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Effect": "Permit"}, "bad-effect"),
        ({"Effect": None}, "bad-effect"),
        ({"Sid": []}, "bad-sid"),
        ({"NotAction": "s3:Get*"}, "both-forms"),
        ({"Action": ""}, "bad-action"),
        ({"Resource": [1]}, "bad-resource"),
        ({"Principal": {}}, "empty-principal"),
        ({"Principal": "ann"}, "bad-principal"),
        ({"Principal": {"AWS": []}}, "bad-principal"),
        ({"Principal": {"Robot": "r"}}, "bad-principal"),
        ({"NotPrincipal": {"AWS": "*"}}, "not-principal-with-allow"),
        ({"Condition": []}, "bad-condition"),
        ({"Condition": {"Bool": []}}, "bad-condition"),
        ({"Condition": {"Boolean": {}}}, "unknown-operator"),
        ({"Condition": {"Bool": {"aws:SecureTransport": None}}}, "bad-condition-value"),
        ({"Extra": 1}, "unknown-member"),
    ],
)
def test_the_statement_after_an_error_is_checked(run, file, changes: dict[str, Any], reason: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [{**GOOD, **changes}, {**GOOD, "Action": "s3:Zap"}]}
    found = [code for code, _ in lines(run, file, json.dumps(document, indent=1), "--kind", "identity")]
    assert reason in found
    assert found[-1] == "unknown-action"


@pytest.mark.parametrize("member", ["Effect", "Action"])
def test_the_statement_after_a_missing_member_is_checked(run, file, member: str) -> None:
    short = {name: value for name, value in GOOD.items() if name != member}
    document = policy(short, {"Action": "s3:Zap"})
    document["Statement"][0].pop(member)
    found = [code for code, _ in lines(run, file, json.dumps(document, indent=1))]
    assert found == [f"missing-{member.lower()}", "unknown-action"]


def test_two_errors_of_one_statement(run, file) -> None:
    document = {"Statement": [{"Effect": "x", "Action": [1, "s3:Zap", 2], "Resource": 5}]}
    found = lines(run, file, json.dumps(document, indent=1))
    assert found == [
        ("bad-effect", '"x"'),
        ("bad-action", "1"),
        ("unknown-action", '"s3:Zap"'),
        ("bad-action", "2"),
        ("bad-resource", "5"),
    ]


def test_s3_also_checks_statements_without_errors(run, file) -> None:
    document = policy(
        {"Principal": "*", "Effect": "allow", "Action": "s3:ListBucket"},
        {"Principal": "*", "Action": "s3:ListBucket"},
    )
    codes = [code for code, _ in lines(run, file, json.dumps(document, indent=1))]
    assert codes.count("MalformedPolicy") == 1
    assert codes[0] == "bad-effect"


def test_very_many_errors_end(run, file) -> None:
    document = {"Statement": [{**GOOD, "Effect": "x"} for _ in range(3 * MOST)]}
    assert len(lines(run, file, json.dumps(document, indent=1))) == MOST


NAMES = [
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
]
NAMES += ["Condition", "AWS", "Service", "StringEquals", "Bool", "x"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 3)
    | st.sampled_from(["", "*", "Allow", "s3:*", "arn:aws:iam::1:root"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
STATEMENTS = st.dictionaries(
    st.sampled_from(["Effect", "Principal", "Action", "Resource", "Condition", "Sid"]), JSON
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON | st.fixed_dictionaries({"Statement": st.lists(STATEMENTS, min_size=1, max_size=4)}))
def test_the_first_error_is_that_of_the_parser(value: Any) -> None:
    """The parser is the naive twin: it stops at the first error, and without errors both accept the text."""
    text = json.dumps(value)
    found = find_errors(text)
    first = first_error(text)
    if first is None:
        assert found.errors == ()
    else:
        assert first in {(each.reason, each.pointer) for each in found.errors}
    assert {each.reason for each in found.errors} <= set(REASONS)


def first_error(text: str) -> tuple[str, str] | None:
    try:
        Policy.parse(text).check_strictly()
    except PolicySyntaxError as error:
        return error.reason, error.pointer
    return None
