"""The log of the server: one line for each request, and the explanation of each denial."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from mocks3 import clock

if TYPE_CHECKING:
    from mocks3.model.exchange import Exchange


def entry(exchange: Exchange, message: str = "") -> str:
    """Return the log entry of an answered request.

    Args:
        exchange: The request and its answer.
        message: What mocks3 does not support, if that is the answer.

    Returns:
        Time, method, path, operation, principal, status and verdict; for a denial also its explanation, and for a
        request that mocks3 does not support the message. The path begins with the bucket, also if the host names it.
        The query is omitted, because it may have a signature.
    """
    request, answer = exchange.request, exchange.answer
    operation = "-" if exchange.parsed is None else exchange.parsed.operation
    caller = exchange.caller
    principal = "-" if caller is None else caller.arn or "anonymous"
    at = clock.unshifted_now().isoformat(timespec="milliseconds")
    path = ("" if request.bucket is None else f"/{request.bucket}") + request.path.partition("?")[0]
    line = f"{at} {request.method} {path} {operation} {principal} {answer.status} {_verdict(exchange)}"
    more = message or ("" if answer.decision is None else str(answer.decision))
    return f"{line}\n{textwrap.indent(more, '    ')}" if more else line


def _verdict(exchange: Exchange) -> str:
    if exchange.answer.decision is not None:
        return "denied"
    return "ok" if exchange.error is None else exchange.error.code
