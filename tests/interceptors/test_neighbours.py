"""Mocks of HTTP libraries beside mocks3's: they play their hosts, refuse no request to S3, and may be asked for one."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import urllib.error
import urllib.request

import boto3
import httpx
import pytest
import requests

from mocks3 import mock_s3

from .conftest import EVERYTHING_TO_EVERYBODY

OPEN = "https://open.s3.amazonaws.com"
API = "https://api.example.com/v1"
ELSEWHERE = "https://elsewhere.example.com/"


def by_requests(url):
    return requests.get(url, timeout=1).content


def by_httpx(url):
    return httpx.get(url, timeout=1).content


def by_httpx_async(url):
    async def call():
        async with httpx.AsyncClient() as client:
            return (await client.get(url, timeout=1)).content

    return asyncio.run(call())


def by_urllib(url):
    with urllib.request.urlopen(url, timeout=1) as found:
        return found.read()


class RequestsMock:
    """requests-mock."""

    ways = (by_requests,)

    def __init__(self):
        self.mock = pytest.importorskip("requests_mock").Mocker()

    def start(self):
        self.mock.start()

    def stop(self):
        self.mock.stop()

    def register(self, url, body):
        self.mock.get(url, content=body)

    def asked(self):
        return [call.url for call in self.mock.request_history]


class PytestHttpx:
    """pytest-httpx, whose fixture is entered when it is asked for."""

    ways = (by_httpx, by_httpx_async)

    def __init__(self):
        plugin = pytest.importorskip("pytest_httpx")
        options = plugin._HTTPXMockOptions(can_send_already_matched_responses=True)
        self.mock = plugin.HTTPXMock(options)

    def start(self):
        mock, self.patch = self.mock, pytest.MonkeyPatch()

        def handle(transport, request):
            return mock._handle_request(transport, request)

        async def handle_async(transport, request):
            return await mock._handle_async_request(transport, request)

        self.patch.setattr(httpx.HTTPTransport, "handle_request", handle)
        self.patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)

    def stop(self):
        self.patch.undo()

    def register(self, url, body):
        self.mock.add_response(url=url, content=body)

    def asked(self):
        return [str(request.url) for request in self.mock.get_requests()]


class Pook:
    ways = (by_requests, by_httpx, by_httpx_async)

    def __init__(self):
        self.mock = pytest.importorskip("pook")

    def start(self):
        self.mock.on()

    def stop(self):
        self.mock.off()
        self.mock.reset()

    def register(self, url, body):
        self.mock.get(url).persist().reply(200).body(body)

    def asked(self):
        return None  # it keeps no list of those that it answered


class Vcr:
    """vcrpy, with a cassette on which there is one call."""

    ways = (by_requests, by_httpx, by_httpx_async, by_urllib)

    def __init__(self):
        self.vcr = pytest.importorskip("vcr").VCR(record_mode="none")

    def start(self):
        self.stack = contextlib.ExitStack()
        self.cassette = self.stack.enter_context(
            self.vcr.use_cassette("none.yaml", allow_playback_repeats=True)
        )

    def stop(self):
        self.stack.close()

    def register(self, url, body):
        from vcr.request import Request

        status = {"code": 200, "message": "OK"}
        self.cassette.append(
            Request("GET", url, b"", {}), {"status": status, "headers": {}, "body": {"string": body}}
        )

    def asked(self):
        return None


OTHERS = [RequestsMock, PytestHttpx, Pook, Vcr]
WAYS = [pytest.param(each, way, id=f"{each.__name__}-{way.__name__}") for each in OTHERS for way in each.ways]


@contextlib.contextmanager
def both(other, outside):
    """The other mock round mock_s3, or within."""
    with contextlib.ExitStack() as stack:
        for kind in ("other", "s3") if outside else ("s3", "other"):
            if kind == "other":
                other.start()
                stack.callback(other.stop)
            else:
                aws = stack.enter_context(mock_s3())
        aws.account().create_bucket(
            "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello"}
        )
        yield aws


@pytest.mark.parametrize("outside", [True, False], ids=["outside", "inside"])
@pytest.mark.parametrize(("other", "way"), WAYS)
def test_each_answers_what_is_its(other, way, outside, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = other()
    with both(other, outside) as aws:
        other.register(API, b"theirs")
        assert way(f"{OPEN}/k") == b"hello"
        assert [call.principal for call in aws.calls] == ["anonymous"]
        assert way(API) == b"theirs"
        with pytest.raises(Exception, match=r"."):
            way(ELSEWHERE)
        assert boto3.client("s3", region_name="us-east-1").list_objects_v2(Bucket="open")["KeyCount"] == 1
        if other.asked() is not None:
            assert other.asked() == [API, ELSEWHERE]
    assert other.asked() is None or OPEN not in str(other.asked())


@pytest.mark.parametrize(("other", "way"), [each for each in WAYS if each.values[0] is not Vcr])
def test_a_url_of_s3_that_is_registered_is_theirs(other, way):
    other = other()
    with both(other, outside=False) as aws:
        other.register(f"{OPEN}/mine", b"theirs")
        assert way(f"{OPEN}/mine") == b"theirs"
        assert way(f"{OPEN}/k") == b"hello"
        assert len(aws.calls) == 1


@pytest.mark.parametrize(("other", "way"), WAYS)
def test_without_mock_s3_they_are_as_they_were(other, way, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with mock_s3():
        pass
    other = other()
    other.start()
    try:
        other.register(API, b"theirs")
        assert way(API) == b"theirs"
        with pytest.raises(Exception, match=r"."):
            way(f"{OPEN}/k")
    finally:
        other.stop()


def test_the_fixture_of_pytest_httpx(request):
    pytest.importorskip("pytest_httpx")
    with mock_s3() as aws:
        httpx_mock = request.getfixturevalue("httpx_mock")
        httpx_mock.add_response(url=API, content=b"theirs")
        assert by_httpx(API) == b"theirs"
        assert b"NoSuchBucket" in by_httpx(f"{OPEN}/k")
        assert len(aws.calls) == 1


def test_an_adapter_of_requests_mock_that_was_mounted():
    adapter = pytest.importorskip("requests_mock").Adapter()
    adapter.register_uri("GET", API, content=b"theirs")
    with mock_s3(), requests.Session() as session:
        session.mount("https://", adapter)
        assert session.get(API, timeout=1).content == b"theirs"
        assert b"NoSuchBucket" in session.get(f"{OPEN}/k", timeout=1).content
        with pytest.raises(Exception, match="No mock address"):
            session.get(ELSEWHERE, timeout=1)
    with requests.Session() as session:
        session.mount("https://", adapter)
        with pytest.raises(Exception, match="No mock address"):
            session.get(f"{OPEN}/k", timeout=1)


def test_nothing_of_s3_is_recorded(tmp_path):
    vcr = pytest.importorskip("vcr")
    with mock_s3(), vcr.use_cassette(str(tmp_path / "new.yaml"), record_mode="all") as cassette:
        for way in (by_requests, by_httpx, by_httpx_async):
            assert b"NoSuchBucket" in way(f"{OPEN}/k")
        with pytest.raises(urllib.error.HTTPError) as raised:
            by_urllib(f"{OPEN}/k")
        raised.value.close()
        assert cassette.requests == []


def test_a_cassette_that_was_there_before_mocks3():
    pytest.importorskip("vcr")
    program = (
        "import vcr\n"
        "with vcr.use_cassette('none.yaml', record_mode='none'):\n"
        "    from mocks3 import mock_s3\n"
        "    with mock_s3() as aws:\n"
        "        aws.account().create_bucket('box', objects={'k': b'x'})\n"
        "        url = aws.client().generate_presigned_url('get_object', Params={'Bucket': 'box', 'Key': 'k'})\n"
        "        import httpx, requests, urllib.request\n"
        "        assert requests.get(url).content == httpx.get(url).content == b'x'\n"
        "        with urllib.request.urlopen(url) as found: assert found.read() == b'x'\n"
        "with mock_s3() as aws: assert requests.get('https://box.s3.amazonaws.com/k').status_code == 404\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_sockets_of_httpretty():
    httpretty = pytest.importorskip("httpretty")
    with httpretty.enabled(allow_net_connect=False), mock_s3() as aws:
        assert b"NoSuchBucket" in by_requests(f"{OPEN}/k")
        assert boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"] == []
        assert len(aws.calls) == 2
