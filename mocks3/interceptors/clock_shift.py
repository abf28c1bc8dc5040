"""Sign requests with the time of the world they go to, whose clock a test may have moved.

Signers read the time of the process and write it into the request, where they read it again: signers of Signature
Version 4 into its context, those of Version 2 into its headers (in URLs it is the expiry time). botocore puts the
policy of a form into its context before it is signed. So the times are shifted there, request by request, and no
clock of the process is changed.

awscrt's signers, which botocore uses when they are installed, write the time nowhere. botocore's own replace them.
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
from mocks3.lib.limits import shifted

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.signers import RequestSigner

    from mocks3.interceptors.open_worlds import OpenWorld

_STAMP = "%Y%m%dT%H%M%SZ"
"""The format in which signers write the signing time (botocore's ``SIGV4_TIMESTAMP``)."""
_EXPIRY = "%Y-%m-%dT%H:%M:%SZ"
"""The format of the expiry in the policy of a form (botocore's ``ISO8601``)."""
_POLICY = "s3-presign-post-policy"


class ShiftedContext(dict[str, Any]):
    """A request's context that shifts the signing time which a signer stores in it."""

    def __init__(self, context: dict[str, object], moved: datetime.timedelta) -> None:
        super().__init__(context)
        self._moved = moved

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, _later(value, _STAMP, self._moved) if name == "timestamp" else value)


class ShiftedHeaders(HTTPMessage):
    """A request's headers that shift the signing time which a signer stores in them."""

    def __init__(self, headers: HTTPMessage, moved: datetime.timedelta) -> None:
        super().__init__()
        self._moved = moved
        for name, value in headers.items():
            super().__setitem__(name, value)

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "Date" and isinstance(value, str):  # bytes were signed already
            value = (_second if value.isdigit() else _date)(value, self._moved)
        super().__setitem__(name, value)


def shift_signing_time(request: AWSPreparedRequest, world: OpenWorld, signer: RequestSigner) -> None:
    """Shift the signing time of a request by the shift of a world's clock.

    Args:
        request: The request that is about to be signed.
        world: The world that will answer it.
        signer: botocore's ``RequestSigner``.
    """
    moved = world.clock.shift
    request.context = ShiftedContext(request.context, moved)
    request.headers = ShiftedHeaders(request.headers, moved)
    policy = request.context.get(_POLICY)
    if policy is not None:
        policy["expiration"] = _later(policy["expiration"], _EXPIRY, moved)
    if HAS_CRT:
        _do_without_crt(signer)


def _later(text: str, form: str, moved: datetime.timedelta) -> str:
    moment = shifted(datetime.datetime.strptime(text, form), moved)  # noqa: DTZ007 - it says Z
    return moment.strftime(form)


def _second(text: str, moved: datetime.timedelta) -> str:
    return str(int(text) + int(moved.total_seconds()))


def _date(text: str, moved: datetime.timedelta) -> str:
    return format_datetime(shifted(parsedate_to_datetime(text), moved), usegmt=True)


def _do_without_crt(request_signer: RequestSigner) -> None:
    """Sign the next request with botocore's pure-Python signer instead of awscrt's; later requests as before."""
    make = request_signer.get_auth_instance

    def once(*args: object, **kwargs: object) -> object:
        del request_signer.get_auth_instance
        signer = make(*args, **kwargs)
        return _await_python_signer(signer) if inspect.isawaitable(signer) else _python_signer(signer)

    request_signer.get_auth_instance = once


async def _await_python_signer(signer: Awaitable[object]) -> object:
    return _python_signer(await signer)


def _python_signer(signer: RequestSigner) -> object:
    """Return the pure-Python signer. Raise NotSupported for Signature Version 4A, for which botocore has none."""
    name = type(signer).__name__
    if type(signer).__module__ != "botocore.crt.auth":
        return signer
    own: Any = getattr(botocore.auth, name.removeprefix("Crt"), None)
    if own is None:
        raise NotSupported(
            f"{name} cannot sign with a clock that was moved, only with the machine's; use freezegun instead"
        )
    seconds = signer._expiration_in_seconds
    expiring = {} if seconds is None else {"expires": seconds}
    return own(signer.credentials, signer._service_name, signer._region_name, **expiring)
