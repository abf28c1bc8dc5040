"""Every registered operation of Organizations: what callers without permission, with it, and members get."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from mocks3 import NotSupported
from mocks3.operations import registered
from mocks3.wire.known import table
from mocks3.wire.models import service_model

from .conftest import EVERYTHING, SCP, Ids, create_policy, deny, fault

OPERATIONS = sorted(name for service, name in registered() if service == "organizations")
FOUNDING = "CreateOrganization"
OF_INVITED = {"AcceptHandshake", "DeclineHandshake"}
OF_ANYONE = {*OF_INVITED, "DescribeHandshake", "ListHandshakesForAccount"}
OF_MEMBERS = {"CreateOrganization", "DescribeOrganization", "LeaveOrganization", *OF_ANYONE}
OWN_WORLD = {FOUNDING, "LeaveOrganization", "DeleteOrganization", "CloseAccount", *OF_INVITED}
"""Operations that do not succeed in this world, or change no organization. test_behaviour.py has them."""
CHANGES_NOTHING = re.compile("Describe|List")


@pytest.fixture
def filled(aws, client, ids):
    """The organization with an empty unit, and an attached policy."""
    empty = client.create_organizational_unit(ParentId=ids.root, Name="empty")["OrganizationalUnit"]["Id"]
    attached = create_policy(client, "attached", content=deny("ec2:*"))
    client.attach_policy(PolicyId=attached, TargetId=ids.unit)
    client.create_account(Email="admin@example.com", AccountName="admin")
    [admin] = [each["Id"] for each in client.list_accounts()["Accounts"] if each["Name"] == "admin"]
    for service in ("iam.amazonaws.com", "sso.amazonaws.com"):
        client.enable_aws_service_access(ServicePrincipal=service)
    client.register_delegated_administrator(AccountId=admin, ServicePrincipal="iam.amazonaws.com")
    client.tag_resource(ResourceId=ids.unit, Tags=[{"Key": "stage", "Value": "test"}])
    invited = client.invite_account_to_organization(Target={"Id": "999988887777", "Type": "ACCOUNT"})
    handshake = invited["Handshake"]["Id"]
    return aws, ids, {"empty": empty, "attached": attached, "handshake": handshake, "admin": admin}


def members(operation: str, ids: Ids, more: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {
        "RootId": ids.root,
        "ParentId": ids.root,
        "ChildId": ids.account,
        "OrganizationalUnitId": more["empty"],
        "AccountId": ids.account,
        "SourceParentId": ids.unit,
        "DestinationParentId": ids.root,
        "TargetId": ids.unit,
        "PolicyId": more["attached"] if operation == "DetachPolicy" else ids.policy,
        "PolicyType": SCP,
        "Filter": SCP,
        "Type": SCP,
        "ChildType": "ACCOUNT",
        "CreateAccountRequestId": ids.request,
        "Name": "new",
        "Description": "",
        "Content": deny("sqs:*"),
        "Email": "new@example.com",
        "AccountName": "new",
        "ServicePrincipal": _service(operation),
        "ResourceId": ids.unit,
        "Tags": [{"Key": "team", "Value": "blue"}],
        "TagKeys": ["stage"],
        "Target": {"Id": "777766665555", "Type": "ACCOUNT"},
        "HandshakeId": more["handshake"],
    }
    if "Delegated" in operation and not operation.startswith("Register"):
        given["AccountId"] = more["admin"]
    shape = service_model("organizations").operation_model(operation).input_shape
    wanted = set(shape.required_members) if shape is not None else set()
    wanted |= {"Name"} if operation in ("UpdatePolicy", "UpdateOrganizationalUnit") else set()
    wanted |= {"Tags"} & shape.members.keys() if shape is not None else set()
    if operation == "EnablePolicyType":
        given["PolicyType"] = "RESOURCE_CONTROL_POLICY"
    return {name: given[name] for name in sorted(wanted)}


def _service(operation: str) -> str:
    """Return a service that a call can enable, disable, register or deregister."""
    if operation.startswith(("Disable", "Deregister")):
        return "iam.amazonaws.com"
    return "sso.amazonaws.com" if operation.startswith("Register") else "ram.amazonaws.com"


def call(principal: Any, operation: str, ids: Ids, more: dict[str, str]) -> Any:
    return getattr(principal.client("organizations"), xform_name(operation))(**members(operation, ids, more))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_user_without_permission_is_denied_and_changes_nothing(filled, operation: str) -> None:
    aws, ids, more = filled
    eve = aws.account().create_user("eve")
    before = aws.guardrails
    with pytest.raises(ClientError) as denied:
        call(eve, operation, ids, more)
    error, decision = denied.value.response["Error"], aws.decisions[-1]
    action = f"organizations:{operation}"
    assert error == {
        "Code": "AccessDeniedException",
        "Message": f"User: {eve.arn} is not authorized to perform: {action} on resource: {decision.resource} because "
        f"no identity-based policy allows the {action} action",
    }
    assert denied.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert (decision.action, decision.allowed, decision.operation) == (action, False, operation)
    assert denied.value.mocks3_decision is decision
    assert aws.guardrails is before


@pytest.mark.parametrize("operation", sorted({*OPERATIONS} - OWN_WORLD))
def test_the_permissions_of_its_row_on_the_resources_are_enough(filled, operation: str) -> None:
    aws, ids, more = filled
    if operation == "EnablePolicyType":
        aws.client("organizations").disable_policy_type(RootId=ids.root, PolicyType="RESOURCE_CONTROL_POLICY")
    eve = aws.account().create_user("eve")
    allowed: list[dict[str, Any]] = []
    for need in registered()["organizations", operation].needs:
        with pytest.raises(ClientError, match="AccessDeniedException"):
            call(eve, operation, ids, more)
        decision = aws.decisions[-1]
        assert decision.action == need.action
        allowed.append({"Effect": "Allow", "Action": need.action, "Resource": decision.resource})
        eve.put_policy({"Version": "2012-10-17", "Statement": allowed})
    before = aws.guardrails
    answer = call(eve, operation, ids, more)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert (aws.guardrails == before) == bool(CHANGES_NOTHING.match(operation))


@pytest.mark.parametrize("operation", sorted({*OPERATIONS} - OF_MEMBERS))
def test_only_the_management_account_may_call_it(filled, operation: str) -> None:
    aws, ids, more = filled
    member = aws.account(ids.account).create_user("dev", policies=EVERYTHING)
    assert fault(lambda: call(member, operation, ids, more)) == (
        "AccessDeniedException",
        400,
        "You don't have permissions to access this resource.",
    )
    assert "only the management account" in " ".join(str(aws.decisions[-1]).split())


@pytest.mark.parametrize("operation", sorted({*OPERATIONS} - {FOUNDING, *OF_ANYONE}))
def test_an_account_without_organization(filled, operation: str) -> None:
    aws, ids, more = filled
    stranger = aws.account("111122223333").create_user("stranger", policies=EVERYTHING)
    assert fault(lambda: call(stranger, operation, ids, more)) == (
        "AWSOrganizationsNotInUseException",
        400,
        "Your account is not a member of an organization.",
    )


def test_every_other_operation_of_the_model_is_refused_by_name(aws, client) -> None:
    absent = set(service_model("organizations").operation_names) - set(OPERATIONS)
    known = {name.partition(" ")[0] for name in table().operations if name.endswith("unsupported")}
    assert {f"organizations:{name}" for name in absent} <= known
    with pytest.raises(NotSupported, match="organizations:EnableAllFeatures"):
        client.enable_all_features()


def test_the_type_of_a_policy_is_a_condition(aws, ids):
    eve = aws.account().create_user("eve")
    client = eve.client("organizations")
    for kind, allowed in (("RESOURCE_CONTROL_POLICY", False), (SCP, True)):
        condition = {"StringEquals": {"organizations:PolicyType": kind}}
        eve.put_policy(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Action": "organizations:*",
                    "Resource": "*",
                    "Condition": condition,
                },
            }
        )
        for method, more in (
            ("describe_policy", {"PolicyId": ids.policy}),
            ("list_policies", {"Filter": SCP}),
        ):
            if allowed:
                getattr(client, method)(**more)
            else:
                assert fault(getattr(client, method), **more)[0] == "AccessDeniedException"
