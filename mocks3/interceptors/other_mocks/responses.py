"""responses. It replaces the ``send`` method of requests' adapters.

Requests to mocked services are sent in the way of its own passthroughs: they do not appear in its list of calls.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Function, Patch

if TYPE_CHECKING:
    from requests import PreparedRequest
    from responses import RequestsMock


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patch of the method with which its mocks handle a request."""
    from responses import RequestsMock

    return (Patch(RequestsMock, "_on_request", _skip_mocked),)


def _skip_mocked(on_request: Function) -> Function:
    def on(mock: RequestsMock, adapter: object, request: PreparedRequest, **kwargs: object) -> Any:
        if world_for(_host(request)) is None or _is_registered(mock, request):
            return on_request(mock, adapter, request, **kwargs)
        send: Any = mock._real_send
        return send(adapter, request, **kwargs)

    return on


def _host(request: PreparedRequest) -> str:
    return urlsplit(str(request.url)).netloc.rpartition("@")[2]


def _is_registered(mock: RequestsMock, request: PreparedRequest) -> bool:
    """Whether the user registered a response for exactly this request. moto registers responses for all of AWS."""
    return any(
        each.matches(request)[0]
        for each in mock.registered()
        if type(each).__module__.partition(".")[0] != "moto"
    )
