"""The queues, topics and functions that a test says there are, and what their policies let S3 do.

As long as a test says nothing of destinations, every one is there and takes everything. Once it does, others are
missing: ``PutBucketNotificationConfiguration`` then refuses them, as it does destinations whose policies keep S3 out
(F-133), unless it is told to skip that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import decide_by_own_policy, recorded, supposed
from mocks3.effects.events import S3
from mocks3.storage.iam import ServiceRecord
from mocks3.storage.iam.callers import caller_of_service

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.policy import Policy
    from mocks3.storage import Bucket

ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}
_NOUNS = {"sqs": "queue", "sns": "topic"}


def permits(world: EffectsWorld, bucket: Bucket, arn: str) -> bool:
    """Whether S3 may send to a destination for this bucket; the decision is in the journal."""
    known = world.effects.destinations
    if not known:
        return True
    if arn not in known:
        return False
    policy = known[arn]
    return policy is None or _is_allowed(world, bucket, arn, policy)


def refusal(world: EffectsWorld, bucket: Bucket, arn: str) -> str | None:
    """What S3 says of a destination that it can't send to, None where it can."""
    if permits(world, bucket, arn):
        return None
    service = _service(arn)
    if service == "lambda":
        return f"Not authorized to invoke function [{arn}]"
    noun = _NOUNS[service]
    if arn not in world.effects.destinations:
        return f"The destination {noun} does not exist"
    return f"Permissions on the destination {noun} do not allow S3 to publish notifications from this bucket"


def _is_allowed(world: EffectsWorld, bucket: Bucket, arn: str, policy: Policy) -> bool:
    caller = caller_of_service(ServiceRecord(S3, f"arn:aws:s3:::{bucket.name}", bucket.owner))
    owner = arn.split(":")[4]
    return recorded(
        world, decide_by_own_policy(supposed(world, caller), ACTIONS[_service(arn)], arn, owner, policy)
    ).allowed


def _service(arn: str) -> str:
    return arn.split(":")[2]
