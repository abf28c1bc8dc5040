"""The names of moto, answered by mocks3: ``from mocks3.compat.moto import mock_aws``.

    mock_aws                                the services of mocks3; other services by moto, if it is installed
    mock_s3, mock_sts, mock_kms, mock_iam   the names of moto 4: these four services, without moto
    ThreadedMotoServer                      the services of mocks3 over HTTP
    DEFAULT_ACCOUNT_ID, ...                 moto's constants

Each takes the forms of moto's: a decorator with and without parentheses, of functions and of classes, a context
manager, ``start()`` and ``stop()``. The mocks have the options of ``mock_s3(like="moto")``: they allow some habits that
AWS refuses, and count them (:mod:`mocks3.model.habits`).

Rule: nothing of moto is imported before a mock starts.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from mocks3.compat import moto_config
from mocks3.errors import Mocks3Error, NotSupported
from mocks3.handles.serving import server_class
from mocks3.mocking.mock import LIKE, Mock

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS, Snapshot
    from mocks3.server import Server

Target = TypeVar("Target", bound=Callable[..., Any])

DEFAULT_ACCOUNT_ID = "123456789012"
"""The account of ambient credentials (moto.core)."""
ACCOUNT_ID = DEFAULT_ACCOUNT_ID
"""The name of the account in moto 3 and before."""
DEFAULT_REGION_NAME = "us-east-1"
"""The Region of clients that name none (moto.s3.responses)."""
MOTO_S3_CUSTOM_ENDPOINTS = "MOTO_S3_CUSTOM_ENDPOINTS"
"""The environment variable with which moto mocks endpoints outside AWS (moto's page "S3"). mocks3 does not read it: it
answers botocore's clients at every endpoint."""


class MotoMock(Mock):
    """A mock as moto's functions return it.

    Args:
        config: The configuration in moto's form.
        beside: Whether moto mocks all other services.
    """

    def __init__(self, config: Mapping[str, Any] | None = None, *, beside: bool = True) -> None:
        self._config = config
        self._beside = beside
        self._moto: Any = None
        self._empty: Snapshot | None = None
        super().__init__(**LIKE["moto"], **moto_config.options(config, beside and _is_installed()))

    def start(self, reset: bool = True) -> MockAWS:
        """Start the mock, and moto for all other services.

        Args:
            reset: Whether S3 begins empty, which it always does here.

        Returns:
            The in-memory AWS. moto returns None.

        Raises:
            NotSupported: ``reset`` is False.
        """
        if not reset:
            raise NotSupported(
                "mocks3.compat.moto does not support start(reset=False): a mock begins with an empty S3"
            )
        first = self._world is None
        if first and self._beside and _is_installed():
            self._moto = _moto(self._config)
            self._moto.start()
        try:
            world = super().start()
        except BaseException:
            if first:
                self._stop_moto()
            raise
        if first:
            self._empty = world.snapshot()
        return world

    def stop(self, remove_data: bool = True) -> None:
        """Stop the mock, and moto. The data is always removed.

        Raises:
            RuntimeError: The mock is not started, as in moto.
        """
        if self._world is None:
            raise RuntimeError("Called stop() before start().")
        super().stop()
        if self._entries == 0:
            self._stop_moto()

    def reset(self) -> None:
        """Remove everything that mocks3 holds, and everything in moto."""
        owner: Mock = self
        while owner._joined is not None:
            owner = owner._joined
        mark = getattr(owner, "_empty", None)
        if owner._world is None or mark is None:
            raise Mocks3Error(
                "reset() was called on a mock that is not started, or that joined a mock of mocks3"
            )
        owner._world.restore(mark)
        if self._moto is not None:
            self._moto.reset()

    def _stop_moto(self) -> None:
        other, self._moto = self._moto, None
        if other is not None:
            other.stop()

    def _new_mock(self, world: MockAWS | None = None) -> Mock:
        made = MotoMock(self._config, beside=self._beside)
        return made if world is None else _Reopened(made, world)


class _Reopened(MotoMock):
    """A mock that opens an existing world again, with its content: for generators that are called again."""

    def __init__(self, like: MotoMock, world: MockAWS) -> None:
        super().__init__(like._config, beside=like._beside)
        self._kept = world

    def _make(self) -> MockAWS:
        self._kept.ended = False
        return self._kept


def _is_installed() -> bool:
    return importlib.util.find_spec("moto") is not None


def _moto(config: Mapping[str, Any] | None) -> Any:
    """Return moto's own mock. It leaves credentials and boto3's default session to mocks3."""
    models: Any = importlib.import_module("moto.core.models")
    if not hasattr(models, "MockAWS"):
        raise Mocks3Error(
            "mocks3.compat.moto works with moto 5; install moto>=5, or use mock_s3 in place of mock_aws"
        )
    return models.MockAWS(moto_config.of_moto(config))


@overload
def mock_aws(func: Target) -> Target: ...


@overload
def mock_aws(func: None = None, config: Mapping[str, Any] | None = None) -> MotoMock: ...


def mock_aws(func: Any = None, config: Mapping[str, Any] | None = None) -> Any:
    """Mock AWS: the services of mocks3, and by moto all other services, if it is installed.

    Args:
        func: The function or class to decorate, for ``@mock_aws`` without parentheses.
        config: The configuration in moto's form. What mocks3 cannot do is refused by name.

    Returns:
        The mock, or the decorated ``func``.

    Raises:
        NotSupported: ``config`` has a setting that has no meaning here.
    """
    mock = MotoMock(config)
    return mock if func is None else mock(func)


def _old_name(service: str) -> Any:
    def mocked(func: Any = None) -> Any:
        mock = MotoMock(beside=False)
        return mock if func is None else mock(func)

    mocked.__name__ = mocked.__qualname__ = f"mock_{service}"
    mocked.__doc__ = (
        f"Mock the services of mocks3, as ``mock_{service}`` of moto 4: with and without parentheses."
    )
    return mocked


mock_s3, mock_sts, mock_kms, mock_iam = map(_old_name, ("s3", "sts", "kms", "iam"))


RESET = ("POST", "/moto-api/reset")
"""The request that empties moto's server (moto, "Server Mode")."""


class ThreadedMotoServer:
    """The server of moto, for clients with a network of their own. It serves the services of mocks3.

    While it runs, a mock is open too: clients of this process are answered without the network. moto's server leaves
    them alone.

    Args:
        ip_address: The address to listen on. ``0.0.0.0``, moto's default, is the loopback address here.
        port: The port; 0 for a free one.
        verbose: moto prints its requests. mocks3 prints nothing.
    """

    def __init__(self, ip_address: str = "0.0.0.0", port: int = 5000, verbose: bool = True) -> None:  # noqa: S104
        self._host = "127.0.0.1" if ip_address == "0.0.0.0" else ip_address  # noqa: S104
        self._port = port
        self._mock = MotoMock(beside=False)
        self._server: Server | None = None

    def start(self) -> None:
        """Start to serve. ``POST /moto-api/reset`` removes everything.

        Raises:
            Mocks3Error: The server is started already, the address cannot be used, or h11 is missing.
        """
        if self._server is not None:
            raise Mocks3Error("the server is started already")
        world: Any = self._mock.start()
        try:
            made = server_class()(world, host=self._host, port=self._port, controls={RESET: self._reset})
            self._server = made.start()
        except BaseException:
            self._mock.stop()
            raise

    def _reset(self, query: Mapping[str, str]) -> dict[str, str]:
        self._mock.reset()
        return {"status": "ok"}

    def stop(self) -> None:
        """Stop to serve. Everything in S3 is removed."""
        if self._server is not None:
            self._server.stop()
            self._server = None
            self._mock.stop()

    def get_host_and_port(self) -> tuple[str, int]:
        """Return the host and port.

        Raises:
            Mocks3Error: The server is not started.
        """
        if self._server is None:
            raise Mocks3Error("the server is not started: call start()")
        return self._host, self._server.port


def patch_client(client: object) -> None:
    """Do nothing: mocks3 reaches every client. moto needs this for clients that are older than its mock."""


def patch_resource(resource: object) -> None:
    """Do nothing, as :func:`patch_client`."""


if not TYPE_CHECKING:  # mypy would accept every name

    def __getattr__(name: str) -> Any:
        """Return a mock of moto 4 for another service: moto's own, or in moto 5 ``mock_aws``."""
        if not name.startswith("mock_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if not _is_installed():
            raise Mocks3Error(f"mocks3 does not mock the service of {name}; install moto, which does")
        import moto

        return getattr(moto, name, mock_aws)
