"""pytest-httpx, which replaces the methods of httpx's transports that its door replaces too."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mocks3.interceptors import httpx
from mocks3.interceptors.patching import Patch

if TYPE_CHECKING:
    from pytest_httpx import HTTPXMock


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the library is there: the methods in which its mocks take a request."""
    from pytest_httpx import HTTPXMock

    return (
        Patch(HTTPXMock, "_handle_request", _passing_by),
        Patch(HTTPXMock, "_handle_async_request", _passing_by_async),
    )


def _passing_by(handle: Callable[..., Any]) -> Callable[..., Any]:
    def handled(mock: HTTPXMock, transport: Any, request: Any) -> Any:
        theirs = functools.partial(handle, mock)
        found = theirs if _has_something_for(mock, transport, request) else httpx.handling(theirs)
        return found(transport, request)

    return handled


def _passing_by_async(handle: Callable[..., Any]) -> Callable[..., Any]:
    async def handled(mock: HTTPXMock, transport: Any, request: Any) -> Any:
        theirs = functools.partial(handle, mock)
        found = theirs if _has_something_for(mock, transport, request) else httpx.handling_async(theirs)
        return await found(transport, request)

    return handled


def _has_something_for(mock: HTTPXMock, transport: Any, request: Any) -> bool:
    """Whether the user registered something for this very request."""
    return any(matcher.match(transport, request) for matcher, _ in mock._callbacks)
