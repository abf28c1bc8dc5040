"""IAM's error codes, statuses and sentences (the "Errors" of the API pages). A failed call changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from . import world
from .conftest import ACCOUNT, document, fault

ARN = f"arn:aws:iam::{ACCOUNT}"
LONG = document("s3:GetObject", resource=[f"arn:aws:s3:::{'x' * 50}{n}" for n in range(200)])


@pytest.fixture(scope="module")
def built():
    from mocks3 import mock_s3

    with mock_s3() as aws:
        ids = world.build(aws)
        yield aws, aws.snapshot(), ids


@pytest.fixture
def aws(built):
    aws, mark, _ = built
    aws.restore(mark)
    return aws


def trust(**changes: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **changes}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


EXISTS = ("EntityAlreadyExists", 409)
MISSING = ("NoSuchEntity", 404)
CONFLICT = ("DeleteConflict", 409)
LIMIT = ("LimitExceeded", 409)
MALFORMED = ("MalformedPolicyDocument", 400)
INVALID = ("InvalidInput", 400)
VALIDATION = ("ValidationError", 400)

CASES: list[tuple[str, dict[str, Any], tuple[str, int], str]] = [
    ("create_user", {"UserName": "BOB"}, EXISTS, "User with name BOB already exists."),
    ("create_group", {"GroupName": "Team"}, EXISTS, "Group with name Team already exists."),
    (
        "create_role",
        {"RoleName": "READER", "AssumeRolePolicyDocument": trust()},
        EXISTS,
        "Role with name READER already exists.",
    ),
    (
        "create_policy",
        {"PolicyName": "reading", "PolicyDocument": document("s3:*"), "Path": "/x/"},
        EXISTS,
        "A policy called reading already exists. Duplicate names are not allowed.",
    ),
    (
        "create_instance_profile",
        {"InstanceProfileName": "web"},
        EXISTS,
        "Instance Profile web already exists.",
    ),
    (
        "create_login_profile",
        {"UserName": "bob", "Password": "new-Secret-1"},
        EXISTS,
        "Login Profile for user bob already exists.",
    ),
    (
        "create_open_id_connect_provider",
        {"Url": "https://token.example.com"},
        EXISTS,
        "Provider with url https://token.example.com already exists.",
    ),
    (
        "create_virtual_mfa_device",
        {"VirtualMFADeviceName": "phone"},
        EXISTS,
        "MFADevice entity at the same path and name already exists.",
    ),
    (
        "update_user",
        {"UserName": "bob", "NewUserName": "spare"},
        EXISTS,
        "User with name spare already exists.",
    ),
    (
        "update_group",
        {"GroupName": "team", "NewGroupName": "empty"},
        EXISTS,
        "Group with name empty already exists.",
    ),
    ("get_user", {"UserName": "no"}, MISSING, "The user with name no cannot be found."),
    ("get_group", {"GroupName": "no"}, MISSING, "The group with name no cannot be found."),
    ("get_role", {"RoleName": "no"}, MISSING, "The role with name no cannot be found."),
    (
        "get_instance_profile",
        {"InstanceProfileName": "no"},
        MISSING,
        "Instance Profile no cannot be found.",
    ),
    ("get_policy", {"PolicyArn": f"{ARN}:policy/no"}, MISSING, f"Policy {ARN}:policy/no was not found."),
    (
        "get_policy_version",
        {"PolicyArn": world.POLICY, "VersionId": "v9"},
        MISSING,
        f"Policy {world.POLICY} version v9 does not exist or is not attachable.",
    ),
    (
        "attach_user_policy",
        {"UserName": "bob", "PolicyArn": "arn:aws:iam::aws:policy/NoSuchPolicy"},
        MISSING,
        "Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.",
    ),
    (
        "detach_role_policy",
        {"RoleName": "spare", "PolicyArn": world.POLICY},
        MISSING,
        f"Policy {world.POLICY} was not found.",
    ),
    (
        "get_role_policy",
        {"RoleName": "reader", "PolicyName": "no"},
        MISSING,
        "The role policy with name no cannot be found.",
    ),
    (
        "delete_user_policy",
        {"UserName": "bob", "PolicyName": "no"},
        MISSING,
        "The user policy with name no cannot be found.",
    ),
    (
        "delete_access_key",
        {"UserName": "bob", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
        MISSING,
        "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.",
    ),
    ("get_login_profile", {"UserName": "spare"}, MISSING, "Login Profile for User spare cannot be found."),
    (
        "put_user_permissions_boundary",
        {"UserName": "bob", "PermissionsBoundary": f"{ARN}:policy/no"},
        MISSING,
        f"Scope ARN: {ARN}:policy/no does not exist or is not attachable.",
    ),
    ("delete_account_alias", {"AccountAlias": "other"}, MISSING, "The account alias other cannot be found."),
    ("delete_user", {"UserName": "bob"}, CONFLICT, "Cannot delete entity, must detach all policies first."),
    (
        "delete_role",
        {"RoleName": "reader"},
        CONFLICT,
        "Cannot delete entity, must remove roles from instance profile first.",
    ),
    (
        "delete_group",
        {"GroupName": "team"},
        CONFLICT,
        "Cannot delete entity, must detach all policies first.",
    ),
    ("delete_policy", {"PolicyArn": world.POLICY}, CONFLICT, "Cannot delete a policy attached to entities."),
    (
        "delete_policy_version",
        {"PolicyArn": world.POLICY, "VersionId": "v1"},
        CONFLICT,
        "Cannot delete the default version of a policy.",
    ),
    (
        "delete_instance_profile",
        {"InstanceProfileName": "web"},
        CONFLICT,
        "Cannot delete entity, must remove roles from instance profile first.",
    ),
    (
        "delete_virtual_mfa_device",
        {"SerialNumber": world.DEVICE},
        CONFLICT,
        "MFA VirtualDevice in use. Must deactivate first.",
    ),
    (
        "add_role_to_instance_profile",
        {"InstanceProfileName": "web", "RoleName": "spare"},
        LIMIT,
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    ),
    (
        "create_policy",
        {"PolicyName": "long", "PolicyDocument": LONG},
        LIMIT,
        "Cannot exceed quota for PolicySize: 6144",
    ),
    (
        "put_user_policy",
        {"UserName": "bob", "PolicyName": "long", "PolicyDocument": LONG},
        LIMIT,
        "Maximum policy size of 2048 bytes exceeded for user bob",
    ),
    (
        "put_user_policy",
        {"UserName": "bob", "PolicyName": "p", "PolicyDocument": "{"},
        MALFORMED,
        "Syntax errors in policy.",
    ),
    (
        "create_policy",
        {
            "PolicyName": "p",
            "PolicyDocument": json.dumps(
                {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
            ),
        },
        MALFORMED,
        "Policy document must be version 2012-10-17 or greater.",
    ),
    (
        "put_role_policy",
        {
            "RoleName": "reader",
            "PolicyName": "p",
            "PolicyDocument": document("s3:*", resource="my-bucket"),
        },
        MALFORMED,
        'Resource my-bucket must be in ARN format or "*".',
    ),
    (
        "put_role_policy",
        {
            "RoleName": "reader",
            "PolicyName": "p",
            "PolicyDocument": document("s3:*", resource="arn:amazon:s3:::b"),
        },
        MALFORMED,
        'Partition "amazon" is not valid for resource "arn:amazon:s3:::b".',
    ),
    (
        "put_group_policy",
        {"GroupName": "team", "PolicyName": "p", "PolicyDocument": document("GetObject")},
        MALFORMED,
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    (
        "put_group_policy",
        {
            "GroupName": "team",
            "PolicyName": "p",
            "PolicyDocument": document("s3:*", Principal={"AWS": "*"}),
        },
        MALFORMED,
        "Policy document should not specify a principal.",
    ),
    (
        "update_assume_role_policy",
        {"RoleName": "reader", "PolicyDocument": trust(Principal={"AWS": f"{ARN}:user/no"})},
        MALFORMED,
        f'Invalid principal in policy: "AWS":"{ARN}:user/no"',
    ),
    (
        "update_assume_role_policy",
        {"RoleName": "reader", "PolicyDocument": trust(Principal={"Service": "tagging"})},
        MALFORMED,
        'Invalid principal in policy: "SERVICE":"tagging"',
    ),
    *(
        (
            call,
            members,
            MALFORMED,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*",
        )
        for call, members in (
            ("update_assume_role_policy", {"RoleName": "reader", "PolicyDocument": trust(Sid="a b")}),
            ("create_policy", {"PolicyName": "new", "PolicyDocument": document("s3:*", Sid="a-b")}),
            (
                "put_user_policy",
                {"UserName": "bob", "PolicyName": "p", "PolicyDocument": document("s3:*", Sid="é")},
            ),
        )
    ),
    (
        "create_open_id_connect_provider",
        {"Url": "https://[", "ThumbprintList": ["a" * 40]},
        VALIDATION,
        "Invalid Open ID Connect Provider URL",
    ),
    (
        "update_assume_role_policy",
        {"RoleName": "reader", "PolicyDocument": trust(Resource="*")},
        MALFORMED,
        "Has prohibited field Resource",
    ),
    (
        "update_assume_role_policy",
        {"RoleName": "reader", "PolicyDocument": trust(Action="s3:GetObject")},
        MALFORMED,
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    (
        "get_policy",
        {"PolicyArn": f"{ARN}:user/not-a-policy"},
        INVALID,
        f"ARN {ARN}:user/not-a-policy is not valid.",
    ),
    (
        "tag_user",
        {"UserName": "bob", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
        INVALID,
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ),
    (
        "create_saml_provider",
        {"Name": "x", "SAMLMetadataDocument": "<a/>" + " " * 1000},
        INVALID,
        "Could not parse metadata",
    ),
    (
        "create_user",
        {"UserName": "a b"},
        VALIDATION,
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the "
        "following: +=,.@_-",
    ),
    (
        "create_role",
        {"RoleName": "r" * 65, "AssumeRolePolicyDocument": trust()},
        VALIDATION,
        f"1 validation error detected: Value '{'r' * 65}' at 'roleName' failed to satisfy constraint: Member must have "
        "length less than or equal to 64",
    ),
    (
        "list_policies",
        {"PathPrefix": "foo"},
        VALIDATION,
        "The specified value for pathPrefix is invalid. It must begin and end with / and contain only alphanumeric "
        "characters and/or / characters.",
    ),
    ("list_users", {"Marker": "nonsense"}, VALIDATION, "Invalid Marker."),
    (
        "tag_role",
        {
            "RoleName": "AWSServiceRoleForAutoScaling",
            "Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)],
        },
        VALIDATION,
        None,
    ),
    (
        "attach_role_policy",
        {"RoleName": "AWSServiceRoleForAutoScaling", "PolicyArn": world.POLICY},
        ("UnmodifiableEntity", 400),
        "Cannot perform the operation on the protected role 'AWSServiceRoleForAutoScaling' - this role is only "
        "modifiable by AWS",
    ),
    (
        "update_login_profile",
        {"UserName": "bob", "Password": "short"},
        ("PasswordPolicyViolation", 400),
        "Password should have a minimum length of 8",
    ),
    (
        "resync_mfa_device",
        {
            "UserName": "bob",
            "SerialNumber": world.DEVICE,
            "AuthenticationCode1": "123456",
            "AuthenticationCode2": "123456",
        },
        ("InvalidAuthenticationCode", 403),
        "Authentication codes for device are not valid.",
    ),
]


@pytest.mark.parametrize(
    ("method", "members", "error", "message"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_a_call_fails_with_iams_error_and_changes_nothing(aws, method, members, error, message):
    before = aws.snapshot().iam
    code, status, said = fault(getattr(aws.client("iam"), method), **members)
    assert (code, status) == error
    assert message is None or said == message
    assert aws.snapshot().iam == before


def test_a_user_is_deleted_once_nothing_is_left(aws, built):
    iam, ids = aws.client("iam"), built[2]
    steps = [
        ("detach all policies", iam.detach_user_policy, {"PolicyArn": world.POLICY}),
        ("delete policies", iam.delete_user_policy, {"PolicyName": "inline"}),
        ("remove users from group", iam.remove_user_from_group, {"GroupName": "team"}),
        ("delete access keys", iam.delete_access_key, None),
        ("delete login profile", iam.delete_login_profile, {}),
        ("delete MFA device", iam.deactivate_mfa_device, {"SerialNumber": world.DEVICE}),
        (
            "delete signing certificates",
            iam.delete_signing_certificate,
            {"CertificateId": ids["CertificateId"]},
        ),
        ("delete SSH public keys", iam.delete_ssh_public_key, {"SSHPublicKeyId": ids["SSHPublicKeyId"]}),
        (
            "delete service specific credentials",
            iam.delete_service_specific_credential,
            {"ServiceSpecificCredentialId": ids["ServiceSpecificCredentialId"]},
        ),
    ]
    for what, remove, members in steps:
        assert fault(iam.delete_user, UserName="bob") == (
            *CONFLICT,
            f"Cannot delete entity, must {what} first.",
        )
        if members is None:
            [key] = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]
            members = {"AccessKeyId": key["AccessKeyId"]}
        remove(UserName="bob", **members)
    iam.delete_user(UserName="bob")
    assert fault(iam.get_user, UserName="bob")[0] == "NoSuchEntity"


def test_an_account_without_password_policy(aws):
    iam = aws.client("iam")
    iam.delete_account_password_policy()
    assert fault(iam.get_account_password_policy) == (
        *MISSING,
        f"The Password Policy with domain name {ACCOUNT} cannot be found.",
    )
    assert fault(iam.delete_account_password_policy) == (
        *MISSING,
        "The account policy with name PasswordPolicy cannot be found.",
    )


class TestQuotas:
    def test_two_access_keys(self, aws):
        iam = aws.client("iam")
        for _ in range(2):
            iam.create_access_key(UserName="spare")
        assert fault(iam.create_access_key, UserName="spare") == (
            *LIMIT,
            "Cannot exceed quota for AccessKeysPerUser: 2",
        )

    def test_five_versions(self, aws):
        iam = aws.client("iam")
        for _ in range(3):
            iam.create_policy_version(PolicyArn=world.POLICY, PolicyDocument=document("s3:*"))
        code, status, message = fault(
            iam.create_policy_version, PolicyArn=world.POLICY, PolicyDocument=document("s3:*")
        )
        assert (code, status) == LIMIT
        assert message.startswith("A managed policy can have up to 5 versions.")

    def test_ten_managed_policies_and_ten_groups(self, aws):
        iam = aws.client("iam")
        for n in range(11):
            iam.create_group(GroupName=f"g{n}")
            arn = iam.create_policy(PolicyName=f"p{n}", PolicyDocument=document("s3:*"))["Policy"]["Arn"]
            if n < 10:
                iam.attach_user_policy(UserName="spare", PolicyArn=arn)
                iam.add_user_to_group(UserName="spare", GroupName=f"g{n}")
        assert fault(iam.attach_user_policy, UserName="spare", PolicyArn=arn)[2] == (
            "Cannot exceed quota for PoliciesPerUser: 10"
        )
        assert fault(iam.add_user_to_group, UserName="spare", GroupName="g10")[2] == (
            "Cannot exceed quota for GroupsPerUser: 10"
        )
