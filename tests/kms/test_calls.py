"""The KMS operations, called with a boto3 client (KMS API Reference)."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from mocks3 import NotSupported

from .conftest import OPS
from .documents import allow, document, error_of

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def made(kms: Any, **params: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = kms.create_key(**params)["KeyMetadata"]
    return metadata


def described(kms: Any, name: str) -> dict[str, Any]:
    metadata: dict[str, Any] = kms.describe_key(KeyId=name)["KeyMetadata"]
    return metadata


def test_a_key_is_created_and_described(kms: Any) -> None:
    metadata = made(kms, Description="for data")
    assert metadata["Arn"] == f"arn:aws:kms:us-east-1:{OPS}:key/{metadata['KeyId']}"
    assert metadata["KeyState"] == "Enabled"
    assert (metadata["Enabled"], metadata["KeyManager"]) == (True, "CUSTOMER")
    assert metadata["Description"] == "for data"
    assert isinstance(metadata["CreationDate"], datetime.datetime)
    assert described(kms, metadata["KeyId"]) == described(kms, metadata["Arn"]) == metadata


@pytest.mark.parametrize(
    "asked",
    [
        {"KeySpec": "RSA_2048"},
        {"KeyUsage": "SIGN_VERIFY"},
        {"MultiRegion": True},
        {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_keys_that_s3_cannot_use_are_not_supported(kms: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(NotSupported, match=next(iter(asked))):
        kms.create_key(**asked)


def test_keys_are_of_one_region(aws: Any, kms: Any) -> None:
    metadata = made(kms)
    ireland = aws.account().root.client("kms", region_name="eu-west-1")
    missing = f"arn:aws:kms:eu-west-1:{OPS}:key/{metadata['KeyId']}"
    found = error_of(ireland.describe_key, KeyId=metadata["KeyId"])
    assert found == (400, "NotFoundException", f"Key '{missing}' does not exist")
    assert error_of(ireland.describe_key, KeyId=metadata["Arn"]) == (
        400,
        "NotFoundException",
        "Invalid arn us-east-1",
    )


def test_keys_are_listed_a_page_at_a_time(kms: Any) -> None:
    ids = [made(kms)["KeyId"] for _ in range(3)]
    first = kms.list_keys(Limit=2)
    assert [key["KeyId"] for key in first["Keys"]] == ids[:2]
    assert first["Truncated"]
    rest = kms.list_keys(Limit=2, Marker=first["NextMarker"])
    assert rest["Keys"][0]["KeyId"] == ids[2]
    assert rest["Keys"][1]["KeyId"] == described(kms, "alias/aws/s3")["KeyId"]
    assert not rest["Truncated"]
    assert error_of(kms.list_keys, Marker="nowhere")[1] == "InvalidMarkerException"
    assert len(list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1}))) == 4


class TestPolicies:
    def test_by_default_the_account_decides(self, kms: Any) -> None:
        """KMS developer guide, "Default key policy"."""
        shown = kms.get_key_policy(KeyId=made(kms)["KeyId"])
        assert shown["PolicyName"] == "default"
        (statement,) = json.loads(shown["Policy"])["Statement"]
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{OPS}:root"}
        assert (statement["Action"], statement["Resource"]) == ("kms:*", "*")

    def test_a_policy_is_replaced(self, kms: Any) -> None:
        key = made(kms)["KeyId"]
        text = json.dumps(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root")))
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text)
        assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == text

    @pytest.mark.parametrize("text", ["{", "{}", json.dumps(document(allow("kms:*")))])
    def test_a_malformed_policy_is_rejected(self, kms: Any, text: str) -> None:
        key = made(kms)["KeyId"]
        found = error_of(kms.put_key_policy, KeyId=key, PolicyName="default", Policy=text)
        assert found[:2] == (400, "MalformedPolicyDocumentException")
        assert error_of(kms.create_key, Policy=text)[1] == "MalformedPolicyDocumentException"

    def test_a_policy_has_one_name(self, kms: Any) -> None:
        found = error_of(kms.get_key_policy, KeyId=made(kms)["KeyId"], PolicyName="other")
        assert found == (400, "NotFoundException", "No such policy exists")


class TestStates:
    """KMS developer guide, "Key states of AWS KMS keys"."""

    def test_disable_and_enable(self, kms: Any) -> None:
        key = made(kms)["KeyId"]
        kms.disable_key(KeyId=key)
        assert described(kms, key)["KeyState"] == "Disabled"
        assert not described(kms, key)["Enabled"]
        kms.enable_key(KeyId=key)
        assert described(kms, key)["KeyState"] == "Enabled"

    def test_a_key_is_deleted_after_the_waiting_period(self, kms: Any, time_machine: Any) -> None:
        time_machine.move_to("2026-11-21T12:00:00Z", tick=False)
        key = made(kms)
        answer = kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
        assert (answer["KeyId"], answer["KeyState"]) == (key["Arn"], "PendingDeletion")
        assert answer["DeletionDate"] == datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)
        assert described(kms, key["KeyId"])["DeletionDate"] == answer["DeletionDate"]
        time_machine.move_to("2026-11-28T11:59:59Z", tick=False)
        assert described(kms, key["KeyId"])["KeyState"] == "PendingDeletion"
        time_machine.move_to("2026-11-28T12:00:00Z", tick=False)
        found = error_of(kms.describe_key, KeyId=key["KeyId"])
        assert found == (400, "NotFoundException", f"Key '{key['Arn']}' does not exist")
        assert key["KeyId"] not in [each["KeyId"] for each in kms.list_keys()["Keys"]]

    def test_a_key_whose_deletion_was_cancelled_is_disabled(self, kms: Any) -> None:
        """API_CancelKeyDeletion."""
        key = made(kms)
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        assert kms.cancel_key_deletion(KeyId=key["KeyId"])["KeyId"] == key["Arn"]
        assert described(kms, key["KeyId"])["KeyState"] == "Disabled"

    def test_a_key_pending_deletion_cannot_be_changed(self, kms: Any) -> None:
        key = made(kms)
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        expected = (400, "KMSInvalidStateException", f"{key['Arn']} is pending deletion.")
        assert error_of(kms.enable_key, KeyId=key["KeyId"]) == expected
        assert error_of(kms.schedule_key_deletion, KeyId=key["KeyId"]) == expected

    def test_only_a_pending_deletion_can_be_cancelled(self, kms: Any) -> None:
        key = made(kms)["KeyId"]
        assert error_of(kms.cancel_key_deletion, KeyId=key)[1] == "KMSInvalidStateException"

    @pytest.mark.parametrize("days", [6, 31])
    def test_seven_to_thirty_days(self, kms: Any, days: int) -> None:
        key = made(kms)["KeyId"]
        found = error_of(kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=days)
        assert found[1] == "ValidationException"


class TestAliases:
    def test_an_alias_stands_for_its_key(self, kms: Any) -> None:
        key = made(kms)
        kms.create_alias(AliasName="alias/data", TargetKeyId=key["KeyId"])
        arn = f"arn:aws:kms:us-east-1:{OPS}:alias/data"
        assert described(kms, "alias/data") == described(kms, arn) == described(kms, key["KeyId"])
        (listed,) = kms.list_aliases(KeyId=key["KeyId"])["Aliases"]
        assert listed == {"AliasName": "alias/data", "AliasArn": arn, "TargetKeyId": key["KeyId"]}
        assert [each["AliasName"] for each in kms.list_aliases()["Aliases"]] == ["alias/aws/s3", "alias/data"]

    def test_an_alias_has_one_key(self, kms: Any) -> None:
        kms.create_alias(AliasName="alias/data", TargetKeyId=made(kms)["KeyId"])
        found = error_of(kms.create_alias, AliasName="alias/data", TargetKeyId=made(kms)["KeyId"])
        assert found[1] == "AlreadyExistsException"

    @pytest.mark.parametrize("name", ["data", "alias/aws/mine", "alias/da:ta"])
    def test_invalid_alias_names(self, kms: Any, name: str) -> None:
        found = error_of(kms.create_alias, AliasName=name, TargetKeyId=made(kms)["KeyId"])
        assert found[1] == "InvalidAliasNameException"

    def test_an_alias_that_does_not_exist(self, kms: Any) -> None:
        arn = f"arn:aws:kms:us-east-1:{OPS}:alias/none"
        expected = (400, "NotFoundException", f"Alias {arn} is not found.")
        assert error_of(kms.describe_key, KeyId="alias/none") == expected


class TestGrants:
    def test_grants_are_created_listed_and_revoked(self, ops: Any, kms: Any) -> None:
        key, dave = made(kms), ops.create_user("dave")
        constraints = {"EncryptionContextSubset": {"aws:s3:arn": "arn:aws:s3:::data"}}
        granted = kms.create_grant(
            KeyId=key["KeyId"],
            GranteePrincipal=dave.arn,
            Operations=["Decrypt"],
            Constraints=constraints,
            Name="n",
        )
        (listed,) = kms.list_grants(KeyId=key["KeyId"])["Grants"]
        assert listed["GrantId"] == granted["GrantId"]
        assert (listed["GranteePrincipal"], listed["Operations"]) == (dave.arn, ["Decrypt"])
        assert (listed["Constraints"], listed["Name"]) == (constraints, "n")
        assert kms.list_grants(KeyId=key["KeyId"], GranteePrincipal="arn:aws:iam::1:user/x")["Grants"] == []
        kms.revoke_grant(KeyId=key["KeyId"], GrantId=granted["GrantId"])
        assert kms.list_grants(KeyId=key["KeyId"])["Grants"] == []
        again = error_of(kms.revoke_grant, KeyId=key["KeyId"], GrantId=granted["GrantId"])
        assert again == (400, "NotFoundException", f"Grant ID {granted['GrantId']} not found")


class TestTheManagedKey:
    def test_it_always_exists(self, kms: Any) -> None:
        metadata = described(kms, "alias/aws/s3")
        assert (metadata["KeyManager"], metadata["KeyState"]) == ("AWS", "Enabled")
        statement = json.loads(kms.get_key_policy(KeyId=metadata["KeyId"])["Policy"])["Statement"][0]
        assert statement["Condition"]["StringEquals"] == {
            "kms:ViaService": "s3.us-east-1.amazonaws.com",
            "kms:CallerAccount": OPS,
        }

    def test_no_principal_can_change_it(self, kms: Any) -> None:
        """Its key policy allows no principal to change it, not even the root user."""
        key = described(kms, "alias/aws/s3")["KeyId"]
        assert error_of(kms.disable_key, KeyId=key)[1] == "AccessDeniedException"


class TestPermissions:
    """The rules are those for the use of a key through S3; the error code is that of KMS."""

    def test_the_key_policy_and_the_identity_decide(self, ops: Any, kms: Any) -> None:
        key = made(kms)
        dave = ops.create_user("dave", policies=document(allow("kms:DescribeKey")))
        assert described(dave.client("kms"), key["KeyId"])["Arn"] == key["Arn"]
        assert error_of(dave.client("kms").disable_key, KeyId=key["KeyId"]) == (
            400,
            "AccessDeniedException",
            (
                f"User: {dave.arn} is not authorized to perform: kms:DisableKey on resource: {key['Arn']} because no "
                "identity-based policy allows the kms:DisableKey action"
            ),
        )
        assert described(kms, key["KeyId"])["Enabled"]

    @pytest.mark.parametrize("call", ["create_key", "list_keys", "list_aliases"])
    def test_calls_without_a_key(self, ops: Any, call: str) -> None:
        dave = ops.create_user("dave")
        _, code, message = error_of(getattr(dave.client("kms"), call))
        assert code == "AccessDeniedException"
        assert " on resource: * because no identity-based policy allows the kms:" in message

    def test_keys_of_other_accounts(self, ops: Any, partner: Any, kms: Any) -> None:
        eve = partner.create_user("eve", policies=document(allow("kms:*")))
        key = made(kms)["Arn"]
        for arn in (key, key[:-12] + "0" * 12):
            _, code, message = error_of(eve.client("kms").describe_key, KeyId=arn)
            assert code == "AccessDeniedException"
            assert "on this resource because the resource does not exist in this Region" in message

    def test_every_call_is_authorized_and_recorded(self, aws: Any, kms: Any) -> None:
        made(kms)
        assert (aws.decisions[-1].action, aws.decisions[-1].resource) == ("kms:CreateKey", "*")
        assert (aws.calls[-1].service, aws.calls[-1].operation) == ("kms", "CreateKey")


class TestTheWire:
    def test_an_unsupported_operation_is_named(self, kms: Any) -> None:
        with pytest.raises(NotSupported, match="kms:ListRetirableGrants"):
            kms.list_retirable_grants(RetiringPrincipal=f"arn:aws:iam::{OPS}:root")

    @pytest.mark.parametrize(
        ("body", "code"),
        [(b"{", "SerializationException"), (b'{"Limit": "x"}', "SerializationException")],
    )
    def test_an_invalid_body(self, kms: Any, body: bytes, code: str) -> None:
        def spoil(request: Any, **_: object) -> None:
            request.data = body
            request.headers["Content-Length"] = str(len(body))

        kms.meta.events.register("request-created.kms.ListKeys", spoil)
        try:
            assert error_of(kms.list_keys)[1] == code
        finally:
            kms.meta.events.unregister("request-created.kms.ListKeys", spoil)
