"""HTTP/1.1 on the socket: what the server accepts, what it sends, and what it does when a client misbehaves."""

from __future__ import annotations

import http.client
import socket
import ssl
import struct
import subprocess
import sys
import threading

import pytest
from botocore.exceptions import ClientError

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.server import connection as connection_module
from tests.server.conftest import Received, read_answer, read_to_end

PUBLIC = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::open", "arn:aws:s3:::open/*"],
    },
}


@pytest.fixture
def bucket(aws: MockAWS):
    """A bucket that needs no signature, for requests that are written by hand."""
    return aws.account().create_bucket(
        "open", policy=PUBLIC, public_access_block=None, objects={"k": b"0123456789"}
    )


@pytest.fixture
def connection(server):
    made = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    yield made
    made.close()


def test_a_connection_is_kept_for_many_requests(bucket, connection):
    connection.connect()
    first = connection.sock
    for method, status, body in (
        ("GET", 200, b"0123456789"),
        ("HEAD", 200, b""),
        ("GET", 200, b"0123456789"),
    ):
        connection.request(method, "/open/k")
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.headers["Content-Length"]) == (status, body, "10")
    assert connection.sock is first


def test_answers_without_a_body_leave_the_connection_usable(bucket, connection):
    connection.request("HEAD", "/open/k")
    answer = connection.getresponse()
    etag = answer.headers["ETag"]
    assert answer.read() == b""
    connection.request("GET", "/open/k", headers={"If-None-Match": etag})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (304, b"")
    connection.request("HEAD", "/open/missing")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (404, b"")
    connection.request("DELETE", "/open/k")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (204, b"")
    connection.request("GET", "/open/k")
    assert connection.getresponse().status == 404


def test_requests_that_are_sent_early_are_answered_in_order(bucket, raw):
    sock = raw()
    ranges = [b"GET /open/k HTTP/1.1\r\nHost: h\r\nRange: bytes=%d-%d\r\n\r\n" % (n, n) for n in range(5)]
    sock.sendall(b"".join(ranges))
    received = Received(sock)
    for n in range(5):
        answer = read_answer(received)
        assert (answer.status, answer.read()) == (206, b"%d" % n)


def test_a_leading_slash_in_the_path_is_part_of_the_key(bucket, connection, aws):
    connection.request("PUT", "/open//a/../b%2Fc", body=b"x")
    assert connection.getresponse().read() == b""
    assert [call.params["Key"] for call in aws.calls] == ["/a/../b/c"]
    connection.request("GET", "//open/k")
    assert connection.getresponse().status == 404  # the bucket without a name


def test_a_target_with_a_host_is_the_host(bucket, raw):
    sock = raw()
    sock.sendall(b"GET http://open.localhost/k HTTP/1.1\r\nHost: other\r\n\r\n")
    assert read_answer(sock).read() == b"0123456789"


@pytest.mark.parametrize("host", ["open.localhost", "open.localhost:80", "open.LOCALHOST"])
def test_a_bucket_in_the_host(bucket, connection, host):
    connection.request("GET", "/k", headers={"Host": host})
    assert connection.getresponse().read() == b"0123456789"


def test_expect_is_answered_before_the_body_is_sent(bucket, raw, aws):
    sock = raw()
    sock.sendall(b"PUT /open/new HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    expected = b"HTTP/1.1 100 Continue\r\n\r\n"
    found = b""
    while len(found) < len(expected):
        found += sock.recv(1)
    assert found == expected
    sock.sendall(b"hello")
    assert read_answer(sock, "PUT").status == 200
    sock.sendall(b"GET /open/new HTTP/1.1\r\nHost: h\r\n\r\n")
    assert read_answer(sock).read() == b"hello"


def test_a_request_that_is_denied_does_not_ask_for_its_body(aws, raw):
    aws.account().create_bucket("closed")
    sock = raw()
    sock.sendall(b"PUT /closed/k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    answer = read_answer(sock, "PUT")
    assert (answer.status, answer.headers["Connection"]) == (403, "close")
    assert b"AccessDenied" in answer.read()
    assert sock.recv(1) == b""


def test_a_body_that_nobody_reads_leaves_the_connection_usable(aws, bucket, connection):
    aws.account().create_bucket("closed")
    connection.request("PUT", "/closed/k", body=b"x" * (3 << 20))
    answer = connection.getresponse()
    assert (answer.status, b"AccessDenied" in answer.read()) == (403, True)
    connection.request("GET", "/open/k")
    assert connection.getresponse().read() == b"0123456789"


def test_a_chunked_body_needs_a_length_as_at_s3(bucket, connection):
    connection.request("PUT", "/open/k2", body=iter([b"a", b"b"]), encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, b"<Code>NotImplemented</Code>" in answer.read()) == (501, True)


def test_a_chunked_body_with_the_framing_of_aws(bucket, connection):
    connection.putrequest("PUT", "/open/framed")
    for name, value in {
        "Transfer-Encoding": "chunked",
        "Content-Encoding": "aws-chunked",
        "X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": "5",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }.items():
        connection.putheader(name, value)
    framed = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    connection.endheaders(iter([framed[:4], framed[4:]]), encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert answer.headers["x-amz-checksum-crc32"] == "NhCmhg=="
    connection.request("GET", "/open/framed")
    assert connection.getresponse().read() == b"hello"


def test_errors_are_chunked_and_complete(server, connection):
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Transfer-Encoding"]) == (403, "chunked")
    assert answer.read().endswith(b"</Error>")


def test_http_1_0_closes_the_connection(bucket, raw):
    sock = raw()
    sock.sendall(b"GET /open/k HTTP/1.0\r\nHost: h\r\n\r\n")
    assert read_to_end(sock).endswith(b"\r\n\r\n0123456789")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"nonsense\r\n\r\n", b"BadRequest"),
        (b"GET /k HTTP/1.1\r\n\r\n", b"BadRequest"),
        (b"GET /\xff HTTP/1.1\r\nHost: h\r\n\r\n", b"BadRequest"),
        (b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"BadRequest"),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * (70 << 10), b"RequestHeaderSectionTooLarge"),
    ],
)
def test_what_is_not_http_is_refused(raw, sent, code):
    sock = raw()
    sock.sendall(sent)
    answer = read_answer(sock)
    assert (answer.status, answer.headers["Connection"]) == (400, "close")
    assert b"<Code>" + code + b"</Code>" in answer.read()
    assert sock.recv(1) == b""


@pytest.mark.parametrize("framing", [b"Content-Length: 3000000", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: h"])
def test_a_client_that_hangs_up_harms_nothing(bucket, raw, connection, framing, sent, aws):
    raw().close()
    early = raw()
    early.sendall(sent)
    early.close()
    halfway = raw()
    halfway.sendall(
        b"PUT /open/half HTTP/1.1\r\nHost: h\r\nX-Amz-Decoded-Content-Length: 2000000\r\n"
        b"Content-Encoding: aws-chunked\r\n" + framing + b"\r\n\r\n1000\r\nhalf"
    )
    halfway.shutdown(1)
    assert b"<Error>" in read_to_end(halfway)
    connection.request("GET", "/open?list-type=2")
    assert b"<Key>k</Key>" in (listed := connection.getresponse().read())
    assert b"<Key>half</Key>" not in listed


def test_a_client_that_hangs_up_while_it_receives(aws, server, raw, connection):
    aws.account().create_bucket(
        "open", policy=PUBLIC, public_access_block=None, objects={"big": b"x" * (8 << 20)}
    )
    sock = raw()
    sock.sendall(b"GET /open/big HTTP/1.1\r\nHost: h\r\n\r\n")
    assert read_answer(sock).status == 200
    sock.close()
    connection.request("HEAD", "/open/big")
    assert connection.getresponse().status == 200


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", None),
        (b"GET / HT", b"RequestTimeout"),
        (b"PUT /open/k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12", b"RequestTimeout"),
        (b"PUT /open/k HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n12", b"RequestTimeout"),
    ],
)
def test_a_slow_client_is_disconnected(aws, bucket, sent, code):
    with (
        aws.serve(timeout=0.1) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock,
    ):
        sock.sendall(sent)
        found = read_to_end(sock)
    assert (code in found) if code else found == b""
    assert aws.client().get_object(Bucket="open", Key="k")["Body"].read() == b"0123456789"


def test_a_head_that_arrives_in_too_many_pieces_is_refused(raw, monkeypatch):
    sock = raw()
    monkeypatch.setattr(connection_module, "MAX_HEAD_PIECES", 1)
    sock.sendall(b"GET / HTTP/1.1\r\n")
    assert b"<Code>RequestTimeout</Code>" in read_answer(sock).read()


def test_a_call_to_another_service_has_a_limit(connection):
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, "
        "Signature=0"
    }
    connection.request("POST", "/", body=b"x" * (3 << 20), headers=headers)
    answer = connection.getresponse()
    assert (answer.status, b"EntityTooLarge" in answer.read()) == (400, True)


def test_a_service_that_is_not_mocked_is_named(connection):
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sqs/aws4_request, X"}
    connection.request("POST", "/", body=b"", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 501
    assert b"signed for sqs, and mocks3 mocks only s3, sts, kms" in answer.read()


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("sts", "get_delegated_access_token", {"TradeInToken": "token"}),
        ("kms", "list_retirable_grants", {"RetiringPrincipal": "root"}),
    ],
)
def test_an_unsupported_request_has_status_not_implemented_and_names_it(client, service, operation, params):
    made = client(service)
    with pytest.raises(ClientError, match=f"mocks3 does not support {service}:") as raised:
        getattr(made, operation)(**params)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert raised.value.response["Error"]["Code"] == "NotImplemented"


def test_a_preflight_and_an_answer_to_another_origin(bucket, aws, connection):
    aws.client().put_bucket_cors(
        Bucket="open",
        CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["http://site"]}]},
    )
    asked = {"Origin": "http://site", "Access-Control-Request-Method": "GET"}
    connection.request("OPTIONS", "/open/k", headers=asked)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://site"
    connection.request("GET", "/open/k", headers={"Origin": "http://site"})
    assert connection.getresponse().headers["Access-Control-Allow-Origin"] == "http://site"


def test_stop_leaves_no_thread_and_refuses_connections(aws):
    before = set(threading.enumerate())
    with aws.serve() as server:
        port = server.port
        kept = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        kept.request("GET", "/")
        kept.getresponse().read()
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) <= before
    kept.close()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=30).connect()


def test_an_open_mock_lets_the_servers_sockets_pass():
    with mock_s3() as aws, aws.serve() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", "/")
        assert connection.getresponse().status == 403
        connection.close()


def test_a_certificate_that_was_made_in_frozen_time_does_not_spoil_later_ones() -> None:
    """cryptography keeps the class ``datetime`` of its first use; it must not be the class of freezegun."""
    program = (
        "import freezegun, mocks3, trustme\n"
        "with mocks3.mock_s3() as aws:\n"
        "    for _ in range(2):\n"
        "        with freezegun.freeze_time('2030-01-01'), aws.serve(tls=True):\n"
        "            pass\n"
        "        with aws.serve(tls=True):\n"
        "            trustme.CA()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("host", ["\0", "\ud800", "ü" * 100, "a" * 300, "a b"])
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.filterwarnings("ignore:the mock server listens on")
def test_a_host_that_is_no_host_is_refused(host: str, tls: bool) -> None:
    aws = MockAWS()
    with pytest.raises(Mocks3Error, match="cannot listen on|no certificate can have the names"):
        aws.serve(host=host, tls=tls).start()


@pytest.mark.filterwarnings("ignore:the mock server listens on")
def test_a_certificate_for_all_addresses() -> None:
    with MockAWS().serve(host="", tls=True) as server:
        assert server.url.startswith("https://127.0.0.1:")


def test_a_certificate_for_a_name_that_is_no_name() -> None:
    with pytest.warns(UserWarning, match="listens on"), pytest.raises(Mocks3Error, match="no certificate"):
        MockAWS().serve(host=".", tls=True).start()


@pytest.mark.parametrize(
    ("target", "status", "body"),
    [
        (b"http://open.localhost//a", 200, b"slash"),
        (b"HTTP://h/open/k", 200, b"0123456789"),
        (b"http://h/open//a#part", 200, b"slash"),
        (b"http://h?x=1", 403, None),
        (b"http://[/open/k", 400, None),
        (b"http://[::1]:x/open/k", 400, None),
        (b"*", 400, None),
    ],
)
def test_a_target_that_is_a_url(aws, bucket, raw, target, status, body):
    """RFC 9112, 3.2.2: a server accepts the absolute form. The path is the one that was sent."""
    aws.client().put_object(Bucket="open", Key="/a", Body=b"slash")
    sock = raw()
    sock.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: h\r\n\r\n")
    answer = read_answer(sock)
    found = answer.read()
    assert answer.status == status
    if body is not None:
        assert found == body


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/0.9", b"HTTP/9.9"])
def test_another_version_of_http_is_refused(bucket, raw, version):
    sock = raw()
    sock.sendall(b"GET /open/k " + version + b"\r\nHost: h\r\n\r\nGET /open/k HTTP/1.1\r\nHost: h\r\n\r\n")
    answer = read_answer(sock)
    assert (answer.status, answer.headers["Connection"]) == (400, "close")
    assert b"<Code>BadRequest</Code>" in answer.read()


@pytest.fixture
def escaped(monkeypatch):
    """The exceptions that end a thread."""
    found: list[BaseException] = []
    monkeypatch.setattr(threading, "excepthook", lambda caught: found.append(caught.exc_value))
    return found


def test_a_client_that_resets_the_connection_before_100_continue_is_no_bug(aws, bucket, escaped, monkeypatch):
    """The server writes "100 Continue" to a connection that is gone already."""
    parse = connection_module.wire_request

    gone = threading.Event()

    def parsing(*given):
        sock.close()
        gone.set()
        return parse(*given)

    with aws.serve() as server:
        sock = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        monkeypatch.setattr(connection_module, "wire_request", parsing)
        sock.sendall(
            b"PUT /open/new HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        )
        assert gone.wait(30)
    assert escaped == []
    assert [each.operation for each in aws.calls] == ["PutObject"]
    assert [each["Key"] for each in aws.client().list_objects_v2(Bucket="open")["Contents"]] == ["k"]


def test_a_log_that_fails_is_reported_and_answered(aws, bucket, escaped):
    """An OSError of the log is not one of the connection: the client gets status 500, and the thread raises it."""

    def log(exchange, message):
        raise OSError("the disk is full")

    with aws.serve(log=log) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", "/open/k")
        assert connection.getresponse().status == 500
        connection.close()
    assert [str(each) for each in escaped] == ["the mock server could not answer GET /open/k"]
    assert isinstance(escaped[0].__cause__, OSError)


@pytest.mark.parametrize("send", ["put", "expect"])
def test_a_slow_upload_does_not_stop_other_clients(bucket, raw, connection, send, aws):
    """A body is read while the state is not locked."""
    expect = b"Expect: 100-continue\r\n" if send == "expect" else b""
    slow = raw()
    slow.sendall(b"PUT /open/slow HTTP/1.1\r\nHost: h\r\n" + expect + b"Content-Length: 2000000\r\n\r\n")
    if expect:
        found = b""
        while not found.endswith(b"\r\n\r\n"):
            found += slow.recv(1)
        assert found == b"HTTP/1.1 100 Continue\r\n\r\n"
    slow.sendall(b"x" * 1_000_000)
    connection.request("PUT", "/open/k", body=b"other")
    assert connection.getresponse().read() == b""
    connection.request("GET", "/open?list-type=2")
    assert b"slow" not in connection.getresponse().read()
    slow.sendall(b"x" * 1_000_000)
    assert read_answer(slow, "PUT").status == 200
    connection.request("HEAD", "/open/slow")
    assert connection.getresponse().headers["Content-Length"] == "2000000"


@pytest.mark.parametrize("name", ["a_b.localhost", "\x01.localhost", "-.localhost"])
def test_a_server_name_that_no_certificate_can_have(name: str) -> None:
    """The client gets the certificate of the server, and no traceback is printed."""
    with MockAWS().serve(tls=True) as server:
        context = ssl.create_default_context(cafile=str(server.ca_file))
        context.check_hostname = False
        with (
            socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock,
            context.wrap_socket(sock, server_hostname=name) as secured,
        ):
            assert secured.version() is not None
