"""The linter: likely mistakes in valid policies."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.policy import Policy, Tables
from mocks3.policy.linting import CODES
from mocks3.policy.linting.overlap import overlaps

from .questions import BUCKET, USER, A, allow, deny, document, statement

TABLES = Tables(
    actions={
        "s3:GetObject": ["object"],
        "s3:PutObject": ["object"],
        "s3:ListBucket": ["bucket"],
        "s3:ListAllMyBuckets": [],
        "s3:Odd": ["unheard-of"],
    },
    resources={
        "bucket": "arn:${Partition}:s3:::${BucketName}",
        "object": "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
    },
    keys=[
        "aws:SourceIp",
        "aws:SecureTransport",
        "aws:PrincipalTag/<key>",
        "s3:prefix",
        "s3:BucketTag/${TagKey}",
    ],
    always=["aws:SecureTransport"],
    key_actions={"s3:prefix": frozenset({"s3:listbucket"})},
)


def codes(document_: dict[str, Any], tables: Tables | None = None) -> list[tuple[str, str]]:
    warnings = Policy.parse(document_).warnings(tables)
    assert all(warning.code in CODES for warning in warnings)
    return [(warning.code, warning.pointer.removeprefix("/Statement/0/")) for warning in warnings]


NOTHING_KNOWN: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (allow(), []),
    (allow(Action=[]), [("empty-list", "Action")]),
    (allow(Resource=[]), [("empty-list", "Resource")]),
    (allow(NotAction=[]), []),
    (allow(Action="GetObject"), [("action-without-service", "Action")]),
    (allow(Action="*Object"), []),
    (allow(NotAction="GetObject"), [("action-without-service", "NotAction")]),
    (allow(Resource="bkt/*"), [("resource-not-arn", "Resource")]),
    (allow(Resource=["a*", "?rn:x", "*/k"]), []),
    (allow(NotResource="bkt"), [("resource-not-arn", "NotResource")]),
    (document(statement(Sid="a"), statement(Sid="a")), [("duplicate-sid", "/Statement/1/Sid")]),
    (deny(Principal={"AWS": ["AIDAGONE", A]}), [("deleted-principal", "Principal/AWS/0")]),
    (allow(Resource=f"{BUCKET}/${{aws:username}}"), []),
    (document(statement(Resource=f"{BUCKET}/${{aws:username}}"), version="2008-10-17"), [("variables-in-2008", "Resource")]),
    (allow(Resource=f"{BUCKET}/${{*}}"), []),
    (allow(Resource=f"{BUCKET}/${{}}"), [("broken-variable", "Resource")]),
    (allow(Resource=f"{BUCKET}/${{aws:username"), [("broken-variable", "Resource")]),
    (allow(when={"StringEquals": {"k": "a*"}}), [("literal-wildcard", "Condition/StringEquals/k")]),
    (allow(when={"StringNotEqualsIgnoreCase": {"k": "a?"}}), [("literal-wildcard", "Condition/StringNotEqualsIgnoreCase/k")]),
    (allow(when={"StringLike": {"k": "a*"}}), []),
    (allow(when={"StringEquals": {"k": "${*}"}}), []),
    (allow(when={"StringEquals": {"k": []}}), [("empty-list", "Condition/StringEquals/k")]),
    (allow(when={"StringNotEquals": {"k": []}}), []),
    (allow(when={"IpAddress": {"k": "10.0.0.0/99"}}), [("unreadable-value", "Condition/IpAddress/k")]),
    (allow(when={"StringLike": {"k": "${"}}), [("broken-variable", "Condition/StringLike/k")]),
    (allow(when={"Bool": {"k": "${x}"}}), [("unreadable-value", "Condition/Bool/k")]),
    (
        document(statement(when={"StringLike": {"k": "${aws:username}"}}), version="2008-10-17"),
        [("variables-in-2008", "Condition/StringLike/k")],
    ),
    (
        allow(when={"StringEquals": {"k": "v"}, "Null": {"K": "true"}}),
        [("contradiction", "Condition/StringEquals/k")],
    ),
    (allow(when={"StringEqualsIfExists": {"k": "v"}, "Null": {"k": "true"}}), []),
    (allow(when={"StringNotEquals": {"k": "v"}, "Null": {"k": "true"}}), []),
    (
        allow(when={"ForAnyValue:StringNotEquals": {"k": "v"}, "Null": {"k": True}}),
        [("contradiction", "Condition/ForAnyValue:StringNotEquals/k")],
    ),
    (
        allow(when={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
        [("missing-key-allows", "Condition/ForAllValues:StringEquals/aws:TagKeys")],
    ),
    (allow(when={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:tagkeys": "false"}}), []),
    (deny(when={"Bool": {"k": "true"}}), [("missing-key-spared", "Condition/Bool/k")]),
    (deny(when={"BoolIfExists": {"k": "true"}}), []),
    (deny(when={"ForAnyValue:StringEquals": {"k": "v"}}), [("missing-key-spared", "Condition/ForAnyValue:StringEquals/k")]),
    (deny(when={"StringNotEquals": {"k": "v"}}), [("missing-key-denied", "Condition/StringNotEquals/k")]),
    (deny(when={"StringNotEqualsIfExists": {"k": "v"}}), [("missing-key-denied", "Condition/StringNotEqualsIfExists/k")]),
    (deny(when={"StringNotEquals": {"k": "v"}, "Null": {"k": "false"}}), []),
    (deny(when={"Null": {"k": "true"}}), []),
    (deny(NotPrincipal={"AWS": [USER.arn, A]}), []),
    (deny(NotPrincipal={"AWS": [USER.arn, f"arn:aws:iam::{A}:root"]}), []),
    (deny(NotPrincipal={"AWS": USER.arn, "CanonicalUser": "c"}), []),
    (deny(NotPrincipal={"AWS": USER.arn}), [("not-principal-level", "NotPrincipal/AWS")]),
    (deny(NotPrincipal={"AWS": [A, "*"]}), []),
    (deny(NotPrincipal={"AWS": [A, f"arn:aws:sts::{A}:assumed-role/r/s"]}), [("not-principal-level", "NotPrincipal/AWS/1")]),
    (deny(NotPrincipal={"AWS": [A, f"arn:aws:sts::{A}:assumed-role/r/s", f"arn:aws:iam::{A}:role/p/r"]}), []),
    (deny(NotPrincipal={"AWS": [A, f"arn:aws:sts::{A}:assumed-role/r/s", f"arn:aws:iam::{A}:role/r"]}), []),
    (deny(NotPrincipal={"AWS": [A, f"arn:aws:sts::{A}:assumed-role/r/s", f"arn:aws:iam::{A}:role/xr"]}), [("not-principal-level", "NotPrincipal/AWS/1")]),
    (deny(Principal={"AWS": USER.arn}), []),
    (allow(Resource="arn:aws:s3::b"), [("short-arn", "Resource")]),
    (deny(NotResource=["arn:aws:s3:::b", "arn:aws:s3:b"]), [("short-arn", "NotResource/1")]),
    (allow(Resource=["arn:aws:s3:*", "arn:*", "arn:${a:b}"]), []),
    (deny(when={"StringNotEqualsIfExists": {"k": "arn:aws:iam::1"}, "Null": {"k": "false"}}), [("short-arn", "Condition/StringNotEqualsIfExists/k")]),
    (allow(when={"StringLike": {"k": ["arn:aws:iam::*", "arn:aws:iam:?"]}}), [("short-arn", "Condition/StringLike/k/1")]),
    (allow(when={"StringEquals": {"k": "arn:aws:iam::1:root"}}), []),
    (allow(Resource=f"{BUCKET}/${{bucket_name}}"), [("template-variable", "Resource")]),
    (allow(Resource=f"{BUCKET}/${{AWS::AccountId}}"), [("template-variable", "Resource")]),
    (allow(when={"StringEquals": {"k": "${var.name}"}}), [("template-variable", "Condition/StringEquals/k")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"), NOTHING_KNOWN, ids=[str(n) for n in range(len(NOTHING_KNOWN))]
)
def test_what_the_language_itself_tells(given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(given) == expected


KNOWN: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (allow(Action="s3:GetObjekt", Resource=f"{BUCKET}/*"), [("unknown-action", "Action")]),
    (allow(Action="s3:Zap*"), [("unknown-action", "Action")]),
    (allow(NotAction="s3:Zap"), [("unknown-action", "NotAction")]),
    (allow(Action=["S3:getobject", "sqs:Anything"]), []),
    (allow(Action="s3:GetObject", Resource=BUCKET), [("action-resource-mismatch", "Action")]),
    (allow(Action="s3:GetObject", Resource=f"{BUCKET}*"), []),
    (allow(Action="s3:GetObject", Resource=[BUCKET, f"{BUCKET}/a"]), []),
    (allow(Action="s3:ListBucket", Resource=f"{BUCKET}/*"), [("action-resource-mismatch", "Action")]),
    (allow(Action="s3:ListBucket", Resource="arn:aws:s3:::b?t"), []),
    (allow(Action="s3:*", Resource=f"{BUCKET}/*"), []),
    (allow(Action="s3:List*", Resource=f"{BUCKET}/*"), [("action-resource-mismatch", "Action")]),
    (allow(Action="s3:ListAllMyBuckets", Resource=BUCKET), [("action-resource-mismatch", "Action")]),
    (allow(Action="s3:ListAllMyBuckets"), []),
    (allow(Action="s3:Odd", Resource=BUCKET), []),
    (allow(Action="s3:GetObject", NotResource=BUCKET), []),
    (allow(NotAction="s3:GetObject", Resource=BUCKET), []),
    (allow(Action="s3:GetObject", Resource=f"{BUCKET}/${{aws:PrincipalTag/x}}"), []),
    (allow(Action="s3:ListBucket", Resource="arn:aws:s3:::${aws:PrincipalTag/x}"), []),
    (allow(Action="s3:GetObject", Resource=f"{BUCKET}/${{aws:PrinzipalTag/x}}"), [("unknown-key", "Resource")]),
    (allow(Action="s3:GetObject", Resource="arn:aws:sqs:::q/x"), [("action-resource-mismatch", "Action")]),
    (allow(when={"StringEquals": {"aws:SourceIpp": "x"}}), [("unknown-key", "Condition/StringEquals/aws:SourceIpp")]),
    (allow(when={"StringEquals": {"AWS:sourceip": "x", "s3:buckettag/a": "b", "sqs:any": "c"}}), []),
    (allow(when={"StringEquals": {"aws:PrincipalTag": "x"}}), [("unknown-key", "Condition/StringEquals/aws:PrincipalTag")]),
    (deny(when={"Bool": {"aws:securetransport": "false"}}), []),
    (allow(Action="s3:GetObject", when={"StringLike": {"S3:Prefix": "x"}}), [("unsupported-key", "Condition/StringLike/S3:Prefix")]),
    (allow(Action=["s3:*", "sqs:Any"], when={"StringLike": {"s3:prefix": "x"}}), []),
    (allow(NotAction="s3:GetObject", when={"StringLike": {"s3:prefix": "x"}}), []),
    (allow(when={"StringEquals": {"awss:SourceIp": "x"}}), [("unknown-key", "Condition/StringEquals/awss:SourceIp")]),
    (allow(when={"StringEquals": {"SourceIp": "x"}}), [("unknown-key", "Condition/StringEquals/SourceIp")]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), KNOWN, ids=[str(n) for n in range(len(KNOWN))])
def test_what_tables_tell(given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(given, TABLES) == expected


@pytest.mark.parametrize(
    ("resource", "fits"),
    [
        ("arn:aws:s3:::a/b/config", True),
        ("arn:aws:s3:::a/b/c/config", False),
        ("arn:aws:s3:::a/*/config", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:s3:::a/b", False),
        ("arn:aws:s3:::a?b/config", True),
        ("arn:aws:s3:::ab/config", False),
    ],
)
def test_only_the_last_placeholder_stands_for_slashes(resource: str, fits: bool) -> None:
    tables = Tables(actions={"s3:Do": ["part"]}, resources={"part": "arn:${Partition}:s3:::a/${Name}/config"})
    found = codes(allow(Action="s3:Do", Resource=resource), tables)
    assert found == ([] if fits else [("action-resource-mismatch", "Action")])


def test_every_code_is_found_by_some_row() -> None:
    found = {code for given, _ in NOTHING_KNOWN for code, _ in codes(given)}
    found |= {code for given, _ in KNOWN for code, _ in codes(given, TABLES)}
    assert found == set(CODES)


def test_warnings_hint_at_what_was_meant() -> None:
    (warning,) = Policy.parse(allow(Sid="Typo", Action="s3:GetObjekt")).warnings(TABLES)
    assert warning.sid == "Typo"
    assert str(warning) == (
        "/Statement/0/Action: No action is called 's3:GetObjekt'; perhaps 's3:GetObject' is meant [unknown-action]"
    )
    (warning,) = Policy.parse(allow(when={"StringEquals": {"s3:Prefixx": "a"}})).warnings(TABLES)
    assert "perhaps 's3:prefix' is meant" in warning.message
    (warning,) = Policy.parse(allow(Action="s3:Qqqqqqqq")).warnings(TABLES)
    assert "perhaps" not in warning.message


def test_the_name_of_an_operation_is_no_action() -> None:
    """Its permissions come before similar names."""
    from dataclasses import replace

    tables = replace(TABLES, operations={"s3:GetObjects": ("s3:PutObject", "s3:ListBucket")})
    (warning,) = Policy.parse(allow(Action="s3:getobjects")).warnings(tables)
    assert warning.message == (
        "No action is called 's3:getobjects'; GetObjects is an operation, and it needs 's3:PutObject' and "
        "'s3:ListBucket'"
    )


def test_mismatches_say_what_the_action_works_on() -> None:
    (warning,) = Policy.parse(allow(Action="s3:GetObject", Resource=BUCKET)).warnings(TABLES)
    assert warning.message == "'s3:GetObject' works on object"
    (warning,) = Policy.parse(allow(Action="s3:ListAllMyBuckets", Resource=BUCKET)).warnings(TABLES)
    assert warning.message == "'s3:ListAllMyBuckets' works on no resource: it needs \"*\""


def test_a_single_statement_is_pointed_at_without_a_number() -> None:
    (warning,) = Policy.parse({"Statement": statement(Action="GetObject")}).warnings()
    assert warning.pointer == "/Statement/Action"


PIECES = st.lists(st.sampled_from(["a", "b", ":", "/", "*", "?", "${x}"]), max_size=6)
FORM_PIECES = st.lists(st.sampled_from(["a", "b", ":", "/", "${X}"]), max_size=6)


@cache
def share_a_text(pattern: tuple[str, ...], form: tuple[str, ...]) -> bool:
    """The naive twin of `overlaps`: try each next character. In a form `${X}` is a name, and `*` is any text."""
    if not pattern and not form:
        return True
    if pattern[:1] in (("*",), ("${x}",)) and share_a_text(pattern[1:], form):
        return True
    if form[:1] in (("*",), ("${X}",)) and share_a_text(pattern, form[1:]):
        return True
    return any(
        share_a_text(pattern[used:], form[read:])
        for character in "ab:/"
        for used in _consumed(pattern, character)
        for read in _consumed(form, character)
        if used or read
    )


def _consumed(pieces: tuple[str, ...], character: str) -> list[int]:
    """How many pieces end with the character, if they can begin with it."""
    piece = pieces[0] if pieces else ""
    if piece in ("*", "${x}") or (piece == "${X}" and character not in ":/"):
        return [0]
    return [1] if piece in ("?", character) else []


@given(PIECES, FORM_PIECES)
def test_overlaps_finds_what_the_naive_twin_finds(pattern: list[str], form: list[str]) -> None:
    symbols = [*form[:-1], "*"] if form[-2:] == ["/", "${X}"] else form
    assert overlaps("".join(pattern), "".join(form)) is share_a_text(tuple(pattern), tuple(symbols))
