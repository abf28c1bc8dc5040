"""Intercept urllib3, and the libraries that use it, such as requests.

In a pool's ``urlopen`` a request is complete and has no connection yet. A request to a mocked service gets a pool of
this module, whose connections end in this process. The rest is urllib3's own code: how it writes a request, retries,
follows redirects and reads a response. So what is read from such a connection is what would be on the wire, with
urllib3 1.26 and 2.
"""

from __future__ import annotations

import http.client
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import port_by_scheme
from urllib3.connectionpool import HTTPConnectionPool

from mocks3.interceptors import connections, network_guard
from mocks3.interceptors.http_answers import reason, world_for
from mocks3.interceptors.patching import Function, Patch
from mocks3.interceptors.raw_http import exchange, path_of
from mocks3.interceptors.response_bodies import readable
from mocks3.wire.hostname import in_url

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld
    from mocks3.model.messages import WireResponse

_IS_URLLIB3_2 = hasattr(urllib3, "BaseHTTPResponse")
"""Whether connections return urllib3's own responses, as in urllib3 2."""


def _opening(urlopen: Function) -> Function:
    def opened(pool: HTTPConnectionPool, method: str, url: str, *args: object, **kwargs: object) -> object:
        if isinstance(pool, _Pool):
            return urlopen(pool, method, url, *args, **kwargs)
        scheme, host, port, target = _target(pool, url)
        world = world_for(in_url(host) if port is None else f"{in_url(host)}:{port}")
        if world is None:
            with network_guard.remember_call(method, f"{scheme}://{in_url(host)}{target}"):
                return urlopen(pool, method, url, *args, **kwargs)
        return urlopen(_Pool(pool, world, scheme, host, port), method, target, *args, **kwargs)

    return opened


def _target(pool: HTTPConnectionPool, url: str) -> tuple[str, str, int | None, str]:
    """Return scheme, host, port (None for the default) and request target. A forwarding proxy gets URLs."""
    if url.startswith("/"):
        scheme, host, port = str(pool.scheme), pool.host, pool.port
    else:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme or str(pool.scheme), parts.hostname or pool.host, parts.port
    return scheme, host, None if port == port_by_scheme.get(scheme) else port, path_of(url)


class _Connection(connections.Urllib3Connection):  # type: ignore[misc]
    """A connection that is never made: a world answers what is sent."""

    mocks3_inside = True  # the network guard does not check it

    def __init__(self, *args: object, world: OpenWorld, over: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._world = world
        self._over = over
        self._sent: list[bytes] = []
        self._options: dict[str, Any] = {}

    def connect(self) -> None:
        """Do nothing: there is no server."""

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> None:
        """Write a request. The last options say how to read its response (urllib3 2)."""
        self._sent.clear()
        self._options = kwargs
        super().request(method, url, *args, **kwargs)

    def send(self, data: Any) -> None:
        """Collect the request: the head, then the body piece by piece."""
        self._sent.append(data)

    def getresponse(self) -> object:
        """Return the answer. Raise mocks3.Mocks3Error for a request that mocks3 does not support."""
        self.close()
        method, target, response = exchange(self._world, self._over, self._sent)
        return (
            _response(response, method, target, self._options)
            if _IS_URLLIB3_2
            else _Urllib3V1Response(response)
        )


class _Pool(HTTPConnectionPool):
    """A pool of such connections, with the scheme and host of the original pool."""

    ConnectionCls = _Connection

    def __init__(
        self, outer: HTTPConnectionPool, world: OpenWorld, scheme: str, host: str, port: int | None
    ) -> None:
        self.scheme = scheme
        settings: dict[str, Any] = {
            "headers": outer.headers,
            "retries": outer.retries,
            "world": world,
            "over": scheme,
        }
        super().__init__(host, port, maxsize=1, **settings)


def _response(response: WireResponse, method: str, target: str, options: dict[str, Any]) -> object:
    return urllib3.HTTPResponse(
        readable(response.body),
        urllib3.HTTPHeaderDict(response.headers),
        response.status,
        version=11,
        version_string="HTTP/1.1",
        reason=reason(response.status),
        request_method=method,
        request_url=target,
        **{name: options[name] for name in _READING if name in options},
    )


_READING = ("preload_content", "decode_content", "enforce_content_length")


class _Urllib3V1Response(io.BufferedReader):
    """The part of the standard library's response from which urllib3 1.26 makes its responses."""

    version = 11

    def __init__(self, response: WireResponse) -> None:
        raw: Any = readable(response.body)
        super().__init__(raw)
        self.status = response.status
        self.reason = reason(response.status)
        self.length = len(response.body)
        self.msg = http.client.HTTPMessage()
        for name, value in response.headers.items():
            self.msg[name] = value

    def isclosed(self) -> bool:
        """Whether the body was read to the end."""
        return self.closed


PATCHES = (Patch(HTTPConnectionPool, "urlopen", _opening),)
