"""The connection classes of the standard library and of urllib3, and the properties of a connection.

They are looked up where no other library replaces them: vcrpy replaces the public names, and may have done so before
mocks3 is first used.
"""

from __future__ import annotations

from typing import Any

import urllib3.connection
import urllib3.connectionpool

from mocks3.wire.hostname import in_url

HTTPConnection: Any = urllib3.connection._HTTPConnection  # type: ignore[attr-defined]
HTTPSConnection: Any = next(
    each for each in HTTPConnection.__subclasses__() if each.__module__ == HTTPConnection.__module__
)
Urllib3Connection: Any = urllib3.connectionpool.HTTPConnection  # type: ignore[attr-defined]
Urllib3SecureConnection: Any = urllib3.connectionpool.HTTPSConnection  # type: ignore[attr-defined]


def scheme(connection: object) -> str:
    """Return ``http`` or ``https``."""
    return "https" if isinstance(connection, (HTTPSConnection, Urllib3SecureConnection)) else "http"


def host(connection: Any) -> str:
    """Return the host that a connection leads to, directly or through a proxy."""
    found: str = connection._tunnel_host or connection.host
    return found


def authority(connection: Any) -> str:
    """Return the host and port that a connection leads to, directly or through a proxy."""
    port = connection._tunnel_port if connection._tunnel_host else connection.port
    return f"{in_url(host(connection))}:{port}"


def is_inside(connection: Any) -> bool:
    """Whether a connection ends in this process, because it or its socket is one of mocks3's."""
    return hasattr(connection, "mocks3_inside") or hasattr(connection.sock, "mocks3_inside")
