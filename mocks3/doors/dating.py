"""What time it is for whoever signs a request: that of the world it goes to, whose clock a test may have moved.

Signers of Signature Version 4 write the moment into the request's context, and read it there ever after. So that is
where it is moved, request by request, and no clock of the process is touched. URLs presigned by Signature Version 2 say
when they expire and nothing else; there the time until then is made longer.
"""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.aws import MockAWS

_STAMP = "%Y%m%dT%H%M%SZ"
"""How signers write the moment of signing (botocore's ``SIGV4_TIMESTAMP``)."""


class Dated(dict[str, Any]):
    """A request's context whose signer finds that it is another time."""

    def __init__(self, context: dict[str, Any], moved: datetime.timedelta) -> None:
        super().__init__(context)
        self._moved = moved

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "timestamp":
            moment = datetime.datetime.strptime(value, _STAMP) + self._moved  # noqa: DTZ007 - it says Z
            value = moment.strftime(_STAMP)
        super().__setitem__(name, value)


def date(request: Any, world: MockAWS, signer: Any, signature_version: object) -> None:
    """Let a request that is about to be signed for a world be signed by that world's clock."""
    moved = world.clock.moved
    if not moved:
        return
    request.context = Dated(request.context, moved)
    if signature_version == "s3-query":
        signer.get_auth_instance = functools.partial(_expiring_later, signer, int(moved.total_seconds()))


def _expiring_later(signer: Any, seconds: int, *args: Any, expires: int = 0, **kwargs: Any) -> Any:
    """The signer of one URL; the next one is made as ever."""
    vars(signer).pop("get_auth_instance", None)
    return signer.get_auth_instance(*args, expires=int(expires) + seconds, **kwargs)
