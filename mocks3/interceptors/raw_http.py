"""HTTP on connections of the standard library's kind: parse written requests, and encode answers."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from mocks3.interceptors.http_answers import answer, lower_case_headers, reason
from mocks3.interceptors.response_bodies import StreamBody
from mocks3.model.messages import WireResponse

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld


class RawExchange(NamedTuple):
    """A request's method and target, as the reader of the answer needs them, and the answer."""

    method: str
    target: str
    answer: WireResponse


def exchange(world: OpenWorld, scheme: str, sent: Sequence[bytes]) -> RawExchange:
    """Answer a request that was written to a connection.

    Args:
        world: The world that answers.
        scheme: ``http`` or ``https``.
        sent: The head, then the body piece by piece.

    Raises:
        mocks3.Mocks3Error: mocks3 does not support the request.
    """
    head, *pieces = sent
    line, *lines = bytes(head).rstrip(b"\r\n").split(b"\r\n")
    method, target = _asked(line.decode("latin-1"))
    headers = lower_case_headers(
        (name, value.lstrip()) for name, _, value in (each.partition(b":") for each in lines)
    )
    if headers.get("transfer-encoding") == "chunked":
        body: bytes | IO[bytes] = _stream(decode_chunks(pieces))
    elif len(pieces) > 1:
        body = _stream(iter(pieces))
    else:
        body = bytes(pieces[0]) if pieces else b""
    return RawExchange(method, target, answer(world, method, scheme, path_of(target), headers, body))


def _asked(line: str) -> tuple[str, str]:
    """Return method and target of a request line. Spaces before the target make the method invalid."""
    start, _, _ = line.rpartition(" ")
    method, _, target = start.rpartition(" ")
    return method, target


def _stream(pieces: Iterator[bytes]) -> IO[bytes]:
    stream: Any = StreamBody(pieces)
    return stream  # type: ignore[no-any-return]


_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<authority>[^/?#]*)(?P<path>[^#]*)(?:#.*)?", re.DOTALL)
"""A URL (RFC 3986, 3). ``urlsplit`` refuses some texts, and changes paths that begin with two slashes."""


def path_of(target: str) -> str:
    """Return path and query of a request target, as they were sent. A forwarding proxy gets URLs (RFC 9112, 3.2.2)."""
    url = _URL.fullmatch(target)
    if url is None:
        return target
    path = url["path"]
    return path if path.startswith("/") else f"/{path}"


def authority_of(target: str) -> str | None:
    """Return the host and port of a request target that is a URL; None for a path."""
    url = _URL.fullmatch(target)
    return None if url is None else url["authority"]


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""The interim answer to a client that waits before it sends a body (RFC 9110, 10.1.1)."""


def has_last_chunk(pieces: Iterable[bytes]) -> bool:
    """Whether the last chunk, which is empty, is among the pieces."""
    chunks = decode_chunks(pieces)
    while True:
        try:
            next(chunks)
        except StopIteration as end:
            return bool(end.value)


def decode_chunks(pieces: Iterable[bytes]) -> Generator[bytes, None, bool]:
    """Yield the data of chunks (RFC 9112, 7.1), however the pieces were cut. An invalid chunk ends them.

    Returns:
        Whether the last chunk was found.
    """
    rest = b""
    for piece in pieces:
        rest += piece
        while True:
            size, end, after = rest.partition(b"\r\n")
            if not end:
                break
            try:
                length = int(size.partition(b";")[0], 16)
            except ValueError:
                return False
            if length <= 0:
                return length == 0
            if len(after) < length + 2:
                break
            yield after[:length]
            rest = after[length + 2 :]
    return False


def encode_response(response: WireResponse) -> Iterator[bytes]:
    """Yield an answer as the bytes of HTTP/1.1, piece by piece."""
    head = [
        f"HTTP/1.1 {response.status} {reason(response.status)}",
        *(f"{k}: {v}" for k, v in response.headers.items()),
    ]
    yield ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
    pieces = (response.body,) if isinstance(response.body, bytes) else response.body.chunks()
    if "Transfer-Encoding" not in response.headers:
        yield from (bytes(piece) for piece in pieces)
        return
    for piece in pieces:
        if piece:
            yield b"%x\r\n%b\r\n" % (len(piece), bytes(piece))
    yield b"0\r\n\r\n"
