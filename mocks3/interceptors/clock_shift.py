"""What time it is for whoever signs a request: that of the world it goes to, whose clock a test may have moved.

Signers ask the process what time it is and write the moment into the request, where they read it ever after: those of
Signature Version 4 into its context, those of Version 2 among its headers (in URLs it is the moment of expiry); and
botocore puts the policy of a form into its context before anybody signs it. So that is where moments are moved, request
by request, and no clock of the process is touched.

awscrt's signers, which botocore takes where it finds them, write the moment nowhere; botocore's own stand in for them.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Awaitable
from email.utils import format_datetime, parsedate_to_datetime
from http.client import HTTPMessage
from typing import TYPE_CHECKING, Any

import botocore.auth
from botocore.compat import HAS_CRT

from mocks3.errors import NotSupported

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

_STAMP = "%Y%m%dT%H%M%SZ"
"""How signers write the moment of signing (botocore's ``SIGV4_TIMESTAMP``)."""
_EXPIRY = "%Y-%m-%dT%H:%M:%SZ"
"""How the policy of a form writes its expiry (botocore's ``ISO8601``)."""
_POLICY = "s3-presign-post-policy"


class ShiftedContext(dict[str, Any]):
    """A request's context whose signer finds that it is another time."""

    def __init__(self, context: dict[str, Any], moved: datetime.timedelta) -> None:
        super().__init__(context)
        self._moved = moved

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, _later(value, _STAMP, self._moved) if name == "timestamp" else value)


class ShiftedHeaders(HTTPMessage):
    """A request's headers, whose signer finds the same."""

    def __init__(self, headers: HTTPMessage, moved: datetime.timedelta) -> None:
        super().__init__()
        self._moved = moved
        for name, value in headers.items():
            super().__setitem__(name, value)

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "Date" and isinstance(value, str):  # bytes are what was signed, on its way out
            value = (_second if value.isdigit() else _date)(value, self._moved)
        super().__setitem__(name, value)


def shift_signing_time(request: Any, world: OpenWorld, signer: Any) -> None:
    """Let a request that is about to be signed for a world be signed by that world's clock.

    Args: ``signer`` botocore's maker of whoever signs it.
    """
    moved = world.clock.shift
    if not moved:
        return
    request.context = ShiftedContext(request.context, moved)
    request.headers = ShiftedHeaders(request.headers, moved)
    policy = request.context.get(_POLICY)
    if policy is not None:
        policy["expiration"] = _later(policy["expiration"], _EXPIRY, moved)
    if HAS_CRT:
        _do_without_crt(signer)


def _later(text: str, form: str, moved: datetime.timedelta) -> str:
    moment = datetime.datetime.strptime(text, form) + moved  # noqa: DTZ007 - it says Z
    return moment.strftime(form)


def _second(text: str, moved: datetime.timedelta) -> str:
    return str(int(text) + int(moved.total_seconds()))


def _date(text: str, moved: datetime.timedelta) -> str:
    return format_datetime(parsedate_to_datetime(text) + moved, usegmt=True)


def _do_without_crt(signer: Any) -> None:
    """Have the next request signed by botocore's own signer; the one after that by whom it is as ever."""
    make = signer.get_auth_instance

    def once(*args: Any, **kwargs: Any) -> Any:
        del signer.get_auth_instance
        made = make(*args, **kwargs)
        return _soon(made) if inspect.isawaitable(made) else _botocores_own(made)

    signer.get_auth_instance = once


async def _soon(made: Awaitable[Any]) -> Any:
    return _botocores_own(await made)


def _botocores_own(made: Any) -> Any:
    """The same signer in Python. Raises :class:`NotSupported` for Version 4A, of which there is none."""
    name = type(made).__name__
    if type(made).__module__ != "botocore.crt.auth":
        return made
    own: Any = getattr(botocore.auth, name.removeprefix("Crt"), None)
    if own is None:
        raise NotSupported(f"{name} signs by the machine's clock, not by one that was moved; use freezegun")
    seconds = made._expiration_in_seconds
    expiring = {} if seconds is None else {"expires": seconds}
    return own(made.credentials, made._service_name, made._region_name, **expiring)
