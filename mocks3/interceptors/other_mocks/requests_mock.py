"""requests-mock. It has an adapter that requests uses before its own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mocks3.interceptors.http_answers import world_for
from mocks3.interceptors.patching import Function, Patch

if TYPE_CHECKING:
    from requests import PreparedRequest


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patch of the method with which its adapter handles a request."""
    from requests_mock import Adapter

    return (Patch(Adapter, "send", _skip_mocked),)


def _skip_mocked(send: Function) -> Function:
    from requests.adapters import HTTPAdapter
    from requests_mock.exceptions import NoMockAddress

    def sent(adapter: Any, request: PreparedRequest, **kwargs: Any) -> Any:
        if world_for(urlsplit(str(request.url)).netloc.rpartition("@")[2]) is None:
            return send(adapter, request, **kwargs)
        try:
            return send(adapter, request, **kwargs)
        except NoMockAddress as error:  # the adapter recorded the request before it raised
            adapter.request_history = [each for each in adapter.request_history if each is not error.request]
        return HTTPAdapter().send(request, **kwargs)

    return sent
