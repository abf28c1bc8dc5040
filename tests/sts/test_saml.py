"""AssumeRoleWithSAML: assertions of registered providers, trust policies, and the sessions."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.rules import saml_documents

AUDIENCE = "https://signin.aws.amazon.com/saml"
DENIED = ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithSAML")
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def trust(provider: Any, *actions: str, **conditions: Any) -> dict[str, Any]:
    conditions = conditions or {"StringEquals": {"SAML:aud": AUDIENCE}}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider.arn},
        "Action": ["sts:AssumeRoleWithSAML", *actions],
        "Condition": conditions,
    }
    return {"Version": "2012-10-17", "Statement": statement}


def assume(role: Any, provider: Any, assertion: str, **members: Any) -> Any:
    return boto3.client("sts", region_name="us-east-1").assume_role_with_saml(
        RoleArn=role.arn, PrincipalArn=getattr(provider, "arn", provider), SAMLAssertion=assertion, **members
    )


def refused(role: Any, provider: Any, assertion: str, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        assume(role, provider, assertion, **members)
    found = caught.value.response
    return found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Message"]


@pytest.fixture
def corp(aws: MockAWS) -> Any:
    return aws.saml_provider("Corp")


@pytest.fixture
def role(aws: MockAWS, corp: Any) -> Any:
    return aws.account().create_role("people", trust=trust(corp), policies=ALL, max_session_duration=7200)


def test_p_22_the_trust_policy_sees_the_assertion(aws: MockAWS, corp: Any) -> None:
    conditions = {
        "StringEquals": {
            "saml:aud": AUDIENCE,
            "saml:iss": corp.entity_id,
            "saml:sub_type": "persistent",
            "saml:doc": "123456789012/Corp",
        },
        "StringLike": {"saml:sub": "*@example.com"},
        "ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "staff"},
    }
    role = aws.account().create_role("people", trust=trust(corp, **conditions), policies=ALL)
    staff = {"urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["member", "staff"]}
    answer = assume(role, corp, corp.assertion(role=role, name_id="ann@example.com", attributes=staff))
    assert answer["AssumedRoleUser"]["Arn"].endswith("assumed-role/people/ann@example.com")
    assert (answer["Subject"], answer["SubjectType"]) == ("ann@example.com", "persistent")
    assert (answer["Issuer"], answer["Audience"]) == (corp.entity_id, AUDIENCE)
    assert len(base64.b64decode(answer["NameQualifier"])) == 20
    assert refused(role, corp, corp.assertion(role=role, attributes={})) == DENIED
    assert refused(role, corp, corp.assertion(role=role, name_id="ann@evil.com", attributes=staff)) == DENIED
    assert (
        refused(role, corp, corp.assertion(role=role, subject_type="transient", attributes=staff)) == DENIED
    )


def test_p_22_the_session_has_the_keys_of_the_provider(aws: MockAWS, corp: Any) -> None:
    role = aws.account().create_role(
        "people", trust=trust(corp, "sts:TagSession", "sts:SetSourceIdentity"), policies=ALL
    )
    wanted = {
        "saml:sub": "ann@example.com",
        "saml:sub_type": "persistent",
        "aws:FederatedProvider": corp.arn,
        "aws:PrincipalTag/team": "blue",
        "aws:SourceIdentity": "ann",
    }
    statements = [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::data/*",
            "Condition": {"StringNotEquals": {key: value}},
        }
        for key, value in wanted.items()
    ]
    aws.account().create_bucket("data", policy={"Version": "2012-10-17", "Statement": statements})
    response = corp.assertion(
        role=role,
        name_id="ann@example.com",
        tags={"team": "blue"},
        transitive_tags=["team"],
        source_identity="ann",
    )
    answer = assume(role, corp, response)
    assert answer["SourceIdentity"] == "ann"
    keys = answer["Credentials"]
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    s3.put_object(Bucket="data", Key="k", Body=b"")
    plain = aws.account().create_role("plain", trust=trust(corp), policies=ALL)
    for given, action in (
        ({"tags": {"team": "blue"}}, "TagSession"),
        ({"source_identity": "a1"}, "SetSourceIdentity"),
    ):
        assert refused(plain, corp, corp.assertion(role=plain, **given)) == DENIED
        assert aws.decisions[-1].action == f"sts:{action}"


def test_p_22_responses_that_are_refused(aws: MockAWS, corp: Any, role: Any) -> None:
    other = aws.saml_provider("Other")
    invalid = "InvalidIdentityToken", 400
    good = corp.assertion(role=role)
    text = base64.b64decode(good)

    def changed(old: bytes, new: bytes) -> str:
        assert old in text
        return base64.b64encode(text.replace(old, new)).decode()

    bomb = b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    wrong_signature = "Response signature invalid"
    before = aws.snapshot().iam
    for response, message in {
        "%%%%": "Invalid base64 SAMLResponse",
        "AAAA": wrong_signature,
        base64.b64encode(bomb).decode(): wrong_signature,
        changed(b"user@example.com</saml:NameID>", b"root@example.com</saml:NameID>"): wrong_signature,
        changed(b"<saml:Assertion", b"<saml:Assertion Evil='1'"): wrong_signature,
        other.assertion(role=role): wrong_signature,
        corp.assertion(
            role=role, recipient="https://evil.example.com"
        ): "Response does not contain the required audience.",
        corp.assertion(
            role=role, attributes={f"{ATTRIBUTES}RoleSessionName": []}
        ): "RoleSessionName is required in AuthnResponse",
        corp.assertion(role=role, session_name="a b"): "RoleSessionName in AuthnResponse must match "
        "[a-zA-Z_0-9+=,.@-]{2,64}",
        corp.assertion(
            role=role, source_identity="aws:me"
        ): 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
    }.items():
        assert refused(role, corp, response) == (*invalid, message)
    assert (
        refused(role, "arn:aws:iam::123456789012:saml-provider/None", good)[2]
        == "Specified provider doesn't exist"
    )
    pair = corp.assertion(role="arn:aws:iam::123456789012:role/another")
    assert refused(role, corp, pair) == DENIED
    assert aws.snapshot().iam == before


def test_p_22_what_is_outside_the_signature_is_not_read(aws: MockAWS, corp: Any, role: Any) -> None:
    """A second, unsigned assertion in front of the signed one changes nothing."""
    text = base64.b64decode(corp.assertion(role=role, name_id="ann@example.com")).decode()
    unsigned = text[text.index("<saml:Assertion") : text.index("</samlp:Response>")]
    start, end = unsigned.index("<ds:Signature"), unsigned.index("</ds:Signature>") + len("</ds:Signature>")
    unsigned = (unsigned[:start] + unsigned[end:]).replace("ann@", "root@").replace("_assertion", "_other")
    wrapped = text.replace("<saml:Assertion", unsigned + "<saml:Assertion", 1)
    answer = assume(role, corp, base64.b64encode(wrapped.encode()).decode())
    assert answer["Subject"] == "ann@example.com"


def test_p_22_a_response_is_valid_for_five_minutes(corp: Any, role: Any) -> None:
    with freeze_time("2026-03-01T12:00:00Z") as frozen:
        short = corp.assertion(role=role)
        longer = corp.assertion(role=role, lifetime=datetime.timedelta(hours=1))
        frozen.tick(299)
        assert assume(role, corp, short)["Subject"]
        frozen.tick(2)
        late = "ExpiredTokenException", 400, "Token must be redeemed within 5 minutes of issuance"
        assert refused(role, corp, short) == late
        assert refused(role, corp, longer) == late


def test_how_long_the_session_lasts(corp: Any, role: Any) -> None:
    """The shortest of DurationSeconds and SessionDuration."""
    with freeze_time("2026-03-01T12:00:00Z"):
        for duration, seconds, lasts in (
            (None, None, 3600),
            (1800, None, 1800),
            (7200, 1200, 1200),
            (900, 7200, 900),
        ):
            members = {} if seconds is None else {"DurationSeconds": seconds}
            answer = assume(role, corp, corp.assertion(role=role, duration=duration), **members)
            ends = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC) + datetime.timedelta(seconds=lasts)
            assert answer["Credentials"]["Expiration"] == ends
        code, _, message = refused(role, corp, corp.assertion(role=role), DurationSeconds=7201)
        assert (code, "MaxSessionDuration" in message) == ("ValidationError", True)


def test_a_provider_that_the_api_created(aws: MockAWS) -> None:
    """The metadata of mocks3 works when it is registered by the API; another one's is not mocks3's to sign for."""
    iam = aws.client("iam")
    document = saml_documents.metadata("123456789012", "Api", "https://idp.example.com/api")
    arn = iam.create_saml_provider(Name="Api", SAMLMetadataDocument=document)["SAMLProviderArn"]
    provider = aws.saml_provider("Api")
    assert (provider.arn, provider.entity_id) == (arn, "https://idp.example.com/api")
    role = aws.account().create_role("people", trust=trust(provider))
    assert assume(role, provider, provider.assertion(role=role))["Issuer"] == "https://idp.example.com/api"
    foreign = aws.saml_provider("Foreign").metadata
    iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=foreign)
    assert refused(role, provider, provider.assertion(role=role))[2] == "Response signature invalid"
    with pytest.raises(Mocks3Error, match="has the metadata of another provider"):
        aws.saml_provider("Api")
