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
    from mocks3.model.target import Target


SERVICES = ("s3", "sts", "kms", "iam", "s3control", "organizations")
"""The services that mocks3 answers, with botocore's names."""

_PACKAGES = {"s3": "mocks3.operations", OBJECT_LAMBDA: "mocks3.operations"}
"""The package of a service's operations, if it is not named after the service."""


@cache
def registered() -> Mapping[tuple[str, str], Operation]:
    """Return every operation that mocks3 supports, by (service, name)."""
    for service in SERVICES:
        _load(service)
    return MappingProxyType(REGISTER)


@cache
def _load(service: str) -> None:
    """Import the modules of a service's operations, which register themselves. A service is loaded when it is used."""
    if service not in (*SERVICES, OBJECT_LAMBDA):
        return
    package = importlib.import_module(_PACKAGES.get(service, f"mocks3.{service}"))
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def find(service: str, name: str) -> Operation:
    """Return a registered operation.

    Raises :class:`NotSupported`, naming the operation, if it is not registered or a table of the product lacks it.
    """
    _load(service)
    operation = REGISTER.get((service, name))
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
    for need in REGISTER[service, name].needs:
        if need.action.startswith("s3:") and not is_action(need.action):
            return f": mocks3/access/facts/s3_actions.json does not have {need.action}"
    return ""


def at_target(operation: Operation, target: Target | None) -> Operation:
    """Return the operation of a request on what it names: Object Lambda access points have operations of their own."""
    point = None if target is None else target.object_lambda
    if point is None or operation.name not in point.actions:
        return operation
    _load(OBJECT_LAMBDA)
    return REGISTER[OBJECT_LAMBDA, operation.name]
