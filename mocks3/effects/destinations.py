"""The queues, topics and functions that a test declares, and whether their policies allow S3 to send.

If a test declares no destinations, every destination exists and accepts every message. If it declares some, all others
do not exist. With ``mock_s3(deliver="moto")`` the queues, topics and functions of moto exist, and those that the test
declares. ``PutBucketNotificationConfiguration`` then refuses those, and destinations whose policies do not allow S3
(F-133), unless ``SkipDestinationValidation`` is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import decide_by_own_policy, hypothetical_request, record_decision
from mocks3.effects import moto_destinations
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
    """Return whether S3 may send to a destination for this bucket. The decision is recorded in ``aws.decisions``."""
    if not _exists(world, arn):
        return False
    policy = world.effects.destinations.get(arn)
    return policy is None or _is_allowed(world, bucket, arn, policy)


def _exists(world: EffectsWorld, arn: str) -> bool:
    known = world.effects.destinations
    if arn in known:
        return True
    return moto_destinations.holds(arn) if world.settings.deliver == "moto" else not known


def refusal(world: EffectsWorld, bucket: Bucket, arn: str) -> str | None:
    """Return S3's message about a destination to which it cannot send, None if it can."""
    if permits(world, bucket, arn):
        return None
    service = _service(arn)
    if service == "lambda":
        return f"Not authorized to invoke function [{arn}]"
    noun = _NOUNS[service]
    if not _exists(world, arn):
        return f"The destination {noun} does not exist"
    return f"Permissions on the destination {noun} do not allow S3 to publish notifications from this bucket"


def _is_allowed(world: EffectsWorld, bucket: Bucket, arn: str, policy: Policy) -> bool:
    caller = caller_of_service(ServiceRecord(S3, bucket.arn, bucket.owner))
    owner = arn.split(":")[4]
    return record_decision(
        world,
        decide_by_own_policy(hypothetical_request(world, caller), ACTIONS[_service(arn)], arn, owner, policy),
    ).allowed


def _service(arn: str) -> str:
    return arn.split(":")[2]
