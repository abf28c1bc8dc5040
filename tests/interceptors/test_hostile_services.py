"""Every request to IAM, STS, KMS, Organizations or S3 Control gets an answer, or an error that names what is refused.

``MOCKS3_FUZZ_REQUESTS`` says how many requests are made; ``tox run -e fuzz`` makes 250,000.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import MockAWS, NotSupported
from mocks3.interceptors.http_answers import answer, lower_case_headers
from mocks3.model.messages import WireResponse

from . import hostile_services

REQUESTS = int(os.environ.get("MOCKS3_FUZZ_REQUESTS", "2000"))
AT_ONCE = 200
ACCOUNT = "123456789012"
TRUST = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}


@pytest.fixture(scope="module")
def filled() -> Any:
    """One of each thing, their names by member, and the mark to which the AWS returns."""
    with freeze_time("2026-03-01T12:00:00Z"):
        aws = MockAWS()
        account = aws.account()
        user, role = (
            account.create_user("eve", policies=hostile_services.DOCUMENTS[0]),
            account.create_role("app", trust=TRUST),
        )
        account.create_group("team", members=[user])
        policy = account.create_policy("reading", hostile_services.DOCUMENTS[0])
        provider, saml = aws.oidc_provider("https://idp.example.com"), aws.saml_provider("Corp")
        key = account.create_kms_key(alias="alias/data")
        account.create_bucket("data")
        account.create_access_point("point", "data")
        member = aws.account("222222222222")
        organization = aws.organization("o-abcdefghij")
        unit = organization.ou("unit")
        organization.add(member, unit)
        iam = aws.client("iam")
        iam.create_instance_profile(InstanceProfileName="web")
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"][
            "SerialNumber"
        ]
        root = aws.guardrails.organizations["o-abcdefghij"].root
        known = {
            "UserName": ["eve"],
            "RoleName": ["app"],
            "GroupName": ["team"],
            "PolicyArn": [policy.arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "RoleArn": [role.arn, "arn:aws:iam::222222222222:role/none"],
            "PrincipalArn": [saml.arn],
            "SAMLProviderArn": [saml.arn],
            "SAMLAssertion": [saml.assertion(role=role), "PHg+"],
            "WebIdentityToken": [provider.token(sub="x"), "a.b.c"],
            "OpenIDConnectProviderArn": [provider.arn],
            "Url": ["https://idp.example.com", "https://[", "https://a b"],
            "SAMLMetadataDocument": [saml.metadata],
            "SerialNumber": [serial],
            "AccessKeyId": [user.access_key.id],
            "InstanceProfileName": ["web"],
            "KeyId": [key.arn, key.id, "alias/data"],
            "AliasName": ["alias/data", "alias/new"],
            "AccountId": [ACCOUNT, "222222222222"],
            "TargetId": [root, "222222222222", unit.id],
            "ParentId": [root, unit.id],
            "ChildId": ["222222222222", unit.id],
            "OrganizationalUnitId": [unit.id],
            "RootId": [root],
            "PolicyId": ["p-FullAWSAccess"],
            "PolicyName": ["inline", "reading"],
            "Name": ["point", "name"],
            "Bucket": ["data"],
            "VersionId": ["v1"],
            "RoleSessionName": ["session"],
            "TargetPrincipal": ["222222222222", "arn:aws:iam::222222222222:root"],
            "arn": ["arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy", policy.arn],
            "PolicySourceArn": [user.arn, role.arn],
            "ActionNames": ["s3:GetObject", "*"],
            "ResourceArns": ["*", "arn:aws:s3:::data/k"],
            "AWSServiceName": ["lambda.amazonaws.com"],
            "AuthenticationCode1": ["123456"],
            "AuthenticationCode2": ["654321"],
            "TokenCode": ["123456"],
            "Marker": ["1", "x"],
            "NextToken": ["1", "x"],
        }
        return aws, known, aws.snapshot()


@pytest.mark.parametrize("service", sorted(hostile_services.HOSTS))
@pytest.mark.parametrize("seed", range(max(1, REQUESTS // AT_ONCE // 5)))
def test_hostile_requests(filled: Any, service: str, seed: int) -> None:
    aws, known, mark = filled
    source = random.Random(f"{service} {seed}")
    with freeze_time("2026-03-01T12:00:00Z"):
        for n in range(AT_ONCE):
            if n % 10 == 0:
                aws.restore(mark)
            asked = hostile_services.request(source, service, known)
            try:
                with contextlib.suppress(NotSupported):
                    headers = lower_case_headers(asked.headers)
                    check(answer(aws, asked.method, "https", asked.target, headers, asked.body))
            except Exception as fault:
                fault.add_note(f"{service}, seed {seed}, request {n}: {asked}"[:3000])
                raise
        aws.restore(mark)


def check(found: WireResponse) -> None:
    """Check that an answer is one of the service: an error has a code and a message."""
    body = found.body
    assert isinstance(body, bytes)
    assert 200 <= found.status < 500, body[:300]
    if found.status >= 400 and body.startswith(b"<"):
        assert re.search(rb"<Code>[\w.]+</Code>\s*<Message>", body)
    elif found.status >= 400 and body:
        assert "__type" in json.loads(body) or "x-amzn-errortype" in {name.lower() for name in found.headers}


def test_most_requests_reach_an_operation(filled: Any) -> None:
    """A fuzz that is refused at the door finds nothing."""
    aws, known, mark = filled
    source, reached = random.Random(1), 0
    with freeze_time("2026-03-01T12:00:00Z"):
        for _ in range(100):
            aws.restore(mark)
            before = len(aws.calls)
            asked = hostile_services.request(source, "iam", known)
            with contextlib.suppress(NotSupported):
                answer(
                    aws, asked.method, "https", asked.target, lower_case_headers(asked.headers), asked.body
                )
            reached += any(call.error is None for call in aws.calls[before:])
        aws.restore(mark)
    assert reached > 15
