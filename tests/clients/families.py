"""The families of clients. Each has an environment of tox, because its libraries need certain versions of others.

In the environment of a family only its clients make the calls, and none of them may be missing. Elsewhere the clients
that are installed make the calls.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from . import (
    adapters_async,
    adapters_files,
    adapters_http,
    adapters_javascript,
    adapters_native,
    adapters_programs,
    adapters_sdk,
    adapters_signing,
)


class Family(NamedTuple):
    """The clients that are answered in this process, and those that make their calls through the server."""

    inside: tuple[Any, ...] = ()
    served: tuple[Any, ...] = ()


FAMILIES = {
    "sdk": Family(
        (*adapters_sdk.ADAPTERS, *adapters_http.ADAPTERS),
        (adapters_sdk.Boto3Client, adapters_http.HttpClient),
    ),
    "aiobotocore": Family((adapters_async.Aiobotocore, adapters_files.S3fs)),
    "aioboto3": Family((adapters_async.Aioboto3,)),
    "files": Family(
        (*adapters_files.ADAPTERS, *adapters_signing.ADAPTERS),
        (adapters_files.S3fs, adapters_files.PandasWithoutOptions, adapters_signing.Minio),
    ),
    "native": Family(served=adapters_native.ADAPTERS),
    "programs": Family(served=adapters_programs.ADAPTERS),
    "javascript": Family(served=adapters_javascript.ADAPTERS),
}

REQUIRED = os.environ.get("MOCKS3_CLIENTS", "").removeprefix("clients-")
"""The family of which every client must be installed: that of this environment of tox."""
