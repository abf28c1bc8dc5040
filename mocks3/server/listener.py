"""The listening socket and the threads of the server.

Rule 1: the socket listens before ``start`` returns, so a client can connect immediately. Rule 2: ``stop`` lets running
requests finish, then no thread and no socket is left. Rule 3: each connection has a thread, and threads share nothing
except the world, whose lock protects it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import selectors
import socket
import ssl
import tempfile
import threading
import warnings
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.interceptors import custom_endpoints, outside_clients
from mocks3.lib.locking import leaf_lock
from mocks3.server.connection import Connection, Controls, Log
from mocks3.server.options import Endpoint, environment, for_client
from mocks3.server.requests import LOCAL, Peer, checked_domain
from mocks3.server.tls import certificate
from mocks3.wire.hostname import in_url

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld
    from mocks3.server.options import HasAccessKey

TIMEOUT = 60.0
"""How many seconds the server waits for a client."""

_PATIENCE = 5.0
"""How many seconds ``stop`` waits for running requests."""


class Server:
    """An HTTP server for one in-memory AWS: ``with aws.serve() as server``.

    Args:
        world: The in-memory AWS that answers.
        host: The address to listen on.
        port: The port, or 0 for a free one.
        tls: Whether to serve https. ``ca_file`` is the certificate that clients must trust.
        timeout: How many seconds to wait for a client that sends or reads nothing.
        log: Is called for each answered request.
        controls: What requests to the server itself do, by method and path.
        domain: A name below which a host names a bucket, as below ``localhost``.

    Raises:
        Mocks3Error: ``domain`` is not a host name.
    """

    def __init__(
        self,
        world: OpenWorld,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        timeout: float = TIMEOUT,
        log: Log = lambda exchange, message: None,
        controls: Controls = MappingProxyType({}),
        domain: str | None = None,
    ) -> None:
        self._world = world
        self._host = host
        self._wanted_port = port
        self._tls = tls
        self._timeout = timeout
        self._log = log
        self._controls = controls
        self._domains = (LOCAL,) if domain is None else (checked_domain(domain), LOCAL)
        self._stack = contextlib.ExitStack()
        self._context: ssl.SSLContext | None = None
        self._stopping = threading.Event()
        self._lock = leaf_lock()
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._port: int | None = None
        self.ca_file: Path | None = None

    @property
    def port(self) -> int:
        """The port. Raises Mocks3Error if the server is not started."""
        if self._port is None:
            raise Mocks3Error("the server is not started; use: with aws.serve() as server")
        return self._port

    @property
    def url(self) -> str:
        """The URL of the server, such as ``http://127.0.0.1:45123``. It is the endpoint of all services."""
        return f"{'https' if self._tls else 'http'}://{self.address}"

    @property
    def address(self) -> str:
        """The host and port of the URL. A server on all addresses is reached at the loopback address."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self._host, self._host)  # noqa: S104
        return f"{in_url(host)}:{self.port}"

    def environment(self, principal: HasAccessKey | None = None) -> dict[str, str]:
        """Return the environment variables with which SDKs and programs find the server.

        Args:
            principal: Whose access key it contains. Default: the ambient one, as for clients in this process.

        Returns:
            ``AWS_ENDPOINT_URL`` and others. Pass them to a child process: ``env={**os.environ, **variables}``.

        Raises:
            Mocks3Error: The server is not started, or the principal is anonymous.
        """
        return environment(self._endpoint(principal))

    def options(self, client: str, principal: HasAccessKey | None = None) -> Any:
        """Return the options with which a library finds the server, in the form that it takes.

        Args:
            client: The library, such as ``pyarrow``, ``polars``, ``duckdb``, ``obstore``, ``deltalake`` or ``rclone``.
            principal: Whose access key they contain. Default: the ambient one.

        Returns:
            Usually a dict; the documentation page "The HTTP server" shows how to use it.

        Raises:
            Mocks3Error: The library is unknown, the server is not started, or the principal is anonymous.
        """
        return for_client(client, self._endpoint(principal))

    def _endpoint(self, principal: HasAccessKey | None) -> Endpoint:
        key = self._world.ambient_key if principal is None else principal.access_key
        if key is None:
            raise Mocks3Error("the anonymous caller has no access key; use a client that does not sign")
        return Endpoint(self.url, self.address, key, self._world.settings.region, self.ca_file)

    def start(self) -> Server:
        """Start to listen, and return the server.

        Raises:
            Mocks3Error: The server is started already, the address cannot be used, or trustme is missing.
        """
        if self._port is not None:
            raise Mocks3Error("the server is started already")
        if not _is_loopback(self._host):
            warnings.warn(
                f"the mock server listens on {self._host or 'all addresses'}: other machines can reach it, and it "
                "accepts access keys that are no secret",
                stacklevel=3,
            )
        self._stopping.clear()
        with contextlib.ExitStack() as stack:
            if self._tls:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mocks3-")))
                self._context, self.ca_file = certificate(self._host, self._domains, folder)
            listener = stack.enter_context(self._listen())
            waker, wakened = (stack.enter_context(each) for each in socket.socketpair())
            thread = threading.Thread(
                target=self._accept, args=(listener, wakened), name="mocks3-server", daemon=True
            )
            thread.start()
            stack.callback(thread.join)
            stack.callback(waker.send, b"x")
            port = listener.getsockname()[1]
            custom_endpoints.add_server(port)
            stack.callback(custom_endpoints.remove_server, port)
            self._port = port
            if not self._tls:  # with TLS, clients need the certificate too
                outside_clients.add_server(self._world, self.url)
                stack.callback(outside_clients.remove_server, self._world, self.url)
            self._stack = stack.pop_all()
        return self

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            return socket.create_server((self._host, self._wanted_port), family=family, backlog=128)
        except (OSError, OverflowError) as error:
            raise Mocks3Error(f"cannot listen on {self._host}:{self._wanted_port}: {error}") from None

    def stop(self) -> None:
        """Stop to listen, let running requests finish, and close all connections. A second call does nothing."""
        self._stopping.set()
        self._stack.close()
        with self._lock:
            running = list(self._connections.items())
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            for thread, sock in running:
                if thread.is_alive():
                    with contextlib.suppress(OSError):  # not SSLSocket's own method, which ends TLS first
                        socket.socket.shutdown(sock, how)
            for thread, _ in running:
                thread.join(_PATIENCE)
        self._port = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self, listener: socket.socket, wakened: socket.socket) -> None:
        """Accept connections until the other end of ``wakened`` is written to."""
        with selectors.DefaultSelector() as ready:
            ready.register(listener, selectors.EVENT_READ)
            ready.register(wakened, selectors.EVENT_READ)
            while all(key.fileobj is listener for key, _ in ready.select()):
                with contextlib.suppress(OSError):  # the client has hung up already
                    self._begin(*listener.accept())

    def _begin(self, sock: socket.socket, address: Any) -> None:
        """Serve a connection in a thread of its own."""
        thread = threading.Thread(
            target=self._serve, args=(sock, address[0]), name="mocks3-connection", daemon=True
        )
        with self._lock:
            self._connections[thread] = sock
        thread.start()

    def _serve(self, sock: socket.socket, address: str) -> None:
        try:
            # The client does not trust the certificate, does not use TLS, or has hung up.
            with contextlib.suppress(OSError), sock:
                sock.settimeout(self._timeout)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._secured(sock) as secured:
                    peer = Peer(address, _tls_version(secured))
                    Connection(
                        self._world,
                        secured,
                        peer,
                        self._log,
                        self._stopping.is_set,
                        self._controls,
                        self._domains,
                    ).serve()
        finally:
            with self._lock:
                del self._connections[threading.current_thread()]

    @contextlib.contextmanager
    def _secured(self, sock: socket.socket) -> Any:
        """Yield the socket, with TLS if the server has it."""
        if self._context is None:
            yield sock
            return
        with self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False) as secured:
            with self._lock:
                self._connections[threading.current_thread()] = secured
            secured.do_handshake()
            yield secured


def _tls_version(sock: socket.socket) -> str | None:
    """Return the version of TLS, as in the condition key ``s3:TlsVersion``."""
    version = sock.version() if isinstance(sock, ssl.SSLSocket) else None
    return None if version is None else version.removeprefix("TLSv")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
