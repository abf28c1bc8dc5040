"""Read KMS keys, their policies, grants and aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mocks3.load.descriptions import Description, GrantDescription, KmsKeyDescription
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.derived import KEYS
from mocks3.load.terraform.documents import policy_document

_CONSTRAINTS = {
    "encryption_context_equals": "EncryptionContextEquals",
    "encryption_context_subset": "EncryptionContextSubset",
}


def _described(block: Block, key: str, **members: Any) -> KmsKeyDescription:
    """Return the description of a key. ``key`` is its id or ARN; its account and Region are those in the ARN."""
    terraform, resource = block.terraform, block.resource
    account, region = terraform.known_account(resource), terraform.known_region(resource)
    parts = key.split(":")
    if len(parts) > 5:
        region, account = parts[3] or region, parts[4] or account
    return KmsKeyDescription(
        place=block.place, id=key.rpartition("/")[2], account=account, region=region, **members
    )


def key(block: Block) -> Iterator[Description]:
    """Read ``aws_kms_key`` and keys of its kind, also the data source."""
    known = block.terraform.attribute(block.resource, "arn") or block.terraform.attribute(
        block.resource, "key_id"
    )
    block.taken |= {"key_id", "id", "arn"}
    enabled = block.flag("is_enabled" if "is_enabled" in block.values else "enabled")
    if isinstance(known, str):
        yield _described(block, known, policy=policy_document(block, "policy"), enabled=enabled)


def key_policy(block: Block) -> Iterator[Description]:
    """Read ``aws_kms_key_policy``."""
    known, policy = block.referred("key_id", KEYS, "arn"), policy_document(block, "policy")
    if known is not None and policy is not None:
        yield _described(block, known, policy=policy)


def alias(block: Block) -> Iterator[Description]:
    """Read ``aws_kms_alias``, also the data source."""
    name = block.text("name")
    known = block.referred("target_key_id", KEYS, "arn")
    block.taken |= {"name_prefix", "target_key_arn"}
    if name is not None and known is not None:
        yield _described(block, known, aliases=(name,))


def grant(block: Block) -> Iterator[Description]:
    """Read ``aws_kms_grant``."""
    known, grantee = (
        block.referred("key_id", KEYS, "arn"),
        block.reference("grantee_principal"),
    )
    constraints: dict[str, Any] = {}
    for each in block.blocks("constraints"):
        for attribute, member in _CONSTRAINTS.items():
            value = each.known(attribute)
            if isinstance(value, dict) and value:
                constraints[member] = value
    block.taken |= {"grant_id", "name"}
    grant_id = block.values.get("grant_id")
    if known is not None and grantee is not None:
        yield GrantDescription(
            place=block.place,
            key=known,
            grantee=grantee,
            operations=block.texts("operations"),
            constraints=constraints or None,
            id=grant_id if isinstance(grant_id, str) and grant_id else None,
        )
