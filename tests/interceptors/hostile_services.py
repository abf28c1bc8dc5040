"""Requests to IAM, STS, KMS, Organizations and S3 Control, each made from a seed: valid ones, and some that are not."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote

from botocore.serialize import create_serializer

from mocks3 import MockAWS
from mocks3.wire import models

from .hostile import Hostile
from .raw import Headers
from .unfit import DATES, ESCAPES, NUMBERS, TEXTS

HOSTS = {
    "iam": "iam.amazonaws.com",
    "sts": "sts.us-east-1.amazonaws.com",
    "kms": "kms.us-east-1.amazonaws.com",
    "organizations": "organizations.us-east-1.amazonaws.com",
    "s3control": "123456789012.s3-control.us-east-1.amazonaws.com",
}
NOW = "20260301T120000Z"
ACCOUNT = "123456789012"
TRUST = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}

DOCUMENTS = [
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"x"},"Action":"sts:*"}}',
    '{"Version":"2012-10-17","Statement":[]}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":[7],"Resource":{}}}',
    '{"Statement":"x"}',
    "[" * 3_000,
    '"\\ud800"',
    "{",
    "null",
]


def known_things(aws: MockAWS) -> dict[str, list[str]]:
    """Create one of each thing, and return their names by member."""
    account = aws.account()
    user, role = (
        account.create_user("eve", policies=DOCUMENTS[0]),
        account.create_role("app", trust=TRUST),
    )
    account.create_group("team", members=[user])
    policy = account.create_policy("reading", DOCUMENTS[0])
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
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["SerialNumber"]
    root = aws.guardrails.organizations["o-abcdefghij"].root
    return {
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


def request(source: random.Random, service: str, known: dict[str, list[str]]) -> Hostile:
    """Make a request.

    Args:
        source: The source of random numbers.
        service: botocore's name of the service.
        known: By the name of a member, values that name what exists.
    """
    description = models.service_model(service)
    model = description.operation_model(source.choice(description.operation_names))
    params = _value(source, model.input_shape, known, "", 0) if model.input_shape else {}
    if "AccountId" in params and service == "s3control":
        params["AccountId"] = "123456789012"  # botocore puts it into the host
    serializer = create_serializer(description.metadata["protocol"], include_validation=False)
    made = serializer.serialize_to_request(params, model)
    if isinstance(made["body"], dict):
        body = _form(source, made["body"])
        made["headers"] = {"Content-Type": "application/x-www-form-urlencoded"}
    else:
        body = _mangled(source, made["body"] or b"")
    query = "&".join(
        f"{name}={_quoted(str(value))}" for name, value in dict(made.get("query_string") or {}).items()
    )
    headers = [
        (b"host", HOSTS[service].encode()),
        (b"content-length", b"%d" % len(body)),
        *(
            (name.lower().encode(), _header(str(value)))
            for name, value in made["headers"].items()
            if name.lower() != "content-length"
        ),
    ]
    target = _quoted(made["url_path"], "/:%?=&") + (f"?{query}" if query else "")
    return Hostile(made["method"], target, _signed(headers, service), body)


def _signed(headers: Headers, service: str) -> Headers:
    """Return the headers with those of a request of the root user: a key that mocks3 did not issue."""
    whole = [(b"x-amz-date", NOW.encode()), *headers]
    names = b";".join(sorted({name for name, _ in whole}))
    scope = f"AKIANOBODYKNOWS/{NOW[:8]}/us-east-1/{'s3' if service == 's3control' else service}/aws4_request"
    credential = scope.encode()
    text = b"AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=00" % (credential, names)
    return [(b"authorization", text), (b"x-amz-content-sha256", b"UNSIGNED-PAYLOAD"), *whole]


def _value(source: random.Random, shape: Any, known: dict[str, list[str]], name: str, depth: int) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return {
            member: _value(source, inner, known, member, depth + 1)
            for member, inner in shape.members.items()
            if depth < 6 and (member in shape.required_members or source.random() < 0.3)
        }
    if kind == "list":
        return [
            _value(source, shape.member, known, name, depth + 1)
            for _ in range(source.choice((0, 1, 1, 2, 60)))
        ]
    if kind == "map":
        return {
            _text(source, known, name): _value(source, shape.value, known, name, depth + 1)
            for _ in range(source.randrange(3))
        }
    if kind == "boolean":
        return source.random() < 0.5
    if kind in ("integer", "long"):
        return source.choice((-1, 0, 1, 7, 30, 900, 3600, 43_200, 2**31, 2**63, 10**30))
    if kind in ("float", "double"):
        return source.choice((0.0, -1.5, 1e308))
    if kind == "timestamp":
        return source.choice(("2030-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"))
    if kind == "blob":
        return source.choice((b"", b"x", b"\0" * 100))
    if getattr(shape, "enum", None) and source.random() < 0.9:
        return source.choice(shape.enum)
    return _text(source, known, name)


def _text(source: random.Random, known: dict[str, list[str]], name: str) -> str:
    chance = source.random()
    if "Policy" in name or "Document" in name or name == "Content":
        return source.choice(DOCUMENTS) if chance < 0.8 else source.choice(known.get(name, TEXTS))
    if name in known and chance < 0.75:
        return source.choice(known[name])
    if chance < 0.9:
        return source.choice(source.choice(list(known.values())))
    return source.choice(source.choice((TEXTS, NUMBERS, DATES)))


def _form(source: random.Random, fields: dict[str, Any]) -> bytes:
    """Return a form, some of whose fields are changed."""
    pairs = [(name, str(value)) for name, value in fields.items()]
    if source.random() < 0.3:
        place = source.randrange(len(pairs))
        name, value = pairs[place]
        pairs[place] = source.choice(
            (
                (name, source.choice(source.choice((TEXTS, NUMBERS, DATES)))),
                (f"{name}.member.1", value),
                (f"{name}.{source.choice(NUMBERS)[:30]}", value),
                (source.choice(TEXTS), value),
            )
        )
    if source.random() < 0.1:
        pairs.append(source.choice(pairs))
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()


def _mangled(source: random.Random, body: bytes | str) -> bytes:
    """Return a document in JSON or XML, some of whose values are changed."""
    text = body if isinstance(body, str) else body.decode()
    if source.random() < 0.7 or not text:
        return text.encode("utf-8", "replace")
    if text.startswith("{"):
        found = json.loads(text)
        if found:
            mark = "0123456789mark"
            found[source.choice(sorted(found))] = mark
            return json.dumps(found).replace(f'"{mark}"', source.choice(ESCAPES)).encode()
    place = source.randrange(len(text))
    return (text[:place] + source.choice(TEXTS) + text[place + 3 :]).encode("utf-8", "replace")


def _quoted(text: str, safe: str = "") -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe=safe)


def _header(text: str) -> bytes:
    return "".join(each for each in text if each not in "\r\n\0").encode("utf-8", "replace")
