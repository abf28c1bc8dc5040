"""Faults that clients of the HTTP server get: the connection really ends, and clients really wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError, ResponseStreamingError

from mocks3 import MockAWS
from mocks3.faults import ConnectionReset, ConnectTimeout, Latency, ReadTimeout, SlowDown, TruncatedBody
from mocks3.server import Server

Make = Callable[..., Any]


def test_an_error_of_s3(aws: MockAWS, s3: Any) -> None:
    aws.faults.add("PutObject", SlowDown, times=1)
    with pytest.raises(ClientError, match="SlowDown"):
        s3.put_object(Bucket="data", Key="k", Body=b"x")
    s3.put_object(Bucket="data", Key="k", Body=b"x")


@pytest.mark.parametrize("executed", [False, True])
def test_a_reset(aws: MockAWS, s3: Any, executed: bool) -> None:
    aws.faults.add("PutObject", ConnectionReset(executed), times=1)
    with pytest.raises(ConnectionClosedError) as caught:
        s3.put_object(Bucket="data", Key="k", Body=b"x" * 100_000)
    assert isinstance(caught.value.kwargs["error"].args[1], ConnectionResetError)
    assert ("Contents" in s3.list_objects_v2(Bucket="data")) is executed


def test_answers_that_do_not_come_in_time(aws: MockAWS, s3: Any, client: Make) -> None:
    hasty = client(read_timeout=0.2)
    for fault, is_stored in ((ReadTimeout, True), (ConnectTimeout, False), (Latency(seconds=5), True)):
        aws.faults.add("PutObject", fault, times=1)
        with pytest.raises(ReadTimeoutError):
            hasty.put_object(Bucket="data", Key="k", Body=b"x")
        assert ("Contents" in s3.list_objects_v2(Bucket="data")) is is_stored, fault
        s3.delete_object(Bucket="data", Key="k")
    before = aws.clock.shift
    aws.faults.add("HeadBucket", Latency(seconds=0.01), times=1)
    s3.head_bucket(Bucket="data")
    assert aws.clock.shift == before


def test_a_truncated_body(aws: MockAWS, s3: Any) -> None:
    s3.put_object(Bucket="data", Key="k", Body=b"x" * 1_000_000)
    aws.faults.add("*", TruncatedBody, times=2)
    with pytest.raises(ResponseStreamingError):
        s3.get_object(Bucket="data", Key="k")["Body"].read()
    with pytest.raises(ClientError, match="500"):  # botocore's reading of a list that is no XML
        s3.list_objects_v2(Bucket="data")
    assert s3.get_object(Bucket="data", Key="k")["ContentLength"] == 1_000_000


def test_stopping_the_server_ends_a_client_that_waits(aws: MockAWS, client: Make, server: Server) -> None:
    import threading

    aws.faults.add("ListBuckets", ReadTimeout)
    waiting = client(read_timeout=600)
    failures: list[Exception] = []

    def call() -> None:
        try:
            waiting.list_buckets()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    while not aws.faults.injected:
        thread.join(0.01)
    server.stop()
    thread.join(30)
    assert len(failures) == 1


def ask(server: Server, method: str, path: str) -> Any:
    with urlopen(Request(f"{server.url}/_mocks3/{path}", method=method)) as answer:
        return json.load(answer)


def test_faults_from_another_language(server: Server, s3: Any) -> None:
    assert ask(server, "POST", "faults?operation=PutObject&fault=SlowDown&key=logs/*&times=1") == {
        "status": "ok"
    }
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    with pytest.raises(ClientError, match="SlowDown"):
        s3.put_object(Bucket="data", Key="logs/a", Body=b"x")
    assert ask(server, "GET", "faults") == {
        "injected": ["SlowDown in PutObject on data/logs/a by arn:aws:iam::123456789012:root"]
    }
    ask(server, "POST", "faults?operation=*&fault=Latency&seconds=0.01&probability=0.5&seed=7&bucket=data")
    ask(server, "POST", "faults/clear")
    ask(server, "POST", "faults?operation=*&fault=InternalError&principal=*:root")
    with pytest.raises(ClientError, match="InternalError"):
        s3.list_buckets()
    ask(server, "POST", "reset")
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("fault=SlowDown", "a fault needs operation"),
        ("operation=PutObject", "a fault needs fault"),
        ("operation=PutObject&fault=Slow", "fault must be one of SlowDown, ServiceUnavailable, "),
        ("operation=PutObject&fault=SlowDown&times=many", "times='many' is not valid"),
        (
            "operation=PutObject&fault=SlowDown&time=1",
            "a fault has no parameter 'time'; it has: operation, fault, ",
        ),
        ("operation=PutObject&fault=SlowDown&seconds=1", "SlowDown does not take seconds"),
        ("operation=PutObject&fault=Latency", "Latency does not take no parameter"),
        ("operation=PutObject&fault=ConnectionReset&executed=maybe", "executed='maybe' is not valid"),
    ],
)
def test_faults_that_are_not_valid(server: Server, query: str, says: str) -> None:
    with pytest.raises(HTTPError) as caught:
        ask(server, "POST", f"faults?{query}")
    assert caught.value.code == 400
    assert json.load(caught.value)["error"].startswith(says)
