"""``aws.serve()``: an HTTP server in front of one in-memory AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.server import Server
    from mocks3.server.connection import Log
    from mocks3.storage.iam import AccessKeyRecord


class Serving:
    """The part of ``MockAWS`` that serves HTTP, and S3's own jobs."""

    def client_of(self: AwsState, key: AccessKeyRecord, region: str) -> Any:
        """Return a client of S3 that signs with a key and is not shared. It sends each request once.

        Args:
            key: The access key.
            region: The Region of the client.
        """
        from botocore.config import Config

        from mocks3.handles.clients import client

        once = Config(retries={"total_max_attempts": 1})
        return client(self, key, "s3", region_name=region, config=once)

    def serve(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        domain: str | None = None,
        timeout: float = 60.0,
        log: Log | None = None,
    ) -> Server:
        """Return an HTTP server for clients that are not intercepted: ``with aws.serve() as server:``.

        It serves this AWS, so calls from both sides see the same buckets, principals and decisions. All services share
        the URL.

        Args:
            host: The address to listen on. Other machines can reach any address that is not a loopback address.
            port: The port. Default: a free one.
            tls: True for https. ``server.ca_file`` is the certificate that clients must trust.
            domain: A name below which a host names a bucket. With ``"s3.test"``, the host ``data.s3.test`` names the
                bucket ``data``. Names below ``localhost`` always do. Clients must resolve the names to this server.
            timeout: How many seconds to wait for a client that sends or reads nothing.
            log: Is called for each answered request, with the exchange and a message if mocks3 does not support it.

        Returns:
            The server, with ``url``, ``environment()`` and ``options(client)``. It listens inside the ``with`` block.

        Raises:
            Mocks3Error: The extra ``server`` is not installed, or ``domain`` is not a host name.
        """
        from mocks3.handles.server_controls import ServerControls

        world: Any = self
        controls = ServerControls(world).by_path()
        more = {} if log is None else {"log": log}
        made = server_class()
        return made(
            world, host=host, port=port, tls=tls, domain=domain, timeout=timeout, controls=controls, **more
        )


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
