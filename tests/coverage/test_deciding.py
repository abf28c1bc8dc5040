"""What the statements of policies did in a decision, seen through the calls of real clients."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import MockAWS, mock_s3
from mocks3.coverage.collecting import Collector
from mocks3.coverage.data import CoverageMark
from mocks3.coverage.deciding import ProbesOfRun
from tests.coverage.conftest import Measured

KEY = "arn:aws:s3:::data/*"


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as aws:
        yield aws


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(sid: str, effect: str, action: Any, resource: Any = KEY, **others: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": effect, "Action": action, "Resource": resource, **others}


def put_policy(aws: MockAWS, *statements: dict[str, Any]) -> None:
    everyone = [{"Principal": "*", **each} for each in statements]
    aws.client().put_bucket_policy(Bucket="data", Policy=json.dumps(document(*everyone)))


def denied(call: Any, **parameters: Any) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        call(**parameters)


def test_an_identity_policy_allows(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[document(statement("Read", "Allow", "s3:GetObject"))])
    eve.client().get_object(Bucket=data, Key="k")
    eve.client().get_object(Bucket=data, Key="k")
    assert measured.counts("Read") == (2, 0, 0)
    assert measured.statement("Read").state == "allowed"
    assert measured.statement("Read").tests == ("the test",)


def test_a_deny_decides_and_the_allow_only_matches(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[document(statement("All", "Allow", "s3:*"))])
    put_policy(aws, statement("No", "Deny", "s3:GetObject"))
    denied(eve.client().get_object, Bucket=data, Key="k")
    assert measured.counts("No") == (0, 1, 0)
    assert measured.counts("All") == (0, 0, 1)
    assert measured.statement("All").state == "matched"


def test_every_matching_deny_decides(measured: Measured, aws: MockAWS, data: str) -> None:
    own = document(statement("All", "Allow", "s3:*"), statement("OwnNo", "Deny", "s3:Get*"))
    eve = aws.account().create_user("eve", policies=[own])
    put_policy(aws, statement("No", "Deny", "s3:GetObject"))
    denied(eve.client().get_object, Bucket=data, Key="k")
    assert (measured.counts("No"), measured.counts("OwnNo")) == ((0, 1, 0), (0, 1, 0))


def test_of_two_layers_that_allow_the_named_one_decides(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[document(statement("Own", "Allow", "s3:GetObject"))])
    put_policy(aws, statement("Bucket", "Allow", "s3:GetObject"))
    eve.client().get_object(Bucket=data, Key="k")
    decided = {sid for sid in ("Own", "Bucket") if measured.statement(sid).covered}
    assert len(decided) == 1
    (other,) = {"Own", "Bucket"} - decided
    assert measured.counts(other) == (0, 0, 1)


def test_across_accounts_both_layers_decide(measured: Measured, aws: MockAWS, data: str) -> None:
    partner = aws.account("111122223333")
    eve = partner.create_user("eve", policies=[document(statement("Own", "Allow", "s3:GetObject"))])
    put_policy(aws, statement("Bucket", "Allow", "s3:GetObject"))
    eve.client().get_object(Bucket=data, Key="k")
    assert (measured.counts("Own"), measured.counts("Bucket")) == ((1, 0, 0), (1, 0, 0))


def test_a_boundary_and_a_session_policy_decide(measured: Measured, aws: MockAWS, data: str) -> None:
    role = aws.account().create_role(
        "reader",
        policies=[document(statement("Own", "Allow", "s3:GetObject"))],
        boundary=document(statement("Limit", "Allow", "s3:*")),
    )
    role.assume(policy=document(statement("Session", "Allow", "s3:Get*"))).client().get_object(
        Bucket=data, Key="k"
    )
    assert measured.counts("Own") == measured.counts("Limit") == measured.counts("Session") == (1, 0, 0)


def test_an_scp_decides(measured: Measured, aws: MockAWS, data: str) -> None:
    organization = aws.organization("o-exampleorgid", management=aws.account("999999999999"))
    organization.add(aws.account())
    organization.put_scp(document(statement("NoDelete", "Deny", "s3:DeleteObject", "*")))
    eve = aws.account().create_user("eve", policies=[document(statement("All", "Allow", "s3:*"))])
    denied(eve.client().delete_object, Bucket=data, Key="k")
    assert measured.counts("NoDelete") == (0, 1, 0)


def test_root_needs_no_statement(measured: Measured, aws: MockAWS, data: str) -> None:
    put_policy(aws, statement("Bucket", "Allow", "s3:GetObject"))
    aws.client().get_object(Bucket=data, Key="k")
    assert measured.counts("Bucket") == (0, 0, 1)
    found = {(each.verdict, each.by, each.action) for each in measured.coverage.undecided}
    assert ("allowed", "owner", "s3:GetObject") in found


def test_an_implicit_denial_is_decided_by_no_statement(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[document(statement("Read", "Allow", "s3:GetObject"))])
    denied(eve.client().put_object, Bucket=data, Key="k")
    assert measured.counts("Read") == (0, 0, 0)
    assert measured.statement("Read").state == "never matched"
    found = {(each.verdict, each.by, each.operation) for each in measured.coverage.undecided}
    assert ("implicitly denied", "identity", "PutObject") in found


def test_entries_of_lists(measured: Measured, aws: MockAWS, data: str) -> None:
    read = statement("Read", "Allow", ["s3:GetObject", "s3:PutObject"], [KEY, "arn:aws:s3:::other/*"])
    eve = aws.account().create_user("eve", policies=[document(read)])
    eve.client().get_object(Bucket=data, Key="k")
    assert measured.missing("Read") == ["s3:PutObject never used", "arn:aws:s3:::other/* never used"]


def test_principals(measured: Measured, aws: MockAWS, data: str) -> None:
    eve, dave = (aws.account().create_user(name) for name in ("eve", "dave"))
    put_policy(aws, statement("Named", "Allow", "s3:GetObject", Principal={"AWS": [eve.arn, dave.arn]}))
    eve.client().get_object(Bucket=data, Key="k")
    assert measured.missing("Named") == [f"{dave.arn} never used"]


def test_entries_of_a_negated_list_are_used_when_they_exclude(
    measured: Measured, aws: MockAWS, data: str
) -> None:
    rest = {
        "Sid": "Rest",
        "Effect": "Allow",
        "NotAction": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": "*",
    }
    eve = aws.account().create_user("eve", policies=[document(rest)])
    eve.client().get_object(Bucket=data, Key="k")
    assert measured.missing("Rest") == ["s3:PutObject never excluded", "s3:DeleteObject never excluded"]
    denied(eve.client().put_object, Bucket=data, Key="k")
    assert measured.missing("Rest") == ["s3:DeleteObject never excluded"]


def test_results_of_conditions(measured: Measured, aws: MockAWS, data: str) -> None:
    encrypted = {"StringEquals": {"s3:x-amz-server-side-encryption": ["AES256", "aws:kms"]}}
    eve = aws.account().create_user(
        "eve", policies=[document(statement("Put", "Allow", "s3:PutObject", Condition=encrypted))]
    )
    key = "s3:x-amz-server-side-encryption"
    denied(eve.client().put_object, Bucket=data, Key="k")
    missing = [
        f"{key} never true",
        f"{key} never false",
        f"{key} AES256 never used",
        f"{key} aws:kms never used",
    ]
    assert measured.missing("Put") == missing
    eve.client().put_object(Bucket=data, Key="k", ServerSideEncryption="AES256")
    assert measured.missing("Put") == [f"{key} never false", f"{key} aws:kms never used"]


def test_a_key_that_every_request_has_has_no_branch_for_missing(
    measured: Measured, aws: MockAWS, data: str
) -> None:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    put_policy(aws, statement("Plain", "Deny", "s3:*", Condition=plain))
    aws.client().get_object(Bucket=data, Key="k")
    assert [branch.hit.mark for branch in measured.statement("Plain").branches] == [
        CoverageMark.TRUE,
        CoverageMark.FALSE,
    ]
    assert measured.missing("Plain") == ["aws:SecureTransport never true"]


def test_null_is_true_or_false_and_never_missing(measured: Measured, aws: MockAWS, data: str) -> None:
    given = {"Null": {"s3:x-amz-server-side-encryption": "true"}}
    put_policy(aws, statement("Given", "Deny", "s3:PutObject", Condition=given))
    denied(aws.client().put_object, Bucket=data, Key="k")
    assert measured.missing("Given") == ["s3:x-amz-server-side-encryption never false"]


def test_a_condition_counts_only_if_the_rest_of_the_statement_matches(
    measured: Measured, aws: MockAWS, data: str
) -> None:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    put_policy(aws, statement("Plain", "Deny", "s3:PutObject", Condition=plain))
    aws.client().get_object(Bucket=data, Key="k")
    assert len(measured.missing("Plain")) == 2


def test_a_trust_policy(measured: Measured, aws: MockAWS, data: str) -> None:
    account = f"arn:aws:iam::{aws.account().id}:root"
    trust = {"Sid": "Trust", "Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    role = aws.account().create_role("reader", trust=document(trust))
    eve = aws.account().create_user("eve", policies=[document(statement("Sts", "Allow", "sts:*", "*"))])
    eve.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="session")
    assert measured.counts("Trust") == (1, 0, 0)


def test_a_policy_whose_principal_was_deleted_is_the_same_policy(
    measured: Measured, aws: MockAWS, data: str
) -> None:
    eve, dave = (aws.account().create_user(name) for name in ("eve", "dave"))
    put_policy(aws, statement("Named", "Allow", "s3:GetObject", Principal={"AWS": [eve.arn, dave.arn]}))
    dave.delete()
    eve.client().get_object(Bucket=data, Key="k")
    assert measured.counts("Named") == (1, 0, 0)
    assert [each.document.names for each in measured.documents()] == [{"bucket policy of data"}]


def test_a_call_through_an_access_point_counts_both_policies(
    measured: Measured, aws: MockAWS, data: str
) -> None:
    eve = aws.account("111122223333").create_user(
        "eve", policies=[document(statement("Own", "Allow", "s3:*", "*"))]
    )
    put_policy(aws, statement("Bucket", "Allow", "s3:GetObject", Principal={"AWS": eve.arn}))
    arn = f"arn:aws:s3:us-east-1:{aws.account().id}:accesspoint/point"
    policy = statement("Point", "Allow", "s3:GetObject", f"{arn}/object/*", Principal={"AWS": eve.arn})
    aws.account().create_access_point("point", bucket=data, policy=document(policy))
    eve.client().get_object(Bucket=arn, Key="k")
    assert measured.counts("Bucket") == measured.counts("Point") == (1, 0, 0)


def test_a_body_that_is_read_later_is_decided_once(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[document(statement("Put", "Allow", "s3:PutObject"))])

    class Body(io.BytesIO):
        """A body that changes the state of the bucket while it is read."""

        def read(self, size: int | None = -1) -> bytes:
            aws.client().put_object(Bucket=data, Key="other")
            return super().read(size)

    eve.client().put_object(Bucket=data, Key="k", Body=Body(b"v"))
    assert measured.counts("Put") == (1, 0, 0)


def test_decisions_before_a_restore_count(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[document(statement("Read", "Allow", "s3:GetObject"))])
    mark = aws.snapshot()
    eve.client().get_object(Bucket=data, Key="k")
    aws.restore(mark)
    assert measured.counts("Read") == (1, 0, 0)


def test_policies_that_no_caller_wrote_are_not_measured(measured: Measured, aws: MockAWS, data: str) -> None:
    aws.account().create_kms_key()
    aws.account().create_role("reader").assume()
    aws.client("iam").create_service_linked_role(AWSServiceName="storage-lens.s3.amazonaws.com")
    eve = aws.account().create_user("eve")
    aws.client("iam").attach_user_policy(
        UserName="eve", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    eve.client().get_object(Bucket=data, Key="k")
    assert measured.documents() == []


ACTIONS = st.sampled_from([["s3:GetObject"], ["s3:PutObject"], ["s3:*"], ["s3:GetObject", "s3:PutObject"]])
CONDITIONS = st.sampled_from(
    [
        None,
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
        {"StringNotEquals": {"s3:x-amz-server-side-encryption": ["AES256", "aws:kms"]}},
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        condition = draw(CONDITIONS)
        actions = ["s3:PutObject"] if condition and "Bool" not in condition else draw(ACTIONS)
        others = {} if condition is None else {"Condition": condition}
        found.append(statement(f"S{number}", draw(st.sampled_from(["Allow", "Deny"])), actions, **others))
    return found


def decision_of(account: str, own: list[Any], bucket: list[Any], encrypted: bool) -> Any:
    """Return the decision about a PutObject by a user with these policies."""
    with mock_s3() as aws:
        aws.account().create_bucket("data", public_access_block=None)
        if bucket:
            put_policy(aws, *bucket)
        policies = [document(*own)] if own else []
        eve = aws.account(account).create_user("eve", policies=policies)
        with contextlib.suppress(ClientError):
            eve.client().put_object(
                Bucket="data", Key="k", **({"ServerSideEncryption": "AES256"} if encrypted else {})
            )
        return next(
            each for each in aws.decisions if each.action == "s3:PutObject" and each.operation == "PutObject"
        )


@given(
    account=st.sampled_from(["123456789012", "111122223333"]),
    own=statements(),
    bucket=statements(),
    encrypted=st.booleans(),
)
def test_without_the_statements_that_decided_the_decision_is_another(
    account: str, own: list[Any], bucket: list[Any], encrypted: bool
) -> None:
    decision = decision_of(account, own, bucket, encrypted)
    decided: dict[str, set[int]] = {"identity": set(), "resource": set()}
    marks = set()
    for consulted in ProbesOfRun().consulted(decision):
        for hit in consulted.hits:
            if hit.mark in (CoverageMark.ALLOWED, CoverageMark.DENIED):
                decided[consulted.layer].add(int(hit.pointer.split("/")[2]))
                marks.add(hit.mark)
    wanted = (
        {CoverageMark.ALLOWED}
        if decision.allowed
        else {CoverageMark.DENIED}
        if decision.outcome.explicit
        else set()
    )
    assert marks == wanted
    for layer, numbers in decided.items() if decision.allowed else ():
        if numbers:
            parts = {"identity": own, "resource": bucket}
            parts[layer] = [each for n, each in enumerate(parts[layer]) if n not in numbers]
            after = decision_of(account, parts["identity"], parts["resource"], encrypted)
            assert not after.allowed or after.layer != decision.layer
    if decision.outcome.explicit:
        rest = [
            [each for n, each in enumerate(every) if n not in decided[layer]]
            for layer, every in (("identity", own), ("resource", bucket))
        ]
        assert not decision_of(account, *rest, encrypted).outcome.explicit


def test_collecting_stops(aws: MockAWS) -> None:
    collector = Collector(".")
    collector.start()
    collector.stop()
    aws.account().create_bucket("data", policy=document(statement("No", "Deny", "s3:*", Principal="*")))
    aws.client().head_bucket(Bucket="data")
    collector.finish("later")
    assert not collector.coverage.documents
    assert not collector.coverage.undecided


def test_clients_that_are_not_botocore(measured: Measured, aws: MockAWS, data: str) -> None:
    """A presigned URL is opened by two other libraries."""
    import urllib.request

    import httpx

    eve = aws.account().create_user("eve", policies=[document(statement("Read", "Allow", "s3:GetObject"))])
    url = eve.client().generate_presigned_url("get_object", Params={"Bucket": data, "Key": "k"})
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"v"
    assert httpx.get(url).content == b"v"
    assert measured.counts("Read") == (2, 0, 0)
