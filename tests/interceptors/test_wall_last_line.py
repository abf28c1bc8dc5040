"""The wall's last line: hosts in every spelling, and whatever has sockets of Python's."""

from __future__ import annotations

import asyncio
import http.client
import http.server
import smtplib
import socket
import threading
import urllib.request

import boto3
import httpx
import pytest
import requests
from botocore.config import Config

from mocks3 import Mocks3Error, RealAWSCallBlocked, mock_s3
from mocks3.wire import models

resolve = socket.getaddrinfo
PLACES = (
    *((socket, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")),
    *((socket.socket, name) for name in ("connect", "connect_ex", "sendto", "sendmsg")),
)


class WentOut(OSError):
    """A name was about to be resolved, or an address connected to."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """This machine alone is there."""

    def resolved(host, *args, **kwargs):
        if host in ("127.0.0.1", "localhost", "::1"):
            return resolve(host, *args, **kwargs)
        raise WentOut(host)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


@pytest.fixture
def server():
    """A server on this machine. Gives its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(204)
            self.send_header("Connection", "close")
            self.end_headers()

        def log_message(self, *args):
            pass

    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found.server_address
    found.shutdown()
    thread.join()
    found.server_close()


SPELLINGS = [
    "{}.",
    "{}:443",
    "{}.:443",
    "user@{}.:443",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_host_in_another_spelling_is_held(send, spelling):
    url = f"https://{spelling.format('SQS.us-east-1.AmazonAWS.com')}/"
    with mock_s3(), pytest.raises(RealAWSCallBlocked) as raised:
        send("GET", url)
    assert raised.value.service == "sqs"
    assert "a call to sqs" in str(raised.value)


@pytest.mark.parametrize("spelling", SPELLINGS[:3])
def test_a_host_of_s3_in_another_spelling_is_answered(send, spelling):
    with mock_s3() as aws:
        aws.account().create_bucket("data")
        answer = send("GET", f"https://{spelling.format('data.s3.amazonaws.com')}/k")
        assert answer.status == 403
        assert aws.calls[-1].params == {"Bucket": "data", "Key": "k"}


FULL_STOPS = ["\u3002", "\uff0e", "\uff61"]


@pytest.mark.parametrize(
    "host",
    [
        *(f"sqs{dot}us-east-1{dot}amazonaws{dot}com" for dot in FULL_STOPS),
        "sqs.us-east-1.\uff41mazonaws.com",
        "sqs.us-east-1.amazon\u00adaws.com",
        "sqs.us-east-1.amazonaw\u017f.com",
        "sqs%2Eus-east-1.amazonaws.com",
    ],
)
def test_what_the_resolver_takes_for_the_same_host_is_held(host):
    calls = [
        lambda: http.client.HTTPConnection(host).request("GET", "/"),
        lambda: urllib.request.urlopen(f"http://{host}/"),
        lambda: socket.create_connection((host, 443)),
    ]
    for call in calls:
        with mock_s3(), pytest.raises(RealAWSCallBlocked):
            call()


def test_a_client_whose_endpoint_has_a_dot_at_its_end():
    config = Config(retries={"max_attempts": 0})
    url = "https://sqs.us-east-1.amazonaws.com./"
    with mock_s3() as aws:
        with pytest.raises(RealAWSCallBlocked, match="sqs:ListQueues"):
            boto3.client("sqs", region_name="us-east-1", endpoint_url=url, config=config).list_queues()
        s3 = boto3.client("s3", region_name="us-east-1", endpoint_url="https://s3.us-east-1.amazonaws.com.")
        s3.create_bucket(Bucket="data")
        assert aws.calls[-1].operation == "CreateBucket"


OF_AWS = [
    "amazonaws.com",
    "aws.amazon.com",
    "signin.aws.amazon.com",
    "us-east-1.signin.aws",
    "abc.lambda-url.us-east-1.on.aws",
    "d-1.awsapps.com",
    "x.auth.us-east-1.amazoncognito.com",
    "d1.cloudfront.net",
    "email-smtp.us-east-1.amazonaws.com",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "2852039166",
    "0xa9.0xfe.0xa9.0xfe",
    "[fd00:ec2::254]",
    "[fd00:0ec2:0::254]:80",
    "[fd00:ec2::23]",
    "[::ffff:169.254.169.254]",
    "instance-data",
    "instance-data.ec2.internal",
]


@pytest.mark.parametrize("host", OF_AWS)
def test_whatever_is_aws_is_held(host):
    with mock_s3():
        with pytest.raises(RealAWSCallBlocked) as raised:
            requests.get(f"http://{host}/", timeout=1)
        assert host.partition("]:")[0] in raised.value.url
        with pytest.raises(RealAWSCallBlocked):
            httpx.get(f"http://{host}/")


def test_every_partition_is_aws():
    names = models.dns_suffixes()
    assert {"amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "api.aws"} <= set(names)
    for name in names:
        with mock_s3(), pytest.raises(RealAWSCallBlocked) as raised:
            socket.getaddrinfo(f"sqs.region.{name}.", 443)
        assert raised.value.url == f"sqs.region.{name}.:443"


@pytest.mark.parametrize(
    "host",
    ["example.com", "myaws", "notcloudfront.net", "169.254.1.1", "ip-10-0-0-1.ec2.internal", "aws.example"],
)
def test_other_names_are_resolved_as_ever(host):
    with mock_s3(), pytest.raises(WentOut, match=host):
        socket.create_connection((host, 80))


# Whatever has sockets.

NAME = "sqs.us-east-1.amazonaws.com"
IMDS = "169.254.169.254"


async def open_by_asyncio(host):
    await asyncio.open_connection(host, 80)


async def resolve_by_asyncio(host):
    await asyncio.get_running_loop().getaddrinfo(host, 80)


async def connect_by_asyncio(host):
    with socket.socket() as sock:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (host, 80))


async def send_by_asyncio(host):
    await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=(host, 80)
    )


def connect(host):
    with socket.socket() as sock:
        sock.connect((host, 80))


def connect_ex(host):
    with socket.socket() as sock:
        sock.connect_ex((host, 80))


def datagram(host):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"", (host, 80))


def datagram_with_flags(host):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"", 0, (host, 80))


def message(host):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendmsg([b""], [], 0, (host, 80))


WAYS = {
    "asyncio.open_connection": lambda host: asyncio.run(open_by_asyncio(host)),
    "sock_connect": lambda host: asyncio.run(connect_by_asyncio(host)),
    "create_datagram_endpoint": lambda host: asyncio.run(send_by_asyncio(host)),
    "smtplib": lambda host: smtplib.SMTP(host, timeout=1),
    "connect": connect,
    "connect_ex": connect_ex,
    "sendto": datagram,
    "sendto with flags": datagram_with_flags,
    "sendmsg": message,
    "create_connection": lambda host: socket.create_connection((host, 80), timeout=1),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", [NAME, IMDS])
def test_sockets_are_held(way, host):
    with mock_s3(), pytest.raises(RealAWSCallBlocked, match=host):
        WAYS[way](host)


def test_resolving_is_held():
    for call in (
        lambda: socket.gethostbyname(NAME),
        lambda: socket.gethostbyname_ex(NAME),
        lambda: socket.getaddrinfo(host=NAME, port=443),
        lambda: socket.getaddrinfo(NAME.encode(), 443),
        lambda: asyncio.run(resolve_by_asyncio(NAME)),
    ):
        with mock_s3(), pytest.raises(RealAWSCallBlocked, match=NAME):
            call()


def test_the_event_loop_of_windows_is_held():
    import asyncio.proactor_events as events

    class Loop(events.BaseProactorEventLoop):
        def __init__(self):
            pass

    class Proactor:
        def connect(self, sock, address):
            raise WentOut(address[0])

    loop = Loop()
    loop._proactor = Proactor()
    loop._debug = False
    loop._closed = True
    before = vars(events.BaseProactorEventLoop)["sock_connect"]
    with mock_s3(), pytest.raises(RealAWSCallBlocked):
        loop.sock_connect(None, (IMDS, 80)).send(None)
    assert vars(events.BaseProactorEventLoop)["sock_connect"] is before


def test_another_thread_is_held_and_its_body_too():
    raised = []

    def call():
        try:
            socket.create_connection((NAME, 443))
        except RealAWSCallBlocked as error:
            raised.append(error.url)

    with mock_s3():
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
    assert raised == [f"{NAME}:443"]


def test_this_machine_is_reached(server, tmp_path):
    with mock_s3():
        assert requests.post(f"http://127.0.0.1:{server[1]}/", timeout=5).status_code == 204
        assert httpx.post(f"http://localhost:{server[1]}/").status_code == 204

        async def post():
            reader, writer = await asyncio.open_connection(*server)
            writer.write(b"POST / HTTP/1.0\r\n\r\n")
            line = await reader.readline()
            writer.close()
            return line

        assert b" 204 " in asyncio.run(post())
        with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as sock:
            path = str(tmp_path / NAME)[-100:] if len(str(tmp_path)) < 60 else f"\0{tmp_path}"[:100]
            listening.bind(path)
            listening.listen()
            sock.connect(path)
            sock.sendmsg((b"amazonaws.com", b"x"))
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            assert sock.sendto(b"x", server) == 1


def calling():
    """A body that calls AWS while it is sent."""
    yield b"a"
    urllib.request.urlopen("https://dynamodb.us-east-1.amazonaws.com/", timeout=1)


@pytest.mark.parametrize(
    "post",
    [
        lambda url: requests.post(url, data=calling(), timeout=5),
        lambda url: httpx.post(url, content=calling()),
    ],
    ids=["requests", "httpx"],
)
def test_a_body_that_calls_aws_while_it_is_sent_elsewhere_is_held(server, post):
    for options in ({}, {"passthrough": ["sqs"]}):
        with mock_s3(**options), pytest.raises(RealAWSCallBlocked) as raised:
            post(f"http://127.0.0.1:{server[1]}/")
        assert raised.value.url.startswith("https://dynamodb.us-east-1.amazonaws.com")


def test_what_is_let_through_is_resolved_too():
    let = ["sqs", "*.On.AWS.", "169.254.169.254", "fd00:ec2::254", "localhost:4566"]
    with mock_s3(passthrough=let):
        for host in (NAME, f"{NAME}.", "x.lambda-url.us-east-1.on.aws"):
            with pytest.raises(WentOut, match=host):
                socket.create_connection((host, 443))
        for host in ("sns.us-east-1.amazonaws.com", "169.254.170.2", "fd00:ec2::23"):
            with pytest.raises(RealAWSCallBlocked):
                socket.create_connection((host, 443))


# Nothing is left.


def places():
    return [(vars(owner).get(name), getattr(owner, name)) for owner, name in PLACES]


def test_nothing_is_left_of_it():
    before = places()
    with mock_s3():
        assert all(now[1] is not then[1] for now, then in zip(places(), before, strict=True))
        with mock_s3():
            pass
        assert all(now[1] is not then[1] for now, then in zip(places(), before, strict=True))
    assert places() == before
    with pytest.raises(Mocks3Error):
        mock_s3(passthrough=["nothing"])
    outer, inner = mock_s3(), mock_s3()
    outer.start()
    inner.start()
    outer.stop()
    inner.stop()
    assert places() == before

    def work():
        for _ in range(20):
            with mock_s3():
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert places() == before
    with pytest.raises(WentOut):
        socket.create_connection((NAME, 443))
