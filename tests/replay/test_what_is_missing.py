"""An event that is decided otherwise than AWS decided it says what the files lack, and how to get it."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS
from mocks3.replay.outcomes import outcome_of
from tests.replay.conftest import ALL, ANONYMOUS, DENIED, OTHER, OWNER, denial, event, session, user

LOOKUP = "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue="
LIST = f"aws organizations list-policies-for-target --target-id {OWNER} --filter"
SCP = f"arn:aws:organizations::{OTHER}:policy/o-x/service_control_policy/p-guard"


@pytest.mark.parametrize(
    ("words", "explicit", "layer", "what", "command"),
    [
        (
            "identity-based policy",
            True,
            "identity-policy",
            "the identity policies of arn",
            "aws iam list-attached-user-policies --user-name dave",
        ),
        (
            "resource-based policy",
            False,
            "resource-policy",
            "the policy of the bucket data",
            "aws s3api get-bucket-policy --bucket data",
        ),
        (
            "resource-based policy",
            True,
            "resource-policy",
            "the policy of the bucket data",
            "aws s3api get-bucket-policy --bucket data",
        ),
        (
            "permissions boundary",
            False,
            "boundary",
            "the permissions boundary of arn",
            "aws iam get-user --user-name dave",
        ),
        (
            "permissions boundary",
            True,
            "boundary",
            "the permissions boundary of arn",
            "aws iam get-user --user-name dave",
        ),
        ("session policy", False, "session-policy", "the session policy of arn", f"{LOOKUP}AssumeRole"),
        (
            "service control policy",
            True,
            "scp",
            f"the service control policies of the account {OWNER}",
            f"{LIST} SERVICE_CONTROL_POLICY",
        ),
        (
            "resource control policy",
            True,
            "rcp",
            f"the resource control policies of the account {OWNER}",
            f"{LIST} RESOURCE_CONTROL_POLICY",
        ),
        (
            "VPC endpoint policy",
            False,
            "vpc-endpoint-policy",
            "the policy of the VPC endpoint vpce-7",
            "aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-7",
        ),
    ],
)
def test_the_message_names_what_the_files_lack(
    aws: MockAWS, words: str, explicit: bool, layer: str, what: str, command: str
) -> None:
    """X-41, X-42: AWS's sentence names the kind of the policy."""
    asked = event(**denial(words, explicit=explicit), vpcEndpointId="vpce-7", sourceIPAddress="10.0.0.1")
    (found,) = aws.replay(asked)
    assert (found.aws.layer, found.aws.explicit, found.aws.action) == (layer, explicit, "s3:GetObject")
    assert (found.mocks3, found.agrees) == ("allowed", False)
    (lack,) = found.lacks
    assert lack.what.startswith(what)
    assert command in lack.commands
    assert command in str(found)


def test_the_arn_of_the_policy_is_in_the_command(aws: MockAWS) -> None:
    error = denial(f"service control policy: {SCP}", explicit=True)
    (found,) = aws.replay(event(**error))
    assert (found.aws.layer, found.aws.policy) == ("scp", SCP)
    assert "aws organizations describe-policy --policy-id p-guard" in found.lacks[0].commands


def test_a_key_policy(aws: MockAWS) -> None:
    key = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    message = (
        f"User: arn:aws:iam::{OWNER}:user/team/dave is not authorized to perform: kms:Decrypt on resource: {key} "
        "because no resource-based policy allows the kms:Decrypt action"
    )
    (found,) = aws.replay(event(errorCode="AccessDenied", errorMessage=message))
    assert (found.agrees, found.aws.action, found.aws.resource) == (False, "kms:Decrypt", key)
    assert (
        found.lacks[0].commands[0].startswith(f"aws kms get-key-policy --key-id {key} --policy-name default")
    )


def test_a_message_that_names_nothing(aws: MockAWS) -> None:
    """X-40: callers of other accounts, and older events, get no reason. Everything undescribed is named."""
    from mocks3.handles.buckets import BucketHandle

    BucketHandle(aws, "data").put({"k": b"x"})
    (found,) = aws.replay(event(vpcEndpointId="vpce-7", sourceIPAddress="10.0.0.1", **DENIED))
    assert [each.what for each in found.lacks] == [
        "the policy of the VPC endpoint vpce-7",
        "the policy of the bucket data",
        f"the service control policies of the account {OWNER}",
        f"the resource control policies of the account {OWNER}",
    ]
    (found,) = aws.replay(event(who=session(), **DENIED))
    assert found.lacks[-1].what.startswith("the session policy of arn:aws:sts::")


def test_everything_is_described(aws: MockAWS) -> None:
    from mocks3.handles.buckets import BucketHandle

    bucket = BucketHandle(aws, "data")
    bucket.put({"k": b"x"})
    nothing = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::data/no",
    }
    bucket.put_policy({"Version": "2012-10-17", "Statement": nothing})
    aws.organization("o-1234567890", management=aws.account("999999999999")).add(aws.account(OWNER))
    (found,) = aws.replay(event(**DENIED))
    assert [each.what for each in found.lacks] == [
        "the state at the time of the event: a policy or setting may have changed since then"
    ]


def test_both_deny_and_for_different_reasons(aws: MockAWS) -> None:
    (found,) = aws.replay(
        event("PutObject", **denial("service control policy", "s3:PutObject", explicit=True))
    )
    assert (found.mocks3, found.agrees) == ("denied", True)
    assert found.why.endswith("AWS names a service control policy, which does not deny the call in the files")
    assert found.lacks[0].what == f"the service control policies of the account {OWNER}"
    (found,) = aws.replay(event("PutObject", **denial("identity-based policy", "s3:PutObjectTagging")))
    assert found.why.endswith("AWS denied s3:PutObjectTagging, mocks3 denies s3:PutObject")


@pytest.mark.parametrize(
    ("changes", "what", "command"),
    [
        (
            {"name": "PutObject"},
            f"the identity policies of arn:aws:iam::{OWNER}:user/team/dave",
            "aws iam list-user-policies --user-name dave",
        ),
        (
            {"name": "PutObject", "who": session()},
            f"the identity policies of arn:aws:sts::{OWNER}:assumed-role/reader/alice",
            "aws iam list-role-policies --role-name reader",
        ),
        ({"who": ANONYMOUS}, "the policy of the bucket data", "aws s3api get-bucket-acl --bucket data"),
    ],
)
def test_aws_allowed_what_the_files_deny(
    aws: MockAWS, changes: dict[str, Any], what: str, command: str
) -> None:
    (found,) = aws.replay(event(**changes))
    assert (found.mocks3, found.agrees) == ("denied", False)
    lack = next(each for each in found.lacks if each.what == what)
    assert command in lack.commands


def test_a_denial_of_an_organization_that_aws_did_not_decide(aws: MockAWS) -> None:
    owner = aws.account(OWNER)
    organization = aws.organization("o-1234567890", management=aws.account("999999999999"))
    organization.add(owner)
    organization.put_scp(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}},
        owner,
        "deny",
    )
    (found,) = aws.replay(event())
    assert (found.mocks3, found.agrees) == ("denied", False)
    assert found.lacks[0].what == f"the service control policies of the account {OWNER}"


def test_account_settings_are_named_for_callers_of_other_accounts(aws: MockAWS) -> None:
    aws.account(OTHER).create_user("bob", policies=ALL)
    bucket = aws.account(OWNER).create_bucket("open", public_access_block=None)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::open/*"}
    bucket.put_policy({"Version": "2012-10-17", "Statement": statement})
    bucket.put({"k": b"x"})
    asked = event(who=user("bob", OTHER), sent={"bucketName": "open", "key": "k"}, resources=[], **DENIED)
    (found,) = aws.replay(asked)
    assert found.agrees is False
    named = [each for each in found.lacks if "Block Public Access" in each.what]
    assert named[0].commands[1] == f"aws s3control get-public-access-block --account-id {OWNER}"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (None, "allowed"),
        ("AccessDenied", "denied"),
        ("NoSuchKey", "error"),
        ("PreconditionFailed", "error"),
        ("ObjectLockConfigurationNotFoundError", "error"),
    ],
)
def test_outcomes(code: str | None, kind: str) -> None:
    assert outcome_of({"errorCode": code}).kind == kind
