"""Activate all interceptors with the first mock, and deactivate them with the last.

Those of botocore, urllib3, the standard library and the network guard are active from the start. Others belong to
libraries that a process may never import; they are activated when the library is imported.
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
    custom_endpoints,
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
    "moto.core.botocore_stubber": "other_mocks.moto",
    "moto.core.models": "other_mocks.moto:models_patches",
    "moto.iam.models": "other_mocks.moto:iam_patches",
    "responses": "other_mocks.responses",
    "requests_mock": "other_mocks.requests_mock",
    "pytest_httpx": "other_mocks.pytest_httpx",
    "pook": "other_mocks.pook",
    "vcr.cassette": "other_mocks.vcr",
}
"""Libraries, and the modules of this package that intercept them: their function ``patches``, or the one named."""

_import_watcher = ImportWatcher()
_applied: list[Patch] = []


def activate(world: OpenWorld) -> None:
    """Answer with the world every client that is not bound to another one. If that fails, undo every step."""
    botocore.install()
    if not open_worlds.add(world):
        return
    try:
        _apply(AT_START)
        _import_watcher.watch()
        for library, module in ON_IMPORT.items():
            _import_watcher.when_imported(library, functools.partial(_apply_for_library, library, module))
    except BaseException:
        deactivate(world)
        raise


def deactivate(world: OpenWorld) -> None:
    """Stop answering with the world. The world that was opened before it answers again."""
    if open_worlds.remove(world):
        with contextlib.ExitStack() as stack:  # remove the others even if one cannot be removed
            stack.callback(_applied.clear)
            for patch in _applied:
                stack.callback(patch.remove)
            _import_watcher.stop()
            custom_endpoints.forget()


def _apply_for_library(library: str, module: str) -> None:
    name, _, function = module.partition(":")
    try:
        _apply(getattr(importlib.import_module(f"mocks3.interceptors.{name}"), function or "patches")())
    except (AttributeError, ImportError) as error:
        raise Mocks3Error(
            f"mocks3 cannot intercept the calls of the installed {library.partition('.')[0]}: {error}. "
            "Install a release of it that mocks3 supports, or uninstall it"
        ) from error


def _apply(patches: Sequence[Patch]) -> None:
    for patch in patches:
        _applied.append(patch)
        patch.apply()
