"""vcrpy, which puts classes of its own in place of connections, and methods of its own before httpx's.

What mocks3 plays is neither looked for on a cassette nor recorded.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Patch


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the library is there: what asks a cassette, and what makes httpx ask it."""
    from vcr.cassette import Cassette
    from vcr.stubs import httpx_stubs

    asked = (
        Patch(Cassette, name, _ignoring) for name in ("can_play_response_for", "filter_request", "append")
    )
    return (
        *asked,
        Patch(httpx_stubs, "vcr_handle_request", _passing_by),
        Patch(httpx_stubs, "vcr_handle_async_request", _passing_by_async),
    )


def _ignoring(ask: Callable[..., Any]) -> Callable[..., Any]:
    def asked(cassette: Any, request: Any, *args: Any) -> Any:
        return ask(cassette, request, *args) if world_for(request.host) is None else None

    return asked


def _passing_by(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(*args: Any) -> Any:
        from mocks3.interceptors import httpx

        return httpx.handling(make(*args))

    return made


def _passing_by_async(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(*args: Any) -> Any:
        from mocks3.interceptors import httpx

        return httpx.handling_async(make(*args))

    return made
