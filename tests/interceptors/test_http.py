"""HTTP libraries: their requests to S3 land in the open world, and look like AWS's to them."""

from __future__ import annotations

import hashlib
import http.client
import io
import re
import select
import socket
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
import urllib3

from mocks3 import NotSupported, RealAWSCallBlocked, mock_s3

from .conftest import EVERYTHING_TO_EVERYBODY
from .http_clients import signed

OPEN = "https://open.s3.amazonaws.com"
PUT_ONLY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
}
HOSTS = [
    "https://open.s3.amazonaws.com",
    "http://open.s3.amazonaws.com",
    "https://open.s3.amazonaws.com:443",
    "https://s3.amazonaws.com/open",
    "https://s3.us-east-1.amazonaws.com/open",
    "https://s3-us-east-1.amazonaws.com/open",
    "https://open.s3.us-east-1.amazonaws.com",
    "https://OPEN.S3.us-east-1.amazonaws.com",
    "https://open.s3.dualstack.us-east-1.amazonaws.com",
    "https://s3.dualstack.us-east-1.amazonaws.com/open",
    "https://open.s3-accelerate.amazonaws.com",
    "https://open.bucket.vpce-0a1b2c3d-4e5f6a7b.s3.us-east-1.vpce.amazonaws.com",
]


@pytest.mark.parametrize("base", HOSTS)
def test_every_host_of_s3(world, send, base):
    with world.store.editing("open") as bucket:
        bucket.configurations["accelerate"] = {"Status": "Enabled"}
    assert send("PUT", f"{base}/new", data=b"body").status == 200
    assert send("GET", f"{base}/new").body == b"body"
    assert send("GET", f"{base}/k").body == b"hello"
    assert {call.principal for call in world.calls} == {"anonymous"}


@pytest.mark.parametrize(
    ("region", "suffix", "partition"),
    [("cn-north-1", "amazonaws.com.cn", "aws-cn"), ("us-gov-west-1", "amazonaws.com", "aws-us-gov")],
)
def test_every_partition(send, region, suffix, partition):
    with mock_s3(region=region) as aws:
        policy = {**EVERYTHING_TO_EVERYBODY["Statement"], "Resource": f"arn:{partition}:s3:::open/*"}
        document = {"Version": "2012-10-17", "Statement": policy}
        aws.account().create_bucket("open", policy=document, public_access_block=None, objects={"k": b"far"})
        assert send("GET", f"https://open.s3.{region}.{suffix}/k").body == b"far"


def test_what_is_not_public_is_refused(world, send):
    for method in ("GET", "PUT", "DELETE"):
        got = send(method, "https://closed.s3.amazonaws.com/k")
        assert got.status == 403
        assert "<Code>AccessDenied</Code><Message>Access Denied</Message>" in got.text
    assert send("GET", "https://s3.amazonaws.com/").status == 403


KEYS = {
    "a%20b%2Bc+d": "a b+c+d",
    "%C3%BC": "ü",
    "a//b": "a//b",
    "a%2Fb": "a/b",
    "k;v=1": "k;v=1",
    "%25": "%",
    "k%3Fx": "k?x",
    "open/k": "open/k",
}


@pytest.mark.parametrize("path", KEYS)
def test_keys_arrive_as_they_are(world, send, path):
    assert send("PUT", f"{OPEN}/{path}", data=b"x").status == 200
    assert KEYS[path] in keys(world)


def test_raw_signed_calls(world, send):
    url = "https://closed.s3.amazonaws.com/made"
    eve = world.account().create_user("eve", policies=[PUT_ONLY])
    root = world.account().root
    body = b"by hand"
    assert send("PUT", url, data=body, headers=signed(eve.access_key, "PUT", url, body)).status == 200
    assert send("GET", url, headers=signed(eve.access_key, "GET", url)).status == 403
    assert send("GET", url, headers=signed(root.access_key, "GET", url)).body == body
    assert send("HEAD", url, headers=signed(root.access_key, "HEAD", url)).headers["content-length"] == "7"
    assert send("DELETE", url, headers=signed(root.access_key, "DELETE", url)).status == 204
    changed = signed(root.access_key, "GET", url)
    changed["Authorization"] = changed["Authorization"][:-1] + "x"
    assert "<Code>SignatureDoesNotMatch</Code>" in send("GET", url, headers=changed).text


def test_service_calls_signed_by_hand(world, send):
    url = "https://s3.amazonaws.com/"
    got = send("GET", url, headers=signed(world.account().root.access_key, "GET", url))
    assert "<Name>closed</Name>" in got.text


def test_other_services_that_are_played(world, send):
    url = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
    got = send("GET", url, headers=signed(world.account().root.access_key, "GET", url, service="sts"))
    assert "<Arn>arn:aws:iam::123456789012:root</Arn>" in got.text
    assert world.calls[-1].operation == "GetCallerIdentity"


def lines_of(headers):
    """The names in the case they came in; httpx has them in lower case by itself."""
    raw = getattr(headers, "raw", None)
    return [name.decode() for name, _ in raw] if raw is not None else list(headers)


def test_the_head_of_an_answer_is_awss(world, send):
    got = send("GET", f"{OPEN}/k")
    names = lines_of(got.headers)
    for name in ("x-amz-id-2", "x-amz-request-id", "Date", "Last-Modified", "ETag", "Accept-Ranges", "Content-Type",
                 "Content-Length", "Server", "x-amz-server-side-encryption"):  # fmt: skip
        assert name in names
    assert got.headers["Server"] == "AmazonS3"
    assert got.headers["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
    assert got.headers["Accept-Ranges"] == "bytes"
    assert got.headers["Content-Type"] == "binary/octet-stream"
    assert re.fullmatch(r"[0-9A-F]{16}", got.headers["x-amz-request-id"])
    assert re.fullmatch(r"[A-Za-z0-9+/=]{76}", got.headers["x-amz-id-2"])


def test_an_error_is_awss(world, send):
    got = send("GET", f"{OPEN}/none")
    assert got.status == 404
    assert got.headers["Content-Type"] == "application/xml"
    assert got.headers["Transfer-Encoding"] == "chunked"
    assert got.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>none</Key>"
        f"<RequestId>{got.headers['x-amz-request-id']}</RequestId><HostId>{got.headers['x-amz-id-2']}</HostId></Error>"
    )


def test_a_list_is_awss(world, send):
    got = send("GET", f"{OPEN}/?list-type=2&max-keys=1")
    assert got.headers["Content-Type"] == "application/xml"
    assert got.text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    )


def test_answers_without_bodies(world, send):
    etag = send("HEAD", f"{OPEN}/k").headers["ETag"]
    for got, status in (
        (send("HEAD", f"{OPEN}/k"), 200),
        (send("HEAD", f"{OPEN}/none"), 404),
        (send("HEAD", "https://closed.s3.amazonaws.com/k"), 403),
        (send("GET", f"{OPEN}/k", headers={"If-None-Match": etag}), 304),
        (send("DELETE", f"{OPEN}/k"), 204),
    ):
        assert (got.status, got.body) == (status, b"")
        assert got.headers["x-amz-request-id"]


def test_the_head_of_an_object_says_how_long_it_is(world, send):
    assert send("HEAD", f"{OPEN}/k").headers["Content-Length"] == "5"


def test_parts_of_an_object(world, send):
    got = send("GET", f"{OPEN}/k", headers={"Range": "bytes=1-2"})
    assert (got.status, got.body, got.headers["Content-Range"]) == (206, b"el", "bytes 1-2/5")


def test_another_region_is_said(world, send):
    got = send("GET", "https://s3.eu-west-1.amazonaws.com/open/k")
    assert got.status == 301
    assert got.headers["x-amz-bucket-region"] == "us-east-1"
    assert "<Code>PermanentRedirect</Code>" in got.text
    assert "<Endpoint>open.s3.us-east-1.amazonaws.com</Endpoint>" in got.text


def test_the_host_header_is_what_s3_goes_by(world, send):
    assert (
        send("GET", "https://s3.amazonaws.com/k", headers={"Host": "open.s3.amazonaws.com"}).body == b"hello"
    )


def test_user_metadata_and_content_headers(world, send):
    headers = {"x-amz-meta-Colour": "blue", "Content-Type": "text/plain", "Cache-Control": "no-store"}
    send("PUT", f"{OPEN}/m", data=b"x", headers=headers)
    found = world.client().head_object(Bucket="open", Key="m")
    assert found["Metadata"] == {"colour": "blue"}
    assert (found["ContentType"], found["CacheControl"]) == ("text/plain", "no-store")
    got = send("GET", f"{OPEN}/m")
    assert (got.headers["x-amz-meta-colour"], got.headers["Content-Type"]) == ("blue", "text/plain")


def test_methods_that_s3_does_not_know(world, send):
    for method in ("PATCH", "FOO"):
        got = send(method, f"{OPEN}/k")
        assert got.status == 405
        assert f"<Method>{method}</Method>" in got.text


def test_what_is_not_played_names_itself(world, send, monkeypatch):
    def find(service, operation):
        raise NotSupported(f"{service}:{operation}")

    monkeypatch.setattr("mocks3.pipeline.find", find)
    with pytest.raises(NotSupported, match="s3:GetObject"):
        send("GET", f"{OPEN}/k")


def test_after_the_mock_nothing_is_answered(send):
    with mock_s3():
        pass
    with pytest.raises(
        (requests.ConnectionError, urllib3.exceptions.HTTPError, OSError, Exception)
    ) as raised:
        send("GET", "https://open.s3.invalid-region.amazonaws.com/k")
    assert not isinstance(raised.value, RealAWSCallBlocked)


def keys(world):
    return [item["Key"] for item in world.client().list_objects_v2(Bucket="open")["Contents"]]


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"local")

    def log_message(self, *args):
        pass


@pytest.fixture
def local():
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_other_hosts_are_none_of_its_business(world, send, local):
    assert send("GET", f"{local}/open/k").body == b"local"
    assert world.calls == []


# What only the standard library does.


def test_presigned_urls_by_urlopen(world):
    url = world.client().generate_presigned_url("get_object", Params={"Bucket": "closed", "Key": "k"})
    with urllib.request.urlopen(url) as found:
        assert (found.status, found.read()) == (200, b"secret")
        assert found.headers["Server"] == "AmazonS3"
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(url.replace("/k?", "/j?"))
    with raised.value as error:
        assert (error.code, error.reason) == (403, "Forbidden")
        assert b"<Code>SignatureDoesNotMatch</Code>" in error.read()


@pytest.mark.parametrize("kind", [http.client.HTTPConnection, http.client.HTTPSConnection])
def test_one_connection_for_one_request_after_another(world, kind):
    content = bytes(range(256)) * 4096
    connection = kind("open.s3.amazonaws.com")
    for connected in (False, True):
        if connected:
            connection.connect()
        connection.request("PUT", "/big", content)
        assert connection.getresponse().read() == b""
        connection.request("GET", "/big")
        found = connection.getresponse()
        assert found.read(10) == content[:10]
        assert found.read() == content[10:]
        connection.request("HEAD", "/none")
        found = connection.getresponse()
        assert (found.status, found.read()) == (404, b"")
        connection.request("GET", "/none")
        assert b"<Code>NoSuchKey</Code>" in connection.getresponse().read()
        connection.close()
    connection.request("GET", "https://closed.s3.amazonaws.com/k")  # as to a proxy
    assert connection.getresponse().status == 403


def test_bodies_of_the_standard_library(world):
    connection = http.client.HTTPSConnection("open.s3.amazonaws.com")
    connection.request("PUT", "/file", io.BytesIO(b"x" * 100_000), {"Content-Length": "100000"})
    assert connection.getresponse().read() == b""
    assert len(send_by(connection, "GET", "/file")) == 100_000
    for body in (iter([b"a", b"b"]), b"no chunk", b"5\r\nhel"):
        framed = not isinstance(body, bytes)
        connection.request("PUT", "/chunks", body, {"Transfer-Encoding": "chunked"}, encode_chunked=framed)
        assert b"<Header>Transfer-Encoding</Header>" in connection.getresponse().read()
    assert keys(world) == ["file", "k"]


def send_by(connection, *request):
    connection.request(*request)
    return connection.getresponse().read()


def test_a_connection_that_outlives_its_mock():
    connection = http.client.HTTPSConnection("open.s3.amazonaws.com")
    with mock_s3():
        assert b"<Code>NoSuchBucket</Code>" in send_by(connection, "GET", "/k")
    with pytest.raises(ConnectionResetError, match="the mock that answered open"):
        connection.request("GET", "/k")
    connection.close()
    with mock_s3():
        assert b"<Code>NoSuchBucket</Code>" in send_by(connection, "GET", "/k")
    connection.close()


@pytest.mark.parametrize("kind", [http.client.HTTPConnection, http.client.HTTPSConnection])
def test_what_clients_ask_the_socket(world, kind):
    """s3cmd compares the certificate with the host and waits with select; others shut the connection down."""
    connection = kind("open.s3.amazonaws.com")
    assert send_by(connection, "GET", "/k") == b"hello"
    sock = connection.sock
    assert select.select([sock], [], [], 0) == (
        [],
        [],
        [],
    )  # nothing is left to read, and the peer has not hung up
    assert select.select([], [sock], [], 0) == ([], [sock], [])
    sock.settimeout(3)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    assert (sock.gettimeout(), sock.getpeername()[1]) == (
        3,
        443 if kind.__name__ == "HTTPSConnection" else 80,
    )
    if kind is http.client.HTTPSConnection:
        assert sock.getpeercert()["subjectAltName"] == (("DNS", "open.s3.amazonaws.com"),)
        assert (sock.version(), sock.cipher()[1]) == ("TLSv1.3", "TLSv1.3")
        assert sock.selected_alpn_protocol() == "http/1.1"
        with pytest.raises(NotSupported, match="certificate as bytes"):
            sock.getpeercert(binary_form=True)
    else:
        assert not hasattr(sock, "getpeercert")  # as on sockets without TLS
    sock.shutdown(socket.SHUT_RDWR)
    connection.close()


def test_a_client_that_waits_for_100_continue(world):
    connection = http.client.HTTPSConnection("open.s3.amazonaws.com")
    connection.putrequest("PUT", "/expected")
    connection.putheader("Content-Length", "4")
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert select.select([connection.sock], [], [], 0)[0] == [connection.sock]
    assert connection.sock.makefile("rb").readline() == b"HTTP/1.1 100 Continue\r\n"
    assert select.select([connection.sock], [], [], 0)[0] == []
    connection.send(b"body")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    # A client that does not wait gets the answer, without the interim one.
    assert send_by(connection, "PUT", "/expected", b"next", {"Expect": "100-continue"}) == b""
    assert send_by(connection, "GET", "/expected") == b"next"
    connection.close()


def test_by_way_of_a_proxy_of_urllibs(world):
    proxies = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    for scheme in proxies:
        with opener.open(f"{scheme}://open.s3.amazonaws.com/k") as found:
            assert found.read() == b"hello"


# What only requests does.


def test_bodies_from_files_and_generators(world):
    content = bytes(range(256)) * 1000
    assert requests.put(f"{OPEN}/file", data=io.BytesIO(content), timeout=1).status_code == 200
    assert requests.get(f"{OPEN}/file", timeout=1).content == content
    refused = requests.put(f"{OPEN}/generated", data=iter([b"a", b"b"]), timeout=1)
    assert refused.status_code == 501
    assert "<Code>NotImplemented</Code>" in refused.text
    assert "<Header>Transfer-Encoding</Header>" in refused.text
    assert keys(world) == ["file", "k"]


def test_bodies_are_read_in_pieces(world):
    content = bytes(range(256)) * 4096
    requests.put(f"{OPEN}/big", data=content, timeout=1)
    with requests.get(f"{OPEN}/big", stream=True, timeout=1) as found:
        assert b"".join(found.iter_content(10_000)) == content
    with requests.get(f"{OPEN}/big", stream=True, timeout=1) as found:
        assert found.raw.read(10) == content[:10]
    with urllib3.PoolManager() as pools:
        got = pools.request("GET", f"{OPEN}/big", preload_content=False)
        assert b"".join(got.stream(1 << 16)) == content
        got.release_conn()


def test_one_session_after_another_and_from_threads(world):
    with requests.Session() as session:
        for number in range(3):
            session.put(f"{OPEN}/{number}", data=b"x")
        threads = [threading.Thread(target=session.put, args=(f"{OPEN}/t{n}", b"x")) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(keys(world)) == 12


def test_a_session_with_retries_asks_again():
    retry = urllib3.Retry(total=2, status_forcelist=[404], backoff_factor=0)
    with mock_s3() as aws, requests.Session() as session:
        aws.account().create_bucket("open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None)
        session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retry))
        with pytest.raises(requests.exceptions.RetryError):
            session.get(f"{OPEN}/none")
        assert len(aws.calls) == 3


def test_by_way_of_a_proxy(world):
    proxies = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
    for scheme in proxies:
        assert (
            requests.get(f"{scheme}://open.s3.amazonaws.com/k", proxies=proxies, timeout=1).content
            == b"hello"
        )
