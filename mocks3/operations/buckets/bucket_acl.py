"""GetBucketAcl, PutBucketAcl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, Need
from mocks3.model.stages import Authorized
from mocks3.rules import acls

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetBucketAclRequestTypeDef, PutBucketAclRequestTypeDef


@operation(Need("s3:GetBucketAcl", BUCKET))
def get_bucket_acl(call: Authorized, params: GetBucketAclRequestTypeDef) -> Params:
    """Return the bucket's owner and grants. Under BucketOwnerEnforced, only the owner's FULL_CONTROL (A-7)."""
    return acls.response_members(call, call.bucket.acl, call.bucket.owner)


@operation(
    Need("s3:PutBucketAcl", BUCKET),
    anonymous="Anonymous users cannot invoke this API. Please authenticate.",
)
def put_bucket_acl(call: Authorized, params: PutBucketAclRequestTypeDef) -> Params:
    """Replace the bucket's grants. The request has a canned ACL, grant headers or a body; only one of them (A-42)."""
    acl = acls.replacement_acl(call, params, call.bucket.owner, acls.BUCKET_CANNED, "s3:PutBucketAcl")
    with call.store.editing(call.bucket.name) as bucket:
        bucket.acl = acl
    return {}
