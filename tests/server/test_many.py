"""Hostile and many clients on the socket. ``tox run -e socket`` sends 100,000 malformed requests, and 640,000 calls."""

from __future__ import annotations

import http.client
import os
import random
import socket
import threading
from pathlib import Path

import pytest

from mocks3 import MockAWS

from .conftest import Received

REQUESTS = int(os.environ.get("MOCKS3_SOCKET_FUZZ", "400"))
CONNECTIONS = int(os.environ.get("MOCKS3_SOCKET_CONNECTIONS", "16"))
EACH = int(os.environ.get("MOCKS3_SOCKET_REQUESTS", "20"))

PUBLIC = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::open", "arn:aws:s3:::open/*"],
    },
}

HOST = b"Host: localhost\r\n"
SEEDS = (
    b"GET /open/k HTTP/1.1\r\n" + HOST + b"Range: bytes=1-3\r\n\r\n",
    b"HEAD /open/k?versionId=null HTTP/1.1\r\n" + HOST + b"If-None-Match: *\r\n\r\n",
    b"PUT /open/n HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nx-amz-meta-a: b\r\n\r\nbody",
    b"PUT /open/c HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    b"POST /open?delete HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 51\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n"
    b"<Delete><Object><Key>n</Key></Object></Delete>     ",
    b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 43\r\n\r\n"
    b"Action=GetCallerIdentity&Version=2011-06-15",
    b"OPTIONS /open/k HTTP/1.1\r\n"
    + HOST
    + b"Origin: http://a\r\nAccess-Control-Request-Method: GET\r\n\r\n",
    b"GET http://open.localhost//k HTTP/1.1\r\n" + HOST + b"X-Forwarded-For: 203.0.113.9\r\n\r\n",
    b"GET /k HTTP/1.1\r\nHost: open.s3-website.localhost:80\r\nReferer: http://a\r\n\r\n",
    b"GET /_mocks3/decisions?since=0 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /open?list-type=2&max-keys=2&prefix=a%2F HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\n\r\n",
)
PIECES = (
    b"\r\n", b"\n", b"\x00", b"\xff", b":", b" ", b"HTTP/1.0", b"HTTP/9.9", b"%zz", b"%00", b"//", b"?", b"&", b"=",
    b"Content-Length: 99\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request\r\n", b"ffffffffffffffff", b"x" * 5000,
    b"Connection: close\r\n", b"Upgrade: h2c\r\n", b"x-amz-decoded-content-length: 5\r\n",
)  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    """Return a request with a few bytes or pieces inserted, removed, repeated or changed."""
    request = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(request) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            request[at:at] = chance.choice(PIECES)
        elif kind == 1:
            del request[at : at + chance.randint(1, 20)]
        elif kind == 2:
            request[at:at] = request[at : at + chance.randint(1, 40)]
        elif at < len(request):
            request[at] = chance.randrange(256)
    return bytes(request)


@pytest.fixture
def bucket(aws: MockAWS):
    return aws.account().create_bucket(
        "open", policy=PUBLIC, public_access_block=None, objects={"k": b"0123456789"}
    )


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def statuses(data: bytes) -> list[int]:
    """Return the statuses of the answers in what a connection sent."""
    return [int(line[9:12]) for line in data.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the open files are counted in /proc")
def test_malformed_requests_end_in_no_500_no_hang_and_no_leak(aws, bucket):
    """Each connection sends one mutated request, ends its side, and reads to the end."""
    chance = random.Random(int(os.environ.get("MOCKS3_SOCKET_SEED", "7")))
    with aws.serve(timeout=20) as server:
        threads, files = threading.active_count(), open_files()
        for number in range(REQUESTS):
            request = mutated(chance)
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: sock.recv(65536), b""))
            assert 500 not in statuses(answer), (number, request)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", "/open/k")
        assert connection.getresponse().read() == b"0123456789"
        connection.close()
    assert threading.active_count() == threads - 1, "a thread of the server is left"
    assert open_files() <= files


def test_many_connections_lose_nothing(aws, bucket):
    """Each connection pipelines nothing and is kept: it writes an object and reads it back, again and again."""
    failures: list[BaseException] = []
    start = threading.Barrier(CONNECTIONS)

    def work(number: int, port: int) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            start.wait(60)
            for n in range(EACH // 2):
                body = b"%d-%d" % (number, n)
                connection.request("PUT", f"/open/{number}/{n}", body)
                answer = connection.getresponse()
                assert (answer.status, answer.read()) == (200, b"")
                connection.request("GET", f"/open/{number}/{n}")
                assert connection.getresponse().read() == body
            connection.close()
        except BaseException as error:
            failures.append(error)

    with aws.serve() as server:
        threads = [threading.Thread(target=work, args=(number, server.port)) for number in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    written = CONNECTIONS * (EACH // 2)
    assert len(aws.calls) + aws.calls.dropped == 2 * written
    keys = {key for number in range(CONNECTIONS) for key in (f"{number}/{n}" for n in range(EACH // 2))}
    found = aws.client().get_paginator("list_objects_v2").paginate(Bucket="open").build_full_result()
    assert {each["Key"] for each in found["Contents"]} == keys | {"k"}


def test_requests_that_are_sent_early_by_many_are_answered_in_order(bucket, server):
    """Every request of a pipeline is answered, in order, also if the client sends all at once."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        count = 50
        sock.sendall(
            b"".join(
                b"GET /open/k HTTP/1.1\r\n%bRange: bytes=%d-%d\r\n\r\n" % (HOST, n % 10, n % 10)
                for n in range(count)
            )
        )
        received = Received(sock)
        for n in range(count):
            answer = http.client.HTTPResponse(received, method="GET")
            answer.begin()
            assert answer.read() == b"%d" % (n % 10)
