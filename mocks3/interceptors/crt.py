"""Transfers by the AWS Common Runtime, which has a network of its own: boto3 makes them with botocore instead."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from mocks3.interceptors import open_worlds
from mocks3.interceptors.patching import Patch

_MODULE = "boto3.s3.transfer"


@functools.cache
def patches() -> tuple[Patch, ...]:
    """What is replaced once the module is there; without awscrt it has nothing to replace."""
    module: Any = sys.modules[_MODULE]
    maker = "create_crt_transfer_manager"
    return (Patch(module, maker, _making),) if hasattr(module, maker) else ()


def _making(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(*args: Any, **kwargs: Any) -> Any:
        # boto3 takes None for "not here", and goes on with its own transfer manager.
        return make(*args, **kwargs) if open_worlds.current() is None else None

    return made
