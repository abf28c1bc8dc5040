"""A world that answers no client of this process by itself, so every call crosses a real socket."""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from mocks3 import MockAWS
from mocks3.server import Server


@pytest.fixture
def aws() -> MockAWS:
    return MockAWS()


@pytest.fixture
def server(aws: MockAWS) -> Iterator[Server]:
    with aws.serve() as server:
        yield server


@pytest.fixture
def client(server: Server) -> Callable[..., Any]:
    """Return a function that makes a boto3 client of a service, for a principal."""

    def make(service: str = "s3", principal: Any = None, **config: Any) -> Any:
        session = boto3.session.Session()
        config = {"retries": {"total_max_attempts": 1}, **config}
        return session.client(service, config=Config(**config), **server.options("boto3", principal))

    return make


@pytest.fixture
def s3(client: Callable[..., Any]) -> Any:
    made = client()
    made.create_bucket(Bucket="data")
    return made


@pytest.fixture
def raw(server: Server) -> Iterator[Callable[[], socket.socket]]:
    """Return a function that connects a socket to the server."""
    opened: list[socket.socket] = []

    def connect() -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        opened.append(sock)
        return sock

    yield connect
    for sock in opened:
        sock.close()


def read_to_end(sock: socket.socket) -> bytes:
    """Return everything until the server closes the connection."""
    return b"".join(iter(lambda: sock.recv(65536), b""))


class Received(io.BufferedReader):
    """What a socket receives, as ``HTTPResponse`` takes it. Several answers may be read from it."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(socket.SocketIO(sock, "r"))

    def makefile(self, mode: str) -> Received:
        return self

    def close(self) -> None:
        """Stay open for the next answer."""


def read_answer(source: socket.socket | Received, method: str = "GET") -> http.client.HTTPResponse:
    """Return the next answer, with its head read."""
    found: Any = source if isinstance(source, Received) else Received(source)
    answer = http.client.HTTPResponse(found, method=method)
    answer.begin()
    return answer
