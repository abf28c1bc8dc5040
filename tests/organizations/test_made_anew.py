"""Units, policies and organizations that are deleted and created again: their ids are never used again."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import mock_s3

from .conftest import EVERYTHING, MANAGEMENT, SCP, create_policy, deny, fault

MEMBER = "222222222222"


@pytest.fixture
def world() -> Any:
    with mock_s3() as world:
        world.client("organizations").create_organization(FeatureSet="ALL")
        yield world


def member(world: Any, client: Any) -> str:
    """Create a member account, and return its id."""
    request = client.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["Id"]
    status = client.describe_create_account_status(CreateAccountRequestId=request)
    return str(status["CreateAccountStatus"]["AccountId"])


def test_a_policy_that_allows_a_deleted_unit_does_not_allow_the_new_one(world: Any) -> None:
    """``aws:PrincipalOrgPaths`` contains the id of the unit."""
    client = world.client("organizations")
    root, account = client.list_roots()["Roots"][0]["Id"], member(world, client)
    organization = client.describe_organization()["Organization"]["Id"]

    def unit() -> str:
        made = client.create_organizational_unit(ParentId=root, Name="trusted")["OrganizationalUnit"]["Id"]
        client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=made)
        return str(made)

    first = unit()
    condition = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{organization}/{root}/{first}/*"}}
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
    }
    document = {"Version": "2012-10-17", "Statement": {**statement, "Condition": condition}}
    world.account().create_bucket("data", objects={"k": b"x"}, policy=document, public_access_block=None)
    reader = world.account(account).create_user("eve", policies=EVERYTHING).client("s3")
    assert reader.get_object(Bucket="data", Key="k")["Body"].read() == b"x"
    client.move_account(AccountId=account, SourceParentId=first, DestinationParentId=root)
    client.delete_organizational_unit(OrganizationalUnitId=first)
    assert unit() != first
    assert fault(reader.get_object, Bucket="data", Key="k")[0] == "AccessDenied"


def test_ids_of_policies_are_never_used_again(world: Any) -> None:
    client = world.client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    client.enable_policy_type(RootId=root, PolicyType=SCP)
    seen = []
    for _ in range(3):
        seen.append(create_policy(client))
        client.delete_policy(PolicyId=seen[-1])
    organization = world.organization(client.describe_organization()["Organization"]["Id"])
    for _ in range(2):
        organization.put_scp(deny("s3:*"), name="by-handle")
        (made,) = [
            each for each in client.list_policies(Filter=SCP)["Policies"] if each["Name"] == "by-handle"
        ]
        seen.append(made["Id"])
        organization.delete_scp("by-handle")
        client.delete_policy(PolicyId=made["Id"])
    assert len(set(seen)) == len(seen) == 5


def test_the_id_of_an_organization_is_never_used_again(world: Any) -> None:
    client = world.client("organizations")
    seen = []
    for _ in range(3):
        seen.append(client.describe_organization()["Organization"]["Id"])
        assert client.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT
        client.delete_organization()
        client.create_organization(FeatureSet="ALL")
    assert len(set(seen)) == len(seen)


def test_a_renamed_unit_is_the_one_with_the_new_name(world: Any) -> None:
    client = world.client("organizations")
    organization = world.organization(client.describe_organization()["Organization"]["Id"])
    first = organization.ou("first")
    client.update_organizational_unit(OrganizationalUnitId=first.id, Name="second")
    assert organization.ou("second").id == first.id
    assert organization.ou("first").id != first.id
    client.delete_organizational_unit(OrganizationalUnitId=first.id)
    assert organization.ou("second").id != first.id
