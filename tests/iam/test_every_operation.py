"""Every registered operation of IAM: what callers without permission, with it, and the root user get."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from mocks3 import NotSupported, mock_s3
from mocks3.operations import registered
from mocks3.wire.known import table
from mocks3.wire.models import service_model

from . import world

OPERATIONS = sorted(name for service, name in registered() if service == "iam")

UNSIGNED_IN = {"ChangePassword"}
"""Operations that only a user can call for itself."""

CHANGES_NOTHING = re.compile("Get|List|Simulate|Generate|Resync|ResetService")  # no password is stored


@pytest.fixture(scope="module")
def built():
    """The world with one of each entity, which is built once."""
    with mock_s3() as aws:
        ids = world.build(aws)
        yield aws, ids, aws.snapshot()


@pytest.fixture
def iam_world(built, operation: str):
    """The world as it was built, and the ids that calls must name."""
    aws, ids, mark = built
    aws.restore(mark)
    if operation.startswith("Disable"):  # what is disabled was enabled
        call(aws.client("iam"), operation.replace("Disable", "Enable"), ids)
    if operation == "GetOutboundWebIdentityFederationInfo":
        aws.client("iam").enable_outbound_web_identity_federation()
    return aws, ids


def call(client: Any, operation: str, ids: dict[str, str]) -> Any:
    return getattr(client, xform_name(operation))(**world.input_of(operation, ids))


def caller_of(aws: Any, operation: str, **arguments: Any) -> Any:
    return aws.account().create_user("eve", **arguments)


def state(aws: Any) -> Any:
    return aws.snapshot().iam, aws.guardrails


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_user_without_permission_is_denied_and_changes_nothing(iam_world, operation: str) -> None:
    aws, ids = iam_world
    eve = caller_of(aws, operation)
    before = state(aws)
    with pytest.raises(ClientError) as denied:
        call(eve.client("iam"), operation, ids)
    decision, error = aws.decisions[-1], denied.value.response["Error"]
    assert (error["Code"], denied.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (
        "AccessDenied",
        403,
    )
    action = registered()["iam", operation].needs[0].action
    assert re.fullmatch(
        rf"User: {re.escape(eve.arn)} is not authorized to perform: {action} on resource: \S.* because no "
        rf"identity-based policy allows the {action} action",
        error["Message"],
    )
    assert (decision.action, decision.allowed, decision.operation) == (action, False, operation)
    assert denied.value.mocks3_decision is decision
    assert f"iam:{operation}" if action.endswith(operation) else action in str(decision)
    assert state(aws) == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_permissions_of_its_row_on_the_resources_are_enough(iam_world, operation: str) -> None:
    aws, ids = iam_world
    eve = caller_of(aws, operation)
    needs = [need.action for need in registered()["iam", operation].needs]
    allowed: list[dict[str, Any]] = []
    for action in needs:
        assert denied(eve, operation, ids) == "AccessDenied"
        decision = aws.decisions[-1]
        assert decision.action == action
        allowed.append({"Effect": "Allow", "Action": action, "Resource": decision.resource})
        eve.put_policy({"Version": "2012-10-17", "Statement": allowed})
    if operation in UNSIGNED_IN:
        assert denied(eve, operation, ids) == "NoSuchEntity"
    else:
        call(eve.client("iam"), operation, ids)


def denied(eve: Any, operation: str, ids: dict[str, str]) -> str:
    with pytest.raises(ClientError) as caught:
        call(eve.client("iam"), operation, ids)
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - UNSIGNED_IN))
def test_the_root_user_may_call_it_and_only_changes_change(iam_world, operation: str) -> None:
    aws, ids = iam_world
    before = state(aws)
    answer = call(aws.client("iam"), operation, ids)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert (state(aws) == before) == bool(CHANGES_NOTHING.match(operation))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_explicit_deny_denies_it(iam_world, operation: str) -> None:
    aws, ids = iam_world
    statements = [{"Effect": effect, "Action": "iam:*", "Resource": "*"} for effect in ("Allow", "Deny")]
    eve = caller_of(aws, operation, policies={"Version": "2012-10-17", "Statement": statements})
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        call(eve.client("iam"), operation, ids)


def test_every_other_operation_of_the_model_is_refused_by_name() -> None:
    absent = set(service_model("iam").operation_names) - set(OPERATIONS)
    known = {name.partition(" ")[0] for name in table().operations if name.endswith("unsupported")}
    assert {f"iam:{name}" for name in absent} <= known
    with mock_s3() as aws:
        before = state(aws)
        with pytest.raises(NotSupported, match="iam:GetAccountProperties"):
            boto3.client("iam", region_name="us-east-1").get_account_properties()
        assert state(aws) == before
