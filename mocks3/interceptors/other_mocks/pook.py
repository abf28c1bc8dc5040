"""pook, which stands before the doors of urllib3 and httpx where it was started after them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Patch


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the library is there: how it is told whether a request without a mock may go on."""
    from pook.engine import Engine

    return (Patch(Engine, "should_use_network", _letting_pass),)


def _letting_pass(should_use_network: Callable[..., bool]) -> Callable[..., bool]:
    def lets(engine: Any, request: Any) -> bool:
        return world_for(request.url.netloc) is not None or should_use_network(engine, request)

    return lets
