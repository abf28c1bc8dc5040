"""AssumeRoleWithWebIdentity: tokens of registered providers, trust policies, and the sessions."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import Mocks3Error, NotSupported, mock_s3
from mocks3.handles.mock_aws import MockAWS

URL = "https://token.actions.githubusercontent.com"
HOST = URL.removeprefix("https://")
READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
DENIED = ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity")


def trust(provider: str, *actions: str, **conditions: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithWebIdentity", *actions],
    }
    return {"Version": "2012-10-17", "Statement": {**statement, "Condition": conditions}}


def assume(role: Any, token: str, **members: Any) -> Any:
    members = {"RoleSessionName": "run", "WebIdentityToken": token, **members}
    return boto3.client("sts", region_name="us-east-1").assume_role_with_web_identity(
        RoleArn=getattr(role, "arn", role), **members
    )


def refused(role: Any, token: str, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        assume(role, token, **members)
    found = caught.value.response
    return found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Message"]


def client(answer: Any, service: str = "s3") -> Any:
    keys = answer["Credentials"]
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@pytest.fixture
def provider(aws: MockAWS) -> Any:
    return aws.oidc_provider(URL)


@pytest.fixture
def role(aws: MockAWS, provider: Any) -> Any:
    return aws.account().create_role("ci", trust=trust(provider.arn), policies=READ)


def test_p_21_the_trust_policy_sees_the_claims(aws: MockAWS, provider: Any) -> None:
    conditions = {
        "StringLike": {f"{HOST}:sub": "repo:octo/*"},
        "StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"},
        "ForAnyValue:StringEquals": {f"{HOST}:amr": ["mfa"]},
    }
    role = aws.account().create_role("ci", trust=trust(provider.arn, **conditions), policies=READ)
    answer = assume(role, provider.token(sub="repo:octo/docs", amr=["pwd", "mfa"]))
    assert answer["SubjectFromWebIdentityToken"] == "repo:octo/docs"
    assert (answer["Provider"], answer["Audience"]) == (URL, "sts.amazonaws.com")
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/ci/run"
    assert "PackedPolicySize" not in answer
    assert client(answer, "sts").get_caller_identity()["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    assert client(answer).list_buckets()["Buckets"] == []
    assert refused(role, provider.token(sub="repo:octo/docs")) == DENIED
    assert refused(role, provider.token(sub="repo:other/docs", amr=["mfa"])) == DENIED
    decision = aws.decisions[-1]
    assert (decision.action, decision.allowed) == ("sts:AssumeRoleWithWebIdentity", False)
    assert "wants repo:octo/* and saw repo:other/docs" in str(decision).replace(
        "\n", " "
    ) or f"{HOST}:sub" in str(decision)


def test_p_21_the_party_of_a_token_is_its_audience(aws: MockAWS) -> None:
    """Google's tokens have azp; accounts.google.com is no provider of the account."""
    google = aws.oidc_provider("https://accounts.google.com")
    assert google.arn == "accounts.google.com"
    conditions = {"StringEquals": {"accounts.google.com:aud": "app", "accounts.google.com:oaud": "server"}}
    role = aws.account().create_role("g", trust=trust(google.arn, **conditions))
    assert assume(role, google.token(sub="1", aud="server", azp="app"))["Audience"] == "app"
    assert refused(role, google.token(sub="1", aud="app", azp="server")) == DENIED
    assert aws.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_p_21_who_is_not_named_may_not_assume_the_role(aws: MockAWS, provider: Any) -> None:
    other = aws.oidc_provider("https://other.example.com")
    account = aws.account()
    token = provider.token(sub="x")
    for name, policy in {
        "other": trust(other.arn),
        "account": {
            **trust(other.arn),
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": "123456789012"},
                "Action": "sts:AssumeRoleWithWebIdentity",
            },
        },
        "action": {
            **trust(other.arn),
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Federated": provider.arn},
                "Action": "sts:AssumeRole",
            },
        },
    }.items():
        assert refused(account.create_role(name, trust=policy), token) == DENIED
    assert refused("arn:aws:iam::123456789012:role/missing", token) == DENIED


def test_p_21_the_session_has_the_keys_of_the_provider(aws: MockAWS, role: Any, provider: Any) -> None:
    bucket = aws.account().create_bucket("data")
    session = client(assume(role, provider.token(sub="user-1")))
    conditions = {"StringEquals": {"aws:FederatedProvider": provider.arn, f"{HOST}:sub": "user-1"}}
    bucket.put_policy(deny_unless(conditions))
    session.put_object(Bucket="data", Key="user-1/k", Body=b"")
    bucket.put_policy(deny_unless({"StringEquals": {f"{HOST}:sub": "user-2"}}))
    with pytest.raises(ClientError, match="explicit deny"):
        session.put_object(Bucket="data", Key="k", Body=b"")


def deny_unless(conditions: dict[str, Any]) -> dict[str, Any]:
    negated = {"StringNotEquals": conditions["StringEquals"]}
    first, *rest = (
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::data/*",
            "Condition": {"StringNotEquals": {key: value}},
        }
        for key, value in negated["StringNotEquals"].items()
    )
    return {"Version": "2012-10-17", "Statement": [first, *rest]}


def test_p_21_policy_variables(aws: MockAWS, provider: Any) -> None:
    own = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::data/${{{HOST}:sub}}/*",
        },
    }
    role = aws.account().create_role("home", trust=trust(provider.arn), policies=own)
    aws.account().create_bucket("data")
    session = client(assume(role, provider.token(sub="ann")))
    session.put_object(Bucket="data", Key="ann/k", Body=b"")
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        session.put_object(Bucket="data", Key="bob/k", Body=b"")


def test_p_21_tokens_that_are_refused(aws: MockAWS, role: Any, provider: Any) -> None:
    invalid = "InvalidIdentityToken", 400
    no_token = (
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
    )
    no_key = (
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
        "documentation for requirements"
    )
    good = provider.token(sub="x")
    head, claims, _ = good.split(".")
    elsewhere = aws.account("444455556666").oidc_provider("https://idp.example.com").token(sub="x")
    none = ".".join((part({"alg": "none"}), claims, ""))
    symmetric = ".".join((part({"alg": "HS256"}), claims, "AAAA"))
    forged = ".".join((head, part({**read(claims), "sub": "y"}), good.split(".")[2]))
    before = aws.snapshot().iam
    for token, message in {
        "just text": no_token,
        "a.b.c.d": no_token,
        ".".join((head, part(["x"]), "AAAA")): no_token,
        ".".join((head, "W" * 9_000, "AAAA")): no_token,
        none: no_key,
        symmetric: no_key,
        forged: no_key,
        elsewhere: "No OpenIDConnect provider found in your account for https://idp.example.com",
        provider.token(sub="x", aud="other"): "Incorrect token audience",
        provider.token(sub="x", iss=7): "Missing a required claim: iss",
        provider.token(sub=""): "Missing a required claim: sub",
        provider.token(sub="x", aud=[]): "Missing a required claim: aud",
        provider.token(sub="x", exp="soon"): "Missing a required claim: exp",
        provider.token(sub="x", exp=10**40): "Missing a required claim: exp",
        provider.token(sub="x", iat=None): "Missing a required claim: iat",
        provider.token(sub="x", nbf=10**11): "The ID Token is not yet valid",
    }.items():
        assert refused(role, token) == (*invalid, message)
    assert aws.snapshot().iam == before
    assert aws.decisions[-1].principal == "unknown"


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def read(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_p_21_an_expired_token(aws: MockAWS, role: Any, provider: Any) -> None:
    with freeze_time("2026-03-01T12:00:00Z") as frozen:
        token = provider.token(sub="x", lifetime=datetime.timedelta(minutes=10))
        frozen.tick(599)
        assert assume(role, token)["Credentials"]["AccessKeyId"]
        frozen.tick(1)
        assert refused(role, token) == (
            "ExpiredTokenException",
            400,
            "Token expired: current date/time 1772366400 must be before the expiration date/time 1772366400".replace(
                "1772366400", str(int(datetime.datetime(2026, 3, 1, 12, 10, tzinfo=datetime.UTC).timestamp()))
            ),
        )
        assert assume(role, provider.token(sub="x"))["Credentials"]["AccessKeyId"]


def test_p_21_tags_and_source_identity_of_a_token(aws: MockAWS, provider: Any) -> None:
    account = aws.account()
    plain = account.create_role("plain", trust=trust(provider.arn))
    tagging = account.create_role(
        "tagging",
        trust=trust(
            provider.arn,
            "sts:TagSession",
            "sts:SetSourceIdentity",
            StringEquals={"aws:RequestTag/team": "blue"},
        ),
        policies=READ,
    )
    token = provider.token(
        sub="x", tags={"team": "blue", "step": "1"}, transitive_tags=["team"], source_identity="ann"
    )
    assert refused(plain, token) == DENIED
    assert aws.decisions[-1].action == "sts:TagSession"
    assert refused(plain, provider.token(sub="x", source_identity="ann")) == DENIED
    assert aws.decisions[-1].action == "sts:SetSourceIdentity"
    answer = assume(tagging, token)
    assert answer["SourceIdentity"] == "ann"
    assert answer["PackedPolicySize"] > 0
    conditions = {"aws:PrincipalTag/team": "blue", "aws:PrincipalTag/step": "1", "aws:SourceIdentity": "ann"}
    aws.account().create_bucket("data", policy=deny_unless({"StringEquals": conditions}))
    client(answer).put_object(Bucket="data", Key="k", Body=b"")
    flat = provider.token(sub="x", **{"https://aws.amazon.com/tags/principal_tags/team": "blue"})
    assert refused(plain, flat) == DENIED
    assert aws.decisions[-1].action == "sts:TagSession"


def test_the_limits_of_the_session(aws: MockAWS, provider: Any) -> None:
    role = aws.account().create_role("ci", trust=trust(provider.arn), max_session_duration=7200)
    token = provider.token(sub="x")
    code, status, message = refused(role, token, DurationSeconds=7201)
    assert (code, status) == ("ValidationError", 400)
    assert message == "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    assert refused(role, token, Policy="{")[0] == "MalformedPolicyDocument"
    many = provider.token(sub="x", tags={f"k{number}": "v" for number in range(51)})
    tagging = aws.account().create_role("tags", trust=trust(provider.arn, "sts:TagSession"))
    assert refused(tagging, many)[:2] == ("ValidationError", 400)
    narrowed = assume(
        role, token, Policy=json.dumps({**READ, "Statement": {**READ["Statement"], "Action": "s3:List*"}})
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        client(narrowed).list_buckets()


def test_an_rcp_binds_web_identities(aws: MockAWS, provider: Any) -> None:
    """The resource control policy that AWS documents: only the organization's own repositories."""
    account = aws.account("444455556666")
    own = account.oidc_provider(URL)
    role = account.create_role("ci", trust=trust(own.arn))
    organization = aws.organization("o-abcdefghij")
    organization.add(account)
    assert assume(role, own.token(sub="repo:octo/a"))["Provider"] == URL
    organization.put_rcp(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Resource": "*",
                "Condition": {"StringNotLikeIfExists": {f"{HOST}:sub": "repo:octo/*"}},
            },
        }
    )
    assert assume(role, own.token(sub="repo:octo/a"))["Provider"] == URL
    assert refused(role, own.token(sub="repo:other/a")) == DENIED


def test_what_is_not_supported(role: Any, provider: Any) -> None:
    with pytest.raises(NotSupported, match=r"OAuth 2.0 access tokens \(ProviderId=www.amazon.com\)"):
        assume(role, "Atza|abcd", ProviderId="www.amazon.com")


def test_a_provider_that_the_api_created(aws: MockAWS) -> None:
    """The handle and the API see one provider."""
    iam = aws.client("iam")
    arn = iam.create_open_id_connect_provider(Url=URL, ClientIDList=["app"])["OpenIDConnectProviderArn"]
    provider = aws.oidc_provider(URL)
    role = aws.account().create_role("ci", trust=trust(arn))
    assert provider.arn == arn
    assert assume(role, provider.token(sub="x"))["Audience"] == "app"
    assert aws.oidc_provider(URL, audiences=["x", "y"]).arn == arn
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["x", "y"]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refused(role, provider.token(sub="x", aud="x"))[2].startswith("No OpenIDConnect provider found")


def test_what_a_handle_refuses(aws: MockAWS, provider: Any) -> None:
    for url in ("http://idp.example.com", "https://", "", None):
        with pytest.raises(Mocks3Error, match="must begin with https://"):
            aws.oidc_provider(url)  # type: ignore[arg-type]
    with pytest.raises(Mocks3Error, match="cannot be converted to JSON"):
        provider.token(sub="x", extra=object())
    with pytest.raises(Mocks3Error, match="has no audience: pass aud="):
        aws.oidc_provider("https://idp.example.com", audiences=[]).token(sub="x")


def test_a_token_does_not_work_in_china_for_a_role_elsewhere():
    """The ARNs are those of the endpoint's partition."""
    with mock_s3(region="cn-north-1") as aws:
        provider = aws.oidc_provider(URL)
        role = aws.account().create_role("ci", trust=trust(provider.arn.replace("arn:aws:", "arn:aws-cn:")))
        answer = boto3.client("sts", region_name="cn-north-1").assume_role_with_web_identity(
            RoleArn=role.arn, RoleSessionName="run", WebIdentityToken=provider.token(sub="x")
        )
        assert answer["AssumedRoleUser"]["Arn"].startswith("arn:aws-cn:sts:")
