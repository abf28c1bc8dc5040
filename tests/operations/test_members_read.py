"""No option is accepted and forgotten: each member of each object operation's input is read by somebody.

So is each member of the operations of STS and KMS.

Each operation is called once for each member that the installed model gives it, with the member set, and what is
asked of the parsed input on the way is written down. A member nobody asks for stands in ``UNREAD`` with the reason why.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.model.parsed import Parsed
from mocks3.operations import registered
from mocks3.wire.models import operation_model, service_model

from .inputs import ALSO, CALLS, Path, filled, is_known, knows, method_of, paths, with_member

UNREAD = {
    "Bucket": "the address of the request is read before its members are",
    "Key": "the address of the request is read before its members are",
    "Body": "it is read as the stream that it is",
    "ContentLength": "how long a body is, HTTP knows",
    "ContentMD5": "what bodies of XML are held against, when they are read",
    "ChecksumAlgorithm": "it says which checksum the client sends; the checksum itself is what is held against",
    "RequestPayer": "the gate asks for it where one pays for another (test_buckets_settings)",
    "MFA": "asked for by buckets with MFA delete (test_mfa_delete)",
    "DisplayName": "accounts have none any more (R-108)",
    "RestoreRequest.Description": "no operation of S3 shows it again",
    "RestoreRequest.SelectParameters": "refused as a whole",
    "RestoreRequest.OutputLocation": "refused as a whole",
    "ProvidedContexts.ProviderArn": "refused as a whole",
    "ProvidedContexts.ContextAssertion": "refused as a whole",
    "GrantTokens": "a grant is in force when it is made",
    "BypassPolicyLockoutSafetyCheck": "what it switches off is never checked",
}
"""Members that no operation has to ask for: by name, or by path with all that is under it."""

THROUGH = frozenset({"CreateKey"})
"""Operations that go through all members they are given, and refuse those of other keys."""

DECLARED = frozenset({"PutObject", "PutObjectAnnotation", "UploadPart"})
"""Operations whose bodies carry the checksums that are declared of them (``Payload.declared``)."""


class Asked(dict[str, Any]):
    """An input that writes down which of its members are asked for."""

    def __init__(self, content: dict[str, Any], asked: set[Path], path: Path = ()) -> None:
        super().__init__({name: _watched(value, asked, (*path, name)) for name, value in content.items()})
        self.asked, self.path = asked, path

    def __getitem__(self, name: str) -> Any:
        self.asked.add((*self.path, name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add((*self.path, str(name)))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add((*self.path, name))
        return super().get(name, default)

    def pop(self, name: str, *default: Any) -> Any:
        self.asked.add((*self.path, name))
        return super().pop(name, *default)


def _watched(value: Any, asked: set[Path], path: Path) -> Any:
    if isinstance(value, dict) and not isinstance(value, Asked):
        return Asked(value, asked, path)
    if isinstance(value, list):
        return [_watched(item, asked, path) for item in value]
    return value


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """What was asked for of the inputs of all calls."""
    found: set[Path] = set()
    make, whole = Parsed.__init__, Parsed.params.fget
    assert whole is not None

    def watching(self: Parsed, *args: Any) -> None:
        make(self, *args)
        self.head = Asked(self.head, found)

    def watched(self: Parsed) -> Any:
        params = whole(self)
        if not isinstance(params, Asked):
            params = self._params = Asked(params, found)
        return params

    monkeypatch.setattr(Parsed, "__init__", watching)
    monkeypatch.setattr(Parsed, "params", property(watched))
    return found


def reason(operation: str, path: Path) -> str | None:
    """Why nobody asks for a member."""
    if operation in DECLARED and path[-1].startswith("Checksum"):
        return "declared with the body"
    if operation in THROUGH:
        return "refused unless it says what is usual"
    names = [path[-1], *(".".join(path[: end + 1]) for end in range(len(path)))]
    return next((UNREAD[name] for name in names if name in UNREAD), None)


@pytest.mark.compares_with_the_model
def test_every_operation_on_keys_is_called() -> None:
    installed = set(service_model("s3").operation_names)
    on_keys = {
        name
        for service, name in registered()
        if service == "s3"
        and name in installed
        and ("Key" in operation_model("s3", name).input_shape.members or "Object" in name or "Upload" in name)
    }
    others = {name for name in on_keys if name.endswith("Configuration")}
    others |= {"PostObject"}  # a browser's form, with PutObject's members
    others |= {"WriteGetObjectResponse"}  # of no object: see test_object_lambda.py
    assert (on_keys - others) & installed == CALLS.keys() & installed


@pytest.mark.compares_with_the_model
@pytest.mark.parametrize("operation", sorted(CALLS))
def test_every_member_is_asked_for(
    aws: MockAWS, s3: Any, world: dict[str, str], asked: set[Path], operation: str
) -> None:
    bases = [filled(each[operation], world) for each in (CALLS, ALSO) if operation in each]
    assert forgotten(aws, s3, asked, operation, bases) == []


AROUND: dict[tuple[str, str], dict[str, Any]] = {
    ("kms", "CancelKeyDeletion"): {"KeyId": "<key>"},
    ("kms", "CreateAlias"): {"AliasName": "alias/a", "TargetKeyId": "<key>"},
    ("kms", "CreateGrant"): {"KeyId": "<key>", "GranteePrincipal": "<user>", "Operations": ["Decrypt"]},
    ("kms", "CreateKey"): {},
    ("kms", "DescribeKey"): {"KeyId": "<key>"},
    ("kms", "DisableKey"): {"KeyId": "<key>"},
    ("kms", "EnableKey"): {"KeyId": "<key>"},
    ("kms", "GetKeyPolicy"): {"KeyId": "<key>"},
    ("kms", "ListAliases"): {},
    ("kms", "ListGrants"): {"KeyId": "<key>"},
    ("kms", "ListKeys"): {},
    ("kms", "PutKeyPolicy"): {"KeyId": "<key>", "Policy": "{}"},
    ("kms", "RevokeGrant"): {"KeyId": "<key>", "GrantId": "<grant>"},
    ("kms", "ScheduleKeyDeletion"): {"KeyId": "<key>"},
    ("sts", "AssumeRole"): {"RoleArn": "<role>", "RoleSessionName": "session"},
    ("sts", "AssumeRoleWithSAML"): {
        "RoleArn": "<role>",
        "PrincipalArn": "<saml>",
        "SAMLAssertion": "<assertion>",
    },
    ("sts", "AssumeRoleWithWebIdentity"): {
        "RoleArn": "<role>",
        "RoleSessionName": "session",
        "WebIdentityToken": "<token>",
    },
    ("sts", "AssumeRoot"): {
        "TargetPrincipal": "<account>",
        "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
    },
    ("sts", "DecodeAuthorizationMessage"): {"EncodedMessage": "<message>"},
    ("sts", "GetAccessKeyInfo"): {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    ("sts", "GetCallerIdentity"): {},
    ("sts", "GetFederationToken"): {"Name": "federated"},
    ("sts", "GetSessionToken"): {},
    ("sts", "GetWebIdentityToken"): {"Audience": ["https://api.example.com"], "SigningAlgorithm": "ES384"},
}
"""The same of the services around S3."""


def test_every_operation_around_is_called() -> None:
    assert {each for each in registered() if each[0] in ("kms", "sts")} == AROUND.keys()


@pytest.mark.parametrize(("service", "operation"), sorted(AROUND))
def test_every_member_is_asked_for_around(
    aws: MockAWS, world: dict[str, str], asked: set[Path], service: str, operation: str
) -> None:
    user = aws.account().create_user("caller", policies=[EVERYTHING])
    issuer, corp = aws.oidc_provider("https://token.example.com"), aws.saml_provider("Corp")
    assert [issuer.arn, corp.arn] == FEDERATED
    role = aws.account().create_role("called", trust=TRUST)
    grant = aws.client("kms").create_grant(
        KeyId=world["<key>"], GranteePrincipal=user.arn, Operations=["Decrypt"]
    )
    ids = {**world, "<user>": user.arn, "<role>": role.arn, "<grant>": grant["GrantId"]}
    member = aws.account("222222222222")
    aws.organization("o-abcdefghij").add(member)
    aws.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    aws.client("iam").enable_organizations_root_sessions()
    ids |= {"<account>": member.id, "<message>": "encoded"}
    ids |= {"<token>": issuer.token(sub="me"), "<saml>": corp.arn, "<assertion>": corp.assertion(role=role)}
    base = filled(AROUND[service, operation], ids)
    assert forgotten(aws, user.client(service), asked, operation, [base]) == []


EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
FEDERATED = [
    "arn:aws:iam::123456789012:oidc-provider/token.example.com",
    "arn:aws:iam::123456789012:saml-provider/Corp",
]
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*", "Federated": FEDERATED}, "Action": "sts:*"},
    ],
}


def forgotten(
    aws: MockAWS, client: Any, asked: set[Path], operation: str, bases: list[dict[str, Any]]
) -> list[str]:
    """The members that are asked for in none of the calls; those that a newer botocore adds are refused."""
    service = client.meta.service_model.service_name
    if operation not in service_model(service).operation_names:
        pytest.skip("the installed botocore does not know the operation")
    shape = operation_model(service, operation).input_shape
    call = getattr(client, method_of(client, operation))
    bases = [base for base in bases if knows(shape, base)]
    found, mark = [], aws.snapshot()
    for path, _ in paths(shape):
        asked.clear()
        for base in bases:
            aws.restore(mark)
            try:
                call(**with_member(base, shape, path))
            except (ClientError, Mocks3Error):
                pass
            except BotoCoreError as fault:
                raise AssertionError(f"{operation} was not sent with {'.'.join(path)}") from fault
        if (
            path not in asked
            and reason(operation, path) is None
            and is_known(shape, service, operation, path)
        ):
            found.append(".".join(path))
    return found
