"""Changes of one thing in one policy: which there are, and that they are in place only while a block runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from mocks3.policy import Policies, Policy, Request, RequestPrincipal, Statement, decide
from mocks3.policy.mutating import Replacement, ReplacementEffect, mutants_of, replaced

from .test_sampling import policies

A = "111111111111"
DAVE = RequestPrincipal("user", f"arn:aws:iam::{A}:user/dave", A)
DENY: dict[str, Any] = {
    "Sid": "DenyUnencrypted",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::data/*",
    "Condition": {
        "StringNotEqualsIfExists": {"s3:x-amz-server-side-encryption": ["aws:kms", "AES256"]},
        "Bool": {"aws:SecureTransport": "false"},
    },
}
ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": [A, f"arn:aws:iam::{A}:role/r"], "Service": "logs.amazonaws.com"},
    "Action": ["s3:GetObject", "s3:*"],
    "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/in/*"],
    "Condition": {"ForAnyValue:StringLike": {"aws:TagKeys": "a*"}},
}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def changes(statement: dict[str, Any], kind: str) -> list[Any]:
    """The changed statements of one kind."""
    found = [
        each
        for each in mutants_of(document(statement), ["s3:GetObject", "s3:GetObjectAcl"])
        if each.kind == kind
    ]
    return [each.apply(document(statement))["Statement"][0] for each in found]  # type: ignore[index]


@pytest.mark.parametrize(
    ("statement", "kind", "element", "values"),
    [
        (DENY, "flip-effect", "Effect", ["Allow"]),
        (ALLOW, "flip-effect", "Effect", ["Deny"]),
        (ALLOW, "drop-action", "Action", [["s3:*"], ["s3:GetObject"]]),
        (ALLOW, "drop-resource", "Resource", [["arn:aws:s3:::data/in/*"], ["arn:aws:s3:::data"]]),
        (ALLOW, "widen-action", "Action", [["s3:*", "s3:*"]]),
        (ALLOW, "narrow-action", "Action", [["s3:GetObject", "s3:Get*"]]),
        ({**DENY, "Action": "s3:GetO*"}, "narrow-action", "Action", ["s3:GetObject"]),
        (ALLOW, "widen-resource", "Resource", [["arn:aws:s3:::data", "arn:aws:s3:::data/*"]]),
        (
            {**DENY, "Resource": "arn:aws:s3:::data/in/k"},
            "widen-resource",
            "Resource",
            ["arn:aws:s3:::data/in/*"],
        ),
        (DENY, "widen-resource", "Resource", []),
        (DENY, "narrow-resource", "Resource", ["arn:aws:s3:::data/narrower/*"]),
        (ALLOW, "widen-principal", "Principal", ["*"]),
        (DENY, "widen-principal", "Principal", []),
        (
            ALLOW,
            "drop-principal",
            "Principal",
            [
                {"AWS": [f"arn:aws:iam::{A}:role/r"], "Service": "logs.amazonaws.com"},
                {"AWS": [A], "Service": "logs.amazonaws.com"},
                {"AWS": [A, f"arn:aws:iam::{A}:role/r"]},
            ],
        ),
        (
            DENY,
            "drop-condition",
            "Condition",
            [
                {"Bool": DENY["Condition"]["Bool"]},
                {k: v for k, v in DENY["Condition"].items() if k != "Bool"},
            ],
        ),
        (ALLOW, "drop-condition", "Condition", [None]),
        (ALLOW, "flip-operator", "Condition", [{"ForAnyValue:StringNotLike": {"aws:TagKeys": "a*"}}]),
        (ALLOW, "flip-quantifier", "Condition", [{"ForAllValues:StringLike": {"aws:TagKeys": "a*"}}]),
        (
            DENY,
            "drop-if-exists",
            "Condition",
            [
                {
                    "Bool": {"aws:SecureTransport": "false"},
                    "StringNotEquals": {"s3:x-amz-server-side-encryption": ["aws:kms", "AES256"]},
                }
            ],
        ),
    ],
)
def test_what_is_changed(statement: dict[str, Any], kind: str, element: str, values: list[Any]) -> None:
    assert [each.get(element) for each in changes(statement, kind)] == values


def test_values_of_conditions() -> None:
    (flipped,) = changes(DENY, "flip-value")
    assert flipped["Condition"]["Bool"] == {"aws:SecureTransport": "true"}
    dropped = [each["Condition"]["StringNotEqualsIfExists"] for each in changes(DENY, "drop-value")]
    key = "s3:x-amz-server-side-encryption"
    assert dropped == [{key: ["AES256"]}, {key: ["aws:kms"]}]


def test_identity_policies_are_widened_to_everything() -> None:
    own = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    assert [each["Resource"] for each in changes(own, "widen-resource")] == ["*"]


def test_the_most_telling_first() -> None:
    found = mutants_of(document(ALLOW, DENY))
    assert (found[0].kind, found[0].statement, found[0].text) == (
        "drop-statement",
        1,
        "'DenyUnencrypted' is dropped",
    )
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)


@given(policies)
def test_each_mutant_is_a_policy_of_its_own(policy: Policy) -> None:
    before = policy.text
    texts = [json.dumps(each.apply(policy.document), sort_keys=True) for each in mutants_of(policy.document)]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert len(Policy.parse(text).statements) == len(policy.statements)
    assert policy.text == before


def read(bucket: str = "data") -> Request:
    return Request(DAVE, "s3:GetObject", f"arn:aws:s3:::{bucket}/k", A, {"aws:SecureTransport": "true"})


OWN = document(
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
    {"Sid": "Other", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"},
)


def test_a_replacement_is_in_place_in_every_policy_of_the_text() -> None:
    one, other = (Policy.parse(OWN, name=name) for name in ("one", "other"))
    dropped = next(each for each in mutants_of(OWN) if each.text == "'Read' is dropped")
    replacement = Replacement(one, dropped.apply(OWN))  # type: ignore[arg-type]
    assert decide(read(), Policies(identity=[other])).allowed
    with replaced([replacement]):
        for policy in (one, other, Policy.parse(json.dumps(OWN))):
            assert not decide(read(), Policies(identity=[policy])).allowed
            assert decide(read("other"), Policies(identity=[policy])).allowed
        assert one.document["Statement"][0]["Action"] == []
        assert [type(each) for each in one.statements] == [Statement, Statement]
    assert one.document == OWN
    assert decide(read(), Policies(identity=[one])).allowed
    assert decide(read(), Policies(identity=[other])).allowed


def test_a_replacement_ends_after_an_error() -> None:
    policy = Policy.parse(OWN)
    replacement = Replacement(policy, mutants_of(OWN)[0].apply(OWN))  # type: ignore[arg-type]
    with pytest.raises(KeyError), replaced([replacement]):
        raise KeyError
    assert decide(read(), Policies(identity=[policy])).allowed


@pytest.mark.parametrize(
    ("text", "bucket", "effect"),
    [
        ("'Read' is dropped", "data", ReplacementEffect.OTHER),
        ("'Read' is dropped", "other", ReplacementEffect.NONE),
        ("Resource of 'Read' has * instead of arn:aws:s3:::data/*", "third", ReplacementEffect.MORE),
        ("Resource of 'Read' has * instead of arn:aws:s3:::data/*", "data", ReplacementEffect.NONE),
        ("the effect of 'Read' is Deny instead of Allow", "data", ReplacementEffect.OTHER),
    ],
)
def test_what_a_replacement_changes_for_a_request(text: str, bucket: str, effect: ReplacementEffect) -> None:
    mutant = next(each for each in mutants_of(OWN) if each.text == text)
    replacement = Replacement(Policy.parse(OWN), mutant.apply(OWN))  # type: ignore[arg-type]
    assert replacement.effect_on(read(bucket), bounded=False) is effect
