"""Endpoints outside AWS's domains that S3 clients of this process have: ``endpoint_url="https://minio.example.org"``.

While a mock is open it answers the calls of such clients, whatever endpoint they have. Other libraries send requests
there too, such as a presigned URL that requests downloads. This module knows the hosts, so that these requests are
answered as well. A host is known until the last mock stops, and afterwards as long as a client with it exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakSet

from mocks3.interceptors import open_worlds
from mocks3.lib.locking import leaf_lock
from mocks3.wire import hosts
from mocks3.wire.hostname import normalized

if TYPE_CHECKING:
    from botocore.client import BaseClient

_DEFAULT_PORTS = (None, 80, 443)

_clients: dict[str, WeakSet[Any]] = {}
"""The clients of each endpoint, by host and port."""
_seen: set[str] = set()
"""The endpoints of clients that were created since a mock is open."""
_adding = leaf_lock()
_server_ports: set[int] = set()
"""The ports of the HTTP servers of this process. Requests to these are sent: the server answers them."""


class Remembered:
    """A base class of clients whose endpoints are remembered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        remember(self)


def creating_class(base_classes: list[type], **_: object) -> None:
    """Handle ``creating-client-class.s3``: add the base class to a new class of clients."""
    if not any(issubclass(each, Remembered) for each in base_classes):
        base_classes.insert(0, Remembered)


def remember(client: BaseClient) -> None:
    """Remember the endpoint of a client of S3, if it is outside AWS's domains."""
    url = client.meta.endpoint_url
    if url and client.meta.service_model.service_name == "s3" and hosts.service(urlsplit(url).netloc) is None:
        with _adding:
            endpoint = _canonical(urlsplit(url).netloc)
            _clients.setdefault(endpoint, WeakSet()).add(client)
            if open_worlds.current() is not None:
                _seen.add(endpoint)


def forget() -> None:
    """Forget the endpoints of clients that do not exist any more. Called when the last mock stops."""
    with _adding:
        _seen.clear()
        for endpoint in [each for each, clients in _clients.items() if not clients]:
            del _clients[endpoint]


def add_server(port: int) -> None:
    """Say that an HTTP server of this process listens on a port."""
    _server_ports.add(port)


def remove_server(port: int) -> None:
    """Say that the server was stopped."""
    _server_ports.discard(port)


def bucket_in(authority: str) -> str | None:
    """Return the bucket that a host names in front of a known endpoint.

    Args:
        authority: The host, and its port unless it is the default of the scheme.

    Returns:
        The bucket; an empty text if the host is the endpoint itself; None if the endpoint is not known.
    """
    if not _clients or _is_server(authority):
        return None
    parts = _canonical(authority).split(".")
    return next((".".join(parts[:at]) for at in range(len(parts)) if _is_known(".".join(parts[at:]))), None)


def _is_known(endpoint: str) -> bool:
    return endpoint in _seen or bool(_clients.get(endpoint))


def _canonical(authority: str) -> str:
    try:
        port = urlsplit(f"//{authority}").port
    except ValueError:  # no client sends to such a host
        port = None
    return normalized(authority) + ("" if port in _DEFAULT_PORTS else f":{port}")


def _is_server(authority: str) -> bool:
    return any(authority.endswith(f":{port}") for port in _server_ports)
