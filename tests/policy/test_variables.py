"""Policy variables (C-60 to C-67)."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from .questions import BUCKET, allow, allowed, document, holds, statement

HOME = f"{BUCKET}/home/${{aws:username}}/*"


def reads(resource: str, key: str, *, version: str = "2012-10-17", **context: Any) -> bool:
    policy = document(statement(Resource=resource), version=version)
    names = {name.replace("__", ":").replace("_", "/"): value for name, value in context.items()}
    return allowed(on=f"{BUCKET}/{key}", identity=[policy], context=names)


def test_C_6_a_2008_document_has_no_variables() -> None:
    assert reads(HOME, "home/dave/x", aws__username="dave")
    assert not reads(HOME, "home/dave/x", aws__username="dave", version="2008-10-17")
    assert reads(HOME, "home/${aws:username}/x", version="2008-10-17")
    without = {"Statement": statement(Resource=HOME)}
    assert not allowed(on=f"{BUCKET}/home/dave/x", identity=[without], context={"aws:username": "dave"})
    assert holds("StringEquals", "${aws:username}", "${aws:username}", version="2008-10-17")
    assert not holds(
        "StringEquals", "${aws:username}", "dave", version="2008-10-17", **{"aws:username": "dave"}
    )


@pytest.mark.parametrize(
    "operator", ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"]
)
def test_C_60_string_and_arn_operators_have_variables(operator: str) -> None:
    value = "arn:aws:iam::1:user/dave"
    assert holds(operator, "arn:aws:iam::1:user/${u}", value, u="dave")
    assert not holds(operator, "arn:aws:iam::1:user/${u}", value, u="eve")
    assert holds(operator, "${whole}", value, whole=value)


@pytest.mark.parametrize(
    ("operator", "value"),
    [("NumericEquals", "5"), ("DateEquals", "5"), ("Bool", "true"), ("BinaryEquals", "QUJD"), ("IpAddress", "::1"), ("Null", "false")],
)  # fmt: skip
def test_C_60_the_others_have_none(operator: str, value: str) -> None:
    """OQ-14."""
    assert holds(operator, value, value)
    assert not holds(operator, "${v}", value, v=value)


def test_C_60_only_the_resource_part_has_variables() -> None:
    assert reads("arn:aws:s3:::${b}/*", "k", b="bkt")
    assert not reads("arn:${p}:s3:::bkt/*", "k", p="aws")
    assert not reads("${whole}", "k", whole=f"{BUCKET}/k")
    assert not allowed(on="arn:aws:s3::x", identity=[allow(Resource="arn:aws:s3::${k}")], context={"k": "x"})
    assert not allowed(action="s3:Get", identity=[allow(Action="s3:${a}")], context={"a": "Get"})


def test_C_60_wildcards_before_the_resource_part_still_work() -> None:
    assert reads("arn:*:s3:::bkt/${k}", "x", k="x")
    assert not reads("arn:*:sqs:::bkt/${k}", "x", k="x")


def test_C_60_not_resource_has_variables() -> None:
    policy = document(statement(NotResource=f"{BUCKET}/${{k}}"))
    assert not allowed(on=f"{BUCKET}/x", identity=[policy], context={"k": "x"})
    assert allowed(on=f"{BUCKET}/y", identity=[policy], context={"k": "x"})


def test_C_61_names_ignore_case() -> None:
    assert reads(f"{BUCKET}/${{AWS:PrincipalTag/TEAM}}", "red", aws__principaltag_team="red")


@pytest.mark.parametrize(
    ("text", "value", "read"),
    [
        ("${aws:PrincipalTag/team, 'all'}", None, "all"),
        ("${aws:PrincipalTag/team,'all'}", None, "all"),
        ("${aws:PrincipalTag/team , 'all' }", None, "all"),
        ("${aws:PrincipalTag/team, 'all'}", "red", "red"),
        ("${aws:PrincipalTag/team, ''}x", None, "x"),
        ("${aws:PrincipalTag/team, 'a*'}", None, "a*"),
        ("${aws:PrincipalTag/team, 'a}b'}", None, "a}b"),
        ("${aws:PrincipalTag/team, '$'}", None, "$"),
    ],
)
def test_C_62_defaults(text: str, value: str | None, read: str) -> None:
    context = {} if value is None else {"aws__PrincipalTag_team": value}
    assert reads(f"{BUCKET}/{text}", read, **context)
    assert not reads(f"{BUCKET}/{text}", f"{read}y", **context)


@pytest.mark.parametrize("character", ["*", "?", "$"])
def test_C_63_escapes(character: str) -> None:
    assert reads(f"{BUCKET}/a${{{character}}}b", f"a{character}b")
    assert not reads(f"{BUCKET}/a${{{character}}}b", "axb")
    for operator in ("StringLike", "StringEquals"):
        assert holds(operator, f"a${{{character}}}", f"a{character}")
        assert not holds(operator, f"a${{{character}}}", "ax")
    assert reads(f"{BUCKET}/${{$}}{{x}}", "${x}", x="no")


@pytest.mark.parametrize("value", ["*", "?", "d*", "${aws:userid}", "a:b:c"])
def test_C_64_what_is_put_in_is_literal(value: str) -> None:
    assert reads(HOME, f"home/{value}/x", aws__username=value)
    assert not reads(HOME, "home/dave/x", aws__username=value)
    assert holds("StringLike", "${v}*", f"{value}tail", v=value)
    assert not holds("StringLike", "${v}", "dave", v=value)
    assert not holds("ArnLike", "arn:aws:iam::1:${v}", "arn:aws:iam::1:dave", v=value)
    assert holds("ArnLike", "arn:aws:iam::1:${v}", f"arn:aws:iam::1:{value}", v=value)


def test_C_65_a_missing_variable() -> None:
    assert not reads(HOME, "home//x")
    assert not reads(HOME, "home/${aws:username}/x")
    assert not holds("StringEquals", "${v}", "x")
    assert not holds("StringLike", "*${v}*", "x")
    assert not holds("ArnLike", "arn:aws:iam::1:*${v}", "arn:aws:iam::1:x")
    assert holds("StringNotEquals", "${v}", "x")
    assert holds("ArnNotLike", "arn:aws:iam::1:*${v}", "arn:aws:iam::1:x")
    assert holds("StringEquals", ["${v}", "x"], "x")
    assert not holds("StringNotEquals", ["${v}", "x"], "x")
    assert holds("StringLike", ["${v}", "x"], "x")
    assert not reads(HOME, "home//x", aws__username=[])


@pytest.mark.parametrize(
    "text", ["${", "${a", "${}", "${ }", "${a b'}", "${a{b}", "${a, b}", "${a, 'b}", "${*, 'x'}"]
)
def test_C_66_what_is_no_variable_has_no_value(text: str) -> None:
    assert not reads(f"{BUCKET}/{text}*", text, a="x")
    assert not reads(f"{BUCKET}/*{text}", f"x{text}", a="x")
    assert reads(f"{BUCKET}/{text.replace('*', '?')}", text, a="x", version="2008-10-17")
    assert holds("StringNotEquals", text, text, a="x")


def test_C_67_lists_are_no_variables() -> None:
    assert not holds("StringEquals", "${v}", "x", v=["x", "y"])
    policy = allow(when={"StringEquals": {"k": "${aws:TagKeys, 'none'}"}})
    one = {"k": "a", "aws:TagKeys": ["a"]}
    assert allowed(identity=[policy], context=one)
    assert not allowed(identity=[policy], context=one, multivalued=frozenset({"AWS:tagkeys"}))
    assert allowed(identity=[policy], context=one | {"k": "none"}, multivalued=frozenset({"aws:TagKeys"}))


def test_C_70_a_role_session_has_no_user_name() -> None:
    assert not reads(HOME, "home/s/x", aws__userid="AROAX:s")
    assert reads(f"{BUCKET}/home/${{aws:userid}}/*", "home/AROAX:s/x", aws__userid="AROAX:s")
