"""An operation in a bucket whose configurations act: what its answer says beside, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.acting import expiry, lifecycle
from mocks3.storage import Changes, recorded

if TYPE_CHECKING:
    from mocks3.call import Authorized, Params, WireResponse
    from mocks3.operations import Operation

ACTING = frozenset({lifecycle.DOCUMENT})
"""Documents of a bucket that make things happen when something in it is read or written."""

NOTHING: Changes = []


def perform(operation: Operation, call: Authorized) -> tuple[Params, Changes]:
    """Run an operation. Returns its answer, and the changes that something may come of."""
    params = call.parsed.params
    bucket = call.target.bucket
    if bucket is None or ACTING.isdisjoint(bucket.documents):
        return operation.run(call, params), NOTHING
    with recorded() as made:
        output = operation.run(call, params)
    present = call.store.bucket(bucket.name)
    if present is not None and lifecycle.DOCUMENT in present.documents:
        output = {**output, **expiry.announced(operation.name, present, call, output)}
    return output, made


def follow(call: Authorized, made: Changes, answer: WireResponse) -> None:
    """Let happen what comes of the changes."""
