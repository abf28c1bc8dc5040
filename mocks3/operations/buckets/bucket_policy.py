"""GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus.

What a valid policy is and what a public one is, ``mocks3.access.bucket_policies`` knows. Principals of
other accounts never come here: they hear ``MethodNotAllowed`` (X-14).
"""

from __future__ import annotations

from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import present_text
from mocks3.access.bucket_policies.validation import validate, validate_directory_bucket
from mocks3.errors import ACCESS_DENIED, NO_SUCH_BUCKET_POLICY, PUBLIC_ACCESS_BLOCKED
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, REGIONAL, Need
from mocks3.model.stages import Authorized
from mocks3.model.target import DirectoryTarget
from mocks3.storage import POLICY_PRINCIPALS


@operation(Need("s3:GetBucketPolicy", BUCKET), express=REGIONAL)
def get_bucket_policy(call: Authorized, params: Params) -> Params:
    """The bucket's policy: as it was put, but with the ids of principals that are gone (PE-14, V-1)."""
    return {"Policy": _policy(call)}


@operation(Need("s3:PutBucketPolicy", BUCKET), express=REGIONAL)
def put_bucket_policy(call: Authorized, params: Params) -> Params:
    """Replace the bucket's policy, once it is found valid (section 8) and not public where that is blocked (B-20).

    ``ConfirmRemoveSelfBucketAccess`` changes nothing (OQ-15). Raises ``MalformedPolicy`` and ``AccessDenied``.
    """
    text = params["Policy"]
    principals = _validated(call, text)
    block = call.bucket.public_access_block
    if block is not None and block.block_public_policy and is_public(text):
        if call.bucket.zone is not None:
            raise ACCESS_DENIED()
        raise PUBLIC_ACCESS_BLOCKED(
            user=call.caller.arn,
            action="s3:PutBucketPolicy",
            arn=call.target.arn,
            what="policies",
            setting="BlockPublicPolicy",
        )
    with call.store.editing(call.bucket.name) as bucket:
        bucket.policy = text
        bucket.documents[POLICY_PRINCIPALS] = principals
    return {}


@operation(Need("s3:DeleteBucketPolicy", BUCKET), express=REGIONAL)
def delete_bucket_policy(call: Authorized, params: Params) -> Params:
    """Remove the bucket's policy; that there was none is no error (V-2)."""
    with call.store.editing(call.bucket.name) as bucket:
        bucket.policy = None
        bucket.documents.pop(POLICY_PRINCIPALS, None)
    return {}


@operation(Need("s3:GetBucketPolicyStatus", BUCKET))
def get_bucket_policy_status(call: Authorized, params: Params) -> Params:
    """Whether the bucket's policy is public, whatever Block Public Access makes of it (B-48)."""
    return {"PolicyStatus": {"IsPublic": is_public(_policy(call))}}


def _validated(call: Authorized, text: str) -> dict[str, str]:
    """Return whom a new policy names, ARN to unique id. Raises ``MalformedPolicy``."""
    iam, target = call.world.directory, call.target
    if isinstance(target, DirectoryTarget):
        return validate_directory_bucket(iam, target.own_arn, text)
    return validate(iam, call.bucket.name, text)


def _policy(call: Authorized) -> str:
    text = present_text(call.bucket, call.world.directory)
    if text is None:
        raise NO_SUCH_BUCKET_POLICY(BucketName=call.bucket.name)
    return text
