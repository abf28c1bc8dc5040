"""pytest-httpx. It replaces the same methods of httpx's transports as the interceptor."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from mocks3.interceptors import httpx
from mocks3.interceptors.patching import Function, Patch

if TYPE_CHECKING:
    from pytest_httpx import HTTPXMock


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches of the methods with which its mocks handle a request."""
    from pytest_httpx import HTTPXMock

    return (
        Patch(HTTPXMock, "_handle_request", _skip_mocked),
        Patch(HTTPXMock, "_handle_async_request", _skip_mocked_async),
    )


def _skip_mocked(handle: Function) -> Function:
    def handled(mock: HTTPXMock, transport: object, request: object) -> Any:
        original = functools.partial(handle, mock)
        found = original if _is_registered(mock, transport, request) else httpx.handling(original)
        return found(transport, request)

    return handled


def _skip_mocked_async(handle: Function) -> Function:
    async def handled(mock: HTTPXMock, transport: Any, request: Any) -> Any:
        original = functools.partial(handle, mock)
        found = original if _is_registered(mock, transport, request) else httpx.handling_async(original)
        return await found(transport, request)

    return handled


def _is_registered(mock: HTTPXMock, transport: Any, request: Any) -> bool:
    """Whether the user registered a response for exactly this request."""
    return any(matcher.match(transport, request) for matcher, _ in mock._callbacks)
