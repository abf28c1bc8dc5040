"""Members of KMS calls that change nothing, or that mocks3 refuses: DryRun, PolicyName, enumerations, NotSupported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3 import NotSupported
from mocks3.handles.accounts import Account
from mocks3.handles.kms_keys import KmsKey
from mocks3.handles.mock_aws import MockAWS
from mocks3.wire import operation_model

from .conftest import OPS
from .documents import allow, document, error_of

DRY_RUN = (412, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")


@pytest.fixture
def grant(ops: Account, key: KmsKey) -> dict[str, Any]:
    """The parameters of CreateGrant that lets a user decrypt."""
    return {"KeyId": key.arn, "GranteePrincipal": ops.create_user("dave").arn, "Operations": ["Decrypt"]}


class TestDryRun:
    """KMS developer guide, "Testing your permissions"; API_CreateGrant, API_RevokeGrant."""

    def test_no_grant_is_created(self, aws: MockAWS, kms: Any, grant: dict[str, Any]) -> None:
        before = aws.snapshot().kms
        assert error_of(kms.create_grant, **grant, DryRun=True) == DRY_RUN
        assert aws.snapshot().kms == before
        assert kms.list_grants(KeyId=grant["KeyId"])["Grants"] == []
        assert kms.create_grant(**grant, DryRun=False)["GrantId"]

    def test_no_grant_is_revoked(self, aws: MockAWS, kms: Any, grant: dict[str, Any]) -> None:
        made = kms.create_grant(**grant)
        named = {"KeyId": grant["KeyId"], "GrantId": made["GrantId"]}
        before = aws.snapshot().kms
        assert error_of(kms.revoke_grant, **named, DryRun=True) == DRY_RUN
        assert aws.snapshot().kms == before
        assert [each["GrantId"] for each in kms.list_grants(KeyId=grant["KeyId"])["Grants"]] == [
            made["GrantId"]
        ]
        kms.revoke_grant(**named, DryRun=False)
        assert kms.list_grants(KeyId=grant["KeyId"])["Grants"] == []

    def test_a_grant_that_would_fail_fails_with_its_own_error(self, kms: Any, grant: dict[str, Any]) -> None:
        nobody = f"arn:aws:iam::{OPS}:user/nobody"
        found = error_of(kms.create_grant, **{**grant, "GranteePrincipal": nobody}, DryRun=True)
        assert found[:2] == (400, "InvalidArnException")
        found = error_of(kms.revoke_grant, KeyId=grant["KeyId"], GrantId="0" * 64, DryRun=True)
        assert found == (400, "NotFoundException", f"Grant ID {'0' * 64} not found")

    def test_permissions_are_checked_first(
        self, aws: MockAWS, ops: Account, kms: Any, grant: dict[str, Any]
    ) -> None:
        eve = ops.create_user("eve").client("kms")
        made = kms.create_grant(**grant)
        before = aws.snapshot().kms
        assert error_of(eve.create_grant, **grant, DryRun=True)[:2] == (400, "AccessDeniedException")
        found = error_of(eve.revoke_grant, KeyId=grant["KeyId"], GrantId=made["GrantId"], DryRun=True)
        assert found[:2] == (400, "AccessDeniedException")
        assert aws.snapshot().kms == before


@pytest.mark.parametrize("name", ["other", "Default"])
def test_the_only_policy_of_a_key_is_named_default(aws: MockAWS, kms: Any, key: KmsKey, name: str) -> None:
    """API_PutKeyPolicy: "The only valid value is default"."""
    policy = json.dumps(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root")))
    before = aws.snapshot().kms
    found = error_of(kms.put_key_policy, KeyId=key.arn, PolicyName=name, Policy=policy)
    assert found == (400, "ValidationException", "PolicyName must be default")
    assert aws.snapshot().kms == before
    kms.put_key_policy(KeyId=key.arn, PolicyName="default", Policy=policy)
    assert kms.get_key_policy(KeyId=key.arn)["Policy"] == policy
    kms.put_key_policy(KeyId=key.arn, Policy=policy)


@pytest.mark.parametrize(
    ("operation", "member", "value", "said"),
    [
        ("CreateKey", "KeyUsage", "FLY", "Value 'FLY' at 'keyUsage'"),
        ("CreateKey", "KeySpec", "DES", "Value 'DES' at 'keySpec'"),
        ("CreateKey", "Origin", "", "Value '' at 'origin'"),
    ],
)
def test_a_value_that_no_enumeration_has(
    aws: MockAWS, kms: Any, operation: str, member: str, value: str, said: str
) -> None:
    values = operation_model("kms", operation).input_shape.members[member].enum
    before = aws.snapshot().kms
    assert error_of(kms.create_key, **{member: value}) == (
        400,
        "ValidationException",
        f"1 validation error detected: {said} failed to satisfy constraint: Member must satisfy enum value set: "
        f"[{', '.join(values)}]",
    )
    assert aws.snapshot().kms == before


def test_a_value_in_a_list_that_no_enumeration_has(aws: MockAWS, kms: Any, grant: dict[str, Any]) -> None:
    values = operation_model("kms", "CreateGrant").input_shape.members["Operations"].member.enum
    before = aws.snapshot().kms
    assert error_of(kms.create_grant, **{**grant, "Operations": ["Fly"]}) == (
        400,
        "ValidationException",
        "1 validation error detected: Value '[Fly]' at 'operations' failed to satisfy constraint: Member must satisfy "
        f"constraint: [Member must satisfy enum value set: [{', '.join(values)}]]",
    )
    assert aws.snapshot().kms == before


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("KeySpec", "HMAC_256"),
        ("CustomerMasterKeySpec", "RSA_2048"),
        ("KeyUsage", "GENERATE_VERIFY_MAC"),
        ("Origin", "EXTERNAL"),
        ("CustomKeyStoreId", "cks-1234567890abcdef0"),
        ("XksKeyId", "external-key"),
        ("MultiRegion", True),
        ("Tags", [{"TagKey": "team", "TagValue": "data"}]),
    ],
)
def test_create_key_refuses_kinds_of_keys_by_name(aws: MockAWS, kms: Any, member: str, value: Any) -> None:
    before = aws.snapshot().kms
    with pytest.raises(NotSupported, match=rf"does not support {member}=.* of kms:CreateKey"):
        kms.create_key(**{member: value})
    assert aws.snapshot().kms == before


@pytest.mark.parametrize(
    ("member", "params"),
    [
        ("GranteeServicePrincipal", {"GranteeServicePrincipal": "s3.amazonaws.com"}),
        ("RetiringServicePrincipal", {"RetiringServicePrincipal": "s3.amazonaws.com"}),
        ("SourceArn", {"Constraints": {"SourceArn": "arn:aws:sqs:us-east-1:111122223333:queue"}}),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_create_grant_refuses_members_by_name(
    aws: MockAWS, kms: Any, grant: dict[str, Any], member: str, params: dict[str, Any], dry_run: bool
) -> None:
    before = aws.snapshot().kms
    with pytest.raises(NotSupported, match=f"does not support {member} of kms:CreateGrant"):
        kms.create_grant(**grant, **params, DryRun=dry_run)
    assert aws.snapshot().kms == before


def test_lists_refuse_members_by_name(kms: Any, key: KmsKey) -> None:
    with pytest.raises(NotSupported, match="does not support GranteeServicePrincipal of kms:ListGrants"):
        kms.list_grants(KeyId=key.arn, GranteeServicePrincipal="s3.amazonaws.com")
    with pytest.raises(NotSupported, match="does not support OTHER_ACCOUNTS_VIA_RAM of kms:ListKeys"):
        kms.list_keys(ResourceOwners=["OTHER_ACCOUNTS_VIA_RAM"])
    assert key.arn in [each["KeyArn"] for each in kms.list_keys(ResourceOwners=["SELF"])["Keys"]]
