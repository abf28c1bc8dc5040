"""Block Public Access of a bucket: GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock.

The settings take effect when ACLs and policies are put (B-1, B-3) and when access is decided (B-2, B-4).
Source: docs/rules/block-public-access.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import NO_PUBLIC_ACCESS_BLOCK
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, Need
from mocks3.model.stages import Authorized
from mocks3.rules.public_access_blocks import block_members, new_block

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeletePublicAccessBlockRequestTypeDef,
        GetPublicAccessBlockRequestTypeDef,
        PutPublicAccessBlockRequestTypeDef,
    )


@operation(Need("s3:GetBucketPublicAccessBlock", BUCKET))
def get_public_access_block(call: Authorized, params: GetPublicAccessBlockRequestTypeDef) -> Params:
    """Return the four settings. Raises ``NoSuchPublicAccessBlockConfiguration`` if they were deleted (B-7)."""
    block = call.bucket.public_access_block
    if block is None:
        raise NO_PUBLIC_ACCESS_BLOCK(BucketName=call.bucket.name)
    return {"PublicAccessBlockConfiguration": block_members(block)}


@operation(Need("s3:PutBucketPublicAccessBlock", BUCKET))
def put_public_access_block(call: Authorized, params: PutPublicAccessBlockRequestTypeDef) -> Params:
    """Set all four settings; a setting that is not named is off. Stored ACLs and policies do not change (B-9).

    Raise ``InvalidRequest`` if the call names no setting.
    """
    block = new_block(params["PublicAccessBlockConfiguration"])
    with call.store.editing(call.bucket.name) as bucket:
        bucket.public_access_block = block
    return {}


@operation(Need("s3:PutBucketPublicAccessBlock", BUCKET))
def delete_public_access_block(call: Authorized, params: DeletePublicAccessBlockRequestTypeDef) -> Params:
    """Delete the settings. This turns all four off."""
    with call.store.editing(call.bucket.name) as bucket:
        bucket.public_access_block = None
    return {}
