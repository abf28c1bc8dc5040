"""The body of a request, which is read from its connection while the storage stores it.

A body that does not arrive completely is an error of S3, so nothing of it is stored.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import h11

from mocks3.errors import ENTITY_TOO_LARGE, INCOMPLETE_BODY, REQUEST_TIMEOUT, S3Error

IN_MEMORY = 1 << 20
"""The size in bytes up to which a body is read before the request is handled. Calls to STS and KMS have no more."""

MAX_BODY = 6 << 30
"""The most bytes of a request to S3. Objects have at most 5 GiB (API_PutObject); signed chunks add to that."""


class Body(io.RawIOBase):
    """A body on the wire.

    Args:
        next_event: Returns h11's next event, and waits for it.
        on_first_read: Is called before the first read: it sends "100 Continue" if the client waits for that.
        limit: The most bytes that are received.
    """

    def __init__(
        self, next_event: Callable[[], object], on_first_read: Callable[[], None], limit: int
    ) -> None:
        self._next_event = next_event
        self._on_first_read: Callable[[], None] | None = on_first_read
        self._limit = limit
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, and no bytes at the end. Without ``size``, return the whole rest.

        Raises:
            S3Error: ``EntityTooLarge``: the body has more bytes than the limit.
                ``IncompleteBody``: the client has closed the connection, or its framing is not valid.
                ``RequestTimeout``: the client sends nothing.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(IN_MEMORY), b""))
        if not self._rest:
            self._rest = self._receive()
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _receive(self) -> bytes:
        while not self._ended:
            event = self._event()
            if isinstance(event, h11.Data):
                self._limit -= len(event.data)
                if self._limit < 0:
                    raise self._broken(ENTITY_TOO_LARGE())
                if event.data:
                    return bytes(event.data)
            else:
                self._ended = True
        return b""

    def _event(self) -> object:
        try:
            if self._on_first_read is not None:
                self._on_first_read()
                self._on_first_read = None
            return self._next_event()
        except TimeoutError:
            raise self._broken(REQUEST_TIMEOUT()) from None
        except (OSError, h11.RemoteProtocolError):
            raise self._broken(INCOMPLETE_BODY()) from None

    def _broken(self, error: S3Error) -> S3Error:
        self._ended = True
        return error
