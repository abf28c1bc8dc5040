"""The door of urllib3, and of all who send through it: requests above all.

A pool's ``urlopen`` is where a request has its final form and no connection yet. One to a service that mocks3 plays
goes to a pool of this file's instead, whose connections end in this process; from there on everything is urllib3's own:
how a request is written, retries, redirects, how a response is read. What is read off such a connection is therefore
what would have stood on the wire, of urllib3 1.26 and 2 alike.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import port_by_scheme
from urllib3.connectionpool import HTTPConnectionPool

from mocks3.interceptors import connections, network_guard
from mocks3.interceptors.http_answers import reason, world_for
from mocks3.interceptors.patching import Patch
from mocks3.interceptors.raw_http import exchange, path_of
from mocks3.interceptors.response_bodies import readable
from mocks3.wire.hostname import in_url

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld
    from mocks3.model.messages import WireResponse

_SECOND = hasattr(urllib3, "BaseHTTPResponse")
"""Whether connections make urllib3's own responses, as they do since urllib3 2."""


def _opening(urlopen: Callable[..., Any]) -> Callable[..., Any]:
    def opened(pool: HTTPConnectionPool, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if isinstance(pool, _Pool):
            return urlopen(pool, method, url, *args, **kwargs)
        scheme, host, port, target = _target(pool, url)
        world = world_for(host)
        if world is None:
            with network_guard.remember_call(method, f"{scheme}://{in_url(host)}{target}"):
                return urlopen(pool, method, url, *args, **kwargs)
        return urlopen(_Pool(pool, world, scheme, host, port), method, target, *args, **kwargs)

    return opened


def _target(pool: HTTPConnectionPool, url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port (None where it goes without saying) and request target; a forwarding proxy is sent URLs."""
    if url.startswith("/"):
        scheme, host, port = str(pool.scheme), pool.host, pool.port
    else:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme or str(pool.scheme), parts.hostname or pool.host, parts.port
    return scheme, host, None if port == port_by_scheme.get(scheme) else port, path_of(url)


class _Connection(connections.Urllib3Connection):  # type: ignore[misc]
    """A connection that is never made: what is sent is kept, and answered by a world."""

    mocks3_inside = True  # the wall need not look at it

    def __init__(self, *args: Any, world: OpenWorld, over: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._world = world
        self._over = over
        self._sent: list[bytes] = []
        self._options: dict[str, Any] = {}

    def connect(self) -> None:
        """There is nobody to connect to."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Write a request. The last options say how its response is to be read (urllib3 2)."""
        self._sent.clear()
        self._options = kwargs
        super().request(method, url, *args, **kwargs)

    def send(self, data: Any) -> None:
        """Keep what would go onto the wire: the head, then the body piece by piece."""
        self._sent.append(data)

    def getresponse(self) -> Any:
        """Answer what was sent. Raises :class:`mocks3.Mocks3Error` for what mocks3 does not play."""
        self.close()
        method, target, made = exchange(self._world, self._over, self._sent)
        return _response(made, method, target, self._options) if _SECOND else _Plain(made)


class _Pool(HTTPConnectionPool):
    """A pool of such connections, in place of one whose scheme and host it has."""

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


def _response(made: WireResponse, method: str, target: str, options: dict[str, Any]) -> Any:
    return urllib3.HTTPResponse(
        readable(made.body),
        urllib3.HTTPHeaderDict(made.headers),
        made.status,
        version=11,
        version_string="HTTP/1.1",
        reason=reason(made.status),
        request_method=method,
        request_url=target,
        **{name: options[name] for name in _READING if name in options},
    )


_READING = ("preload_content", "decode_content", "enforce_content_length")


class _Plain(io.BufferedReader):
    """What urllib3 1.26 makes its responses from: as much of the standard library's response as it reads."""

    version = 11

    def __init__(self, made: WireResponse) -> None:
        raw: Any = readable(made.body)
        super().__init__(raw)
        self.status = made.status
        self.reason = reason(made.status)
        self.length = len(made.body)
        self.msg = http.client.HTTPMessage()
        for name, value in made.headers.items():
            self.msg[name] = value

    def isclosed(self) -> bool:
        """Whether there is nothing left to read, for the standard library's kind of response."""
        return self.closed


PATCHES = (Patch(HTTPConnectionPool, "urlopen", _opening),)
