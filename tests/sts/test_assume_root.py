"""AssumeRoot: sessions of the root users of member accounts, and their task policies."""

from __future__ import annotations

import datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

MEMBER = "222222222222"
ROOT = f"arn:aws:iam::{MEMBER}:root"
TASKS = "arn:aws:iam::aws:policy/root-task/"
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def fault(call: Any, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**members)
    found = caught.value.response
    return found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Message"]


@pytest.fixture
def ann(aws: MockAWS) -> Any:
    """A user of the management account. IAM has trusted access, and root sessions are enabled."""
    aws.organization("o-abcdefghij").add(aws.account(MEMBER))
    aws.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    assert aws.client("iam").enable_organizations_root_sessions()["EnabledFeatures"] == ["RootSessions"]
    return aws.account().create_user("ann", policies=ALL)


def assume(by: Any, task: str, target: str = MEMBER, **members: Any) -> Any:
    members = {"TargetPrincipal": target, "TaskPolicyArn": {"arn": TASKS + task}, **members}
    return by.client("sts").assume_root(**members)


def client(answer: Any, service: str = "s3") -> Any:
    keys = answer["Credentials"]
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def locked(aws: MockAWS) -> Any:
    place = ["arn:aws:s3:::locked", "arn:aws:s3:::locked/*"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": place}
    bucket = aws.account(MEMBER).create_bucket("locked", objects={"k": b"x"})
    bucket.put_policy({"Version": "2012-10-17", "Statement": deny})
    return bucket


def test_p_8_a_locked_bucket_is_unlocked(aws: MockAWS, ann: Any) -> None:
    locked(aws)
    s3 = client(assume(ann, "S3UnlockBucketPolicy"))
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["locked"]
    assert "Deny" in s3.get_bucket_policy(Bucket="locked")["Policy"]
    s3.delete_bucket_policy(Bucket="locked")
    message = (
        f"User: arn:aws:sts::{MEMBER}:assumed-root is not authorized to perform: s3:GetObject on resource: "
        f'"arn:aws:s3:::locked/k" with an explicit deny in a session policy: {TASKS}S3UnlockBucketPolicy'
    )
    assert fault(s3.get_object, Bucket="locked", Key="k") == ("AccessDenied", 403, message)
    assert "DenyAllOtherActionsOnAnyResource" in str(aws.decisions[-1])
    assert aws.account(MEMBER).root.client().get_object(Bucket="locked", Key="k")["Body"].read() == b"x"


def test_p_8_the_session_is_the_root_user(aws: MockAWS, ann: Any) -> None:
    answer = assume(ann, "S3UnlockBucketPolicy", ROOT)
    identity = client(answer, "sts").get_caller_identity()
    assert (identity["Arn"], identity["Account"]) == (f"arn:aws:sts::{MEMBER}:assumed-root", MEMBER)
    aws.account(MEMBER).create_bucket("data")
    condition = {"Bool": {"aws:AssumedRoot": "true"}, "ArnEquals": {"aws:PrincipalArn": ROOT}}
    scp = {"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": condition}
    aws.organization("o-abcdefghij").put_scp({"Version": "2012-10-17", "Statement": scp})
    assert fault(client(answer).list_buckets)[0] == "AccessDenied"
    assert aws.account(MEMBER).root.client().list_buckets()["Buckets"]


def test_p_8_root_credentials(aws: MockAWS, ann: Any) -> None:
    """Each task policy allows its task on the root user, and nothing else."""
    aws.account(MEMBER).create_user("bob")
    serial = aws.account(MEMBER).enable_mfa()
    audit = client(assume(ann, "IAMAuditRootUserCredentials"), "iam")
    assert audit.get_login_profile()["LoginProfile"]["UserName"] == "root"
    assert [each["SerialNumber"] for each in audit.list_mfa_devices()["MFADevices"]] == [serial]
    assert len(audit.list_access_keys()["AccessKeyMetadata"]) == 1
    assert audit.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 1
    for call, members in (
        (audit.list_users, {}),
        (audit.list_access_keys, {"UserName": "bob"}),
        (audit.delete_login_profile, {}),
    ):
        assert fault(call, **members)[0] == "AccessDenied"
    delete = client(assume(ann, "IAMDeleteRootUserCredentials"), "iam")
    delete.delete_login_profile()
    delete.deactivate_mfa_device(SerialNumber=serial)
    assert fault(audit.get_login_profile)[:2] == ("NoSuchEntity", 404)
    assert audit.list_mfa_devices()["MFADevices"] == []
    assert audit.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 0
    create = client(assume(ann, "IAMCreateRootUserPassword"), "iam")
    assert create.create_login_profile()["LoginProfile"]["UserName"] == "root"
    assert fault(create.create_login_profile)[:2] == ("EntityAlreadyExists", 409)
    assert fault(create.create_login_profile, UserName="bob", Password="x" * 9)[0] == "AccessDenied"


def test_p_8_who_may_not(aws: MockAWS, ann: Any) -> None:
    denied = "AccessDenied", 403
    message = f"User: {ann.arn} is not authorized to perform: sts:AssumeRoot on resource: {{}}"
    before = aws.snapshot().iam
    call = ann.client("sts").assume_root
    task = {"TaskPolicyArn": {"arn": TASKS + "S3UnlockBucketPolicy"}}
    outside, management = (f"arn:aws:iam::{account}:root" for account in ("999999999999", "123456789012"))
    for target in (outside, management):
        assert fault(call, TargetPrincipal=target, **task) == (*denied, message.format(target))
    bob = aws.account(MEMBER).create_user("bob", policies=ALL)
    assert fault(bob.client("sts").assume_root, TargetPrincipal=MEMBER, **task)[:2] == denied
    assert "is neither in the management account" in str(aws.decisions[-1])
    only = {"StringEquals": {"sts:TaskPolicyArn": TASKS + "IAMAuditRootUserCredentials"}}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": ROOT, "Condition": only}
    eve = aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement})
    assert fault(eve.client("sts").assume_root, TargetPrincipal=MEMBER, **task)[:2] == denied
    assert assume(eve, "IAMAuditRootUserCredentials")["Credentials"]
    aws.client("iam").disable_organizations_root_sessions()
    assert fault(call, TargetPrincipal=MEMBER, **task) == (*denied, message.format(ROOT))
    assert "root sessions are not enabled" in str(aws.decisions[-1])
    assert len(aws.snapshot().iam.keys) > len(before.keys), "of bob, eve and the one session"


def test_p_8_invalid_members(aws: MockAWS, ann: Any) -> None:
    call, other = ann.client("sts").assume_root, "arn:aws:iam::aws:policy/AdministratorAccess"
    for target, arn in (
        ("arn:aws:iam::222222222222:user/bob", TASKS + "S3UnlockBucketPolicy"),
        (MEMBER, other),
    ):
        found = fault(call, TargetPrincipal=target, TaskPolicyArn={"arn": arn})
        assert found[:2] == ("ValidationError", 400)
    found = fault(
        call,
        TargetPrincipal=MEMBER,
        TaskPolicyArn={"arn": TASKS + "S3UnlockBucketPolicy"},
        DurationSeconds=901,
    )
    assert found[0] == "ValidationError"


def test_p_8_the_session_lasts_900_seconds(aws: MockAWS, ann: Any) -> None:
    with freeze_time("2026-03-01T12:00:00Z") as frozen:
        answer = assume(ann, "S3UnlockBucketPolicy")
        ends = datetime.datetime(2026, 3, 1, 12, 15, tzinfo=datetime.UTC)
        assert answer["Credentials"]["Expiration"] == ends
        s3 = client(answer)
        frozen.tick(899)
        assert s3.list_buckets()["Buckets"] == []
        frozen.tick(1)
        assert fault(s3.list_buckets)[0] == "ExpiredToken"


def test_features_of_the_organization(aws: MockAWS) -> None:
    iam, organizations = aws.client("iam"), aws.client("organizations")
    assert fault(iam.list_organizations_features)[0] == "OrganizationNotFoundException"
    aws.organization("o-abcdefghij").add(aws.account(MEMBER))
    assert fault(iam.enable_organizations_root_sessions)[0] == "ServiceAccessNotEnabledException"
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    organizations.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    (first, second) = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert {first["ServicePrincipal"], second["ServicePrincipal"]} == {
        "iam.amazonaws.com",
        "sso.amazonaws.com",
    }
    organizations.disable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    assert len(organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == 1
    both = ["RootCredentialsManagement", "RootSessions"]
    iam.enable_organizations_root_sessions()
    assert iam.enable_organizations_root_credentials_management()["EnabledFeatures"] == both
    found = iam.list_organizations_features()
    assert (found["OrganizationId"], found["EnabledFeatures"]) == ("o-abcdefghij", both)
    assert iam.disable_organizations_root_credentials_management()["EnabledFeatures"] == ["RootSessions"]
    member = aws.account(MEMBER).client("iam")
    assert fault(member.enable_organizations_root_sessions)[:2] == (
        "AccountNotManagementOrDelegatedAdministratorException",
        403,
    )
