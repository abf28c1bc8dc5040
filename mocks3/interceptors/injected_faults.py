"""Raise injected faults as the errors of the client's library, and skip botocore's waits before retries.

Rule 1: the pipeline decides which request gets a fault. Rule 2: a wait is skipped only after an answer with a fault.
Before a retry of a call to the real AWS, botocore waits as usual.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import botocore.endpoint
from botocore.exceptions import (
    CapacityNotAvailableError,
    ConnectionClosedError,
    ConnectTimeoutError,
    ReadTimeoutError,
)
from botocore.retries.bucket import TokenBucket

from mocks3.faults import ConnectionLost, ConnectTimeout, ReadTimeout
from mocks3.interceptors import exception_notes, open_worlds
from mocks3.interceptors.patching import Function, Patch

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld
    from mocks3.model.exchange import Exchange


def exception_of_botocore(lost: ConnectionLost, url: str) -> Exception:
    """Return the exception that botocore raises for a lost connection."""
    found: Exception
    if isinstance(lost.fault, ConnectTimeout):
        found = ConnectTimeoutError(endpoint_url=url, error=lost)
    elif isinstance(lost.fault, ReadTimeout):
        found = ReadTimeoutError(endpoint_url=url, error=lost)
    else:
        found = ConnectionClosedError(endpoint_url=url, error=lost)
    found.add_note(f"mocks3: {lost}")
    return found


def check_arrival(world: OpenWorld, found: Exchange, read_timeout: float | None) -> None:
    """Raise ConnectionLost if an answer with a fault does not get to the client of botocore.

    Args:
        world: The world that answered.
        found: The exchange.
        read_timeout: The client's read timeout, in seconds; None if it has none.
    """
    fault: Any = found.fault
    if read_timeout is not None and fault.seconds > read_timeout:
        raise ConnectionLost(ReadTimeout())
    let_time_pass(world, found)


def let_time_pass(world: OpenWorld, found: Exchange) -> None:
    """Advance the clock of a world by the latency of an answer."""
    if found.fault is not None and found.fault.seconds:
        world.clock.advance(seconds=found.fault.seconds)


class _Time:
    """The module ``time`` as botocore's endpoints see it."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def sleep(self, seconds: float) -> None:
        """Wait, unless a fault was injected into the last attempt."""
        if not exception_notes.has_fault():
            self._module.sleep(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _acquiring(acquire: Function) -> Function:
    """Do not wait for a token (retry mode ``adaptive``) while faults are injected."""

    def acquired(bucket: TokenBucket, amount: float = 1, block: bool = True) -> object:
        world = open_worlds.current()
        if world is None or not world.faults.injected or not block:
            return acquire(bucket, amount, block)
        try:
            return acquire(bucket, amount, False)
        except CapacityNotAvailableError:
            return True

    return acquired


def sleeping_async(sleep: Function) -> Function:
    """Return a coroutine function that waits, unless a fault was injected into the last attempt (aiobotocore)."""

    async def slept(*args: object) -> object:
        return None if exception_notes.has_fault() else await sleep(*args)

    return slept


def _timing(module: Any) -> Any:
    return _Time(module)


PATCHES = (Patch(botocore.endpoint, "time", _timing), Patch(TokenBucket, "acquire", _acquiring))
