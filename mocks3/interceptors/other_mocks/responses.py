"""responses, which stands in requests' adapters.

Requests to what mocks3 plays pass by it the way its own passthroughs do: they leave no trace in its list of calls.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Patch

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import RequestsMock


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
