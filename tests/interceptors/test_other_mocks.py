"""Other people's mocks in the same test: they keep answering what is theirs, nested either way, in any order."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import botocore.awsrequest
import botocore.httpsession
import httpx
import pytest
import requests
import responses
import respx
from botocore.config import Config
from botocore.stub import Stubber

from mocks3 import MockAWS, RealAWSCallBlocked, mock_s3

from .conftest import EVERYTHING_TO_EVERYBODY

OPEN = "https://open.s3.amazonaws.com"
API = "https://api.example.com/v1"


def furnished(aws):
    aws.account().create_bucket(
        "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello"}
    )
    return aws


@contextlib.contextmanager
def both(outer, inner):
    """Two mocks, the second inside the first; whichever gives a world has it furnished."""
    with contextlib.ExitStack() as stack:
        entered = [stack.enter_context(each) for each in (outer, inner)]
        yield furnished(next(each for each in entered if isinstance(each, MockAWS)))


def orders(other):
    """The two ways in which mock_s3 and another mock may be nested."""
    return pytest.mark.parametrize(
        "nested",
        [lambda: both(mock_s3(), other()), lambda: both(other(), mock_s3())],
        ids=["inside", "outside"],
    )


def get(url):
    return requests.get(url, timeout=1)


# responses


@orders(responses.RequestsMock)
def test_responses(nested):
    with nested() as aws:
        assert get(f"{OPEN}/k").content == b"hello"
        assert len(aws.calls) == 1


@pytest.mark.parametrize("outside", [True, False])
def test_responses_keep_everything_that_is_theirs(outside):
    first = responses.RequestsMock()
    with contextlib.ExitStack() as stack:
        if outside:
            stack.enter_context(first)
        aws = furnished(stack.enter_context(mock_s3()))
        if not outside:
            stack.enter_context(first)
        first.get(API, json={"a": 1})
        first.add_callback("POST", API, callback=lambda request: (201, {"X": "y"}, request.body))
        first.get(f"{OPEN}/mine", body="registered by hand")
        assert get(API).json() == {"a": 1}
        assert get(f"{OPEN}/k").content == b"hello"
        posted = requests.post(API, data="payload", timeout=1)
        assert (posted.status_code, posted.headers["X"], posted.text) == (201, "y", "payload")
        assert get(f"{OPEN}/mine").text == "registered by hand"
        assert requests.put(f"{OPEN}/mine", data=b"x", timeout=1).status_code == 200
        with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
            get("https://elsewhere.example.com/")
        assert [call.request.url for call in first.calls] == [
            API, API, f"{OPEN}/mine", "https://elsewhere.example.com/"
        ]  # fmt: skip
        assert len(aws.calls) == 2


@orders(responses.RequestsMock)
def test_responses_still_miss_what_was_not_fired(nested):
    with pytest.raises(AssertionError, match="Not all requests have been executed"):
        ask_for_nothing_of(nested)


def ask_for_nothing_of(nested):
    with nested() as aws:
        active = requests.adapters.HTTPAdapter.send.__closure__[0].cell_contents
        assert isinstance(active, responses.RequestsMock)
        active.get(API)
        get(f"{OPEN}/k")
        assert len(aws.calls) == 1


def test_responses_in_order_are_not_disturbed():
    with mock_s3() as aws, responses.RequestsMock(registry=responses.registries.OrderedRegistry) as mock:
        furnished(aws)
        mock.get(API, body="1")
        mock.get(API, body="2")
        assert [get(API).text, get(f"{OPEN}/k").text, get(API).text] == ["1", "hello", "2"]


@pytest.fixture
def local():
    class Local(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"local")

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Local) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_passthroughs_of_responses(local):
    with mock_s3() as aws, responses.RequestsMock() as mock:
        furnished(aws)
        mock.add_passthru(local)
        mock.add(responses.PassthroughResponse("GET", f"{OPEN}/k"))
        assert get(local).text == "local"
        assert get(f"{OPEN}/k").text == "hello"
        mock.add_passthru(re.compile(r"https://sqs\..*"))
        with pytest.raises(RealAWSCallBlocked, match="a call to sqs"):
            get("https://sqs.us-east-1.amazonaws.com/")


@mock_s3
@responses.activate
def test_activate_inside():
    responses.get(API, body="1")
    assert get(API).text == "1"
    assert get(f"{OPEN}/k").status_code == 404


@responses.activate
@mock_s3
def test_activate_outside():
    responses.get(API, body="1")
    assert get(API).text == "1"
    assert get(f"{OPEN}/k").status_code == 404


EVENTS = [
    order
    for order in itertools.permutations(["+s3", "-s3", "+responses", "-responses"])
    if order.index("+s3") < order.index("-s3") and order.index("+responses") < order.index("-responses")
]


@pytest.mark.parametrize("events", EVENTS, ids=" ".join)
def test_started_and_stopped_in_any_order(events):
    real = requests.adapters.HTTPAdapter.send
    mocks = {"s3": mock_s3(), "responses": responses.RequestsMock(assert_all_requests_are_fired=False)}
    mocks["responses"].get(API, body="1")
    on = set()
    for sign, name in [(event[0], event[1:]) for event in (*events, *events)]:
        if sign == "+":
            on.add(name)
            made = mocks[name].start()
            if name == "s3":
                furnished(made)
        else:
            on.remove(name)
            mocks[name].stop()
        if "responses" in on:
            assert get(API).text == "1"
        if "s3" in on:
            assert get(f"{OPEN}/k").text == "hello"
    assert requests.adapters.HTTPAdapter.send is real


def test_responses_imported_inside_the_mock():
    program = (
        "import sys\n"
        "from mocks3 import mock_s3\n"
        "with mock_s3() as aws:\n"
        "    assert not {'requests', 'responses', 'httpx'} & set(sys.modules)\n"
        "    import responses, requests, httpx\n"
        "    with responses.RequestsMock():\n"
        "        assert requests.get('https://b.s3.amazonaws.com/k').status_code == 404\n"
        "    assert httpx.get('https://b.s3.amazonaws.com/k').status_code == 404\n"
        "    assert len(aws.calls) == 2\n"
        "    assert responses.__loader__ is responses.__spec__.loader\n"
        "    assert 'Telling' not in repr(responses.__loader__)\n"
        "assert not [f for f in sys.meta_path if 'mocks3' in repr(f)]\n"
        "assert not hasattr(responses.RequestsMock._on_request, 'mocks3_patch')\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


# Stubber


@pytest.mark.parametrize("service", ["sqs", "s3"])
def test_stubbers(service):
    for before in (True, False):
        client = boto3.client(service, region_name="us-east-1") if before else None
        with mock_s3():
            client = client or boto3.client(service, region_name="us-east-1")
            operation, answer = {
                "sqs": ("list_queues", {"QueueUrls": ["https://stubbed"]}),
                "s3": ("list_buckets", {"Buckets": []}),
            }[service]
            with Stubber(client) as stubber:
                stubber.add_response(operation, answer)
                assert getattr(client, operation)().items() >= answer.items()
                stubber.assert_no_pending_responses()


# respx


@pytest.mark.parametrize("outside", [True, False])
def test_respx_keeps_its_routes(outside):
    router = respx.mock(assert_all_called=True)
    with both(*((router, mock_s3()) if outside else (mock_s3(), router))):
        router.get(API).respond(json={"a": 1})
        router.post("https://sqs.us-east-1.amazonaws.com/").respond(text="mocked")
        assert httpx.get(API).json() == {"a": 1}
        assert httpx.post("https://sqs.us-east-1.amazonaws.com/").text == "mocked"
        assert httpx.get(f"{OPEN}/k").content == b"hello"

        async def concurrently():
            async with httpx.AsyncClient() as client:
                return await asyncio.gather(client.get(API), client.get(f"{OPEN}/k"))

        assert [found.status_code for found in asyncio.run(concurrently())] == [200, 200]
        with pytest.raises(respx.models.AllMockedAssertionError):
            httpx.get("https://elsewhere.example.com/")


def test_transports_of_httpx_that_are_the_users():
    def handler(request):
        return httpx.Response(200, text="theirs")

    with mock_s3() as aws, httpx.Client(transport=httpx.MockTransport(handler)) as client:
        furnished(aws)
        assert client.get(f"{OPEN}/k").text == "theirs"


# Servers


def test_other_services_on_a_server_of_ones_own(local):
    with mock_s3():
        config = Config(retries={"max_attempts": 0})
        gateway = boto3.client(
            "apigatewaymanagementapi", region_name="us-east-1", endpoint_url=local, config=config
        )
        found = gateway.get_connection(ConnectionId="c")
        assert found["ResponseMetadata"]["HTTPHeaders"]["server"].startswith("BaseHTTP")


def test_s3_on_a_server_of_ones_own_is_let_through_by_name(local):
    config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    for host in ("127.0.0.1", "localhost"):
        with mock_s3(passthrough=[host]) as aws:
            url = local.replace("127.0.0.1", host)
            s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1", config=config)
            assert s3.get_object(Bucket="b", Key="k")["Body"].read() == b"local"
            assert aws.calls == []


def test_what_a_test_puts_in_place_of_botocores_http(monkeypatch):
    def send(session, request):
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, None)

    with mock_s3():
        monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", send)
        monkeypatch.setattr(botocore.awsrequest.AWSResponse, "content", b'{"QueueUrls": ["x"]}')
        assert boto3.client("sqs", region_name="us-east-1").list_queues()["QueueUrls"] == ["x"]
    monkeypatch.undo()
    for _ in range(2):
        with mock_s3(), pytest.raises(RealAWSCallBlocked):
            boto3.client("sqs", region_name="us-east-1").list_queues()
    assert not hasattr(botocore.httpsession.URLLib3Session.send, "mocks3_patch")
