"""An operation in a bucket whose configurations act: what its answer says beside, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.effects import (
    events,
    expiration_headers,
    lifecycle,
    logging,
    metadata_tables,
    notifications,
    replication,
    replication_rules,
    request_charged,
    restores,
)
from mocks3.effects.scheduled import apply_due_effects
from mocks3.lib.locking import Changed
from mocks3.model.operation import OBJECT_LAMBDA
from mocks3.storage import Changes, recorded

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.model.messages import WireResponse
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

EFFECT_DOCUMENTS = frozenset(
    {
        request_charged.DOCUMENT,
        lifecycle.DOCUMENT,
        logging.DOCUMENT,
        notifications.DOCUMENT,
        replication_rules.DOCUMENT,
    }
)
"""Documents of a bucket that make things happen when something in it is read or written."""

EFFECT_OPERATIONS = (
    notifications.TESTING_OPERATIONS | metadata_tables.CREATING_OPERATIONS | {restores.OPERATION}
)
"""Operations that something comes of in any bucket."""


def run_operation(operation: Operation, call: Authorized) -> tuple[Params, Changes | None]:
    """Run an operation. Returns its answer, and the changes that something may come of; None if nothing can.

    Raises ``Changed`` where the state is not the one any more in which the call was authorized.
    """
    if call.edition != call.world.lock.edition:
        raise Changed
    params = call.parsed.params
    bucket = None if call.located is None else call.located.bucket
    if bucket is None or not _is_followed(bucket, operation, call):
        return operation.run(call, params), None
    with recorded() as made:
        output = operation.run(call, params)
    if operation.name in metadata_tables.CREATING_OPERATIONS:
        metadata_tables.create_tables(operation, call)
    present = call.store.bucket(bucket.name)
    # What a function answers is its own affair; the bucket may have become another while it ran.
    if present is not None and operation.service != OBJECT_LAMBDA:
        output = {**output, **_said_beside(operation, call, present, output)}
    return output, made


def _is_followed(bucket: Bucket, operation: Operation, call: Authorized) -> bool:
    """Whether anything may come of an operation. A copy may be logged where it comes from."""
    return (
        not EFFECT_DOCUMENTS.isdisjoint(bucket.documents)
        or operation.name in EFFECT_OPERATIONS
        or bucket.zone is not None
        or (call.source is not None and logging.is_logged(call.source))
    )


def _said_beside(operation: Operation, call: Authorized, bucket: Bucket, output: Params) -> Params:
    """What the bucket's configurations add to an answer."""
    said: Params = {}
    if bucket.zone is not None:
        return expiration_headers.directory_bucket_members(operation.name)
    if lifecycle.DOCUMENT in bucket.documents:
        said |= expiration_headers.lifecycle_members(operation.name, bucket, call, output)
    if request_charged.DOCUMENT in bucket.documents:
        said |= request_charged.charged_member(operation, bucket, call.parsed.params)
    return said


def trigger_effects(world: EffectsWorld, call: Authorized, made: Changes, answer: WireResponse) -> None:
    """Let happen what comes of the changes."""
    if call.parsed.operation in notifications.TESTING_OPERATIONS:
        notifications.send_test_events(world, call, answer)
    elif made:
        if call.parsed.operation == restores.OPERATION:
            restores.track(world, made)
        notifications.publish(world, events.events_of_request(call, made, answer))
        notifications.publish(world, replication.replicate(world, made))


def resume_replication(world: EffectsWorld) -> None:
    """Copy what waits for it, and tell of it; but first let happen what was due before."""
    apply_due_effects(world)
    notifications.publish(world, replication.resume(world))
