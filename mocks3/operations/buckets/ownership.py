"""Object Ownership of a bucket: GetBucketOwnershipControls, PutBucketOwnershipControls, DeleteBucketOwnershipControls.

Source: docs/rules/ownership.md; user guide, "Controlling ownership of objects and disabling ACLs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import ACL_WITH_BUCKET_OWNER_ENFORCED, MALFORMED_XML, OWNERSHIP_CONTROLS_NOT_FOUND
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, Need
from mocks3.model.stages import Authorized

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeleteBucketOwnershipControlsRequestTypeDef,
        GetBucketOwnershipControlsRequestTypeDef,
        PutBucketOwnershipControlsRequestTypeDef,
    )

    from mocks3.storage import Acl

ENFORCED = "BucketOwnerEnforced"
_NO_ANONYMOUS_CALLERS = "s3:{verb}BucketOwnershipControls does not support Anonymous requests!"


@operation(Need("s3:GetBucketOwnershipControls", BUCKET), anonymous=_NO_ANONYMOUS_CALLERS.format(verb="Get"))
def get_bucket_ownership_controls(
    call: Authorized, params: GetBucketOwnershipControlsRequestTypeDef
) -> Params:
    """Return the Object Ownership setting. Raises ``OwnershipControlsNotFoundError`` if it was deleted."""
    ownership = call.bucket.ownership
    if ownership is None:
        raise OWNERSHIP_CONTROLS_NOT_FOUND(BucketName=call.bucket.name)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}


@operation(Need("s3:PutBucketOwnershipControls", BUCKET), anonymous=_NO_ANONYMOUS_CALLERS.format(verb="Put"))
def put_bucket_ownership_controls(
    call: Authorized, params: PutBucketOwnershipControlsRequestTypeDef
) -> Params:
    """Set Object Ownership. ACLs are kept, but they have no effect under BucketOwnerEnforced (A-54).

    Raises ``InvalidBucketAclWithObjectOwnership`` for BucketOwnerEnforced while the bucket's ACL grants access to
    anyone except the owner.
    """
    rules = params["OwnershipControls"]["Rules"]
    if len(rules) != 1:
        raise MALFORMED_XML()
    ownership = rules[0]["ObjectOwnership"]
    with call.store.editing(call.bucket.name) as bucket:
        owner = call.world.iam.canonical_id(bucket.owner)
        if ownership == ENFORCED and grants_others(bucket.acl, owner):
            raise ACL_WITH_BUCKET_OWNER_ENFORCED()
        bucket.ownership = ownership
    return {}


@operation(Need("s3:PutBucketOwnershipControls", BUCKET), anonymous=_NO_ANONYMOUS_CALLERS.format(verb="Put"))
def delete_bucket_ownership_controls(
    call: Authorized, params: DeleteBucketOwnershipControlsRequestTypeDef
) -> Params:
    """Delete the Object Ownership setting: each new object then belongs to the account that writes it."""
    with call.store.editing(call.bucket.name) as bucket:
        bucket.ownership = None
    return {}


def grants_others(acl: Acl | None, owner: str) -> bool:
    """Return whether an ACL has a grant for anyone except the account with the canonical id ``owner`` (A-52)."""
    return acl is not None and any(grant.grantee.id != owner for grant in acl.grants)
