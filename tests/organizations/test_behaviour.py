"""Organizations through boto3: what is stored, what it limits, and every error."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from mocks3 import NotSupported

from .conftest import EVERYTHING, MANAGEMENT, RCP, SCP, create_policy, deny, fault

MISSING_UNIT, MISSING_POLICY = "ou-abcd-11111111", "p-11111111"


def attached(client, target, kind=SCP):
    found = client.list_policies_for_target(TargetId=target, Filter=kind)["Policies"]
    return [each["Name"] for each in found]


def test_a_new_organization_has_no_types_of_policies(client):
    made = client.create_organization()["Organization"]
    assert client.describe_organization()["Organization"] == made
    assert (made["MasterAccountId"], made["FeatureSet"]) == (MANAGEMENT, "ALL")
    root = client.list_roots()["Roots"][0]
    assert root["PolicyTypes"] == []
    assert attached(client, root["Id"]) == []
    assert fault(client.create_organization)[:2] == ("AlreadyInOrganizationException", 400)
    answer = client.enable_policy_type(RootId=root["Id"], PolicyType=SCP)
    assert answer["Root"]["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    assert attached(client, root["Id"]) == attached(client, MANAGEMENT) == ["FullAWSAccess"]


def test_a_policy_limits_members_from_attachment_to_detachment(client, ids, member):
    """E-1: as `org.put_scp` does."""
    s3 = member.client("s3")
    s3.list_buckets()
    client.attach_policy(PolicyId=ids.policy, TargetId=ids.unit)
    code, status, message = fault(s3.list_buckets)
    assert (code, status) == ("AccessDenied", 403)
    arn = client.describe_policy(PolicyId=ids.policy)["Policy"]["PolicySummary"]["Arn"]
    assert message.endswith(f"with an explicit deny in a service control policy: {arn}")
    client.update_policy(PolicyId=ids.policy, Content=deny("ec2:*"))
    s3.list_buckets()
    client.update_policy(PolicyId=ids.policy, Content=deny("s3:*"))
    assert fault(s3.list_buckets)[0] == "AccessDenied"
    client.detach_policy(PolicyId=ids.policy, TargetId=ids.unit)
    s3.list_buckets()


def test_every_level_must_allow(client, ids, member):
    """E-1: without FullAWSAccess, only the actions of the other policies are allowed."""
    allow = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}
    )
    policy = create_policy(client, "ec2 alone", content=allow)
    client.attach_policy(PolicyId=policy, TargetId=ids.account)
    client.detach_policy(PolicyId="p-FullAWSAccess", TargetId=ids.account)
    assert "because no service control policy allows" in fault(member.client("s3").list_buckets)[2]
    client.move_account(AccountId=ids.account, SourceParentId=ids.unit, DestinationParentId=ids.root)
    assert attached(client, ids.account) == ["ec2 alone"]
    client.disable_policy_type(RootId=ids.root, PolicyType=SCP)
    member.client("s3").list_buckets()


def test_a_resource_control_policy_limits_buckets_of_members(aws, client, ids):
    """E-2."""
    aws.account(ids.account).create_bucket("data", objects={"k": b"x"})
    s3 = aws.account(ids.account).root.client("s3")
    content = deny("s3:GetObject", Principal="*")
    policy = create_policy(client, "no reading", RCP, content)
    client.attach_policy(PolicyId=policy, TargetId=ids.root)
    assert attached(client, ids.root, RCP) == ["RCPFullAWSAccess", "no reading"]
    assert "resource control policy" in fault(s3.get_object, Bucket="data", Key="k")[2]
    client.detach_policy(PolicyId=policy, TargetId=ids.root)
    s3.get_object(Bucket="data", Key="k")


def test_a_new_account_has_a_role_for_the_management_account(aws, client, ids):
    admin = aws.account().create_user("admin", policies=EVERYTHING)
    arn = f"arn:aws:iam::{ids.account}:role/OrganizationAccountAccessRole"
    keys = admin.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    s3.create_bucket(Bucket="of-the-member")
    account = client.describe_account(AccountId=ids.account)["Account"]
    assert (account["Name"], account["Email"], account["State"], account["JoinedMethod"]) == (
        "dev",
        "dev@example.com",
        "ACTIVE",
        "CREATED",
    )


def test_an_email_address_is_used_once(client, ids):
    made = client.create_account(Email="dev@example.com", AccountName="again")["CreateAccountStatus"]
    assert made["State"] == "IN_PROGRESS"
    found = client.describe_create_account_status(CreateAccountRequestId=made["Id"])["CreateAccountStatus"]
    assert (found["State"], found["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    assert len(client.list_accounts()["Accounts"]) == 2


def test_handles_and_calls_see_one_state(aws, client):
    organization = aws.organization("o-abcdefghij", management=aws.account())
    unit = organization.ou("workloads")
    organization.add(aws.account("111111111111"), ou=unit)
    organization.put_scp(deny("s3:ListAllMyBuckets"), on=unit, name="no lists")
    root = client.list_roots()["Roots"][0]["Id"]
    units = client.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    assert [(each["Id"], each["Name"]) for each in units] == [(unit.id, "workloads")]
    assert attached(client, unit.id) == ["FullAWSAccess", "no lists"]
    policy = client.list_policies_for_target(TargetId=unit.id, Filter=SCP)["Policies"][1]["Id"]
    client.update_policy(PolicyId=policy, Content=deny("ec2:*"))
    aws.account("111111111111").root.client("s3").list_buckets()
    organization.delete_scp("no lists", on=unit)
    assert attached(client, unit.id) == ["FullAWSAccess"]
    made = client.create_organizational_unit(ParentId=root, Name="sandbox")["OrganizationalUnit"]["Id"]
    assert organization.ou("sandbox").id == made


def test_what_is_where(client, ids):
    children = client.list_children(ParentId=ids.root, ChildType="ORGANIZATIONAL_UNIT")["Children"]
    assert children == [{"Id": ids.unit, "Type": "ORGANIZATIONAL_UNIT"}]
    assert client.list_children(ParentId=ids.unit, ChildType="ACCOUNT")["Children"] == [
        {"Id": ids.account, "Type": "ACCOUNT"}
    ]
    assert client.list_parents(ChildId=ids.account)["Parents"] == [
        {"Id": ids.unit, "Type": "ORGANIZATIONAL_UNIT"}
    ]
    assert client.list_parents(ChildId=ids.unit)["Parents"] == [{"Id": ids.root, "Type": "ROOT"}]
    of_root = client.list_accounts_for_parent(ParentId=ids.root)["Accounts"]
    assert [each["Id"] for each in of_root] == [MANAGEMENT]
    client.attach_policy(PolicyId=ids.policy, TargetId=ids.account)
    targets = client.list_targets_for_policy(PolicyId=ids.policy)["Targets"]
    assert [(each["TargetId"], each["Name"], each["Type"]) for each in targets] == [
        (ids.account, "dev", "ACCOUNT")
    ]


def test_pages(client, ids):
    first = client.list_accounts(MaxResults=1)
    second = client.list_accounts(MaxResults=1, NextToken=first["NextToken"])
    assert [each["Id"] for each in (*first["Accounts"], *second["Accounts"])] == [MANAGEMENT, ids.account]
    assert "NextToken" not in second
    assert fault(client.list_accounts, NextToken="x")[:2] == ("InvalidInputException", 400)


FAULTS = [
    ("create_organizational_unit", {"ParentId": MISSING_UNIT, "Name": "n"}, "ParentNotFoundException"),
    (
        "create_organizational_unit",
        {"ParentId": "ROOT", "Name": "workloads"},
        "DuplicateOrganizationalUnitException",
    ),
    (
        "describe_organizational_unit",
        {"OrganizationalUnitId": MISSING_UNIT},
        "OrganizationalUnitNotFoundException",
    ),
    ("delete_organizational_unit", {"OrganizationalUnitId": "UNIT"}, "OrganizationalUnitNotEmptyException"),
    ("list_parents", {"ChildId": "999999999999"}, "ChildNotFoundException"),
    ("list_children", {"ParentId": MISSING_UNIT, "ChildType": "ACCOUNT"}, "ParentNotFoundException"),
    ("describe_account", {"AccountId": "999999999999"}, "AccountNotFoundException"),
    (
        "describe_create_account_status",
        {"CreateAccountRequestId": "car-11111111"},
        "CreateAccountStatusNotFoundException",
    ),
    (
        "move_account",
        {"AccountId": "MEMBER", "SourceParentId": "ROOT", "DestinationParentId": "UNIT"},
        "SourceParentNotFoundException",
    ),
    (
        "move_account",
        {"AccountId": "MEMBER", "SourceParentId": "UNIT", "DestinationParentId": MISSING_UNIT},
        "DestinationParentNotFoundException",
    ),
    (
        "move_account",
        {"AccountId": "MEMBER", "SourceParentId": "UNIT", "DestinationParentId": "UNIT"},
        "DuplicateAccountException",
    ),
    (
        "create_policy",
        {"Name": "deny", "Description": "", "Type": SCP, "Content": deny("s3:*")},
        "DuplicatePolicyException",
    ),
    (
        "create_policy",
        {"Name": "n", "Description": "", "Type": SCP, "Content": "{"},
        "MalformedPolicyDocumentException",
    ),
    (
        "create_policy",
        {"Name": "n", "Description": "", "Type": RCP, "Content": json.dumps(EVERYTHING)},
        "MalformedPolicyDocumentException",
    ),
    (
        "create_policy",
        {"Name": "n", "Description": "", "Type": SCP, "Content": deny("s3:*") + " " * 5120},
        "ConstraintViolationException",
    ),
    ("describe_policy", {"PolicyId": MISSING_POLICY}, "PolicyNotFoundException"),
    ("update_policy", {"PolicyId": "p-FullAWSAccess", "Name": "n"}, "InvalidInputException"),
    ("delete_policy", {"PolicyId": "p-RCPFullAWSAccess"}, "InvalidInputException"),
    ("attach_policy", {"PolicyId": "POLICY", "TargetId": MISSING_UNIT}, "TargetNotFoundException"),
    (
        "attach_policy",
        {"PolicyId": "p-FullAWSAccess", "TargetId": "UNIT"},
        "DuplicatePolicyAttachmentException",
    ),
    ("detach_policy", {"PolicyId": "POLICY", "TargetId": "UNIT"}, "PolicyNotAttachedException"),
    ("detach_policy", {"PolicyId": "p-FullAWSAccess", "TargetId": "UNIT"}, "ConstraintViolationException"),
    ("detach_policy", {"PolicyId": "p-RCPFullAWSAccess", "TargetId": "UNIT"}, "ConstraintViolationException"),
    ("enable_policy_type", {"RootId": "ROOT", "PolicyType": SCP}, "PolicyTypeAlreadyEnabledException"),
    ("disable_policy_type", {"RootId": "r-1111", "PolicyType": SCP}, "RootNotFoundException"),
]


@pytest.mark.parametrize(("method", "given", "code"), FAULTS, ids=[f"{m}-{c}" for m, _, c in FAULTS])
def test_an_invalid_call_changes_nothing(aws, client, ids, method, given, code):
    names = {"ROOT": ids.root, "UNIT": ids.unit, "MEMBER": ids.account, "POLICY": ids.policy}
    before = aws.guardrails
    members = {name: names.get(value, value) for name, value in given.items()}
    assert fault(getattr(client, method), **members)[:2] == (code, 400)
    assert aws.guardrails is before


def test_an_attached_policy_is_not_deleted(client, ids):
    client.attach_policy(PolicyId=ids.policy, TargetId=ids.unit)
    assert fault(client.delete_policy, PolicyId=ids.policy)[:2] == ("PolicyInUseException", 400)
    client.detach_policy(PolicyId=ids.policy, TargetId=ids.unit)
    client.delete_policy(PolicyId=ids.policy)
    assert fault(client.describe_policy, PolicyId=ids.policy)[0] == "PolicyNotFoundException"


def test_five_policies_of_a_type_at_most(client, ids):
    for number in range(5):
        policy = create_policy(client, f"policy {number}")
        if number < 4:
            client.attach_policy(PolicyId=policy, TargetId=ids.unit)
    assert (
        fault(client.attach_policy, PolicyId=policy, TargetId=ids.unit)[0] == "ConstraintViolationException"
    )
    assert len(attached(client, ids.unit)) == 5


def test_policies_of_a_type_that_is_not_enabled_are_not_attached(client, ids):
    client.disable_policy_type(RootId=ids.root, PolicyType=SCP)
    for call in (
        lambda: client.attach_policy(PolicyId=ids.policy, TargetId=ids.unit),
        lambda: client.disable_policy_type(RootId=ids.root, PolicyType=SCP),
    ):
        assert fault(call)[:2] == ("PolicyTypeNotEnabledException", 400)


def test_what_is_not_supported_is_named(client, ids):
    with pytest.raises(NotSupported, match="TAG_POLICY"):
        client.create_policy(Name="t", Description="", Type="TAG_POLICY", Content="{}")


class TestTheEndOfAnOrganization:
    def test_accounts_leave_and_it_is_deleted(self, aws, client, ids, member):
        assert fault(client.delete_organization)[0] == "OrganizationNotEmptyException"
        client.attach_policy(PolicyId=ids.policy, TargetId=ids.account)
        assert fault(member.client().list_buckets)[0] == "AccessDenied"
        client.remove_account_from_organization(AccountId=ids.account)
        assert member.client().list_buckets()["Buckets"] == []
        assert fault(client.describe_account, AccountId=ids.account)[0] == "AccountNotFoundException"
        client.delete_organizational_unit(OrganizationalUnitId=ids.unit)
        client.delete_organization()
        assert fault(client.describe_organization)[0] == "AWSOrganizationsNotInUseException"

    def test_a_member_leaves(self, aws, client, ids, member):
        code = "MasterCannotLeaveOrganizationException"
        assert fault(client.leave_organization)[:2] == (code, 400)
        management = "123456789012"
        assert fault(client.remove_account_from_organization, AccountId=management)[0] == code
        member.client("organizations").leave_organization()
        assert [each["Id"] for each in client.list_accounts()["Accounts"]] == [management]

    def test_an_account_is_closed(self, aws, client, ids, member):
        client.close_account(AccountId=ids.account)
        assert client.describe_account(AccountId=ids.account)["Account"]["State"] == "CLOSED"
        assert fault(member.client().list_buckets)[0] == "NotSignedUp"
        assert fault(client.close_account, AccountId=ids.account)[0] == "AccountAlreadyClosedException"
        assert fault(client.close_account, AccountId="123456789012")[0] == "ConstraintViolationException"

    def test_the_calls_that_created_accounts(self, client, ids):
        client.create_account(Email="dev@example.com", AccountName="again")
        found = client.list_create_account_status()["CreateAccountStatuses"]
        assert [each["State"] for each in found] == ["SUCCEEDED", "FAILED"]
        failed = client.list_create_account_status(States=["FAILED"])["CreateAccountStatuses"]
        assert [each["FailureReason"] for each in failed] == ["EMAIL_ALREADY_EXISTS"]


def test_a_unit_is_renamed(aws, client, ids):
    renamed = client.update_organizational_unit(OrganizationalUnitId=ids.unit, Name="jobs")[
        "OrganizationalUnit"
    ]
    assert (renamed["Id"], renamed["Name"]) == (ids.unit, "jobs")
    again = client.create_organizational_unit(ParentId=ids.root, Name="workloads")["OrganizationalUnit"]
    assert again["Id"] != ids.unit
    names = {
        each["Name"]
        for each in client.list_organizational_units_for_parent(ParentId=ids.root)["OrganizationalUnits"]
    }
    assert names == {"jobs", "workloads"}
    for call, members in (
        (client.create_organizational_unit, {"ParentId": ids.root, "Name": "jobs"}),
        (client.update_organizational_unit, {"OrganizationalUnitId": again["Id"], "Name": "jobs"}),
    ):
        assert fault(call, **members)[0] == "DuplicateOrganizationalUnitException"


BLOCKING = '{"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}}'


class TestS3Policies:
    """Policies of the type S3_POLICY set Block Public Access for accounts (B-5)."""

    @pytest.fixture
    def enabled(self, client, ids):
        client.enable_policy_type(RootId=ids.root, PolicyType="S3_POLICY")
        return client

    def attach(self, client, target, content=BLOCKING, name="block"):
        policy = create_policy(client, name, "S3_POLICY", content)
        client.attach_policy(PolicyId=policy, TargetId=target)
        return policy

    def blocks(self, member):
        """Return whether a public policy is refused."""
        s3 = member.client()
        s3.delete_public_access_block(Bucket="site")
        public = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::site/*",
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": public})
        try:
            s3.put_bucket_policy(Bucket="site", Policy=text)
        except ClientError as error:
            return "public policies are prevented by the BlockPublicPolicy setting" in str(error)
        s3.delete_bucket_policy(Bucket="site")
        return False

    def test_b_5_it_binds_the_accounts_below(self, aws, enabled, ids, member):
        member.client().create_bucket(Bucket="site")
        assert not self.blocks(member)
        policy = self.attach(enabled, ids.root)
        assert self.blocks(member)
        found = enabled.list_policies_for_target(TargetId=ids.root, Filter="S3_POLICY")["Policies"]
        assert [(each["Id"], each["Type"]) for each in found] == [(policy, "S3_POLICY")]
        assert enabled.describe_policy(PolicyId=policy)["Policy"]["Content"] == BLOCKING
        assert fault(enabled.delete_policy, PolicyId=policy)[0] == "PolicyInUseException"
        enabled.detach_policy(PolicyId=policy, TargetId=ids.root)
        assert not self.blocks(member)
        enabled.delete_policy(PolicyId=policy)

    def test_b_5_a_lower_level_replaces_a_higher_one(self, aws, enabled, ids, member):
        member.client().create_bucket(Bucket="site")
        self.attach(enabled, ids.root)
        policy = self.attach(enabled, ids.unit, BLOCKING.replace("all", "none"), "open")
        assert not self.blocks(member)
        enabled.update_policy(PolicyId=policy, Content=BLOCKING)
        assert self.blocks(member)
        enabled.disable_policy_type(RootId=ids.root, PolicyType="S3_POLICY")
        assert not self.blocks(member)

    def test_b_5_the_accounts_own_settings_do_not_count(self, aws, enabled, ids, member):
        member.client().create_bucket(Bucket="site")
        aws.account(ids.account).block_public_access()
        assert self.blocks(member)
        self.attach(enabled, ids.account, BLOCKING.replace("all", "none"))
        assert not self.blocks(member)
        control = member.client("s3control")
        denied = fault(control.delete_public_access_block, AccountId=ids.account)
        assert denied[:2] == ("AccessDenied", 403)

    def test_the_handle_and_the_api_see_one_policy(self, aws, client, ids):
        organization = aws.organization(client.describe_organization()["Organization"]["Id"])
        organization.block_public_access()
        (found,) = client.list_policies(Filter="S3_POLICY")["Policies"]
        assert found["Name"] == "block-public-access"
        client.detach_policy(PolicyId=found["Id"], TargetId=ids.root)
        assert aws.guardrails.public_access_block(ids.account) is None

    def test_documents(self, enabled):
        for text in (
            "{}",
            "[]",
            "{",
            "null",
            '"x"',
            deny("s3:*"),
            BLOCKING.replace("all", "some"),
            BLOCKING.replace('"all"', "7"),
            BLOCKING.replace("s3_attributes", "other"),
            BLOCKING.replace('"all"}', '"all", "x": 1}'),
        ):
            found = fault(enabled.create_policy, Name="n", Description="", Type="S3_POLICY", Content=text)
            assert found[:2] == ("MalformedPolicyDocumentException", 400), text
        inside = '"@@operators_allowed_for_child_policies": ["@@none"], "@@assign"'
        with pytest.raises(NotSupported, match="@@operators_allowed_for_child_policies"):
            create_policy(enabled, kind="S3_POLICY", content=BLOCKING.replace('"@@assign"', inside))
