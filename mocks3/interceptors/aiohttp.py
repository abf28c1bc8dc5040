"""The network guard of aiohttp: check a URL before a connection is taken from the pool or made. It answers nothing."""

from __future__ import annotations

import functools
from typing import Any

from mocks3.interceptors import network_guard
from mocks3.interceptors.patching import Function, Patch


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches for the imported library."""
    import aiohttp

    return (Patch(aiohttp.BaseConnector, "connect", _connecting),)


def _connecting(connect: Function) -> Function:
    def checked(connector: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        with network_guard.remember_call(request.method, str(request.url)):
            network_guard.check_url(str(request.url))
        return connect(connector, request, *args, **kwargs)

    return checked
