"""GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus.

``mocks3.access.bucket_policies`` decides whether a policy is valid and whether it is public. Principals of other
accounts get ``MethodNotAllowed`` before these functions run (X-14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import current_bucket_policy
from mocks3.access.bucket_policies.validation import check_bucket_policy, check_directory_bucket_policy
from mocks3.errors import NO_SUCH_BUCKET_POLICY, Why
from mocks3.errors.refusals import ACCESS_DENIED, PUBLIC_ACCESS_BLOCKED
from mocks3.model import habits
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, REGIONAL, Need
from mocks3.model.stages import Authorized
from mocks3.model.target import DirectoryTarget
from mocks3.rules.policy_documents import stored_text

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeleteBucketPolicyRequestTypeDef,
        GetBucketPolicyRequestTypeDef,
        GetBucketPolicyStatusRequestTypeDef,
        PutBucketPolicyRequestTypeDef,
    )


@operation(Need("s3:GetBucketPolicy", BUCKET), express=REGIONAL)
def get_bucket_policy(call: Authorized, params: GetBucketPolicyRequestTypeDef) -> Params:
    """Return the bucket's policy as it was put, with the unique ids of deleted principals (PE-14, V-1)."""
    return {"Policy": _policy(call)}


@operation(Need("s3:PutBucketPolicy", BUCKET), express=REGIONAL)
def put_bucket_policy(call: Authorized, params: PutBucketPolicyRequestTypeDef) -> Params:
    """Replace the bucket's policy. It must be valid, and must not be public if BlockPublicPolicy is on (B-20).

    ``ConfirmRemoveSelfBucketAccess`` changes nothing (OQ-15). Raises ``MalformedPolicy`` and ``AccessDenied``.
    """
    text = stored_text(params["Policy"])
    principals = _validated(call, text)
    block = call.target.public_access_block(call.world.guardrails)
    if block is None and habits.allows(call.settings, habits.PUBLIC_POLICIES) and is_public(text):
        habits.count(habits.PUBLIC_POLICIES)
    if block is not None and block.block_public_policy and is_public(text):
        why = Why(
            "block-public-access",
            "the policy is public, and BlockPublicPolicy of Block Public Access refuses public policies",
            "B-20, B-40",
            (
                "name accounts, users or roles instead of *, or add a condition on fixed values (aws:PrincipalOrgID)",
                "turn BlockPublicPolicy off, if everybody shall have access: put_public_access_block",
            ),
        )
        if call.bucket.zone is not None:
            raise ACCESS_DENIED(why)
        raise PUBLIC_ACCESS_BLOCKED(
            why,
            user=call.caller.arn,
            action="s3:PutBucketPolicy",
            arn=call.target.arn,
            what="policies",
            setting="BlockPublicPolicy",
        )
    with call.store.editing(call.bucket.name) as bucket:
        bucket.policy = text
        bucket.policy_principals = principals
    return {}


@operation(Need("s3:DeleteBucketPolicy", BUCKET), express=REGIONAL)
def delete_bucket_policy(call: Authorized, params: DeleteBucketPolicyRequestTypeDef) -> Params:
    """Delete the bucket's policy. It is no error if there is none (V-2)."""
    with call.store.editing(call.bucket.name) as bucket:
        bucket.policy = None
        bucket.policy_principals = {}
    return {}


@operation(Need("s3:GetBucketPolicyStatus", BUCKET))
def get_bucket_policy_status(call: Authorized, params: GetBucketPolicyStatusRequestTypeDef) -> Params:
    """Return whether the bucket's policy is public, without regard to Block Public Access (B-48)."""
    return {"PolicyStatus": {"IsPublic": is_public(_policy(call))}}


def _validated(call: Authorized, text: str) -> dict[str, str]:
    """Return the principals that a new policy names: ARN to unique id. Raises ``MalformedPolicy``."""
    iam, target = call.world.iam, call.target
    if isinstance(target, DirectoryTarget):
        return check_directory_bucket_policy(iam, target.own_arn, text)
    return check_bucket_policy(iam, call.bucket.arn, text)


def _policy(call: Authorized) -> str:
    text = current_bucket_policy(call.bucket, call.world.iam)
    if text is None:
        raise NO_SUCH_BUCKET_POLICY(BucketName=call.bucket.name)
    return text
