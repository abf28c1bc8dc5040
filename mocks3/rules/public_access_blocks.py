"""Block Public Access settings in calls: of buckets, accounts and access points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mocks3.errors import INVALID_REQUEST
from mocks3.storage import PublicAccessBlock


def block_members(block: PublicAccessBlock) -> dict[str, bool]:
    """Return Block Public Access settings as boto3 returns them."""
    return {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }


def block_of(members: Mapping[str, Any]) -> PublicAccessBlock:
    """Return the settings that a call contains. A setting that is not named is off."""
    return PublicAccessBlock(
        block_public_acls=members.get("BlockPublicAcls", False),
        ignore_public_acls=members.get("IgnorePublicAcls", False),
        block_public_policy=members.get("BlockPublicPolicy", False),
        restrict_public_buckets=members.get("RestrictPublicBuckets", False),
    )


def new_block(members: Mapping[str, Any]) -> PublicAccessBlock:
    """Return the settings that PutPublicAccessBlock sets, of a bucket or of an account.

    Raises:
        S3Error: InvalidRequest if the call names no setting. Users report that S3 refuses it (awslabs/aws-sdk-rust
            #819). The sentence is the one that other implementations quote.
    """
    if not members:
        raise INVALID_REQUEST(message="Must specify at least one configuration.")
    return block_of(members)
