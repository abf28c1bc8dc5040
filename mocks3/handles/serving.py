"""``aws.serve()``: an HTTP server in front of one in-memory AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.server import Server


class Serving:
    """The part of ``MockAWS`` that serves HTTP."""

    def serve(
        self, *, host: str = "127.0.0.1", port: int = 0, tls: bool = False, timeout: float = 60.0
    ) -> Server:
        """Return an HTTP server for clients that are not intercepted: ``with aws.serve() as server:``.

        It serves this AWS, so calls from both sides see the same buckets, principals and decisions. S3, STS and KMS
        share the URL.

        Args:
            host: The address to listen on. Other machines can reach any address that is not a loopback address.
            port: The port. Default: a free one.
            tls: True for https. ``server.ca_file`` is the certificate that clients must trust.
            timeout: How many seconds to wait for a client that sends or reads nothing.

        Returns:
            The server, with ``url``, ``environment()`` and ``options(client)``. It listens inside the ``with`` block.

        Raises:
            Mocks3Error: The extra ``server`` is not installed.
        """
        world: Any = self
        return server_class()(world, host=host, port=port, tls=tls, timeout=timeout)


def server_class() -> type[Server]:
    """Return the class of servers.

    Raises:
        Mocks3Error: The extra ``server`` is not installed.
    """
    try:
        from mocks3.server import Server
    except ModuleNotFoundError as error:
        if error.name != "h11":
            raise
        raise Mocks3Error("the HTTP server needs h11: pip install 'mocks3[server]'") from None
    return Server
