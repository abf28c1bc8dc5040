"""The door of requests, as far as it is one of its own.

requests sends through urllib3, and comes in at that door. What may stand before it is the ``responses`` library: a
test mocks other hosts with it, and it refuses whatever it was told nothing of. So requests to what mocks3 plays pass by
a mock of responses, the way its own passthroughs do, unless something is registered there for that very request.
Everything else about it stays: order of nesting, callbacks, its list of calls, what it asserts at the end.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mocks3.doors.answering import world_for
from mocks3.doors.patching import Patch

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import RequestsMock

LIBRARY = "responses"


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the library is there: the method in which its mocks take a request."""
    from responses import RequestsMock

    return (Patch(RequestsMock, "_on_request", _passing_by),)


def _passing_by(on_request: Callable[..., Any]) -> Callable[..., Any]:
    def on(mock: RequestsMock, adapter: Any, request: PreparedRequest, **kwargs: Any) -> Any:
        if world_for(_host(request)) is None or _has_something_for(mock, request):
            return on_request(mock, adapter, request, **kwargs)
        send: Any = mock._real_send
        return send(adapter, request, **kwargs)

    return on


def _host(request: PreparedRequest) -> str:
    return urlsplit(str(request.url)).netloc.rpartition("@")[2]


def _has_something_for(mock: RequestsMock, request: PreparedRequest) -> bool:
    """Whether the user registered something for this very request. What moto registers is for all of AWS."""
    return any(
        each.matches(request)[0]
        for each in mock.registered()
        if type(each).__module__.partition(".")[0] != "moto"
    )
