"""The grammar of policies (V-10 to V-20), and the errors for invalid policies."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3.policy import REASONS, Effect, Policy, PolicyKind, PolicySyntaxError

from .questions import A, allow, deny, document, statement


def refusal(given: Any, kind: str | None = None) -> PolicySyntaxError:
    with pytest.raises(PolicySyntaxError) as caught:
        Policy.parse(given, kind=kind)
    assert caught.value.reason in REASONS
    return caught.value


# Rule, document, reason, pointer.
REFUSED: list[tuple[str, Any, str, str]] = [
    ("V-31", "{", "not-json", ""),
    ("V-31", "", "not-json", ""),
    ("V-31", "\ufeff{}", "not-json", ""),
    ("V-31", b"\xff{}", "not-json", ""),
    ("V-31", '{"Statement": NaN}', "not-json", ""),
    ("V-31", '{"Statement": 1e999}', "not-json", ""),
    ("V-31", {"Statement": {1, 2}}, "not-json", ""),
    ("V-31", {"Statement": float("nan")}, "not-json", ""),
    ("V-10", "[]", "not-an-object", ""),
    ("V-10", '"text"', "not-an-object", ""),
    ("V-10", '{"Version": "2012-10-17", "Version": "2008-10-17"}', "duplicate-member", "/Version"),
    ("V-49", {"Statement": statement(), "Extra": 1}, "unknown-member", "/Extra"),
    ("V-49", document(statement(Conditions={})), "unknown-member", "/Statement/0/Conditions"),
    ("V-49", document(statement(**{"a/b~c": 1})), "unknown-member", "/Statement/0/a~1b~0c"),
    ("V-34", document(statement(), version="2012-10-18"), "bad-version", "/Version"),
    ("V-34", {"Version": ["2012-10-17"], "Statement": []}, "bad-version", "/Version"),
    ("V-34", {"Version": None, "Statement": []}, "bad-version", "/Version"),
    ("V-10", {"Id": 5, "Statement": statement()}, "bad-id", "/Id"),
    ("V-32", {}, "missing-statement", ""),
    ("V-32", {"Version": "2012-10-17"}, "missing-statement", ""),
    ("V-33", {"Statement": []}, "empty-statement", "/Statement"),
    ("V-47", {"Statement": "x"}, "bad-statement", "/Statement"),
    ("V-47", {"Statement": None}, "bad-statement", "/Statement"),
    ("V-47", {"Statement": [statement(), 5]}, "bad-statement", "/Statement/1"),
    ("V-10", document(statement(Sid=5)), "bad-sid", "/Statement/0/Sid"),
    ("V-37", {"Statement": {"Action": "*", "Resource": "*"}}, "missing-effect", "/Statement"),
    ("V-35", document(statement("allow")), "bad-effect", "/Statement/0/Effect"),
    ("V-35", {"Statement": statement(["Allow"])}, "bad-effect", "/Statement/Effect"),
    ("V-37", document(statement(Action=None)), "missing-action", "/Statement/0"),
    ("V-47", {"Statement": statement() | {"Action": None}}, "bad-action", "/Statement/Action"),
    ("V-47", document(statement(Action=["s3:*", 5])), "bad-action", "/Statement/0/Action/1"),
    ("V-47", document(statement(Action="")), "bad-action", "/Statement/0/Action"),
    ("V-49", document(statement() | {"NotAction": "s3:*"}), "both-forms", "/Statement/0/NotAction"),
    ("V-49", document(statement() | {"NotResource": "*"}), "both-forms", "/Statement/0/NotResource"),
    ("V-37", document(statement(Resource=None)), "missing-resource", "/Statement/0"),
    ("V-47", document(statement(Resource=[["*"]])), "bad-resource", "/Statement/0/Resource/0"),
    ("V-47", document(statement(NotResource={})), "bad-resource", "/Statement/0/NotResource"),
    ("V-36", document(statement(Principal={})), "empty-principal", "/Statement/0/Principal"),
    ("V-36", document(statement(Principal="")), "empty-principal", "/Statement/0/Principal"),
    ("V-36", document(statement(Principal=[])), "empty-principal", "/Statement/0/Principal"),
    ("PE-17", document(statement(NotPrincipal="*")), "not-principal-with-allow", "/Statement/0/NotPrincipal"),
    ("PE-19", document(statement(Principal={"AWS": []})), "bad-principal", "/Statement/0/Principal/AWS"),
    ("PE-19", document(statement(Principal={"AWS": ""})), "bad-principal", "/Statement/0/Principal/AWS"),
    ("V-38", document(statement(Principal={"AWS": ["*", 5]})), "bad-principal", "/Statement/0/Principal/AWS/1"),
    ("V-38", document(statement(Principal=["*"])), "bad-principal", "/Statement/0/Principal"),
    ("V-38", document(statement(Principal="arn:aws:iam::1:root")), "bad-principal", "/Statement/0/Principal"),
    ("V-38", document(statement(Principal={"aws": "*"})), "bad-principal", "/Statement/0/Principal/aws"),
    ("PE-9", document(statement(Principal={"Service": "*"})), "bad-principal", "/Statement/0/Principal/Service"),
    ("PE-8", document(statement(Principal={"CanonicalUser": "*"})), "bad-principal", "/Statement/0/Principal/CanonicalUser"),
    ("V-47", document(statement(when=[])), "bad-condition", "/Statement/0/Condition"),
    ("V-47", document(statement(when={"Bool": "x"})), "bad-condition", "/Statement/0/Condition/Bool"),
    ("V-47", document(statement(when={"Bool": {"a/b": None}})), "bad-condition-value", "/Statement/0/Condition/Bool/a~1b"),
    ("V-47", document(statement(when={"Bool": {"k": [1, {}]}})), "bad-condition-value", "/Statement/0/Condition/Bool/k/1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "given", "reason", "pointer"),
    REFUSED,
    ids=[f"{row[0]}-{row[2]}-{i}" for i, row in enumerate(REFUSED)],
)
def test_refused(rule: str, given: Any, reason: str, pointer: str) -> None:
    error = refusal(given)
    assert (error.reason, error.pointer) == (reason, pointer)
    if error.reason != "not-json":
        assert (error.line is None) is not isinstance(given, str)


@pytest.mark.parametrize(
    "operator",
    [
        "stringequals",
        "StringEqual",
        "StringEqualsIfexists",
        "ForAllValues:",
        "ForSomeValues:StringEquals",
        ":Bool",
        "NullIfExists",
        "ForAnyValue:Null",
        "IfExists",
        "StringEqualsIfExistsIfExists",
        "ForAnyValue:ForAllValues:Bool",
        "",
    ],
)
def test_V_18_unknown_operators_are_refused(operator: str) -> None:
    error = refusal(allow(when={operator: {"k": "v"}}))
    assert error.reason == "unknown-operator"
    assert error.pointer == f"/Statement/0/Condition/{operator}"


@pytest.mark.parametrize(
    "name",
    [
        f"arn:aws:iam::{A}:user/*",
        f"arn:aws:iam::{A}:role/x?",
        f"arn:aws:iam::{A}:group/g",
        f"arn:aws:iam::{A}:user",
        f"arn:aws:iam::{A}:user/",
        f"arn:aws:iam::{A}:root/x",
        "arn:aws:iam:::root",
        f"arn::iam::{A}:root",
        f"arn:aws:sts::{A}:user/x",
        f"arn:aws:iam::{A}:assumed-role/r/s",
        f"arn:aws:iam::{A}",
        f"xarn:aws:iam::{A}:root",
        "11111111111",
        "1111111111111",
        "dave",
        "AIDA-X",
        " *",
    ],
)
@pytest.mark.parametrize("form", ["Principal", "NotPrincipal"])
def test_PE_11_PE_12_what_is_no_principal_is_refused(name: str, form: str) -> None:
    error = refusal(deny(**{form: {"AWS": [A, name]}}))
    assert (error.reason, error.pointer) == ("bad-principal", f"/Statement/0/{form}/AWS/1")


TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {
      "Effect": "Permit",
      "Action": "*", "Resource": "*"
    }
  ]
}"""


def test_errors_in_text_say_line_and_column() -> None:
    error = refusal(TEXT)
    assert (error.pointer, error.line, error.column) == ("/Statement/1/Effect", 6, 17)
    assert str(error) == (
        "Effect must be Allow or Deny, not 'Permit' at /Statement/1/Effect (line 6, column 17) [bad-effect]"
    )


def test_what_is_missing_is_missing_from_an_object() -> None:
    error = refusal(TEXT.replace('"Effect": "Permit",', ""))
    assert (error.reason, error.pointer, error.line, error.column) == ("missing-effect", "/Statement/1", 5, 5)


def test_errors_in_values_have_no_line() -> None:
    error = refusal(json.loads(TEXT))
    assert (error.line, error.column) == (None, None)
    assert str(error).endswith("at /Statement/1/Effect [bad-effect]")


def test_json_errors_say_line_and_column_too() -> None:
    error = refusal('{\n "Version" 5}')
    assert (error.reason, error.line, error.column) == ("not-json", 2, 12)


def test_numbers_that_json_does_not_have_are_nowhere_in_particular() -> None:
    error = refusal('{"Statement": NaN}')
    assert (error.line, error.column, error.pointer) == (None, None, "")


def test_a_member_that_appears_twice_is_found_where_it_is() -> None:
    error = refusal(
        '{"Statement": [{"Effect": "Allow"},\n {"Effect": "Deny", "Condition": {},\n  "Condition": {"Bool": {}}}]}'
    )
    assert (error.reason, error.pointer) == ("duplicate-member", "/Statement/1/Condition")
    assert (error.line, error.column) == (3, 16)


def test_a_repetition_inside_what_was_repeated_is_found_too() -> None:
    assert refusal('{"a": {"b": 1, "b": 2}, "a": 3}').reason == "duplicate-member"


def test_errors_survive_pickling() -> None:
    import pickle

    error = refusal(TEXT)
    assert (error.reason, error.pointer, error.line) == ("bad-effect", "/Statement/1/Effect", 6)
    again = pickle.loads(pickle.dumps(error))
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def test_a_document_of_python_values_can_be_too_deep() -> None:
    statement: dict[str, object] = {}
    for _ in range(100_000):
        statement = {"Statement": statement}
    assert refusal(statement).reason == "too-deep"


@pytest.mark.parametrize("version", ["2008-10-17", "2012-10-17"])
def test_V_10_both_versions(version: str) -> None:
    assert Policy.parse(document(statement(), version=version)).version == version


def test_V_10_the_default_is_2008() -> None:
    assert Policy.parse({"Statement": statement()}).version == "2008-10-17"


def test_V_10_members_in_any_order_and_scalars_for_lists() -> None:
    one = Policy.parse(
        {"Statement": {"Resource": "r:*", "Action": "s3:*", "Effect": "Allow"}, "Version": "2012-10-17"}
    )
    many = Policy.parse(document({"Effect": "Allow", "Action": ["s3:*"], "Resource": ["r:*"]}))
    assert [s.actions + (s.resources or ()) for s in one.statements] == [("s3:*", "r:*")]
    assert one.statements[0]._replace(pointer="") == many.statements[0]._replace(pointer="")


def test_V_10_numbers_and_booleans_need_no_quotes() -> None:
    block = {"NumericEquals": {"k": [5, 1.5, 1e22]}, "Bool": {"k": [True, False]}}
    values = [c.values for c in Policy.parse(allow(when=block)).statements[0].conditions]
    assert values == [("5", "1.5", "10000000000000000000000"), ("true", "false")]


def test_statements_are_a_structured_view() -> None:
    policy = Policy.parse(
        deny(
            Sid="two words",
            NotPrincipal={
                "AWS": [A, "*"],
                "Service": "s.amazonaws.com",
                "CanonicalUser": "c",
                "Federated": "f",
            },
            NotAction="s3:Get*",
            NotResource="arn:aws:s3:::b",
            when={"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}},
        )
    )
    (view,) = policy.statements
    assert (view.sid, view.effect, view.actions, view.resources) == (
        "two words",
        Effect.DENY,
        ("s3:Get*",),
        ("arn:aws:s3:::b",),
    )
    assert view.negations == {"Principal", "Action", "Resource"}
    assert view.principal is not None
    assert view.principal.listed == (A, "*", "c", "s.amazonaws.com", "f")
    assert view.principal.names_everyone
    assert not view.principal.everyone
    (condition,) = view.conditions_on("AWS:tagkeys")
    assert (condition.base, condition.quantifier, condition.if_exists) == ("StringLike", "ForAllValues", True)
    assert (condition.key, condition.values) == ("aws:TagKeys", ("a", "b"))
    assert condition.pointer == "/Statement/0/Condition/ForAllValues:StringLikeIfExists/aws:TagKeys"


@pytest.mark.parametrize("kind", ["identity", "boundary", "session", "scp"])
@pytest.mark.parametrize("form", ["Principal", "NotPrincipal"])
def test_PE_18_no_principal_in_policies_of_the_caller(kind: str, form: str) -> None:
    error = refusal(deny(**{form: "*"}), kind)
    assert (error.reason, error.pointer) == ("principal-not-allowed", f"/Statement/0/{form}")


@pytest.mark.parametrize("kind", ["resource", "rcp", "vpc-endpoint", "trust"])
def test_PE_18_a_principal_in_policies_of_the_resource(kind: str) -> None:
    error = refusal(deny(), kind)
    assert (error.reason, error.pointer) == ("missing-principal", "/Statement/0")


@pytest.mark.parametrize("members", [{"Principal": {"AWS": "*"}}, {"NotPrincipal": "*"}])
def test_PE_18_the_principal_of_an_rcp_is_a_star(members: dict[str, Any]) -> None:
    assert refusal(deny(**members), "rcp").reason == "bad-principal"
    Policy.parse(deny(Principal="*"), kind="rcp")


def test_E_2_an_rcp_has_no_not_action() -> None:
    assert refusal(deny(Principal="*", NotAction="s3:*"), "rcp").reason == "bad-action"


def test_a_trust_policy_needs_no_resource() -> None:
    trust = Policy.parse(
        allow(Principal={"Service": "ec2.amazonaws.com"}, Resource=None), kind=PolicyKind.TRUST
    )
    assert trust.statements[0].resources is None
    with pytest.raises(PolicySyntaxError, match="missing-resource"):
        trust.check("resource")
    trust.check("trust")


def test_an_unknown_kind_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="bucket"):
        Policy.parse(allow(), kind="bucket")


def test_V_20_sids_are_unique_where_policies_are_stored() -> None:
    policy = Policy.parse(
        document(statement(Sid="a"), statement(Sid=""), statement(Sid=""), statement(Sid="a"))
    )
    with pytest.raises(PolicySyntaxError) as caught:
        policy.check_strictly()
    assert (caught.value.reason, caught.value.pointer) == ("duplicate-sid", "/Statement/3/Sid")


@pytest.mark.parametrize(
    ("operator", "value", "reason"),
    [
        ("NumericLessThan", "ten", "bad-number"),
        ("NumericEquals", "1e3", "bad-number"),
        ("DateGreaterThan", "yesterday", "bad-date"),
        ("BoolIfExists", "yes", "bad-boolean"),
        ("Null", "maybe", "bad-boolean"),
        ("BinaryEquals", "%", "bad-binary"),
        ("IpAddress", "10.0.0.0/33", "bad-ip-address"),
        ("ForAnyValue:NotIpAddress", "10.0.0", "bad-ip-address"),
        ("ArnLike", "arn:aws:s3", "bad-arn"),
        ("ArnNotEquals", "*", "bad-arn"),
    ],
)
def test_V_18_values_parse_where_policies_are_stored(operator: str, value: str, reason: str) -> None:
    text = json.dumps(allow(when={"StringEquals": {"x": "y"}, operator: {"k": value}}))
    with pytest.raises(PolicySyntaxError) as caught:
        Policy.parse(text).check_strictly()
    assert (caught.value.reason, caught.value.pointer) == (reason, f"/Statement/0/Condition/{operator}/k")
    assert caught.value.line == 1


def test_V_18_values_that_parse_pass() -> None:
    Policy.parse(
        allow(
            when={
                "NumericEquals": {"k": 5},
                "DateEquals": {"k": ["2026-01-01", 0]},
                "Bool": {"k": "TRUE"},
                "BinaryEquals": {"k": "QUJD"},
                "IpAddress": {"k": ["::/0", "10.0.0.1"]},
                "ArnLike": {"k": ["a:b:c:d:e:f", "${aws:PrincipalArn}"]},
                "StringLike": {"k": "*"},
                "Null": {"k": False},
            }
        )
    ).check_strictly("identity")


def test_reading_is_by_text_and_once() -> None:
    text = json.dumps(allow(Sid="once"))
    first, second = Policy.parse(text, name="n"), Policy.parse(text.encode(), name="n")
    assert first == second
    assert hash(first) == hash(second)
    assert first.compiled is second.compiled
    assert first != Policy.parse(text, name="m")
    assert first != "text"
    assert repr(first) == "<Policy 'n': 1 statements, 2012-10-17>"
    assert repr(Policy.parse(text)) == "<Policy 1 statements, 2012-10-17>"


def test_a_policy_does_not_change_with_what_it_was_made_from() -> None:
    given = allow(Action=["s3:Get*"])
    policy = Policy.parse(given)
    given["Statement"][0]["Action"].append("s3:Put*")
    policy.document["Statement"].clear()
    assert policy.statements[0].actions == ("s3:Get*",)
    assert policy.document == allow(Action=["s3:Get*"])


@pytest.mark.parametrize("given", [None, 10**12, object(), ["{}"]], ids=["None", "number", "object", "list"])
def test_what_is_no_document_at_all(given: Any) -> None:
    assert refusal(given).reason == "not-json"
