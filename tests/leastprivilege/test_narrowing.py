"""Smaller policies: what a run used, folded by the rule, with the present conditions; verified by the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import MockAWS, mock_s3
from mocks3.handles.principals import Role
from mocks3.leastprivilege.folding import fold
from mocks3.leastprivilege.formats import written
from mocks3.leastprivilege.narrowing import SmallerPrincipal
from mocks3.leastprivilege.reports import lines, smaller, write
from mocks3.leastprivilege.usage import Usage
from mocks3.leastprivilege.verification import verify

DATA = "arn:aws:s3:::data"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: Any, resources: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        world.account().create_bucket("data", objects={f"in/{name}": b"x" for name in "abcd"} | {"top": b"x"})
        yield world


def role_with(aws: MockAWS, *statements: dict[str, Any]) -> Role:
    return aws.account().create_role("app", policies=document(*statements))


def result(aws: MockAWS) -> SmallerPrincipal:
    """The smaller policies of the only principal that made calls."""
    usage = Usage()
    usage.add(aws.decisions)
    (found,) = smaller(usage)
    return found


def statements(aws: MockAWS) -> list[dict[str, Any]]:
    (policy,) = result(aws).policies
    assert policy.after is not None
    found: list[dict[str, Any]] = policy.after["Statement"]
    return found


def test_only_used_actions_and_resources_stay(aws: MockAWS) -> None:
    client = role_with(aws, allow("s3:*", "*", Sid="All")).assume().client("s3")
    client.get_object(Bucket="data", Key="top")
    client.put_object(Bucket="data", Key="new")
    assert statements(aws) == [
        allow("s3:PutObject", f"{DATA}/new", Sid="All1"),
        allow("s3:GetObject", f"{DATA}/top", Sid="All2"),
    ]
    assert result(aws).verification.exhaustive


def test_actions_on_the_same_resources_are_one_statement(aws: MockAWS) -> None:
    client = role_with(aws, allow("s3:*", "*", Sid="All")).assume().client("s3")
    client.get_object(Bucket="data", Key="top")
    client.put_object(Bucket="data", Key="top")
    assert statements(aws) == [allow(["s3:GetObject", "s3:PutObject"], f"{DATA}/top", Sid="All")]


def test_three_names_are_folded_but_not_beyond_the_present_policy(aws: MockAWS) -> None:
    client = role_with(aws, allow("s3:Get*", [f"{DATA}/in/*", f"{DATA}/top"])).assume().client("s3")
    for key in ("in/a", "in/b", "in/c", "top"):
        client.get_object(Bucket="data", Key=key)
    assert statements(aws) == [allow("s3:GetObject", [f"{DATA}/in/*", f"{DATA}/top"])]


def test_conditions_and_denies_stay(aws: MockAWS) -> None:
    secure = {"Bool": {"aws:SecureTransport": "true"}}
    deny = {"Sid": "NoDelete", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
    client = role_with(aws, allow("s3:*", "*", Condition=secure), deny).assume().client("s3")
    client.get_object(Bucket="data", Key="top")
    assert statements(aws) == [allow("s3:GetObject", f"{DATA}/top", Condition=secure), deny]


def test_a_pattern_with_a_variable_stays(aws: MockAWS) -> None:
    aws.account().create_bucket("homes", objects={"eve/k": b""})
    own = allow("s3:*", "arn:aws:s3:::homes/${aws:username}/*")
    aws.account().create_user("eve", policies=document(own)).client().get_object(Bucket="homes", Key="eve/k")
    assert statements(aws) == [allow("s3:GetObject", "arn:aws:s3:::homes/${aws:username}/*")]
    assert not result(aws).verification.exhaustive


def test_a_policy_that_is_not_needed(aws: MockAWS) -> None:
    """The bucket policy allows the user itself (E-40), so no identity policy is needed."""
    eve = aws.account().create_user("eve", policies=document(allow("s3:GetObject", "*")))
    grant = allow("s3:GetObject", f"{DATA}/*", Principal={"AWS": eve.arn})
    aws.client().put_bucket_policy(Bucket="data", Policy=json.dumps(document(grant)))
    eve.client().get_object(Bucket="data", Key="top")
    (policy,) = result(aws).policies
    assert policy.after is None
    assert "the policy is not needed" in "\n".join(lines([result(aws)]))


def test_what_is_denied_grants_nothing(aws: MockAWS) -> None:
    client = role_with(aws, allow("s3:GetObject", f"{DATA}/*", Sid="Read")).assume().client("s3")
    client.get_object(Bucket="data", Key="top")
    with pytest.raises(client.exceptions.ClientError):
        client.put_object(Bucket="data", Key="top")
    assert statements(aws) == [allow("s3:GetObject", f"{DATA}/top", Sid="Read")]


def test_the_last_use_and_what_was_never_used(aws: MockAWS) -> None:
    with freeze_time("2026-03-01T12:00:00Z"):
        client = (
            role_with(aws, allow(["s3:GetObject", "s3:PutObject"], f"{DATA}/*", Sid="Use"))
            .assume()
            .client("s3")
        )
        client.get_object(Bucket="data", Key="top")
    text = "\n".join(lines([result(aws)]))
    assert "    granted but never used: s3:PutObject (Use)\n" in text
    assert "    used once, last at 2026-03-01T12:00:00Z: s3:GetObject (Use)\n" in text
    assert '    -      "Resource": "arn:aws:s3:::data/*"' in text
    assert '    +      "Resource": "arn:aws:s3:::data/top"' in text
    assert "verified: 1 decision of the run is allowed again; nothing more" in text


def test_a_wrong_policy_is_found_by_the_verification(aws: MockAWS) -> None:
    client = role_with(aws, allow("s3:GetObject", f"{DATA}/*")).assume().client("s3")
    client.get_object(Bucket="data", Key="top")
    usage = Usage()
    usage.add(aws.decisions)
    (principal,) = usage.principals.values()
    (own,) = principal.policies.values()
    with pytest.raises(AssertionError, match="denies s3:GetObject"):
        verify(principal, [(own.policy, document(allow("s3:GetObject", f"{DATA}/other")))])
    with pytest.raises(AssertionError, match="the smaller policy allows s3:"):
        verify(principal, [(own.policy, document(allow("s3:Get*", f"{DATA}/*")))])


@pytest.mark.parametrize(
    ("resources", "folded"),
    [
        (["b/d/x", "b/d/y"], ("b/d/x", "b/d/y")),
        (["b/d/x", "b/d/y", "b/d/z"], ("b/d/*",)),
        (["b/d/x", "b/d/y", "b/d/z", "b/e/x"], ("b/d/*", "b/e/x")),
        (["b", "b/x"], ("b", "b/x")),
        (["b1", "b2", "b3"], ("b1", "b2", "b3")),
        ([f"b/{folder}/{name}" for folder in "abc" for name in "xyz"], ("b/*",)),
        (["*"], ("*",)),
    ],
)
def test_the_rule_of_folding(resources: list[str], folded: tuple[str, ...]) -> None:
    assert fold(resources, lambda pattern: True) == folded


def test_folding_never_leaves_what_the_statement_covers() -> None:
    assert fold(["b/d/x", "b/d/y", "b/d/z"], lambda pattern: False) == ("b/d/x", "b/d/y", "b/d/z")


POLICY = document(
    allow(
        ["s3:GetObject", "s3:PutObject"],
        "arn:aws:s3:::data/${aws:username}/*",
        Sid="Own",
        Condition={"Bool": {"aws:SecureTransport": True}},
    ),
    {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"},
)


def test_terraform() -> None:
    assert written("terraform", "app-inline", POLICY) == (
        'data "aws_iam_policy_document" "app-inline" {\n'
        "  statement {\n"
        '    sid       = "Own"\n'
        '    effect    = "Allow"\n'
        '    actions   = ["s3:GetObject", "s3:PutObject"]\n'
        '    resources = ["arn:aws:s3:::data/$${aws:username}/*"]\n'
        "\n"
        "    condition {\n"
        '      test     = "Bool"\n'
        '      variable = "aws:SecureTransport"\n'
        '      values   = ["true"]\n'
        "    }\n"
        "  }\n"
        "\n"
        "  statement {\n"
        '    effect    = "Deny"\n'
        '    not_actions = ["s3:Get*"]\n'
        '    resources = ["*"]\n'
        "  }\n"
        "}\n"
    )


def test_cloudformation() -> None:
    yaml = pytest.importorskip("yaml")
    text = written("cloudformation", "app-inline", POLICY)
    assert yaml.safe_load(text) == {
        "Resources": {
            "AppInline": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"ManagedPolicyName": "app-inline", "PolicyDocument": POLICY},
            }
        }
    }


@pytest.mark.parametrize(
    ("form", "ending"), [("json", "json"), ("terraform", "tf"), ("cloudformation", "yaml")]
)
def test_files(aws: MockAWS, tmp_path: Any, form: str, ending: str) -> None:
    role_with(aws, allow("s3:*", "*")).assume().client("s3").get_object(Bucket="data", Key="top")
    (path,) = write([result(aws)], tmp_path, form)
    assert path.relative_to(tmp_path).as_posix() == f"123456789012/role/app/inline.{ending}"
    assert "arn:aws:s3:::data/top" in path.read_text("utf-8")
