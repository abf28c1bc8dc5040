"""aiohttp by itself: what only it does. The tests of ``test_http`` run with it too."""

from __future__ import annotations

import asyncio
import base64
import io
import zlib

import pytest

from mocks3 import mock_s3

aiohttp = pytest.importorskip("aiohttp")

OPEN = "https://open.s3.amazonaws.com"
BIG = bytes(range(256)) * (1 << 14)  # 4 MiB, more than aiohttp reads ahead


def run(world, *steps):
    """Run steps, each with the same session, and return what the last one returns."""

    async def call():
        async with aiohttp.ClientSession() as session:
            for step in steps:
                found = await step(session)
            return found

    return asyncio.run(call())


def put(key, data, **options):
    async def step(session):
        async with session.put(f"{OPEN}/{key}", data=data, **options) as answer:
            return answer.status, (await answer.text())[:200]

    return step


def get(key, read=lambda answer: answer.read()):
    async def step(session):
        async with session.get(f"{OPEN}/{key}") as answer:
            return await read(answer)

    return step


@pytest.mark.parametrize("expect", [False, True])
def test_bodies_from_files(world, expect):
    options = {"headers": {"Content-Length": str(len(BIG))}, "expect100": expect}
    assert run(world, put("file", io.BytesIO(BIG), **options)) == (200, "")
    assert run(world, get("file")) == BIG


def test_a_large_body_is_read_in_pieces(world):
    world.client().put_object(Bucket="open", Key="big", Body=BIG)

    async def pieces(answer):
        return [piece async for piece in answer.content.iter_chunked(1 << 16)]

    found = run(world, get("big", pieces))
    assert len(found) >= 64
    assert b"".join(found) == BIG


def test_a_body_of_which_a_part_is_read(world):
    world.client().put_object(Bucket="open", Key="big", Body=BIG)

    async def first(answer):
        return await answer.content.readexactly(10)

    assert run(world, get("big", first), get("big", first), get("k")) == b"hello"


def test_chunks_that_look_like_the_end(world):
    async def body():
        for piece in (b"a\r\n0\r\n", b"0\r\n\r\n", b"b"):
            yield piece

    framing = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": "13",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    # AWS's own framing is inside HTTP's. Its data end like the last chunk of HTTP.
    data = b"a\r\n0\r\n0\r\n\r\nb"
    total = base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()

    async def framed():
        yield b"c\r\na\r\n0\r\n0\r\n\r\n"
        yield b"b\r\n0\r\n"
        yield f"x-amz-checksum-crc32:{total}\r\n\r\n".encode()

    framing["X-Amz-Decoded-Content-Length"] = str(len(data))
    assert run(world, put("framed", framed(), headers=framing)) == (200, "")
    assert run(world, get("framed")) == data
    status, text = run(world, put("chunks", body()))
    assert (status, "<Header>Transfer-Encoding</Header>" in text) == (501, True)


def test_many_at_once(world):
    async def call():
        connector = aiohttp.TCPConnector(limit=4, limit_per_host=2)
        async with aiohttp.ClientSession(connector=connector) as session:
            await asyncio.gather(*(put(f"{n}", str(n).encode())(session) for n in range(50)))
            return await asyncio.gather(*(get(f"{n}")(session) for n in range(50)))

    assert asyncio.run(call()) == [str(n).encode() for n in range(50)]


def test_a_session_that_outlives_its_mock():
    async def call():
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                with mock_s3() as aws:
                    aws.account().create_bucket("open")
                    async with session.get(f"{OPEN}/k") as answer:
                        assert answer.status == 403
                    assert len(aws.calls) == 1

    asyncio.run(call())


def test_redirects_are_followed(world):
    world.client().put_object(Bucket="open", Key="from", WebsiteRedirectLocation="/k")
    world.client().put_bucket_website(
        Bucket="open", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
    )

    async def site(session):
        async with session.get("http://open.s3-website-us-east-1.amazonaws.com/from") as answer:
            return len(answer.history), await answer.read()

    assert run(world, site) == (1, b"hello")
