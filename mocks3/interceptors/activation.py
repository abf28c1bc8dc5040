"""All doors at once: opened with the first mock, closed with the last.

botocore's, urllib3's, the standard library's and the wall are there from the start. The others stand where a library
is that a process may never load; they are put on when it does.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.interceptors import (
    botocore,
    credentials,
    http_client,
    network_guard,
    open_worlds,
    sockets,
    urllib3,
)
from mocks3.interceptors.patching import ImportWatcher, Patch

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

AT_START = (
    *network_guard.PATCHES,
    *urllib3.PATCHES,
    *http_client.PATCHES,
    *sockets.PATCHES,
    *credentials.PATCHES,
)
ON_IMPORT = {
    "httpx": "httpx",
    "aiohttp": "aiohttp",
    "aiobotocore.session": "aiobotocore",
    "boto3.s3.transfer": "crt",
    "asyncio.proactor_events": "sockets",
    "responses": "other_mocks.responses",
    "requests_mock": "other_mocks.requests_mock",
    "pytest_httpx": "other_mocks.pytest_httpx",
    "pook": "other_mocks.pook",
    "vcr.cassette": "other_mocks.vcr",
}
"""Libraries, and this room's modules for them."""

_arrivals = ImportWatcher()
_on: list[Patch] = []


def activate(world: OpenWorld) -> None:
    """Let the world answer every client that is not bound to another one. If that fails, nothing is left behind."""
    botocore.install()
    if not open_worlds.add(world):
        return
    try:
        _put_on(AT_START)
        _arrivals.watch()
        for library, door in ON_IMPORT.items():
            _arrivals.when_imported(library, functools.partial(_put_on_door, library, door))
    except BaseException:
        deactivate(world)
        raise


def deactivate(world: OpenWorld) -> None:
    """Stop answering for the world; whichever was opened before it answers again."""
    if open_worlds.remove(world):
        with contextlib.ExitStack() as stack:  # the others are taken off even if one cannot be
            stack.callback(_on.clear)
            for patch in _on:
                stack.callback(patch.remove)
            _arrivals.stop()


def _put_on_door(library: str, door: str) -> None:
    try:
        _put_on(importlib.import_module(f"mocks3.interceptors.{door}").patches())
    except (AttributeError, ImportError) as error:
        raise Mocks3Error(
            f"mocks3 cannot intercept the calls of the installed {library.partition('.')[0]}: {error}. "
            "Install a release of it that mocks3 supports, or none"
        ) from error


def _put_on(patches: Sequence[Patch]) -> None:
    for patch in patches:
        _on.append(patch)
        patch.apply()
