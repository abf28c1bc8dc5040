"""KMS keys and their policies. Source: the API page of each operation."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.access.kms import key_use
from mocks3.errors import NotSupported, Row
from mocks3.kms.lookup import VALIDATION, account_of, key_of, key_to_change, paginate, region_of
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, KMS_KEY, Need
from mocks3.policy import PolicySyntaxError
from mocks3.rules.policy_documents import key_policy_of, stored_text
from mocks3.storage.kms import ENABLED, PENDING_DELETION

if TYPE_CHECKING:
    from types_boto3_kms.type_defs import (
        CancelKeyDeletionRequestTypeDef,
        CreateKeyRequestTypeDef,
        DescribeKeyRequestTypeDef,
        DisableKeyRequestTypeDef,
        EnableKeyRequestTypeDef,
        GetKeyPolicyRequestTypeDef,
        ListKeysRequestTypeDef,
        PutKeyPolicyRequestTypeDef,
        ScheduleKeyDeletionRequestTypeDef,
    )

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.policy import Policy
    from mocks3.storage.kms import KeyRecord

MALFORMED_POLICY = Row("MalformedPolicyDocumentException", 400, "{message}")
INVALID_STATE = Row("KMSInvalidStateException", 400, "{arn} is not pending deletion.")
NO_POLICY = Row("NotFoundException", 400, "No such policy exists")

_SUPPORTED = {
    "KeySpec": "SYMMETRIC_DEFAULT",
    "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
    "KeyUsage": "ENCRYPT_DECRYPT",
    "Origin": "AWS_KMS",
    "MultiRegion": False,
}
"""The kind of key that S3 accepts. Other values are not supported."""


@operation(Need("kms:CreateKey", ACCOUNT), service="kms")
def create_key(call: Authorized, params: CreateKeyRequestTypeDef) -> Params:
    """Create a symmetric key. The default policy allows the account everything, through identity policies.

    Raises ``MalformedPolicyDocumentException``; :class:`NotSupported` for other kinds of keys and for tags.
    """
    for member, value in params.items():
        if member in ("Tags", "CustomKeyStoreId", "XksKeyId") or _SUPPORTED.get(member, value) != value:
            raise NotSupported(
                f"mocks3 does not support {member}={value!r} of kms:CreateKey; nothing was changed"
            )
    account = account_of(call)
    policy = _policy(params.get("Policy"), account, region_of(call))
    key = call.world.kms.create(
        account,
        region_of(call),
        policy,
        params.get("Description", ""),
        principals=_principals(call, policy),
    )
    return {"KeyMetadata": metadata(key)}


@operation(Need("kms:DescribeKey", KMS_KEY), service="kms")
def describe_key(call: Authorized, params: DescribeKeyRequestTypeDef) -> Params:
    """Return the metadata of a key: state, manager, creation date and so on."""
    return {"KeyMetadata": metadata(key_of(call))}


@operation(Need("kms:ListKeys", ACCOUNT), service="kms")
def list_keys(call: Authorized, params: ListKeysRequestTypeDef) -> Params:
    """List the keys of the caller's account in the Region.

    Raises :class:`NotSupported` for ``OTHER_ACCOUNTS_VIA_RAM``.
    """
    if "OTHER_ACCOUNTS_VIA_RAM" in call.parsed.params.get("ResourceOwners", ()):
        raise NotSupported("mocks3 does not support OTHER_ACCOUNTS_VIA_RAM of kms:ListKeys")
    keys = list(call.world.kms.keys(account_of(call), region_of(call)))
    page, more = paginate(params, keys, 100, lambda key: key.id)
    return {"Keys": [{"KeyId": key.id, "KeyArn": key.arn} for key in page], **more}


@operation(Need("kms:PutKeyPolicy", KMS_KEY), service="kms")
def put_key_policy(call: Authorized, params: PutKeyPolicyRequestTypeDef) -> Params:
    """Replace a key's policy. Raises ``MalformedPolicyDocumentException``.

    mocks3 does not check that the new policy allows the caller to change it again (``BypassPolicyLockoutSafetyCheck``).
    """
    key = key_to_change(call)
    if params.get("PolicyName", "default") != "default":
        raise VALIDATION(message="PolicyName must be default")
    policy = _policy(params["Policy"], key.account, key.region)
    call.world.kms.put(dataclasses.replace(key, policy=policy, principals=_principals(call, policy)))
    return {}


@operation(Need("kms:GetKeyPolicy", KMS_KEY), service="kms")
def get_key_policy(call: Authorized, params: GetKeyPolicyRequestTypeDef) -> Params:
    """Return a key's policy, whose name is always ``default``. Deleted principals are listed by unique id (PE-14)."""
    if params.get("PolicyName", "default") != "default":
        raise NO_POLICY()
    return {"Policy": key_use.policy_of(call.world, key_of(call)).text, "PolicyName": "default"}


@operation(Need("kms:EnableKey", KMS_KEY), service="kms")
def enable_key(call: Authorized, params: EnableKeyRequestTypeDef) -> Params:
    """Enable a key."""
    call.world.kms.put(dataclasses.replace(key_to_change(call), enabled=True))
    return {}


@operation(Need("kms:DisableKey", KMS_KEY), service="kms")
def disable_key(call: Authorized, params: DisableKeyRequestTypeDef) -> Params:
    """Disable a key: it cannot be used until it is enabled again."""
    call.world.kms.put(dataclasses.replace(key_to_change(call), enabled=False))
    return {}


@operation(Need("kms:ScheduleKeyDeletion", KMS_KEY), service="kms")
def schedule_key_deletion(call: Authorized, params: ScheduleKeyDeletionRequestTypeDef) -> Params:
    """Schedule the deletion of a key in 7 to 30 days. A key that is pending deletion cannot be used."""
    key = key_to_change(call)
    days = params.get("PendingWindowInDays", 30)
    if not 7 <= days <= 30:
        raise VALIDATION(message="PendingWindowInDays must be between 7 and 30")
    key = call.world.kms.schedule_deletion(key, days)
    return {
        "KeyId": key.arn,
        "DeletionDate": key.deletion,
        "KeyState": PENDING_DELETION,
        "PendingWindowInDays": days,
    }


@operation(Need("kms:CancelKeyDeletion", KMS_KEY), service="kms")
def cancel_key_deletion(call: Authorized, params: CancelKeyDeletionRequestTypeDef) -> Params:
    """Cancel the deletion of a key. The key is disabled afterwards [API_CancelKeyDeletion]."""
    key = key_to_change(call, pending=True)
    if key.state != PENDING_DELETION:
        raise INVALID_STATE(arn=key.arn)
    call.world.kms.put(dataclasses.replace(key, deletion=None, enabled=False))
    return {"KeyId": key.arn}


def metadata(key: KeyRecord) -> Params:
    """Return a key's ``KeyMetadata``."""
    described: Params = {
        "AWSAccountId": key.account,
        "KeyId": key.id,
        "Arn": key.arn,
        "CreationDate": key.created,
        "Enabled": key.state == ENABLED,
        "Description": key.description,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": key.state,
        "Origin": "AWS_KMS",
        "KeyManager": key.manager,
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": False,
        # Recorded: 64 hexadecimal digits. The material does not change, because mocks3 does not rotate keys.
        "CurrentKeyMaterialId": hashlib.sha256(key.arn.encode()).hexdigest(),
    }
    if key.deletion is not None:
        described["DeletionDate"] = key.deletion
    return described


def _principals(call: Authorized, policy: Policy) -> stored_principals.PrincipalIds:
    """Return the principals that a new key policy names. Raises ``MalformedPolicyDocumentException``."""
    try:
        return stored_principals.of_policy(call.world.iam, policy)
    except stored_principals.UnknownPrincipal as unknown:
        raise MALFORMED_POLICY(
            message="Policy contains a statement with one or more invalid principals."
        ) from unknown


def _policy(text: str | None, account: str, region: str) -> Policy:
    try:
        return key_policy_of(None if text is None else stored_text(text), account, region)
    except PolicySyntaxError as error:
        raise MALFORMED_POLICY(message=str(error)) from error
