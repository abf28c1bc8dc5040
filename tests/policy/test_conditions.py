"""Condition operators, one rule of C-20 to C-49 after the other."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.policy.conditions import OPERATORS

from .questions import allow, allowed, deny, document, holds, statement

USER_ARN = "arn:aws:iam::111111111111:user/p/dave"
# Operator, the policy's value, the request's value, whether the condition is true.
TABLE: dict[str, list[tuple[str, Any, Any, bool]]] = {
    "C-20": [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["x", "a"], "a", True),
        ("StringEquals", "", "", True),
        ("StringEqualsIgnoreCase", "aB", "Ab", True),
        ("StringEqualsIgnoreCase", "ab", "a", False),
        ("StringLike", "h*/d?ve", "home/dave", True),
        ("StringLike", "H*", "home", False),
        ("StringLike", ["x", "*me"], "home", True),
        ("StringLike", "home", "home", True),
        ("StringLike", "a*", "a\nb", True),
    ],
    "C-21": [
        ("StringNotEquals", "a", "a", False),
        ("StringNotEquals", "a", "A", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEqualsIgnoreCase", "aB", "Ab", False),
        ("StringNotLike", "h*", "home", False),
        ("StringNotLike", ["x*", "y*"], "home", True),
    ],
    "C-22": [
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "+10.", True),
        ("NumericEquals", ".5", "0.50", True),
        ("NumericEquals", "9" * 40, "9" * 39 + "8", False),
        ("NumericLessThan", "10", "9.99", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThanEquals", "10", "10.01", False),
        ("NumericGreaterThan", "-1", "0", True),
        ("NumericGreaterThan", "0", "0", False),
        ("NumericGreaterThanEquals", "0", "-0", True),
        ("NumericGreaterThanEquals", "2", "10", True),
        ("NumericLessThan", ["1", "100"], "50", True),
    ],
    "C-23": [
        ("NumericNotEquals", "10", "10.0", False),
        ("NumericNotEquals", ["9", "10"], "11", True),
    ],
    "C-24": [
        ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
        ("DateEquals", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", False),
        ("DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", True),
        ("DateLessThan", "2026-01-01", "2026-01-01T00:00:00Z", False),
        ("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("DateGreaterThan", "2026-01-01", "2026-01-01T00:00:00.001Z", True),
        ("DateGreaterThan", "2026-01-01", "2026-01-01", False),
        ("DateGreaterThanEquals", "2026-01-01", "2026-01-01", True),
        ("DateGreaterThanEquals", "2026-01-01", "2025-12-31", False),
    ],
    "C-25": [
        ("DateNotEquals", "2026-01-01", "2026-01-01T00:00Z", False),
        ("DateNotEquals", "2026-01-01", "2026-01-02", True),
    ],
    "C-26": [
        ("Bool", "true", "TRUE", True),
        ("Bool", True, "true", True),
        ("Bool", "False", "false", True),
        ("Bool", "true", "false", False),
        ("Bool", ["true", "false"], "false", True),
        ("Bool", "yes", "yes", False),
    ],
    "C-27": [
        ("BinaryEquals", "QUJD", "QUJD", True),
        ("BinaryEquals", "QUJD", "QUJE", False),
        ("BinaryEquals", "YQ==", "YR==", True),  # the same byte, with other unused bits
        ("BinaryEquals", "not base64", "not base64", False),
    ],
    "C-28": [
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.0", False),
        ("IpAddress", "203.0.113.9", "203.0.113.9", True),
        ("IpAddress", "203.0.113.9", "203.0.113.8", False),
        ("IpAddress", "203.0.113.77/24", "203.0.113.9", True),
        ("IpAddress", "2001:db8::/32", "2001:db8:1::1", True),
        ("IpAddress", "2001:db8::1", "2001:DB8:0::1", True),
        ("IpAddress", "2001:db8::1", "2001:db8::2", False),
        ("IpAddress", ["10.0.0.0/8", "::/0"], "::1", True),
        ("IpAddress", "0.0.0.0/0", "255.255.255.255", True),
    ],
    "C-29": [
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
        ("NotIpAddress", ["10.0.0.0/8", "203.0.113.0/24"], "192.0.2.1", True),
    ],
    "C-30": [
        ("ArnEquals", USER_ARN, USER_ARN, True),
        ("ArnEquals", "arn:aws:iam::*:user/p/*", USER_ARN, True),
        ("ArnLike", "arn:aws:iam::1111111?1111:user/p/dave", USER_ARN, True),
        ("ArnLike", "arn:aws:iam::111111111111:user/P/dave", USER_ARN, False),
        ("ArnLike", "arn:*:user/p/dave", USER_ARN, False),
        ("ArnLike", "arn:aws:s3:::b", "arn:aws:s3:x::b", False),
        ("ArnLike", "arn:aws:s3:::b:*:d", "arn:aws:s3:::b:c:d", True),
        ("ArnLike", "*:*:*:*:*:*", USER_ARN, True),
        ("ArnLike", ["*:*:*:*:*:x", "arn:aws:iam:*:*:user/*"], USER_ARN, True),
    ],
    "C-31": [
        ("ArnNotEquals", "arn:aws:iam::*:user/*", USER_ARN, False),
        ("ArnNotLike", "arn:aws:iam::*:role/*", USER_ARN, True),
    ],
    "C-40": [
        ("NumericEquals", "10", "ten", False),
        ("NumericNotEquals", "10", "ten", True),
        ("NumericNotEquals", "ten", "10", True),
        ("NumericEquals", "ten", "ten", False),
        ("NumericLessThan", "1e3", "1", False),
        ("DateLessThan", "2026-01-01", "yesterday", False),
        ("DateNotEquals", "2026-13-01", "2026-13-01", True),
        ("IpAddress", "0.0.0.0/0", "::1", False),
        ("NotIpAddress", "0.0.0.0/0", "::1", True),
        ("IpAddress", "::/0", "10.0.0.1", False),
        ("IpAddress", "10.0.0.0/255.0.0.0", "10.0.0.1", False),
        ("IpAddress", "10.0.0.0/33", "10.0.0.0", False),
        ("IpAddress", "10.0.0.0/", "10.0.0.0", False),
        ("IpAddress", "::/0", "fe80::1%eth0", False),
        ("IpAddress", "fe80::1%eth0", "fe80::1", False),
        ("NotIpAddress", "10.0.0.0/8", "010.0.0.1", True),
        ("ArnLike", "*", USER_ARN, False),
        ("ArnNotLike", "*", USER_ARN, True),
        ("ArnNotEquals", "arn:aws:*:user/p/dave", USER_ARN, True),
        ("ArnLike", "*:*:*:*:*:*", "text", False),
        ("Bool", "maybe", "maybe", False),
    ],
    "C-43": [
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], False),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], False),
    ],
    "C-44": [
        ("ForAllValues:StringEquals", "a", "a", True),
        ("ForAnyValue:StringEquals", "a", "b", False),
        ("StringEquals", "a", ["b", "a"], True),
        ("StringEquals", "a", ["b", "c"], False),
        ("StringNotEquals", "a", ["b", "a"], False),
        ("StringNotEquals", "a", ["b", "c"], True),
        ("NumericGreaterThan", 5, ["1", "9"], True),
    ],
    "C-46": [
        ("StringEquals", "", "", True),
        ("StringEquals", ["", "home/"], "home/", True),
        ("StringNotEquals", "", "", False),
        ("StringLike", "*", "", True),
        ("Null", "true", "", False),
        ("Null", "false", "", True),
    ],
    "C-48": [
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringEqualsIgnoreCase", "A?", "a?", True),
        ("StringEqualsIgnoreCase", "A?", "ab", False),
        ("StringEquals", "arn:aws:iam::*:user/*", USER_ARN, False),
        ("StringLike", "arn:aws:iam::*:user/*", USER_ARN, True),
        ("ArnEquals", "arn:aws:iam::*:user/*", USER_ARN, True),
    ],
    "C-49": [
        ("DateEquals", 1767225600, "2026-01-01T00:00:00Z", True),
        ("DateEquals", "1767225600", "2026-01-01", True),
        ("DateEquals", "2026-01-01", "1767225600.000", True),
        ("DateEquals", 1767225600.5, "2026-01-01T00:00:00.5Z", True),
        ("DateEquals", "-1", "1969-12-31T23:59:59Z", True),
        ("DateEquals", "-1.5", "1969-12-31T23:59:58.5Z", True),
        ("DateEquals", "2026-01", "2026-01-01", True),
        ("DateEquals", "2026-01-01T00:00:00-0530", "2026-01-01T05:30Z", True),
        ("DateEquals", "2026-01-01T00:00:00", "2026-01-01T00:00:00z", True),
        ("DateEquals", "2026-02-30", "2026-02-30", False),
        ("DateEquals", "2026-01-01T24:00:00Z", "2026-01-02", False),
        ("DateEquals", "2026-01-01T00:00:00+24:00", "2025-12-31", False),
        ("DateEquals", "2026-01-01T00:00:00+00:60", "2025-12-31T23:00:00Z", False),
        ("DateEquals", "2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00Z", True),
        ("DateEquals", "2026", "2026-01-01", False),
        ("DateEquals", "2026", "1970-01-01T00:33:46Z", True),
        ("DateEquals", "2026-W01-1", "2025-12-29", False),
        ("DateEquals", "9" * 16, "9" * 16, False),
        ("DateGreaterThan", "0001-01-01", "0001-01-01T00:00:00.000000001Z", True),
        ("DateEquals", "2026-01-01T00:00:00.1234567891Z", "2026-01-01T00:00:00.1234567899Z", True),
    ],
}  # fmt: skip

ROWS = [(rule, *row) for rule, rows in TABLE.items() for row in rows]


@pytest.mark.parametrize(
    ("rule", "operator", "wanted", "seen", "expected"),
    ROWS,
    ids=[f"{rule}-{operator}-{number}" for number, (rule, operator, *_) in enumerate(ROWS)],
)
def test_values(rule: str, operator: str, wanted: Any, seen: Any, expected: bool) -> None:
    """C-20, C-21, C-22, C-23, C-24, C-25, C-26, C-27, C-28, C-29, C-30, C-31, C-40, C-43, C-44, C-48, C-49."""
    assert holds(operator, wanted, seen) is expected
    assert holds(f"{operator}IfExists" if operator != "Null" else operator, wanted, seen) is expected


VALUES = {"Numeric": "1", "Date": "1", "Bool": "true", "Binary": "QUJD", "Ip": "::1", "NotIp": "::1"}
MISSING = {
    "C-20": ("StringEquals", "StringEqualsIgnoreCase", "StringLike"),
    "C-22": tuple(
        f"Numeric{order}"
        for order in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    "C-24": tuple(
        f"Date{order}"
        for order in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    "C-26": ("Bool",),
    "C-27": ("BinaryEquals",),
    "C-28": ("IpAddress",),
    "C-30": ("ArnEquals", "ArnLike"),
    "C-21": ("StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike"),
    "C-23": ("NumericNotEquals",),
    "C-25": ("DateNotEquals",),
    "C-29": ("NotIpAddress",),
    "C-31": ("ArnNotEquals", "ArnNotLike"),
}
NEGATED = {"C-21", "C-23", "C-25", "C-29", "C-31"}
ALL = [(rule, operator) for rule, operators in MISSING.items() for operator in operators]


def a_value(operator: str) -> str:
    return next((value for family, value in VALUES.items() if operator.startswith(family)), "x")


@pytest.mark.parametrize(("rule", "operator"), ALL, ids=[f"{rule}-{operator}" for rule, operator in ALL])
class TestMissingKey:
    def test_alone(self, rule: str, operator: str) -> None:
        assert holds(operator, a_value(operator), None) is (rule in NEGATED)

    def test_C_33_if_exists(self, rule: str, operator: str) -> None:
        for prefix in ("", "ForAllValues:", "ForAnyValue:"):
            assert holds(f"{prefix}{operator}IfExists", a_value(operator), None)

    def test_C_34_for_all_values(self, rule: str, operator: str) -> None:
        assert holds(f"ForAllValues:{operator}", a_value(operator), None)
        assert holds(f"ForAllValues:{operator}", a_value(operator), [])

    def test_C_35_for_any_value(self, rule: str, operator: str) -> None:
        assert not holds(f"ForAnyValue:{operator}", a_value(operator), None)
        assert not holds(f"ForAnyValue:{operator}", a_value(operator), [])


def test_every_operator_is_in_the_tables() -> None:
    assert {operator for _, operator in ALL} | {"Null"} == set(OPERATORS)
    assert {operator for _, operator, *_ in ROWS if ":" not in operator} == set(OPERATORS)


@pytest.mark.parametrize(
    ("wanted", "seen", "expected"),
    [
        ("true", None, True),
        ("true", [], True),
        ("true", "v", False),
        ("false", None, False),
        ("false", "v", True),
        (True, None, True),
        ("TRUE", None, True),
        (["true", "false"], None, True),
        (["true", "false"], "v", True),
        ("maybe", None, False),
        ("maybe", "v", False),
    ],
)
def test_C_32_null(wanted: Any, seen: Any, expected: bool) -> None:
    assert holds("Null", wanted, seen) is expected


@pytest.mark.parametrize(
    ("seen", "expected"), [(["a"], True), (["a", "b"], True), (["a", "c"], False), ([], True), (["A"], False)]
)
def test_C_34_every_value_must_match(seen: list[str], expected: bool) -> None:
    assert holds("ForAllValues:StringEquals", ["a", "b"], seen) is expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [(["a"], True), (["c", "b"], True), (["c", "d"], False), ([], False), (["A"], False)],
)
def test_C_35_some_value_must_match(seen: list[str], expected: bool) -> None:
    assert holds("ForAnyValue:StringEquals", ["a", "b"], seen) is expected


def test_C_41_a_negated_deny_hits_requests_without_the_key() -> None:
    everything, key = allow(), {"aws:SourceVpce": "vpce-1"}
    for operator in ("StringNotEquals", "StringNotEqualsIfExists"):
        assert not allowed(identity=[everything, deny(when={operator: key})])
    spared = deny(when={"StringNotEquals": key, "Null": {"aws:SourceVpce": "false"}})
    assert allowed(identity=[everything, spared])
    assert not allowed(identity=[everything, spared], context={"aws:SourceVpce": "vpce-2"})


def test_C_42_a_positive_deny_spares_requests_without_the_key() -> None:
    key = {"aws:MultiFactorAuthPresent": "false"}
    assert allowed(identity=[allow(), deny(when={"Bool": key})])
    assert not allowed(identity=[allow(), deny(when={"BoolIfExists": key})])


@pytest.mark.parametrize(
    "written", ["AWS:PrincipalTag/Team", "aws:principaltag/team", "aws:PrincipalTag/TEAM"]
)
@pytest.mark.parametrize("asked", ["aws:PrincipalTag/Team", "AWS:PRINCIPALTAG/TEAM"])
def test_C_45_key_names_ignore_case(written: str, asked: str) -> None:
    policy = allow(when={"StringEquals": {written: "Red"}})
    assert allowed(identity=[policy], context={asked: ["Red"]})
    assert not allowed(identity=[policy], context={asked: ["red"]})


def test_C_47_one_key_under_several_operators() -> None:
    between = {"NumericGreaterThan": {"k": 1}, "NumericLessThan": {"k": 5}}
    assert [allowed(identity=[allow(when=between)], context={"k": n}) for n in (1, 3, 5)] == [
        False,
        True,
        False,
    ]


def test_keys_under_one_operator_all_count() -> None:
    policy = document(statement(when={"StringEquals": {"a": "1", "b": "2"}}))
    assert allowed(identity=[policy], context={"a": "1", "b": "2"})
    assert not allowed(identity=[policy], context={"a": "1", "b": "1"})
    assert not allowed(identity=[policy], context={"a": "2", "b": "2"})


@pytest.mark.parametrize("number", range(1, 5))
def test_any_number_of_conditions_must_all_hold(number: int) -> None:
    block = {"StringEquals": {f"k{n}": "v" for n in range(number)}}
    whole = {f"k{n}": "v" for n in range(number)}
    assert allowed(identity=[allow(when=block, Resource="arn:aws:s3:::bkt/*")], context=whole)
    for key in whole:
        assert not allowed(
            identity=[allow(when=block, Resource="arn:aws:s3:::bkt/*")], context=whole | {key: "x"}
        )
