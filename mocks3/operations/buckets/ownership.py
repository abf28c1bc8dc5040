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
    from mocks3.storage import Acl

ENFORCED = "BucketOwnerEnforced"
_NOT_UNSIGNED = "s3:{verb}BucketOwnershipControls does not support Anonymous requests!"


@operation(Need("s3:GetBucketOwnershipControls", BUCKET), anonymous=_NOT_UNSIGNED.format(verb="Get"))
def get_bucket_ownership_controls(call: Authorized, params: Params) -> Params:
    """Who owns new objects. Raises ``OwnershipControlsNotFoundError`` once the controls were deleted."""
    ownership = call.bucket.ownership
    if ownership is None:
        raise OWNERSHIP_CONTROLS_NOT_FOUND(BucketName=call.bucket.name)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}


@operation(Need("s3:PutBucketOwnershipControls", BUCKET), anonymous=_NOT_UNSIGNED.format(verb="Put"))
def put_bucket_ownership_controls(call: Authorized, params: Params) -> Params:
    """Set who owns new objects; ACLs are kept, but dormant under BucketOwnerEnforced (A-54).

    Raises ``InvalidBucketAclWithObjectOwnership`` to enforce it while the bucket's ACL grants anyone but its owner.
    """
    rules = params["OwnershipControls"]["Rules"]
    if len(rules) != 1:
        raise MALFORMED_XML()
    ownership = rules[0]["ObjectOwnership"]
    with call.store.editing(call.bucket.name) as bucket:
        owner = call.world.directory.canonical_id(bucket.owner)
        if ownership == ENFORCED and grants_others(bucket.acl, owner):
            raise ACL_WITH_BUCKET_OWNER_ENFORCED()
        bucket.ownership = ownership
    return {}


@operation(Need("s3:PutBucketOwnershipControls", BUCKET), anonymous=_NOT_UNSIGNED.format(verb="Put"))
def delete_bucket_ownership_controls(call: Authorized, params: Params) -> Params:
    """Forget the controls: then objects are their writers'."""
    with call.store.editing(call.bucket.name) as bucket:
        bucket.ownership = None
    return {}


def grants_others(acl: Acl | None, owner: str) -> bool:
    """Whether a list grants anything to anyone but the account with the canonical id ``owner`` (A-52)."""
    return acl is not None and any(grant.grantee.id != owner for grant in acl.grants)
