"""Clients that are not intercepted: libraries with a network of their own (in Rust, C++, ...), and child processes.

While a mock is open, environment variables send them to a port that answers with an explanation (``refusing_port``), so
that none of them calls AWS. While a server of the open mock runs, the variables send them to the server.

Rule 1: botocore in this process is not affected. It reads these variables as they were before the mock, and a client
that is given the refusing port as endpoint gets the endpoint that it would have without the mock. Rule 2: an endpoint
that the user has set is kept, unless it is AWS's: it may be a server of the user's own.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.configprovider
import botocore.session

from mocks3.interceptors import open_worlds, refusing_port, variables
from mocks3.interceptors.patching import Function, Patch
from mocks3.wire import hosts

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

_URLS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")
"""Endpoints: the first two of all SDKs ("Service-specific endpoints"), the third of Rust's ``object_store``."""
_IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
_HIDDEN = (
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_S3_CONTROL",
    "AWS_ENDPOINT_URL_ORGANIZATIONS",
    _IGNORE,
)
_FILES = {"config_file": "AWS_CONFIG_FILE", "credentials_file": "AWS_SHARED_CREDENTIALS_FILE"}
"""botocore's settings, and the variables, that name the machine's files. Outside clients find them empty."""
_OTHERS = ("AWS_ALLOW_HTTP", "S3_ENDPOINT_URL", "AWS_S3_ENDPOINT", "AWS_HTTPS", "AWS_VIRTUAL_HOSTING")
"""Variables of ``object_store``; of s5cmd; the last three of GDAL."""

NAMES = (*_URLS, *_HIDDEN, *_FILES.values(), *_OTHERS)
"""The variables that a mock changes for outside clients."""

_DEFAULT_FILES = {"config_file": "~/.aws/config", "credentials_file": "~/.aws/credentials"}

_servers: list[tuple[OpenWorld, str]] = []
"""The running servers without TLS: their world and URL."""


def left_over(saved: Mapping[str, str | None]) -> set[str]:
    """Return the variables of a saved environment that an earlier mock set and other code set again after its end.

    ``monkeypatch`` and ``patch.dict`` do so, if they begin while a mock is open and end later.
    """
    port = refusing_port.known_address()
    if port is None or f"http://{port}" not in (saved[name] for name in _URLS):
        return set()
    ours = (None, f"http://{port}", port, os.devnull, "true", "NO", "FALSE")
    return {name for name in NAMES if saved[name] in ours}


def apply(world: OpenWorld) -> None:
    """Set the variables for a world that is open."""
    url = _own_endpoint() or _server_url(world) or _refusing_url()
    for name in _URLS:
        variables.put(name, url)
    for name in _HIDDEN:
        if variables.before_mocks.get(name) is not None:
            variables.put(name, None)
    for name in _FILES.values():
        variables.put(name, os.devnull)
    if url.startswith("http:"):
        values = ("true", url, urlsplit(url).netloc, "NO", "FALSE")
        for name, value in zip(_OTHERS, values, strict=True):
            if variables.before_mocks.get(name) is None:
                variables.put(name, value)


def clear() -> None:
    """Forget what was set, after it was restored."""
    variables.set_by_mocks.clear()


def add_server(world: OpenWorld, url: str) -> None:
    """Send outside clients to a server, while its world is open and answers clients."""
    _servers.append((world, url))
    _apply_again(world)


def remove_server(world: OpenWorld, url: str) -> None:
    """Send outside clients no longer to a server."""
    _servers.remove((world, url))
    _apply_again(world)


def _apply_again(world: OpenWorld) -> None:
    if variables.set_by_mocks and open_worlds.current() is world:
        apply(world)


def _own_endpoint() -> str | None:
    """Return the endpoint that the user has set, if it is not AWS's."""
    for name in _URLS:
        url = variables.before_mocks.get(name)
        if url and hosts.service(urlsplit(url).netloc) is None:
            return url
    return None


def _refusing_url() -> str:
    return f"http://{refusing_port.address()}"


def _server_url(world: OpenWorld) -> str | None:
    return next((url for each, url in reversed(_servers) if each is world), None)


# botocore in this process


def _providing(provide: Function) -> Function:
    """Read the endpoints of the environment as they were before the mock."""

    def provided(provider: Any) -> object:
        if variables.set_by_mocks and provider._environ is os.environ:
            if (variables.original(_IGNORE) or "").lower() == "true":
                return None
            provider._environ = variables.Original()
        return provide(provider)

    return provided


def creating(create: Function) -> Function:
    """Wrap ``create_client``: ignore the refusing port, which code has read from the environment."""

    @functools.wraps(create)
    def created(session: object, *args: object, **kwargs: Any) -> object:
        url = kwargs.get("endpoint_url")
        if url and variables.set_by_mocks and url == _refusing_url():
            kwargs["endpoint_url"] = variables.before_mocks.get(_URLS[0])
        return create(session, *args, **kwargs)

    return created


def _getting(get: Function) -> Function:
    """Read the paths of the machine's files as they were before the mock."""

    def got(session: object, name: str, *args: object, **kwargs: object) -> object:
        found = get(session, name, *args, **kwargs)
        if name in _FILES and variables.set_by_mocks and found == os.devnull:
            return variables.original(_FILES[name]) or _DEFAULT_FILES[name]
        return found

    return got


PATCHES = (
    Patch(botocore.configprovider.ConfiguredEndpointProvider, "provide", _providing),
    Patch(botocore.session.Session, "create_client", creating),
    Patch(botocore.session.Session, "get_config_variable", _getting),
)


# multiprocessing. Children that are forked have the mock. A child that is spawned inherits the environment. A child of
# a fork server inherits that of the fork server, which may be older than the mock, and may outlive it.


@functools.cache
def spawn_patches() -> tuple[Patch, ...]:
    """Return the patch of the function that collects what a new child gets."""
    return (Patch(sys.modules["multiprocessing.spawn"], "get_preparation_data", _preparing),)


@functools.cache
def forkserver_patches() -> tuple[Patch, ...]:
    """Return the patch of the method that starts the fork server."""
    module: Any = sys.modules["multiprocessing.forkserver"]
    return (Patch(module.ForkServer, "ensure_running", _running_fork_server),)


class _Variables:
    """Variables that are set when this object is unpickled, by the standard library alone."""

    def __reduce__(self) -> tuple[object, ...]:
        now = {name: os.environ.get(name) for name in variables.before_mocks}
        put = {name: value for name, value in now.items() if value is not None}
        removed = sorted(now.keys() - put)
        program = f"import os; os.environ.update({put}); [os.environ.pop(name, None) for name in {removed}]"
        return exec, (program,)


def _preparing(prepare: Function) -> Function:
    @functools.wraps(prepare)
    def prepared(*args: object, **kwargs: object) -> object:
        data = prepare(*args, **kwargs)
        return {"mocks3_variables": _Variables(), **data} if variables.set_by_mocks else data

    return prepared


def _running_fork_server(ensure: Function) -> Function:
    @functools.wraps(ensure)
    def ensured(server: object) -> object:
        with _without_mock():
            return ensure(server)

    return ensured


@contextmanager
def _without_mock() -> Iterator[None]:
    """Restore the variables from before the mock in the block."""
    during = {name: os.environ.get(name) for name in variables.before_mocks}
    _put(variables.before_mocks)
    try:
        yield
    finally:
        _put(during)


def _put(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is not None:
            os.environ[name] = value
        elif name in os.environ:
            del os.environ[name]
