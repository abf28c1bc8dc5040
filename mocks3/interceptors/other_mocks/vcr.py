"""vcrpy. It replaces connection classes, and methods of httpx.

Requests to mocked services are neither looked up in a cassette nor recorded.
"""

from __future__ import annotations

import functools
from typing import Any

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Function, Patch


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches of the methods that read and write a cassette, and of those that make httpx use it."""
    from vcr.cassette import Cassette
    from vcr.stubs import httpx_stubs

    asked = (
        Patch(Cassette, name, _ignoring) for name in ("can_play_response_for", "filter_request", "append")
    )
    return (
        *asked,
        Patch(httpx_stubs, "vcr_handle_request", _skip_mocked),
        Patch(httpx_stubs, "vcr_handle_async_request", _skip_mocked_async),
    )


def _ignoring(ask: Function) -> Function:
    def asked(cassette: Any, request: Any, *args: object) -> object:
        return ask(cassette, request, *args) if world_for(f"{request.host}:{request.port}") is None else None

    return asked


def _skip_mocked(make: Function) -> Function:
    def made(*args: object) -> object:
        from mocks3.interceptors import httpx

        return httpx.handling(make(*args))

    return made


def _skip_mocked_async(make: Function) -> Function:
    def made(*args: object) -> object:
        from mocks3.interceptors import httpx

        return httpx.handling_async(make(*args))

    return made
