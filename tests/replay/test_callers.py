"""Who calls: every type of ``userIdentity`` (CloudTrail user guide, "CloudTrail userIdentity element")."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.buckets import BucketHandle
from mocks3.handles.mock_aws import MockAWS
from mocks3.replay import ReplayedEvent
from tests.replay.conftest import (
    ALL,
    ALLOWED_READS,
    ANONYMOUS,
    DENIED,
    OTHER,
    OWNER,
    ROOT,
    denial,
    event,
    session,
    user,
)


def replayed(aws: MockAWS, who: dict[str, Any], **changes: Any) -> ReplayedEvent:
    (found,) = aws.replay(event(who=who, **changes))
    return found


def deny(aws: MockAWS, key: str, value: str, operator: str = "StringEquals") -> None:
    """Deny reads to callers that have this value of a condition key."""
    put_policy(aws, Effect="Deny", Principal="*", Condition={operator: {key: value}})


def allow(aws: MockAWS, principal: dict[str, str], **more: Any) -> None:
    put_policy(aws, Effect="Allow", Principal=principal, **more)


def put_policy(aws: MockAWS, **statement: Any) -> None:
    whole = {"Action": "s3:*", "Resource": "arn:aws:s3:::data/*", **statement}
    BucketHandle(aws, "data").put_policy({"Version": "2012-10-17", "Statement": whole})


@pytest.mark.parametrize(
    ("who", "principal"),
    [
        (ROOT, f"arn:aws:iam::{OWNER}:root"),
        (user("team/dave"), f"arn:aws:iam::{OWNER}:user/team/dave"),
        (session(), f"arn:aws:sts::{OWNER}:assumed-role/reader/alice"),
    ],
)
def test_principals_that_the_files_describe(aws: MockAWS, who: dict[str, Any], principal: str) -> None:
    found = replayed(aws, who)
    assert (found.principal, found.mocks3, found.agrees) == (principal, "allowed", True)
    assert found.played.principal == principal
    assert not any("no file describes it" in each for each in found.assumed if "object" not in each)


@pytest.mark.parametrize(
    ("who", "key", "value"),
    [
        (session(), "aws:PrincipalArn", f"arn:aws:iam::{OWNER}:role/app/reader"),
        (session(mfa=True), "aws:MultiFactorAuthPresent", "true"),
        (session(), "aws:MultiFactorAuthPresent", "false"),
        (session(mfa=True), "aws:MultiFactorAuthAge", "367"),
        (session(), "aws:TokenIssueTime", "2026-03-04T05:00:00Z"),
        (session(sourceIdentity="jane"), "aws:SourceIdentity", "jane"),
        (
            session(webIdFederationData={"federatedProvider": "accounts.google.com"}),
            "aws:FederatedProvider",
            "accounts.google.com",
        ),
        (
            session(webIdFederationData={"attributes": {"accounts.google.com:aud": "app"}}),
            "accounts.google.com:aud",
            "app",
        ),
        (user("team/dave"), "aws:username", "dave"),
        (
            user(
                "team/dave",
                sessionContext={
                    "attributes": {"mfaAuthenticated": "true", "creationDate": "20260304T050000Z"}
                },
            ),
            "aws:MultiFactorAuthPresent",
            "true",
        ),
        (
            ROOT
            | {
                "sessionContext": {
                    "attributes": {"mfaAuthenticated": "true", "creationDate": "2026-03-04T05:00:00Z"}
                }
            },
            "aws:MultiFactorAuthPresent",
            "true",
        ),
    ],
)
def test_the_session_is_the_one_of_the_event(aws: MockAWS, who: dict[str, Any], key: str, value: str) -> None:
    """P-3, P-6: a policy that denies this value of the key denies the call."""
    assert replayed(aws, who).mocks3 == "allowed"
    operators = {"aws:TokenIssueTime": "DateEquals", "aws:MultiFactorAuthAge": "NumericEquals"}
    deny(aws, key, value, operators.get(key, "StringEquals"))
    assert replayed(aws, who, **DENIED).mocks3 == "denied"


def test_a_user_without_a_session_has_no_mfa_key(aws: MockAWS) -> None:
    """P-2: long-term credentials do not carry the key."""
    deny(aws, "aws:MultiFactorAuthPresent", "false", "BoolIfExists")
    assert replayed(aws, user("team/dave"), **DENIED).agrees
    deny(aws, "aws:MultiFactorAuthPresent", "false", "Bool")
    assert replayed(aws, user("team/dave")).mocks3 == "allowed"


@pytest.mark.parametrize(
    "who",
    [
        ANONYMOUS,
        {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"},
        {"type": "Unknown", "principalId": "anonymous", "accountId": "anonymous"},
    ],
)
def test_unsigned_requests(aws: MockAWS, who: dict[str, Any]) -> None:
    """P-11."""
    found = replayed(aws, who, **DENIED)
    assert (found.principal, found.mocks3, found.agrees) == ("anonymous", "denied", True)
    found = replayed(aws, who)
    assert (found.agrees, found.played.denial.principal) == (False, "anonymous")


@pytest.mark.parametrize(
    ("unique_id", "arn"),
    [
        ("AROAEXAMPLEOTHER:bob", f"arn:aws:sts::{OTHER}:assumed-role/AROAEXAMPLEOTHER/bob"),
        ("AIDAEXAMPLEOTHER", f"arn:aws:iam::{OTHER}:user/AIDAEXAMPLEOTHER"),
        (OTHER, f"arn:aws:iam::{OTHER}:root"),
    ],
)
def test_a_caller_of_another_account_is_known_by_its_unique_id(
    aws: MockAWS, unique_id: str, arn: str
) -> None:
    """E-32: both accounts must allow the call. The files describe the bucket's account only."""
    who = {"type": "AWSAccount", "principalId": unique_id, "accountId": OTHER}
    found = replayed(aws, who, **DENIED)
    assert (found.mocks3, found.agrees, found.played.principal) == ("denied", True, arn)
    aws.account(OTHER)
    allow(aws, {"AWS": OTHER})
    found = replayed(aws, who)
    assert (found.mocks3, found.agrees) == ("allowed", True)
    if unique_id != OTHER:
        assert any(
            f"the files have no identity policy of the account {OTHER}" in each for each in found.assumed
        )


def test_a_caller_of_another_account_that_the_files_describe(aws: MockAWS) -> None:
    other = aws.account(OTHER)
    bob = other.create_user("bob")
    other.create_user("somebody", policies=ALL)
    allow(aws, {"AWS": OTHER})
    who = {"type": "AWSAccount", "principalId": bob.unique_id, "accountId": OTHER}
    found = replayed(aws, who, **DENIED)
    assert (found.agrees, found.played.principal) == (True, f"arn:aws:iam::{OTHER}:user/bob")
    bob.put_policy(ALLOWED_READS)
    assert replayed(aws, who).agrees


def test_a_federated_user(aws: MockAWS) -> None:
    """P-7: the session policy is not logged; the user's policies limit the call."""
    who = {
        "type": "FederatedUser",
        "principalId": f"{OWNER}:web",
        "arn": f"arn:aws:sts::{OWNER}:federated-user/web",
        "accountId": OWNER,
        "sessionContext": {
            "sessionIssuer": {
                "type": "IAMUser",
                "arn": f"arn:aws:iam::{OWNER}:user/team/dave",
                "accountId": OWNER,
            },
            "attributes": {"creationDate": "2026-03-04T05:00:00Z", "mfaAuthenticated": "false"},
        },
    }
    found = replayed(aws, who)
    assert (found.mocks3, found.agrees, found.played.principal) == ("allowed", True, who["arn"])
    assert (
        "the session policy of the federated user allows the call: CloudTrail does not log it"
        in found.assumed
    )
    assert replayed(aws, who, name="PutObject", **DENIED).mocks3 == "denied"


def test_a_service_calls_for_itself(aws: MockAWS) -> None:
    """P-9."""
    who = {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}
    sent = {"key": "AWSLogs/1.json.gz", "x-amz-acl": "bucket-owner-full-control"}
    found = replayed(
        aws, who, name="PutObject", sent=sent, sourceIPAddress="cloudtrail.amazonaws.com", **DENIED
    )
    assert (found.principal, found.mocks3) == ("cloudtrail.amazonaws.com", "denied")
    conditions = {"aws:SourceAccount": OWNER, "s3:x-amz-acl": "bucket-owner-full-control"}
    allow(aws, {"Service": "cloudtrail.amazonaws.com"}, Condition={"StringEquals": conditions})
    found = replayed(aws, who, name="PutObject", sent=sent, sourceIPAddress="cloudtrail.amazonaws.com")
    assert (found.mocks3, found.agrees) == ("allowed", True)


@pytest.mark.parametrize(
    ("who", "role_trusts", "via"),
    [
        (user("team/dave", invokedBy="athena.amazonaws.com"), "", True),
        (session() | {"invokedBy": "athena.amazonaws.com"}, "", True),
        (session() | {"invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com", False),
        (user("team/dave", invokedBy="signin.amazonaws.com"), "", False),
        (user("team/dave", invokedBy="AWS Internal"), "", True),
    ],
)
def test_a_service_that_forwards_the_call(
    aws: MockAWS, who: dict[str, Any], role_trusts: str, via: bool
) -> None:
    """P-10: a service that uses a role which trusts it does not forward another principal's call."""
    if role_trusts:
        aws.account(OWNER).create_role("own", trust=_trust(role_trusts), policies=ALLOWED_READS)
        who = session("own") | {"invokedBy": role_trusts}
    deny(aws, "aws:ViaAWSService", str(via).lower(), "Bool")
    assert replayed(aws, who, **DENIED).agrees
    deny(aws, "aws:ViaAWSService", str(not via).lower(), "Bool")
    assert replayed(aws, who).agrees


def _trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": statement}


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (
            {"type": "IdentityCenterUser", "accountId": OWNER, "onBehalfOf": {"userId": "u"}},
            "the caller is of the type IdentityCenterUser",
        ),
        ({"type": "SAMLUser", "principalId": "x:y", "userName": "y"}, "the caller is of the type SAMLUser"),
        ({"type": "WebIdentityUser", "userName": "y"}, "the caller is of the type WebIdentityUser"),
        ({"type": "Directory", "accountId": OWNER}, "the caller is of the type Directory"),
        ({"type": "AWSService"}, "the event does not say which service called"),
        (
            {"type": "Unknown"},
            "the event does not say who called: its userIdentity has the type Unknown and no account",
        ),
        ({}, "the event does not say who called"),
    ],
)
def test_identities_that_cannot_call_are_named(aws: MockAWS, who: dict[str, Any], why: str) -> None:
    found = replayed(aws, who)
    assert (found.mocks3, found.agrees) == ("not replayed", None)
    assert found.why.startswith(why)


def test_a_principal_that_no_file_describes_has_no_policies(aws: MockAWS) -> None:
    found = replayed(aws, user("eve"), **DENIED)
    assert (found.mocks3, found.agrees) == ("denied", True)
    assert f"the user eve of the account {OWNER} has no policies: no file describes it" in found.assumed
    found = replayed(aws, session("app/writer"), **DENIED)
    assert (
        f"the role app/writer of the account {OWNER} has no policies: no file describes it" in found.assumed
    )


def test_nothing_is_known_of_the_accounts_identity_policies() -> None:
    """The event implies that they allow the call, unless AWS's message names them."""
    aws = MockAWS()
    aws.account(OWNER).create_bucket("data")
    found = replayed(aws, session())
    assert (found.mocks3, found.agrees) == ("allowed", True)
    assert any(f"the files have no identity policy of the account {OWNER}" in each for each in found.assumed)
    found = replayed(aws, session(), **denial("identity-based policy"))
    assert (found.mocks3, found.agrees) == ("denied", True)


def test_the_copy_for_the_other_account_is_not_replayed_twice(aws: MockAWS) -> None:
    mine = event(sharedEventID="s")
    theirs = event(who={"type": "AWSAccount", "principalId": "AIDAX", "accountId": OWNER}, sharedEventID="s")
    for events in ([mine, theirs], [theirs, mine]):
        found = aws.replay(events)
        kept = events.index(mine)
        assert found[kept].agrees
        assert found[1 - kept].why == "it is a copy of the event, for the other account (sharedEventID)"


def test_the_state_is_the_same_afterwards(aws: MockAWS) -> None:
    heard: list[object] = []
    queue = f"arn:aws:sqs:us-east-1:{OWNER}:q"
    configuration = {"QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]}
    client = aws.account(OWNER).client()
    client.put_bucket_notification_configuration(Bucket="data", NotificationConfiguration=configuration)
    aws.on_event(queue, heard.append)
    before = (aws.clock.shift, list(aws.iam.principals()), dict(aws.store.buckets()), len(aws.decisions))
    aws.replay(
        [
            event("DeleteBucket", ROOT, {}),
            event("PutObject", user("eve"), {"key": "new"}),
            event("PutObject", ROOT, {"key": "new"}),
            event("CreateBucket", ROOT, {"bucketName": "fresh"}),
        ]
    )
    assert (
        aws.clock.shift,
        list(aws.iam.principals()),
        dict(aws.store.buckets()),
        len(aws.decisions),
    ) == before
