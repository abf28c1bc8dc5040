"""pyarrow's own S3 client. It reads endpoints from the environment for URLs only, not in ``S3FileSystem()``.

While a mock is open, a file system without an endpoint gets the endpoint of ``outside_clients``.
"""

from __future__ import annotations

import functools
import sys
from typing import Any
from urllib.parse import urlsplit

from mocks3.interceptors import variables
from mocks3.interceptors.patching import Function, Patch


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patch of the class, if the installed pyarrow has it."""
    module: Any = sys.modules["pyarrow.fs"]
    return (Patch(module, "S3FileSystem", _guarded),) if hasattr(module, "S3FileSystem") else ()


def _guarded(file_system: Any) -> Function:
    class S3FileSystem(file_system):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            url = variables.set_by_mocks.get("AWS_ENDPOINT_URL")
            if url and not options.get("endpoint_override"):
                parts = urlsplit(url)
                options = {**options, "endpoint_override": parts.netloc, "scheme": parts.scheme}
            super().__init__(**options)

    S3FileSystem.__doc__, S3FileSystem.__module__ = file_system.__doc__, file_system.__module__
    return S3FileSystem
