"""Whether Block Public Access refuses a public policy of an access point (B-20; user guide, "Access points")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.bucket_policies.public import is_public
from mocks3.storage import ObjectLambda

if TYPE_CHECKING:
    from mocks3.storage import AccessPoint, Store
    from mocks3.storage.iam.guardrails import GuardRails


def is_blocked(store: Store, guardrails: GuardRails, point: AccessPoint | ObjectLambda, text: str) -> bool:
    """Return whether BlockPublicPolicy refuses the policy: a setting of the access point, its account or its bucket.

    The bucket's settings count if its owner also owns the access point. Through a VPC, no policy is public. The
    settings of an Object Lambda access point are always on (API_control_GetAccessPointForObjectLambda).
    """
    if isinstance(point, ObjectLambda):
        return is_public(text, of_access_point=True)
    bucket = store.bucket(point.bucket)
    blocks = [point.public_access_block, guardrails.public_access_block(point.account)]
    if bucket is not None and bucket.owner == point.account:
        blocks.append(bucket.public_access_block)
    blocked = any(block is not None and block.block_public_policy for block in blocks)
    return blocked and point.vpc is None and is_public(text, of_access_point=True)
