"""Faults that clients of aiobotocore get. Their waits before a retry are skipped as well."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)

from mocks3 import MockAWS, mock_s3
from mocks3.faults import ConnectionReset, ConnectTimeout, Latency, ReadTimeout, SlowDown, TruncatedBody

REASON = "aiobotocore is not installed: it goes with few botocores; tox run -e aiobotocore"
session = pytest.importorskip("aiobotocore.session", reason=REASON)
aiohttp = pytest.importorskip("aiohttp")

from aiobotocore.config import AioConfig  # noqa: E402

pytestmark = pytest.mark.asyncio


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockAWS]:
    real = asyncio.sleep

    async def sleep(seconds: float, *args: Any) -> Any:
        assert seconds == 0, "something waits"
        return await real(0, *args)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": b"0123456789"})
        yield aws


def client(mode: str = "standard") -> Any:
    config = AioConfig(retries={"mode": mode, "total_max_attempts": 4})
    return session.get_session().create_client("s3", region_name="us-east-1", config=config)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
async def test_it_retries(aws: MockAWS, mode: str) -> None:
    async with client(mode) as s3:
        for fault in (SlowDown, ConnectionReset, ConnectTimeout, ReadTimeout, Latency(seconds=61)):
            aws.faults.add("PutObject", fault, times=2)
            answer = await s3.put_object(Bucket="data", Key="new", Body=b"x")
            assert answer["ResponseMetadata"]["RetryAttempts"] == 2, fault
    assert len(aws.faults.injected) == 10


async def test_what_it_raises(aws: MockAWS) -> None:
    raised: list[tuple[Any, type[Exception]]] = [
        (SlowDown, ClientError),
        (ConnectionReset, ConnectionClosedError),
        (ConnectTimeout, ConnectTimeoutError),
        (ReadTimeout, ReadTimeoutError),
    ]
    async with client() as s3:
        for fault, error in raised:
            aws.faults.add("GetObject", fault)
            with pytest.raises(error):
                await s3.get_object(Bucket="data", Key="k")
            aws.faults.clear()


async def test_a_truncated_body(aws: MockAWS) -> None:
    async with client() as s3:
        aws.faults.add("GetObject", TruncatedBody, times=1)
        body = (await s3.get_object(Bucket="data", Key="k"))["Body"]
        with pytest.raises((aiohttp.ClientPayloadError, HTTPClientError)):
            await body.read()
        aws.faults.add("ListObjectsV2", TruncatedBody, times=1)
        listed = await s3.list_objects_v2(Bucket="data")
        assert listed["ResponseMetadata"]["RetryAttempts"] == 1
