"""Every registered operation of S3 Control: what callers without permission, with it, and the root user get."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import NotSupported, clock
from mocks3.operations import registered
from mocks3.wire.known import table
from mocks3.wire.models import service_model

from .conftest import ACCOUNT, OTHER, fault, policy
from .world import call, fill, state

OPERATIONS = sorted(name for service, name in registered() if service == "s3control")
CHANGES_NOTHING = re.compile("Get|List|Describe")


@pytest.fixture
def filled(aws, control, point):
    """The AWS with everything that the calls name. Its time is frozen, so that no job starts."""
    with freeze_time(clock.unshifted_now()):
        fill(aws)
        yield aws


def row(operation: str) -> Any:
    return registered()["s3control", operation]


def test_a_user_without_permission_is_denied_and_changes_nothing(filled) -> None:
    eve = filled.account().create_user("eve")
    before = state(filled)
    for operation in OPERATIONS:
        with pytest.raises(ClientError) as denied:
            call(eve, operation)
        error, decision = denied.value.response["Error"], filled.decisions[-1]
        status = denied.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert (error["Code"], status) == ("AccessDenied", 403), operation
        action = row(operation).needs[0].action
        where = "" if decision.resource == "*" else f' on resource: "{decision.resource}"'
        assert error["Message"] == (
            f"User: {eve.arn} is not authorized to perform: {action}{where} because no identity-based policy allows "
            f"the {action} action"
        )
        assert (decision.action, decision.allowed, decision.operation) == (action, False, operation)
        assert denied.value.mocks3_decision is decision
        assert "Because no identity policy of user eve allows it" in str(decision)
        assert state(filled) == before, operation


def test_the_permissions_of_its_row_on_the_resources_are_enough(filled) -> None:
    eve = filled.account().create_user("eve")
    mark = filled.snapshot()
    for operation in OPERATIONS:
        filled.restore(mark)
        allowed: list[dict[str, Any]] = []
        for need in row(operation).needs:
            if need.when is not None:
                continue
            with pytest.raises(ClientError, match="AccessDenied"):
                call(eve, operation)
            decision = filled.decisions[-1]
            assert decision.action == need.action
            allowed.append({"Effect": "Allow", "Action": need.action, "Resource": decision.resource})
            eve.put_policy({"Version": "2012-10-17", "Statement": allowed})
        before = state(filled)
        answer = call(eve, operation)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] in (200, 204), operation
        assert (state(filled) == before) == bool(CHANGES_NOTHING.match(operation)), operation


def test_callers_of_other_accounts_are_denied(filled) -> None:
    """Policies of access points decide about requests through them, never about calls that manage them."""
    stranger = filled.account(OTHER).create_user("stranger", policies=policy("s3:*", "iam:*"))
    for operation in OPERATIONS:
        denied = fault(lambda: call(stranger, operation))  # noqa: B023 - called immediately
        assert denied == ("AccessDenied", 403, "Access Denied"), operation


def test_a_guard_rail_denies_it(filled) -> None:
    organization = filled.organization("o-1", management=filled.account(OTHER))
    organization.add(filled.account())
    organization.put_scp(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}
    )
    for operation in OPERATIONS:
        with pytest.raises(ClientError, match="with an explicit deny in a service control policy"):
            call(filled.account().root, operation)


def test_an_unsigned_call_is_denied(aws):
    from botocore import UNSIGNED
    from botocore.config import Config

    client = aws.client("s3control", config=Config(signature_version=UNSIGNED))
    assert fault(client.list_access_points, AccountId=ACCOUNT) == ("AccessDenied", 403, "Access Denied")


def test_every_other_operation_of_the_model_is_refused_by_name(aws, control) -> None:
    absent = set(service_model("s3control").operation_names) - set(OPERATIONS)
    known = {name.partition(" ")[0] for name in table().operations if name.endswith("unsupported")}
    assert {f"s3control:{name}" for name in absent} <= known
    before = state(aws)
    with pytest.raises(NotSupported, match="s3control:ListRegionalBuckets"):
        control.list_regional_buckets(AccountId=ACCOUNT)
    assert state(aws) == before


def test_the_keys_of_the_call_are_conditions(aws, point):
    eve = aws.account().create_user("eve")
    client = eve.client("s3control")
    for key, good, bad in (
        ("s3:DataAccessPointArn", point, f"{point}-2"),
        ("s3:DataAccessPointAccount", ACCOUNT, OTHER),
        ("s3:AccessPointNetworkOrigin", "Internet", "VPC"),
    ):
        for value, allowed in ((bad, False), (good, True)):
            eve.put_policy(policy("s3:GetAccessPoint", Condition={"StringEquals": {key: value}}))
            if allowed:
                assert client.get_access_point(AccountId=ACCOUNT, Name="ap1")["Name"] == "ap1"
            else:
                assert fault(client.get_access_point, AccountId=ACCOUNT, Name="ap1")[0] == "AccessDenied"
