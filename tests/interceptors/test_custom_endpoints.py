"""Requests of other libraries to an endpoint outside AWS's domains that a client of S3 has."""

from __future__ import annotations

import gc
import socket
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from mocks3 import MockAWS, mock_s3

from .http_clients import CLIENTS, Send

PLACES = (
    "https://minio.example.org",
    "http://minio.example.org:9000",
    "http://localhost:4566",
    "http://[::1]:9",
)


@pytest.fixture
def aws():
    with mock_s3() as world:
        world.account().create_bucket("data", objects={"k": b"body"})
        yield world


def client(url: str, style: str = "path") -> Any:
    config = Config(signature_version="s3v4", s3={"addressing_style": style})
    return boto3.client("s3", endpoint_url=url, config=config)


def presigned(s3: Any, method: str = "get_object", key: str = "k") -> str:
    url: str = s3.generate_presigned_url(method, Params={"Bucket": "data", "Key": key})
    return url


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("send", CLIENTS.values(), ids=CLIENTS)
def test_a_presigned_url_is_answered(aws: MockAWS, send: Send, place: str) -> None:
    url = presigned(client(place))
    assert url.startswith(f"{place}/data/k?")
    assert send("GET", url).body == b"body"
    assert send("PUT", presigned(client(place), "put_object", "new"), data=b"sent").status == 200
    assert aws.client("s3").get_object(Bucket="data", Key="new")["Body"].read() == b"sent"


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("send", CLIENTS.values(), ids=CLIENTS)
def test_the_bucket_may_be_in_the_host(aws: MockAWS, send: Send, place: str) -> None:
    url = presigned(client(place, "virtual"))
    assert url.startswith(place.replace("//", "//data.") + "/k?")
    assert send("GET", url).body == b"body"


def test_a_request_without_signature_is_denied(aws: MockAWS) -> None:
    s3 = client(PLACES[0])
    answer = requests.get(f"{PLACES[0]}/data/k", timeout=10)
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text
    assert aws.decisions[-1].principal == "anonymous"
    del s3


def test_a_client_that_is_older_than_the_mock_counts() -> None:
    s3 = client(PLACES[0])
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": b"body"})
        assert requests.get(presigned(s3), timeout=10).content == b"body"


def test_hosts_without_a_client_of_s3_are_not_answered(aws: MockAWS) -> None:
    """Another port and the endpoint of another service are other servers."""
    boto3.client("sqs", endpoint_url="http://127.0.0.1:1", region_name="us-east-1")
    client("http://127.0.0.1:2")
    for port in (1, 3):
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/data/k", timeout=10)
    assert requests.get("http://127.0.0.1:2/data/k", timeout=10).status_code == 403


def test_a_client_of_an_earlier_mock_that_is_gone_does_not_count() -> None:
    with mock_s3():
        client("http://127.0.0.1:2")
    gc.collect()
    with mock_s3(), pytest.raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:2/data/k", timeout=10)


def test_a_host_that_is_passed_through_is_not_answered() -> None:
    with mock_s3(passthrough=["127.0.0.1"]) as aws:
        aws.account().create_bucket("data")
        s3 = client("http://127.0.0.1:2")
        with pytest.raises(requests.ConnectionError):
            requests.get(presigned(s3), timeout=10)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_mock_server_answers_by_itself(aws: MockAWS, name: str) -> None:
    with aws.serve() as server:
        s3 = client(server.url.replace("127.0.0.1", name))
        assert requests.get(presigned(s3), timeout=10).content == b"body"
        assert requests.get(f"{server.url}/_mocks3/decisions", timeout=10).status_code == 200
        port = int(server.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=10)
