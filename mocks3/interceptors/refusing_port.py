"""A port of this process that answers every request with an explanation. No request is executed there.

It is opened when it is first needed, once in a process, because mocks start thousands of times. Its thread is not
listed by ``threading.enumerate()``: tests that look for threads which a test has left do not find it.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import json
import re
import socket
import threading

from mocks3.lib import locking

SENTENCE = "mock_s3 is open in the parent process; use the s3_server fixture"
"""The reason phrase, which programs also show for a HEAD request."""

_MESSAGE = (
    f"{SENTENCE}, or aws.serve(). Clients with a network of their own, and programs, are not intercepted. They find a "
    "server with server.environment() or server.options(client)."
)
_ERROR = f"<Error><Code>MockIsOpen</Code><Message>{_MESSAGE}</Message></Error>"
_BODIES = {
    "application/x-www-form-urlencoded": ("text/xml", f"<ErrorResponse>{_ERROR}</ErrorResponse>"),  # STS, IAM
    "application/x-amz-json": ("application/json", json.dumps({"__type": "MockIsOpen", "message": _MESSAGE})),
    "": ("application/xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{_ERROR}'),  # S3
}
"""The content type and body of the answer, by the beginning of the request's content type."""

_UNUSED = "127.0.0.1:9"
"""Where no server listens, if sockets are forbidden in the tests (pytest-socket)."""
_PATIENCE = 2.0
"""How many seconds the port waits for a client."""
_MAX_HEAD = 64 << 10
_MAX_BODY = 64 << 20

_lock = threading.Lock()
_listener: socket.socket | None = None
_address = ""


def known_address() -> str | None:
    """Return the host and port if the port is open."""
    return _address or None


def address() -> str:
    """Return the host and port. The port is open until the process ends."""
    global _address, _listener
    if _address:
        return _address
    with _lock:
        if not _address:
            try:
                _listener = socket.create_server(("127.0.0.1", 0), backlog=16)
            except Exception:  # sockets are forbidden, by an exception of any class
                return _UNUSED
            _address = f"127.0.0.1:{_listener.getsockname()[1]}"
            _thread.start_new_thread(_serve, (_listener,))
    return _address


@atexit.register
def close() -> None:
    """Close the port. In a child process after a fork, only the parent process answers."""
    global _address, _listener
    if _listener is not None:
        _listener.close()
    _address, _listener = "", None


def _after_fork() -> None:
    _lock.release()
    close()


locking.across_forks(_lock.acquire, _lock.release, _after_fork)


def _serve(listener: socket.socket) -> None:
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:  # closed
            return
        with contextlib.suppress(Exception), sock:
            sock.settimeout(_PATIENCE)
            _refuse(sock)


def _refuse(sock: socket.socket) -> None:
    """Read the head of a request, answer, and discard the body: a socket that is closed early would be reset."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _MAX_HEAD:
        received = sock.recv(4096)
        if not received:
            return
        head += received
    sock.sendall(_answer(head.decode("latin-1")))
    sock.shutdown(socket.SHUT_WR)
    left = _MAX_BODY
    while left > 0 and (received := sock.recv(1 << 16)):
        left -= len(received)


def _answer(head: str) -> bytes:
    found = re.search(r"(?im)^content-type: *(\S+)", head)
    asked = found[1].lower() if found else ""
    kind, body = next(answer for name, answer in _BODIES.items() if asked.startswith(name))
    lines = (
        f"HTTP/1.1 400 {SENTENCE}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        "" if head.startswith("HEAD ") else body,
    )
    return "\r\n".join(lines).encode()
