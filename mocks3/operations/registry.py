"""The register of operations, filled by the ``@operation`` decorator.

An operation's name in AWS's spelling follows from its function's name (``put_object`` is ``PutObject``); a test
holds the register against the installed botocore model.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import botocore

from mocks3.call import Authorized, Params
from mocks3.errors import NotSupported
from mocks3.needs import KMS_KEYS, REQUIRED, Express, Need

if TYPE_CHECKING:
    from mocks3.call import Parsed
    from mocks3.storage import Store

Run = Callable[[Authorized, Any], Params]
Syntax = Callable[[Params], None]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it is called, what its caller needs, what it does.

    Of ``needs``, ``required`` are those whose lack refuses the call, and ``kms`` the likewise required ones on KMS
    keys that S3 uses for the caller. ``anonymous`` is the sentence with which S3 refuses every unsigned caller,
    whatever the policies say (authorization.md 6.5); None where unsigned callers are judged like others. ``syntax``
    says what the URL and the headers have wrong by themselves, before anybody's permission is asked (X-15, M-16).
    ``express`` is what it is in directory buckets; None where they do not have it.
    """

    service: str
    name: str
    needs: tuple[Need, ...]
    run: Run
    anonymous: str | None
    required: tuple[Need, ...]
    kms: tuple[Need, ...]
    syntax: Syntax | None
    express: Express | None


OBJECT_LAMBDA = "s3-object-lambda"
"""The service under which operations are registered that have functions answer."""

_REGISTER: dict[tuple[str, str], Operation] = {}


def operation(
    *needs: Need,
    service: str = "s3",
    anonymous: str | None = None,
    syntax: Syntax | None = None,
    express: Express | None = None,
) -> Callable[[Run], Run]:
    """Register a function as the operation its name says, with the permissions its caller needs.

    Args: ``needs`` the permission row, in the order in which AWS names a missing one; ``service`` botocore's name
    of the service; ``anonymous``, ``syntax`` and ``express`` see :class:`Operation`. Raises ``TypeError`` when there
    is no row or the name is taken.
    """
    if not needs:
        raise TypeError("an operation states what its caller needs: no row, no registration")

    def register(run: Run) -> Run:
        name = "".join(word.capitalize() for word in run.__name__.split("_"))
        if (service, name) in _REGISTER:
            raise TypeError(f"{service}:{name} is registered twice")
        required = [need for need in needs if need.mode is REQUIRED]
        own = tuple(need for need in required if need.on not in KMS_KEYS)
        kms = tuple(need for need in required if need.on in KMS_KEYS)
        _REGISTER[service, name] = Operation(service, name, needs, run, anonymous, own, kms, syntax, express)
        return run

    return register


@cache
def registered() -> Mapping[tuple[str, str], Operation]:
    """Every operation mocks3 plays, by (service, name). Imports the rooms of this package once."""
    for room in pkgutil.iter_modules(importlib.import_module("mocks3.operations").__path__):
        importlib.import_module(f"mocks3.operations.{room.name}")
    for service in ("sts", "kms"):
        importlib.import_module(f"mocks3.{service}")
    return MappingProxyType(_REGISTER)


def find(service: str, name: str) -> Operation:
    """The registered operation. Raises :class:`NotSupported`, naming it, for one that mocks3 does not play."""
    try:
        return registered()[service, name]
    except KeyError:
        raise NotSupported(
            f"mocks3 does not support {service}:{name} (botocore {botocore.__version__}); the call was not "
            "answered and nothing was changed"
        ) from None


def answering(store: Store, parsed: Parsed) -> Operation | None:
    """The operation that has a function answer a request, if the access point that it names says so."""
    point = store.object_lambda(parsed.address.bucket or "")
    if point is None or parsed.operation not in point.actions:
        return None
    return registered()[OBJECT_LAMBDA, parsed.operation]
