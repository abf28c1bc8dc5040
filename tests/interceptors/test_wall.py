"""The wall: what nobody answers does not leave for AWS, and says so; what is let through on purpose is."""

from __future__ import annotations

import asyncio
import http.client
import socket

import boto3
import botocore.httpsession
import httpcore
import pytest
import requests
import urllib3
from botocore.config import Config

from mocks3 import MockAWS, Mocks3Error, RealAWSCallBlocked, mock_s3

QUEUES = "https://sqs.us-east-1.amazonaws.com/?Action=ListQueues"


class WentOut(Exception):
    """A connection was about to be made: what would be the network, were it there."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def resolve(host, *args, **kwargs):
        raise WentOut(host)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def client(service, **config):
    config = Config(retries={"max_attempts": 0}, **config)
    return boto3.client(service, region_name="us-east-1", config=config)


@pytest.mark.parametrize(
    ("service", "operation", "shown"),
    [
        ("sqs", "list_queues", "sqs:ListQueues"),
        ("dynamodb", "list_tables", "dynamodb:ListTables"),
        ("logs", "describe_log_groups", "cloudwatch-logs:DescribeLogGroups"),
        ("ec2", "describe_instances", "ec2:DescribeInstances"),
    ],
)
def test_a_client_of_a_service_that_is_not_played(service, operation, shown):
    with mock_s3(), pytest.raises(RealAWSCallBlocked) as raised:
        getattr(client(service), operation)()
    error = raised.value
    assert str(error).startswith(f"{shown} was about to leave this process for the real AWS")
    assert f"{error.service}:{error.operation}" == shown
    assert error.url in str(error)
    assert error.url.startswith("https://")
    assert 'mock_s3(passthrough=["' in str(error)


def test_it_is_not_retried(monkeypatch):
    sent = []
    inner = botocore.httpsession.URLLib3Session.send

    def send(session, request):
        sent.append(request.url)
        return inner(session, request)

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", send)
    for mode in ("legacy", "standard", "adaptive"):
        config = Config(retries={"mode": mode, "max_attempts": 4})
        with mock_s3(), pytest.raises(RealAWSCallBlocked):
            boto3.client("sqs", region_name="us-east-1", config=config).list_queues()
    assert len(sent) == 3


def test_a_request_of_an_http_library(send):
    with mock_s3(), pytest.raises(RealAWSCallBlocked) as raised:
        send("GET", QUEUES)
    assert raised.value.url == QUEUES
    assert (raised.value.service, raised.value.operation) == ("sqs", None)
    assert "a call to sqs was about to leave this process for the real AWS" in str(raised.value)
    assert f"GET {QUEUES}" in str(raised.value)


def test_a_connection_of_the_standard_library():
    connection = http.client.HTTPSConnection("sqs.us-east-1.amazonaws.com")
    with mock_s3(), pytest.raises(RealAWSCallBlocked, match="a call to sqs"):
        connection.connect()


def test_s3_by_a_library_without_a_door_is_told_which_have_one():
    with (
        mock_s3(),
        httpcore.ConnectionPool() as pool,
        pytest.raises(RealAWSCallBlocked, match="from botocore, boto3, aiobotocore, aiohttp, requests"),
    ):
        pool.request("GET", "https://open.s3.amazonaws.com/k")


def test_httpcore_by_itself():
    with (
        mock_s3(),
        httpcore.ConnectionPool() as pool,
        pytest.raises(RealAWSCallBlocked, match="a call to sqs"),
    ):
        pool.request("GET", QUEUES)


def test_aiohttp():
    aiohttp = pytest.importorskip("aiohttp")

    async def call(url):
        async with aiohttp.ClientSession() as session, session.get(url):
            pass

    with mock_s3(), pytest.raises(RealAWSCallBlocked) as raised:
        asyncio.run(call(QUEUES))
    assert raised.value.url == QUEUES
    with mock_s3(), pytest.raises((WentOut, aiohttp.ClientError)):
        asyncio.run(call("https://example.com"))


def test_transfers_do_not_go_their_own_way(tmp_path):
    pytest.importorskip("awscrt")
    from boto3.s3.transfer import TransferConfig

    (tmp_path / "file").write_bytes(b"content")
    with mock_s3() as aws:
        s3 = client("s3")
        s3.create_bucket(Bucket="data")
        config = TransferConfig(preferred_transfer_client="crt")
        s3.upload_file(str(tmp_path / "file"), "data", "k", Config=config)
        assert aws.calls[-1].operation == "PutObject"


@pytest.mark.parametrize("library", ["boto3.s3.transfer", "httpx"])
def test_a_library_that_is_imported_again(monkeypatch, library):
    """pytest's ``pytester`` removes the modules that a run of pytest inside a test imports."""
    import importlib
    import sys

    pytest.importorskip("awscrt")
    with mock_s3():
        importlib.import_module(library)
    parent, _, name = library.rpartition(".")
    if parent:
        monkeypatch.setattr(importlib.import_module(parent), name, sys.modules[library])
    for name in [each for each in sys.modules if each == library or each.startswith(f"{library}.")]:
        monkeypatch.delitem(sys.modules, name)
    again = importlib.import_module(library)
    if library == "boto3.s3.transfer" and not hasattr(again, "create_crt_transfer_manager"):
        pytest.skip("boto3 does not use awscrt here")
    with mock_s3():
        if library == "httpx":
            assert again.get("http://nothing.s3.amazonaws.com/k").status_code == 404
        else:
            assert again.create_crt_transfer_manager(None, None) is None


def test_by_way_of_a_proxy(monkeypatch):
    proxy = "http://proxy.example:8080"
    for url in (QUEUES, QUEUES.replace("https", "http")):
        with mock_s3(), pytest.raises(RealAWSCallBlocked, match="a call to sqs"):
            requests.get(url, proxies={"http": proxy, "https": proxy}, timeout=1)
        with mock_s3(), pytest.raises(RealAWSCallBlocked, match="a call to sqs"):
            urllib3.ProxyManager(proxy).request("GET", url, retries=False)
    with mock_s3(), pytest.raises(RealAWSCallBlocked, match="sqs:ListQueues"):
        client("sqs", proxies={"https": proxy}).list_queues()


class Wire:
    """A connection that was made before the mock."""

    def __init__(self):
        self.written = b""

    def sendall(self, data):
        self.written += data

    def settimeout(self, timeout):
        pass

    def close(self):
        pass


def test_a_connection_that_is_older_than_the_mock():
    wire = Wire()
    connection = http.client.HTTPSConnection("sqs.us-east-1.amazonaws.com")
    connection.sock = wire
    with mock_s3(), pytest.raises(RealAWSCallBlocked, match="a call to sqs"):
        connection.request("GET", "/")
    assert wire.written == b""
    connection = http.client.HTTPSConnection("sqs.us-east-1.amazonaws.com")
    connection.sock = wire
    connection.request("GET", "/")
    assert wire.written.startswith(b"GET / HTTP/1.1")


@pytest.mark.parametrize("host", ["example.com", "amazonaws.com.example.com", "notamazonaws.com"])
def test_other_hosts_go_where_they_would_have_gone(send, host):
    with mock_s3(), pytest.raises(Exception, match=host) as raised:
        send("GET", f"https://{host}/")
    assert not isinstance(raised.value, Mocks3Error)


def test_clients_that_outlive_the_mock_are_not_walled():
    with mock_s3():
        sqs = boto3.client("sqs", region_name="us-east-1", config=Config(retries={"max_attempts": 0}))
        session = requests.Session()
    with session, pytest.raises(WentOut):
        session.get(QUEUES)
    with pytest.raises(Exception, match=r"sqs\.us-east-1\.amazonaws\.com"):
        sqs.list_queues()


def test_the_wall_stands_until_the_last_mock_is_left():
    outer, inner = mock_s3(), mock_s3()
    outer.start()
    inner.start()
    outer.stop()
    with pytest.raises(RealAWSCallBlocked):
        requests.get(QUEUES, timeout=1)
    inner.stop()
    with pytest.raises(WentOut):
        requests.get(QUEUES, timeout=1)


# What is let through on purpose.

LET = ["sqs", "logs", "cloudwatch", "elbv2"]


@pytest.mark.parametrize(
    "url",
    [
        QUEUES,
        "https://sqs-fips.us-east-1.amazonaws.com/",
        "https://vpce-1a.sqs.us-east-1.vpce.amazonaws.com/",
        "https://logs.eu-west-1.amazonaws.com/",
        "https://monitoring.us-east-1.amazonaws.com/",
        "https://elasticloadbalancing.us-east-1.amazonaws.com/",
        "https://abc.execute-api.us-east-1.amazonaws.com/stage",
        "https://real.s3.amazonaws.com/k",
    ],
)
def test_passthrough(send, url):
    let = [*LET, "*.Execute-API.us-east-1.amazonaws.com", "real.s3.amazonaws.com"]
    with mock_s3(passthrough=let), pytest.raises(Exception, match=".") as raised:
        send("GET", url)
    assert not isinstance(raised.value, Mocks3Error)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sqs", "list_queues"),
        ("logs", "describe_log_groups"),
        ("cloudwatch", "list_dashboards"),
        ("elbv2", "describe_load_balancers"),
        ("kms", "list_keys"),
    ],
)
def test_passthrough_of_clients(service, operation):
    with mock_s3(passthrough=[*LET, "kms"]) as aws:
        for made in (boto3, aws.session()):
            found = made.client(service, region_name="us-east-1", config=Config(retries={"max_attempts": 0}))
            with pytest.raises(Exception, match=r"amazonaws\.com") as raised:
                getattr(found, operation)()
            assert not isinstance(raised.value, Mocks3Error)
        assert aws.calls == []


def test_passthrough_of_a_host_of_s3():
    with mock_s3(passthrough=("real.s3.amazonaws.com",)) as aws:
        s3 = client("s3")
        with pytest.raises(Exception, match=r"real\.s3\.amazonaws\.com") as raised:
            s3.get_object(Bucket="real", Key="k")
        assert not isinstance(raised.value, Mocks3Error)
        s3.create_bucket(Bucket="played")
        assert len(aws.calls) == 1


def test_passthrough_says_what_it_cannot_be():
    for wrong, sentence in {
        "sqs": "must be a list of hosts and services, not 'sqs'",
        7: "must be a list of hosts and services, not 7",
        (7,): "must contain hosts and services as strings, not 7",
        ("",): "must contain hosts and services as strings, not ''",
        ("sqss",): "AWS has no service 'sqss'; did you mean 'sqs'",
        ("qqqqqq",): "AWS has no service 'qqqqqq'; the name of a host must contain a dot",
        ("s3",): "mock_s3 mocks the service s3; give the hosts",
    }.items():
        with pytest.raises(Mocks3Error, match="passthrough") as raised:
            mock_s3(passthrough=wrong)
        assert sentence in str(raised.value)


def test_passthrough_is_the_innermost_mocks():
    with mock_s3(passthrough=["sqs"]), mock_s3(), pytest.raises(RealAWSCallBlocked):
        requests.get(QUEUES, timeout=1)


# Worlds that no mock opened.


def test_a_world_made_directly_walls_its_own_clients_and_nobody_else():
    aws = MockAWS()
    with pytest.raises(RealAWSCallBlocked, match="sqs:ListQueues"):
        aws.session(region_name="us-east-1").client("sqs").list_queues()
    with pytest.raises(WentOut):
        requests.get(QUEUES, timeout=1)
