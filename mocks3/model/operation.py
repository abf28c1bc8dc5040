"""What an operation is, and the ``@operation`` decorator that registers one with its permission row.

An operation's name in AWS's spelling follows from its function's name (``put_object`` is ``PutObject``); a test
holds the register against the installed botocore model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3.model.parsed import Params
from mocks3.model.permissions import KMS_KEYS, REQUIRED, Express, Need
from mocks3.model.stages import Authorized

if TYPE_CHECKING:
    pass


Run = Callable[[Authorized, Any], Params]


Syntax = Callable[[Params], None]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it is called, what its caller needs, what it does.

    Of ``needs``, ``required`` are those whose lack refuses the call, and ``kms`` the likewise required ones on KMS
    keys that S3 uses for the caller. ``anonymous`` is the sentence with which S3 refuses every unsigned caller,
    whatever the policies say (X-60 to X-62); None where unsigned callers are judged like others. ``syntax``
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


REGISTER: dict[tuple[str, str], Operation] = {}


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
        if (service, name) in REGISTER:
            raise TypeError(f"{service}:{name} is registered twice")
        required = [need for need in needs if need.mode is REQUIRED]
        own = tuple(need for need in required if need.on not in KMS_KEYS)
        kms = tuple(need for need in required if need.on in KMS_KEYS)
        REGISTER[service, name] = Operation(service, name, needs, run, anonymous, own, kms, syntax, express)
        return run

    return register
