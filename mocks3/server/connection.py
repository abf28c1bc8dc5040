"""The requests and answers of one connection: HTTP/1.1 as h11 parses it.

Rule 1: requests are answered in order, also if the client sends the next one early. Rule 2: "100 Continue" is sent when
the storage begins to read the body, so a request that is denied does not cost the client its upload (RFC 9110, 10.1.1).
Rule 3: a body that was not read is discarded up to a limit, then the connection is closed.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import h11

from mocks3 import wire
from mocks3.errors import (
    INTERNAL_ERROR,
    MALFORMED_REQUEST,
    REQUEST_HEADER_TOO_LARGE,
    REQUEST_TIMEOUT,
    Mocks3Error,
    S3Error,
)
from mocks3.faults import ConnectionLost, ConnectionReset, TruncatedAnswer
from mocks3.identity.scope import S3_SERVICES
from mocks3.interceptors.http_answers import lower_case_headers, reason
from mocks3.model.exchange import Exchange
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.pipeline import exchange
from mocks3.server.bodies import IN_MEMORY, MAX_BODY, Body
from mocks3.server.requests import Peer, bucket_in, host_of, is_form, scope_service, wire_request

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld

MAX_HEAD = 64 << 10
"""The most bytes of a request line and its headers."""

MAX_HEAD_PIECES = 1024
"""The most pieces in which a head may arrive. A client that sends single bytes for ever is disconnected."""

MAX_DISCARDED = 64 << 20
"""The most bytes of an unread body that are discarded to keep a connection open."""

_RECEIVED = 256 << 10
_SENT = (h11.DONE, h11.MUST_CLOSE, h11.CLOSED)
"""The states of a client that has sent its whole request."""

Log = Callable[[Exchange, str], object]
"""Takes an answered request, and a message of mocks3 if the request is not supported."""

Control = Callable[[Mapping[str, str]], object]
"""Takes the parameters of the query. Returns the answer: text, or a value for JSON. Raises Mocks3Error."""

Controls = Mapping[tuple[str, str], Control]
"""What requests to the server itself do, by method and path. Only clients on this machine can send them."""


class Connection:
    """One connection.

    Args:
        world: The in-memory AWS that answers.
        sock: The connected socket. Its timeout limits each wait for the client.
        peer: The client.
        log: Is called for each answered request.
        is_stopping: Returns whether the server is about to stop.
        controls: The requests to the server itself.
        domains: The names below which a host names a bucket.
    """

    def __init__(
        self,
        world: OpenWorld,
        sock: socket.socket,
        peer: Peer,
        log: Log,
        is_stopping: Callable[[], bool],
        controls: Controls,
        domains: Iterable[str],
    ) -> None:
        self._world = world
        self._sock = sock
        self._peer = peer
        self._log = log
        self._is_stopping = is_stopping
        self._controls = controls
        self._domains = domains
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._pieces = 0

    def serve(self) -> None:
        """Answer requests until one side closes the connection.

        Raises:
            RuntimeError: A bug of mocks3, or an exception of the user's code (a listener). The client gets status 500.
        """
        # The client has hung up, or reads nothing.
        with contextlib.suppress(OSError):
            while self._serve_one():
                self._http.start_next_cycle()
                self._pieces = 0
            self._linger()

    def _serve_one(self) -> bool:
        """Answer one request. Return whether the connection stays open."""
        event = self._head()
        if not isinstance(event, h11.Request):
            return False
        method, headers = event.method.decode("latin-1"), lower_case_headers(event.headers)
        try:
            found = self._exchange(method, event.target.decode("latin-1"), headers)
        except ConnectionLost as lost:
            self._lose(lost)
            return False
        if found.fault is not None and found.fault.seconds:
            select.select([self._sock], (), (), found.fault.seconds)
        self._send_answer(method, found.answer)
        return self._discard_rest()

    def _lose(self, lost: ConnectionLost) -> None:
        """Do not answer a request: reset the connection, or leave the client waiting until it closes it."""
        if isinstance(lost.fault, ConnectionReset):
            # With a linger time of 0, closing a socket sends a reset.
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise lost
        while self._sock.recv(_RECEIVED):
            pass

    def _head(self) -> object:
        """Return the next request, or None if there is none. A malformed one is answered here."""
        try:
            event = self._next_event()
        except TimeoutError:
            if self._http.trailing_data[0]:
                self._refuse(REQUEST_TIMEOUT())
            return None
        except h11.RemoteProtocolError as error:
            is_long = error.error_status_hint == 431
            self._refuse(REQUEST_HEADER_TOO_LARGE() if is_long else MALFORMED_REQUEST())
            return None
        if isinstance(event, h11.Request) and not event.http_version.startswith(b"1."):
            self._refuse(MALFORMED_REQUEST())  # HTTP/2 without TLS, or a version that does not exist
            return None
        return event

    def _refuse(self, error: S3Error) -> None:
        """Answer what is not a request, for the last time on this connection."""
        refused = Exchange(WireRequest("GET", self._peer.scheme, "", "/", "", {}))
        refused.error = error
        refused.answer = wire.serialize_error(refused.request, error)
        self._send_answer("GET", refused.answer, is_last=True)
        self._log(refused, "")

    def _exchange(self, method: str, target: str, headers: dict[str, str]) -> Exchange:
        """Answer a request, and log it."""
        asked = WireRequest(method, self._peer.scheme, headers.get("host", ""), target, "", headers)
        try:
            found, message = self._answered(asked)
            self._log(found, message)
        except ConnectionLost:
            raise
        except Exception as error:  # an OSError would be taken for one of the connection
            with contextlib.suppress(OSError):
                self._send_answer(method, _failed(asked, INTERNAL_ERROR()).answer)
            raise RuntimeError(f"the mock server could not answer {method} {asked.path}") from error
        return found

    def _answered(self, asked: WireRequest) -> tuple[Exchange, str]:
        """Give a request to the pipeline. Return its answer, and a message if mocks3 does not support it.

        Args:
            asked: The request. Its path is the target as it was sent.
        """
        method, target, headers = asked.method, asked.path, asked.headers
        try:
            body = self._body(target, headers)
            control = self._control(method, target, headers)
            if control is not None:
                return self._controlled(asked, control, target.partition("?")[2]), ""
            asked = wire_request(
                method, target, headers, body, self._peer, self._world.context, self._domains
            )
            return exchange(self._world, asked), ""
        except S3Error as error:  # the body was not received
            return _failed(asked, error), ""
        except Mocks3Error as error:
            return _failed(asked, S3Error("NotImplemented", 501, str(error))), str(error)

    def _control(self, method: str, target: str, headers: Mapping[str, str]) -> Control | None:
        """Return the request to the server itself that this is; None for a request to AWS.

        With a bucket in the host, the path is a key.
        """
        found = self._controls.get((method, target.partition("?")[0]))
        if found is None or not self._peer.is_local:
            return None
        return found if bucket_in(host_of(target, headers), self._domains) is None else None

    def _controlled(self, asked: WireRequest, control: Control, query: str) -> Exchange:
        """Do what a request to the server itself asks for."""
        status = 200
        try:
            result = control(dict(parse_qsl(query, keep_blank_values=True)))
        except Mocks3Error as error:
            status, result = 400, {"error": str(error)}
        is_text = isinstance(result, str)
        content = result if isinstance(result, str) else json.dumps(result)
        found = Exchange(asked)
        kind = "text/plain; charset=utf-8" if is_text else "application/json"
        found.answer = WireResponse(status, {"Content-Type": kind}, content.encode())
        return found

    def _body(self, target: str, headers: Mapping[str, str]) -> bytes | IO[bytes]:
        """Return the body: a small one in memory, a large one as a stream."""
        if "content-length" not in headers and "transfer-encoding" not in headers:
            return b""
        scope = scope_service(target, headers)
        is_query = is_form(headers) and scope is None
        is_of_s3 = not is_query and (scope is None or scope in S3_SERVICES)
        body: Any = Body(self._next_event, self._continue, MAX_BODY if is_of_s3 else IN_MEMORY)
        is_small = int(headers.get("content-length", IN_MEMORY + 1)) <= IN_MEMORY
        if is_query or (is_small and not self._http.they_are_waiting_for_100_continue):
            return bytes(body.read())
        return body  # type: ignore[no-any-return]

    def _continue(self) -> None:
        """Tell a client that waits for it to send the body. The AWS CLI needs the reason phrase."""
        if self._http.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, reason=b"Continue", headers=[]))

    def _send_answer(self, method: str, answer: WireResponse, *, is_last: bool = False) -> None:
        headers = [
            (name.encode("latin-1"), text.strip().encode("latin-1")) for name, text in answer.headers.items()
        ]
        is_unsent = self._http.they_are_waiting_for_100_continue
        if is_last or self._is_stopping() or is_unsent or self._http.their_state is h11.ERROR:
            headers.append((b"Connection", b"close"))
        self._send(
            h11.Response(
                status_code=answer.status, reason=reason(answer.status).encode("latin-1"), headers=headers
            )
        )
        if method != "HEAD" and answer.status not in (204, 304):
            pieces = (answer.body,) if isinstance(answer.body, bytes) else answer.body.chunks()
            for piece in pieces:
                self._send(h11.Data(data=piece))  # type: ignore[arg-type]  # memoryviews are accepted too
            if isinstance(answer.body, TruncatedAnswer):
                raise ConnectionAbortedError("the test truncates this body")
        self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> None:
        for data in self._http.send_with_data_passthrough(event) or ():
            if data:
                self._sock.sendall(data)

    def _next_event(self) -> object:
        """Return h11's next event. Wait for the client if necessary.

        Raises:
            OSError: The client sends nothing for too long (TimeoutError), or the connection is broken.
            h11.RemoteProtocolError: What the client sends is not HTTP/1.1.
        """
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.their_state is h11.IDLE:
                self._pieces += 1
                if self._pieces > MAX_HEAD_PIECES:
                    raise TimeoutError
            self._http.receive_data(self._sock.recv(_RECEIVED))
        return event

    def _discard_rest(self) -> bool:
        """Discard the rest of the request's body. Return whether the connection can be used for another request."""
        left = MAX_DISCARDED
        try:
            while self._http.their_state is h11.SEND_BODY and self._http.our_state is h11.DONE and left > 0:
                event = self._next_event()
                left -= len(event.data) if isinstance(event, h11.Data) else 0
        except h11.RemoteProtocolError:
            return False
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    def _linger(self) -> None:
        """Let a client that still sends a body read its answer: a socket that is closed early would reset it."""
        if self._http.our_state is h11.IDLE or self._http.their_state in _SENT:
            return
        self._sock.shutdown(socket.SHUT_WR)
        left = MAX_DISCARDED
        while left > 0 and (data := self._sock.recv(_RECEIVED)):
            left -= len(data)


def _failed(request: WireRequest, error: S3Error) -> Exchange:
    """Return the exchange of a request that ended before the pipeline answered it."""
    found = Exchange(request)
    found.error = error
    found.answer = wire.serialize_error(request, error)
    return found
