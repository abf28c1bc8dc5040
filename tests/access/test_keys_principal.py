"""Keys about the caller (P-1 to P-11)."""

from __future__ import annotations

import pytest
import time_machine

from mocks3 import Mocks3Error
from tests.access.asking import allow, answer, document, seen

TRUST = document(
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
)


@pytest.fixture
def callers(aws, a):
    user = a.create_user("dave", path="/staff/", policies=allow(), tags={"Team": "red"})
    role = a.create_role("r", path="/app/", policies=allow(), tags={"team": "blue", "env": "x"})
    return {
        "root": a.root,
        "user": user,
        "session token": user.session_token(),
        "role session": role.assume(session_name="s", tags={"Team": "green"}),
        "federated user": user.federate("fred", policy=allow()),
        "anonymous": aws.anonymous,
        "service": aws.service("cloudtrail.amazonaws.com"),
    }


def keys_of(aws, principal):
    call = principal.client("s3").list_objects_v2
    return seen(aws, "s3:ListBucket", lambda: answer(lambda: call(Bucket="bkt")))


EXPECTED = {
    "root": {
        "aws:PrincipalArn": "arn:aws:iam::111111111111:root",
        "aws:PrincipalAccount": "111111111111",
        "aws:PrincipalType": "Account",
        "aws:userid": "111111111111",
        "aws:username": None,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalTag/team": None,
        "aws:TokenIssueTime": None,
        "aws:MultiFactorAuthPresent": None,
    },
    "user": {
        "aws:PrincipalArn": "arn:aws:iam::111111111111:user/staff/dave",
        "aws:PrincipalType": "User",
        "aws:username": "dave",
        "aws:PrincipalTag/team": "red",
        "aws:PrincipalServiceName": None,
        "aws:PrincipalServiceNamesList": None,
        "aws:TokenIssueTime": None,
        "aws:MultiFactorAuthPresent": None,
    },
    "session token": {
        "aws:PrincipalArn": "arn:aws:iam::111111111111:user/staff/dave",
        "aws:username": "dave",
        "aws:MultiFactorAuthPresent": "false",
        "aws:MultiFactorAuthAge": None,
    },
    "role session": {
        "aws:PrincipalArn": "arn:aws:iam::111111111111:role/app/r",
        "aws:PrincipalType": "AssumedRole",
        "aws:username": None,
        "aws:PrincipalTag/team": "green",
        "aws:PrincipalTag/env": "x",
        "aws:MultiFactorAuthPresent": "false",
    },
    "federated user": {
        "aws:PrincipalArn": "arn:aws:sts::111111111111:federated-user/fred",
        "aws:PrincipalType": "FederatedUser",
        "aws:userid": "111111111111:fred",
        "aws:username": None,
        "aws:MultiFactorAuthPresent": None,
    },
    "anonymous": {
        "aws:PrincipalArn": None,
        "aws:PrincipalAccount": "anonymous",
        "aws:PrincipalType": "Anonymous",
        "aws:userid": "anonymous",
        "aws:PrincipalIsAWSService": None,
        "s3:authType": None,
        "s3:signatureversion": None,
        "s3:signatureAge": None,
    },
    "service": {
        "aws:PrincipalArn": None,
        "aws:PrincipalAccount": None,
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": "cloudtrail.amazonaws.com",
        "aws:SourceArn": None,
    },
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_what_follows_from_the_identity(aws, callers, kind) -> None:
    """P-1 to P-11."""
    context = keys_of(aws, callers[kind])
    expected = {key: None if value is None else (value,) for key, value in EXPECTED[kind].items()}
    assert {key: context.get(key.lower()) for key in expected} == expected


def test_role_sessions_are_called_by_role_and_session(aws, callers) -> None:
    (user_id,) = keys_of(aws, callers["role session"])["aws:userid"]
    assert user_id.startswith("AROA")
    assert user_id.endswith(":s")


def test_temporary_credentials_say_when_they_were_issued(aws, a) -> None:
    """aws:TokenIssueTime, P-3."""
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        session = a.create_role("r", policies=allow()).assume()
        assert keys_of(aws, session)["aws:tokenissuetime"] == ("2026-03-01T12:00:00Z",)


def test_mfa_comes_with_temporary_credentials_only(aws, callers) -> None:
    """C-42: a Deny on "false" does not apply to long-term keys, also if the test says something about MFA."""
    with aws.request_context(mfa=True, mfa_age=30):
        for kind, expected in {"user": None, "federated user": None, "role session": ("true",)}.items():
            context = keys_of(aws, callers[kind])
            assert context.get("aws:multifactorauthpresent") == expected
            assert context.get("aws:multifactorauthage") == (expected and ("30",))
    with aws.request_context(mfa=False):
        assert keys_of(aws, callers["role session"])["aws:multifactorauthpresent"] == ("false",)


def test_the_age_of_mfa_is_that_of_the_session(aws, a) -> None:
    """aws:MultiFactorAuthAge."""
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        session = a.create_user("dave", policies=allow()).session_token(mfa=True)
        clock.shift(600)
        context = keys_of(aws, session)
    assert context["aws:multifactorauthpresent"] == ("true",)
    assert context["aws:multifactorauthage"] == ("600",)


def test_mfa_of_some_age_is_mfa(aws, callers) -> None:
    with aws.request_context(mfa_age=5):
        assert keys_of(aws, callers["session token"])["aws:multifactorauthpresent"] == ("true",)


def test_source_identity_is_a_role_sessions(aws, callers) -> None:
    """aws:SourceIdentity."""
    with aws.request_context(source_identity="dave"):
        assert keys_of(aws, callers["role session"])["aws:sourceidentity"] == ("dave",)
        assert "aws:sourceidentity" not in keys_of(aws, callers["user"])


def test_a_service_calls_for_a_resource(aws, a) -> None:
    """P-9, W-121."""
    trail = "arn:aws:cloudtrail:us-east-1:111111111111:trail/T"
    service = aws.service("cloudtrail.amazonaws.com", source_arn=trail, source_account="111111111111")
    context = keys_of(aws, service)
    assert context["aws:sourcearn"] == (trail,)
    assert context["aws:sourceaccount"] == ("111111111111",)
    assert context["aws:principalservicenameslist"] == (
        "cloudtrail.amazonaws.com",
        "cloudtrail.us-east-1.amazonaws.com",
    )  # aws:PrincipalServiceNamesList
    assert "aws:sourceowner" not in context


def test_a_source_is_a_services_only(aws, callers) -> None:
    """aws:SourceArn, aws:SourceAccount and aws:SourceOwner are missing on calls of users."""
    told = {"source_arn": "arn:aws:s3:::x", "source_account": "1" * 12, "source_owner": "2" * 12}
    with aws.request_context(**told):
        people, service = keys_of(aws, callers["user"]), keys_of(aws, callers["service"])
    for key in ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner"):
        assert key not in people
        assert service[key] == (told[key.replace("aws:source", "source_")],)


def test_a_service_may_pass_a_callers_request_on(aws, callers) -> None:
    """P-10: aws:CalledVia, aws:CalledViaFirst, aws:CalledViaLast, aws:ViaAWSService."""
    assert keys_of(aws, callers["user"])["aws:viaawsservice"] == ("false",)
    assert "aws:calledvia" not in keys_of(aws, callers["user"])
    chain = ("athena.amazonaws.com", "glue.amazonaws.com")
    with aws.request_context(called_via=chain, source_vpce="vpce-1"):
        context = keys_of(aws, callers["user"])
    assert context["aws:viaawsservice"] == ("true",)
    assert context["aws:calledvia"] == chain
    assert context["aws:calledviafirst"] == chain[:1]
    assert context["aws:calledvialast"] == chain[1:]
    assert context["aws:principaltype"] == ("User",)
    assert "aws:sourcevpce" not in context


def test_a_service_has_a_service_s_name(aws) -> None:
    with pytest.raises(Mocks3Error, match="must be a name like cloudtrail"):
        aws.service("cloudtrail")


def test_a_role_s_tags_reach_a_policy_whatever_their_case(aws, a) -> None:
    """C-45: the case of the key does not matter, the case of the value does (aws:PrincipalTag/TEAM)."""
    condition = {"StringEquals": {"aws:PrincipalTag/TEAM": "red"}}
    red = a.create_user("red", policies=allow(Condition=condition), tags={"team": "red"})
    loud = a.create_user("loud", policies=allow(Condition=condition), tags={"team": "RED"})
    assert answer(lambda: red.client("s3").list_objects_v2(Bucket="bkt")) == 200
    assert answer(lambda: loud.client("s3").list_objects_v2(Bucket="bkt")) == 403


def test_p_8_the_session_of_assume_root(aws, a):
    """aws:AssumedRoot is in requests of such sessions alone."""
    management = aws.account("222222222222")
    aws.organization("o-abcdefghij", management=management).add(a)
    management.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    management.client("iam").enable_organizations_root_sessions()
    task = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}
    ann = management.create_user("ann", policies=allow("sts:AssumeRoot"))
    made = ann.client("sts").assume_root(TargetPrincipal=a.id, TaskPolicyArn=task)["Credentials"]
    s3 = aws.client(
        "s3",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )
    for call, wanted in ((s3.list_buckets, "true"), (a.root.client().list_buckets, None)):
        keys = seen(aws, "s3:ListAllMyBuckets", lambda call=call: answer(call))
        assert keys.get("aws:AssumedRoot".lower(), [None])[0] == wanted


def test_p_21_the_session_of_a_web_identity(aws, a):
    """aws:FederatedProvider is in requests of such sessions alone."""
    provider = a.oidc_provider("https://idp.example.com")
    trusted = {
        "Effect": "Allow",
        "Principal": {"Federated": provider.arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    role = a.create_role("web", trust=document(trusted), policies=allow())
    made = a.client("sts").assume_role_with_web_identity(
        RoleArn=role.arn, RoleSessionName="s1", WebIdentityToken=provider.token(sub="ann")
    )["Credentials"]
    s3 = aws.client(
        "s3",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
    )
    for client, wanted in ((s3, provider.arn), (role.assume().client(), None)):
        keys = seen(
            aws, "s3:ListBucket", lambda client=client: answer(lambda: client.list_objects_v2(Bucket="bkt"))
        )
        assert keys.get("aws:FederatedProvider".lower(), [None])[0] == wanted
