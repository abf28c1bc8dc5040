"""What happens before a request and after it, beside its operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import wire
from mocks3.effects.consequences import trigger_effects
from mocks3.effects.logging import deliver_logs, log_request
from mocks3.effects.scheduled import apply_due_effects
from mocks3.errors import S3Error

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.model.exchange import Exchange
    from mocks3.model.messages import WireRequest


def before(world: EffectsWorld, request: WireRequest) -> None:
    """Apply the effects that are due: those of the calendar, and log files of the bucket that is requested."""
    apply_due_effects(world)
    if world.effects.lines and request.service == "s3":
        try:
            address = wire.address_of(request)
        except S3Error:  # the request names no bucket
            return
        deliver_logs(world, address.bucket)


def after(world: EffectsWorld, exchange: Exchange) -> None:
    """Apply the effects of a request: what follows from its changes, and a line in the access log.

    A request that succeeded without recorded changes has none: no configuration was in force when it ran.
    """
    succeeded = exchange.authorized is not None and exchange.error is None
    if succeeded and exchange.changes is None:
        return
    if exchange.changes is not None and exchange.authorized is not None:
        trigger_effects(world, exchange.authorized, exchange.changes, exchange.answer)
    log_request(world, exchange)
