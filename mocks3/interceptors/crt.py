"""Replace transfers of the AWS Common Runtime, which has its own network code, with boto3's own transfer manager."""

from __future__ import annotations

import functools
import sys
from typing import Any

from mocks3.interceptors import open_worlds
from mocks3.interceptors.patching import Function, Patch

_MODULE = "boto3.s3.transfer"


@functools.cache
def patches() -> tuple[Patch, ...]:
    """Return the patches for the imported module. Without awscrt there are none."""
    module: Any = sys.modules[_MODULE]
    maker = "create_crt_transfer_manager"
    return (Patch(module, maker, _making),) if hasattr(module, maker) else ()


def _making(make: Function) -> Function:
    def made(*args: object, **kwargs: object) -> Any:
        # If this is None, boto3 uses its own transfer manager.
        return make(*args, **kwargs) if open_worlds.current() is None else None

    return made
