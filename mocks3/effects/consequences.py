"""Run an operation in a bucket with lifecycle, notification, replication or logging rules, then trigger their effects.

The bucket's configurations also add members to the operation's output, for example ``Expiration``.
"""

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
from mocks3.storage import Changes, record_changes

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
"""Configurations of a bucket that have an effect when an object is read or written."""

EFFECT_OPERATIONS = (
    notifications.TESTING_OPERATIONS | metadata_tables.CREATING_OPERATIONS | {restores.OPERATION}
)
"""Operations that have effects in any bucket."""


def run_operation(operation: Operation, call: Authorized) -> tuple[Params, Changes | None]:
    """Run an operation. Return its output and the changes that may have effects; None if they cannot have any.

    Raises ``Changed`` if the state of the world has changed since the call was authorized.
    """
    if call.edition != call.world.lock.edition:
        raise Changed
    params = call.parsed.params
    bucket = None if call.located is None else call.located.bucket
    if bucket is None or not _may_have_effects(bucket, operation, call):
        return operation.run(call, params), None
    with record_changes() as made:
        output = operation.run(call, params)
    if operation.name in metadata_tables.CREATING_OPERATIONS:
        metadata_tables.create_tables(operation, call)
    present = call.store.bucket(bucket.name)
    # The output of an Object Lambda function is not changed. The bucket may have been replaced while it ran.
    if present is not None and operation.service != OBJECT_LAMBDA:
        output = {**output, **_added_members(operation, call, present, output)}
    return output, made


def _may_have_effects(bucket: Bucket, operation: Operation, call: Authorized) -> bool:
    """Return whether an operation may have effects. A copy may be logged for the source bucket."""
    return (
        not EFFECT_DOCUMENTS.isdisjoint(bucket.configurations)
        or operation.name in EFFECT_OPERATIONS
        or bucket.zone is not None
        or (call.source is not None and logging.is_logged(call.source))
    )


def _added_members(operation: Operation, call: Authorized, bucket: Bucket, output: Params) -> Params:
    """Return the members that the bucket's configurations add to an output."""
    added: Params = {}
    if bucket.zone is not None:
        return expiration_headers.directory_bucket_members(operation.name)
    if lifecycle.DOCUMENT in bucket.configurations:
        added |= expiration_headers.lifecycle_members(operation.name, bucket, call, output)
    if request_charged.DOCUMENT in bucket.configurations:
        added |= request_charged.charged_member(operation, bucket, call.parsed.params)
    return added


def trigger_effects(world: EffectsWorld, call: Authorized, made: Changes, answer: WireResponse) -> None:
    """Apply the effects of a request's changes: events, replication, the clock of restored objects."""
    if call.parsed.operation in notifications.TESTING_OPERATIONS:
        notifications.send_test_events(world, call, answer)
    elif made:
        if call.parsed.operation == restores.OPERATION:
            restores.track(world, made)
        notifications.publish(world, events.events_of_request(call, made, answer))
        notifications.publish(world, replication.replicate(world, made))


def resume_replication(world: EffectsWorld) -> None:
    """Apply the effects that are due, then replicate the versions that wait for it and send their events."""
    apply_due_effects(world)
    notifications.publish(world, replication.resume(world))
