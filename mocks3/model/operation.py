"""The ``@operation`` decorator. It registers a function as an operation, with the permissions its caller needs.

AWS's name of the operation is derived from the function's name (``put_object`` is ``PutObject``). A test compares the
registered operations with the installed botocore model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mocks3.model.parsed import Params
from mocks3.model.permissions import KMS_KEYS, OUTSIDE_BUCKETS, REQUIRED, Express, Need
from mocks3.model.stages import Authenticated, Authorized
from mocks3.model.target import Target
from mocks3.model.world import World

Run = Callable[[Authorized, Any], Params]
Syntax = Callable[[Params], None]
Precheck = Callable[[World, Authenticated, Target], None]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its name, the permissions its caller needs, and the function that runs it.

    needs      the permission row, in the order in which AWS names a missing permission
    run        the function
    anonymous  the message with which S3 denies every unsigned caller, whatever policies allow (X-60 to X-62); None if
               policies decide about unsigned callers as well
    required   the needs that deny the call if they are not met, except those on KMS keys
    kms        the required needs on KMS keys that S3 uses for the caller
    syntax     raises an error for an invalid URL or header, before permissions are checked (X-15, M-16)
    precheck   raises an error that depends on the caller and the bucket and comes before permissions are checked (A-51)
    express    how the operation works in directory buckets; None if they do not support it
    in_bucket  whether the operation is about an existing bucket, or about what is in one
    """

    service: str
    name: str
    needs: tuple[Need, ...]
    run: Run
    anonymous: str | None
    required: tuple[Need, ...]
    kms: tuple[Need, ...]
    syntax: Syntax | None
    precheck: Precheck | None
    express: Express | None
    in_bucket: bool


OBJECT_LAMBDA = "s3-object-lambda"
"""The service of the operations that S3 Object Lambda answers with a function."""


REGISTER: dict[tuple[str, str], Operation] = {}


def operation(
    *needs: Need,
    service: str = "s3",
    name: str | None = None,
    anonymous: str | None = None,
    syntax: Syntax | None = None,
    precheck: Precheck | None = None,
    express: Express | None = None,
) -> Callable[[Run], Run]:
    """Register a function as the operation of the same name, with the permissions its caller needs.

    Args:
        needs: The permission row, in the order in which AWS names a missing permission.
        service: botocore's name of the service.
        name: AWS's name of the operation, if it does not follow from the function's name (``GetMFADevice``).
        anonymous: See :class:`Operation`.
        syntax: See :class:`Operation`.
        precheck: See :class:`Operation`.
        express: See :class:`Operation`.

    Raises:
        TypeError: There is no row, or the operation is already registered.
    """
    if not needs:
        raise TypeError("@operation needs at least one Need: the permission that the operation checks")

    def register(run: Run) -> Run:
        called = name or "".join(word.capitalize() for word in run.__name__.split("_"))
        if (service, called) in REGISTER:
            raise TypeError(f"{service}:{called} is registered twice")
        required = [need for need in needs if need.mode is REQUIRED]
        own = tuple(need for need in required if need.on not in KMS_KEYS)
        kms = tuple(need for need in required if need.on in KMS_KEYS)
        in_bucket = needs[0].on not in OUTSIDE_BUCKETS
        REGISTER[service, called] = Operation(
            service, called, needs, run, anonymous, own, kms, syntax, precheck, express, in_bucket
        )
        return run

    return register
