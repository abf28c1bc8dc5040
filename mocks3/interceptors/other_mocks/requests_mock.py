"""requests-mock, which puts an adapter of its own before those of requests."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Patch

if TYPE_CHECKING:
    from requests import PreparedRequest


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the library is there: the method in which its adapter takes a request."""
    from requests_mock import Adapter

    return (Patch(Adapter, "send", _passing_by),)


def _passing_by(send: Callable[..., Any]) -> Callable[..., Any]:
    from requests.adapters import HTTPAdapter
    from requests_mock.exceptions import NoMockAddress

    def sent(adapter: Any, request: PreparedRequest, **kwargs: Any) -> Any:
        if world_for(urlsplit(str(request.url)).netloc.rpartition("@")[2]) is None:
            return send(adapter, request, **kwargs)
        try:
            return send(adapter, request, **kwargs)
        except NoMockAddress as error:  # noted before it was refused
            adapter.request_history = [each for each in adapter.request_history if each is not error.request]
        return HTTPAdapter().send(request, **kwargs)

    return sent
