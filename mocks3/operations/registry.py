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

from mocks3.access.vocabulary import is_action
from mocks3.errors import NotSupported
from mocks3.model.operation import OBJECT_LAMBDA, REGISTER, Operation
from mocks3.wire import known

if TYPE_CHECKING:
    from mocks3.model.stages import Located


@cache
def registered() -> Mapping[tuple[str, str], Operation]:
    """Return every operation that mocks3 supports, by (service, name). Import the modules of this package once."""
    package = importlib.import_module("mocks3.operations")
    for module in pkgutil.walk_packages(package.__path__, "mocks3.operations."):
        importlib.import_module(module.name)
    for service in ("sts", "kms"):
        importlib.import_module(f"mocks3.{service}")
    return MappingProxyType(REGISTER)


def find(located: Located) -> Operation:
    """Return the operation of a request. Those on an Object Lambda access point are operations of their own.

    Raises :class:`NotSupported`, naming the operation, if it is not registered or a table of the product lacks it.
    """
    parsed, target = located.authenticated.parsed, located.target
    service, name = parsed.service, parsed.operation
    if target is not None and target.object_lambda is not None and name in target.object_lambda.actions:
        service = OBJECT_LAMBDA
    operation = registered().get((service, name))
    reason = "" if operation is None else _missing(service, name)
    if operation is None or reason:
        raise NotSupported(
            f"mocks3 does not support {service}:{name} (botocore {botocore.__version__}){reason}; the call was not "
            "answered and nothing was changed"
        )
    return operation


@cache
def _missing(service: str, name: str) -> str:
    """Return why a registered operation is refused: a table does not know its input or its actions."""
    model = "s3" if service == OBJECT_LAMBDA else service
    if not known.is_recorded(model, name):
        return ": mocks3/wire/known_inputs.txt does not have it"
    for need in registered()[service, name].needs:
        if need.action.startswith("s3:") and not is_action(need.action):
            return f": mocks3/access/facts/s3_actions.json does not have {need.action}"
    return ""
