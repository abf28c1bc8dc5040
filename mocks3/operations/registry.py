"""The register of operations, filled by the ``@operation`` decorator.

An operation's name in AWS's spelling follows from its function's name (``put_object`` is ``PutObject``). A test
compares the register with the installed botocore model.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import botocore

from mocks3.errors import NotSupported
from mocks3.model.operation import OBJECT_LAMBDA, REGISTER, Operation

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.storage import Store


@cache
def registered() -> Mapping[tuple[str, str], Operation]:
    """Return every operation that mocks3 supports, by (service, name). Import the modules of this package once."""
    package = importlib.import_module("mocks3.operations")
    for module in pkgutil.walk_packages(package.__path__, "mocks3.operations."):
        importlib.import_module(module.name)
    for service in ("sts", "kms"):
        importlib.import_module(f"mocks3.{service}")
    return MappingProxyType(REGISTER)


def find(service: str, name: str) -> Operation:
    """Return the registered operation. Raise :class:`NotSupported` with its name if mocks3 does not support it."""
    try:
        return registered()[service, name]
    except KeyError:
        raise NotSupported(
            f"mocks3 does not support {service}:{name} (botocore {botocore.__version__}); the call was not "
            "answered and nothing was changed"
        ) from None


def object_lambda_operation(store: Store, parsed: Parsed) -> Operation | None:
    """Return the S3 Object Lambda operation for a request, None if no Object Lambda access point handles it."""
    point = store.object_lambda(parsed.address.bucket or "")
    if point is None or parsed.operation not in point.actions:
        return None
    return registered()[OBJECT_LAMBDA, parsed.operation]
