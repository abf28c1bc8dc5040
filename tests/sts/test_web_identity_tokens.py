"""Tokens about AWS principals for services outside AWS, and the feature of IAM that enables them."""

from __future__ import annotations

from typing import Any

import freezegun
import jwt
import pytest
from botocore.exceptions import ClientError

from mocks3 import NotSupported
from mocks3.handles.mock_aws import MockAWS
from mocks3.lib import issuer_keys

ACCOUNT = "123456789012"
AUDIENCE = "https://api.example.com"
ALL: Any = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
CLAIMS = "https://sts.amazonaws.com/"


def allow(*actions: str, **condition: Any) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {
        "Version": "2012-10-17",
        "Statement": {**statement, **({"Condition": condition} if condition else {})},
    }


def refused(call: Any, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**members)
    answer = caught.value.response
    return (
        answer["Error"]["Code"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"]["Message"],
    )


def ask(principal: Any, **members: Any) -> Any:
    given = {"Audience": [AUDIENCE], "SigningAlgorithm": "ES384", **members}
    return principal.client("sts").get_web_identity_token(**given)


@pytest.fixture
def issuer(aws: MockAWS) -> str:
    """The issuer of the account, in which the feature is enabled."""
    return str(aws.client("iam").enable_outbound_web_identity_federation()["IssuerIdentifier"])


def test_the_feature_is_enabled_once_and_keeps_its_issuer(aws: MockAWS) -> None:
    iam = aws.client("iam")
    for call in (
        iam.get_outbound_web_identity_federation_info,
        iam.disable_outbound_web_identity_federation,
    ):
        assert refused(call)[:2] == ("FeatureDisabled", 404)
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    assert issuer.startswith("https://")
    assert issuer.endswith(".tokens.sts.global.api.aws")
    assert refused(iam.enable_outbound_web_identity_federation)[:2] == ("FeatureEnabled", 409)
    found = iam.get_outbound_web_identity_federation_info()
    assert (found["IssuerIdentifier"], found["JwtVendingEnabled"]) == (issuer, True)
    iam.disable_outbound_web_identity_federation()
    assert iam.enable_outbound_web_identity_federation()["IssuerIdentifier"] == issuer
    other = aws.account("222233334444").client("iam")
    assert other.enable_outbound_web_identity_federation()["IssuerIdentifier"] != issuer


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_a_token_says_who_the_caller_is(aws: MockAWS, issuer: str, algorithm: str) -> None:
    dave = aws.account().create_user("dave", policies=ALL, tags={"team": "blue"})
    with freezegun.freeze_time("2030-01-01"):
        tags = [{"Key": "job", "Value": "7"}]
        made = ask(dave, SigningAlgorithm=algorithm, DurationSeconds=600, Tags=tags)
        key = issuer_keys.rsa_key(issuer) if algorithm == "RS256" else issuer_keys.p384_key(issuer)
        claims = jwt.decode(made["WebIdentityToken"], key.public_key(), [algorithm], audience=AUDIENCE)
        assert made["Expiration"].isoformat() == "2030-01-01T00:10:00+00:00"
    about = claims.pop(CLAIMS)
    assert claims.pop("jti")
    assert claims == {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": dave.arn,
        "iat": 1893456000,
        "exp": 1893456600,
    }
    assert about == {
        "aws_account": ACCOUNT,
        "source_region": "us-east-1",
        "principal_id": dave.arn,
        "principal_tags": {"team": "blue"},
        "request_tags": {"job": "7"},
    }


def test_the_subject_of_a_session_is_its_role(aws: MockAWS, issuer: str) -> None:
    client = aws.client("organizations")
    client.create_organization()
    dave = aws.account().create_user("dave", policies=ALL)
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": dave.arn},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        },
    }
    role = aws.account().create_role("job", path="/batch/", trust=trust, policies=ALL, tags={"a": "1"})
    session = role.assume(by=dave, tags={"b": "2"})
    token = ask(session, Audience=[AUDIENCE, "other"])["WebIdentityToken"]
    claims = jwt.decode(token, options={"verify_signature": False})
    organization = client.describe_organization()["Organization"]["Id"]
    assert (claims["sub"], claims["aud"]) == (role.arn, [AUDIENCE, "other"])
    assert claims[CLAIMS]["principal_tags"] == {"a": "1", "b": "2"}
    assert claims[CLAIMS]["org_id"] == organization
    assert claims[CLAIMS]["ou_path"].startswith(f"{organization}/r-")


def test_p_25_it_must_be_enabled_and_does_not_outlive_the_session(aws: MockAWS) -> None:
    dave = aws.account().create_user("dave", policies=ALL)
    disabled = "The outbound web identity federation feature is not enabled for this account."
    assert refused(lambda: ask(dave)) == (
        "OutboundWebIdentityFederationDisabledException",
        403,
        disabled,
    )
    assert "enable_outbound_web_identity_federation" in str(aws.decisions[-1])
    aws.client("iam").enable_outbound_web_identity_federation()
    role = aws.account().create_role("job", policies=ALL)
    with freezegun.freeze_time("2030-01-01") as time:
        session = role.assume(by=dave, duration=900)
        ask(session, DurationSeconds=900)
        time.tick(1)
        assert refused(lambda: ask(session, DurationSeconds=900)) == (
            "SessionDurationEscalationException",
            403,
            "The requested token duration would extend the session beyond its original expiration time.",
        )
        assert "shorter DurationSeconds" in str(aws.decisions[-1])
        ask(session, DurationSeconds=899)


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": AUDIENCE}}, True),
        ({"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": "other"}}, False),
        ({"NumericLessThanEquals": {"sts:DurationSeconds": "300"}}, True),
        ({"NumericLessThanEquals": {"sts:DurationSeconds": "299"}}, False),
        ({"StringEquals": {"sts:SigningAlgorithm": "ES384"}}, True),
        ({"StringEquals": {"sts:SigningAlgorithm": "RS256"}}, False),
        ({"StringEquals": {"aws:RequestTag/job": "7"}}, True),
        ({"StringEquals": {"aws:RequestTag/job": "8"}}, False),
    ],
)
def test_its_properties_are_conditions(aws: MockAWS, issuer: str, condition: Any, allowed: bool) -> None:
    eve = aws.account().create_user("eve")
    eve.put_policy(allow("sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken", **condition))
    members = {"Tags": [{"Key": "job", "Value": "7"}]}
    if allowed:
        assert ask(eve, **members)["WebIdentityToken"]
    else:
        action = "sts:GetWebIdentityToken"
        assert refused(lambda: ask(eve, **members)) == (
            "AccessDenied",
            403,
            f"User: {eve.arn} is not authorized to perform: {action} because no identity-based policy allows the "
            f"{action} action",
        )
        assert (aws.decisions[-1].action, aws.decisions[-1].allowed) == (action, False)


def test_tags_need_a_permission_of_their_own(aws: MockAWS, issuer: str) -> None:
    eve = aws.account().create_user("eve", policies=allow("sts:GetWebIdentityToken"))
    assert ask(eve)["WebIdentityToken"]
    message = refused(lambda: ask(eve, Tags=[{"Key": "a", "Value": "b"}]))[2]
    assert "sts:TagGetWebIdentityToken" in message


def test_what_is_refused(aws: MockAWS, issuer: str) -> None:
    dave = aws.account().create_user("dave", policies=ALL)
    assert refused(lambda: ask(dave, SigningAlgorithm="HS256"))[0] == "ValidationError"
    twice = [{"Key": "Job", "Value": "1"}, {"Key": "job", "Value": "2"}]
    assert refused(lambda: ask(dave, Tags=twice))[0] == "InvalidParameterValue"
    for more in ({"SubjectMode": "OriginIdentity"}, {"Scope": "read"}):
        with pytest.raises(NotSupported, match="SubjectMode=OriginIdentity and Scope"):
            ask(dave, **more)
    credentials = dave.client("sts").get_session_token()["Credentials"]
    sts = aws.client(
        "sts",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    call = {"Audience": [AUDIENCE], "SigningAlgorithm": "ES384"}
    assert refused(sts.get_web_identity_token, **call)[0] == "AccessDenied"


def test_aws_does_not_accept_its_own_tokens(aws: MockAWS, issuer: str) -> None:
    dave = aws.account().create_user("dave", policies=ALL)
    provider = aws.client("iam").create_open_id_connect_provider(Url=issuer, ClientIDList=[AUDIENCE])
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
            "Action": "sts:AssumeRoleWithWebIdentity",
        },
    }
    role = aws.account().create_role("job", trust=trust)
    members = {
        "RoleArn": role.arn,
        "RoleSessionName": "ss",
        "WebIdentityToken": ask(dave)["WebIdentityToken"],
    }
    assert refused(aws.client("sts").assume_role_with_web_identity, **members)[0] == "InvalidIdentityToken"


@pytest.mark.parametrize("size", [0, 10, 4096])
def test_a_session_token_is_as_long_as_the_call_asks(aws: MockAWS, size: int) -> None:
    dave = aws.account().create_user("dave", policies=ALL)
    role = aws.account().create_role("job", policies=ALL)
    usual = role.assume(by=dave)
    sts = dave.client("sts")
    made = sts.assume_role(RoleArn=role.arn, RoleSessionName="ss", MinimumSessionTokenSize=size)
    credentials = made["Credentials"]
    least = len(usual.client("sts")._request_signer._credentials.token)
    assert len(credentials["SessionToken"]) == max(size, least)
    s3 = aws.client(
        "s3",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    assert s3.list_buckets()["Buckets"] == []
