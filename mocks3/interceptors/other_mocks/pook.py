"""pook. If it is started after mocks3, it sees requests before the interceptors of urllib3 and httpx."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Patch


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patch of the method that decides whether a request without a mock may be sent."""
    from pook.engine import Engine

    return (Patch(Engine, "should_use_network", _skip_mocked),)


def _skip_mocked(should_use_network: Callable[..., bool]) -> Callable[..., bool]:
    def should_send(engine: Any, request: Any) -> bool:
        return world_for(request.url.netloc) is not None or should_use_network(engine, request)

    return should_send
