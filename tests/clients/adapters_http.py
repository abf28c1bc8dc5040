"""HTTP libraries with presigned URLs and forms that boto3 makes."""

from __future__ import annotations

import asyncio
import urllib.parse
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .story import BUCKET


class Presigned:
    """A client that knows HTTP only. It gets URLs from boto3."""

    def __init__(self, place: Any) -> None:
        config = Config(signature_version="s3v4")
        self.s3 = boto3.session.Session().client("s3", config=config, **place.boto3())
        self.eve = boto3.session.Session().client("s3", config=config, **place.boto3(place.eve))

    def presigned(self, method: str, key: str, client: Any = None) -> str:
        operation = f"{method.lower()}_object"
        return (client or self.s3).generate_presigned_url(operation, {"Bucket": BUCKET, "Key": key})

    def fetch(self, method: str, url: str, data: bytes | None = None) -> bytes:
        status, body = self.request(method, url, data, {})
        assert status == 200, body
        return body

    def put(self, key: str, data: bytes) -> None:
        self.fetch("PUT", self.presigned("PUT", key), data)

    def get(self, key: str) -> bytes:
        return self.fetch("GET", self.presigned("GET", key))

    def read_range(self, key: str, first: int, last: int) -> bytes:
        status, body = self.request(
            "GET", self.presigned("GET", key), None, {"Range": f"bytes={first}-{last}"}
        )
        assert status == 206
        return body

    def form(self, key: str, data: bytes) -> None:
        post = self.s3.generate_presigned_post(BUCKET, key)
        assert self.post(post["url"], post["fields"], data) == 204

    def denied(self, key: str) -> str:
        status, body = self.request("GET", self.presigned("GET", key, self.eve), None, {})
        assert status == 403
        return body.decode()

    def request(
        self, method: str, url: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        raise NotImplementedError

    def post(self, url: str, fields: dict[str, str], data: bytes) -> int:
        raise NotImplementedError


class Requests(Presigned):
    title = "requests"

    def request(self, method, url, data, headers):
        import requests

        found = requests.request(method, url, data=data, headers=headers, timeout=60)
        return found.status_code, found.content

    def post(self, url, fields, data):
        import requests

        return requests.post(url, data=fields, files={"file": data}, timeout=60).status_code


class Urllib3(Presigned):
    title = "urllib3"

    def request(self, method, url, data, headers):
        import urllib3

        with urllib3.PoolManager() as pools:
            found = pools.request(method, url, body=data, headers=headers)
            return found.status, found.data

    def post(self, url, fields, data):
        import urllib3

        with urllib3.PoolManager() as pools:
            return pools.request("POST", url, fields={**fields, "file": ("name", data)}).status


class Httpx(Presigned):
    title = "httpx"

    def request(self, method, url, data, headers):
        httpx = pytest.importorskip("httpx")
        found = httpx.request(method, url, content=data, headers=headers)
        return found.status_code, found.content

    def post(self, url, fields, data):
        httpx = pytest.importorskip("httpx")
        return httpx.post(url, data=fields, files={"file": data}).status_code


class Aiohttp(Presigned):
    title = "aiohttp"

    def request(self, method, url, data, headers):
        aiohttp = pytest.importorskip("aiohttp")
        import yarl

        async def call():
            async with aiohttp.ClientSession() as session:
                target = yarl.URL(url, encoded=True)
                async with session.request(method, target, data=data, headers=headers) as found:
                    return found.status, await found.read()

        return asyncio.run(call())

    def post(self, url, fields, data):
        aiohttp = pytest.importorskip("aiohttp")

        async def call():
            form = aiohttp.FormData(fields)
            form.add_field("file", data, filename="name")
            async with aiohttp.ClientSession() as session, session.post(url, data=form) as found:
                return found.status

        return asyncio.run(call())


class HttpClient(Presigned):
    """The standard library, one connection for each request."""

    title = "http.client"

    post = Requests.post

    def request(self, method, url, data, headers):
        import http.client

        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=60)
        connection.request(method, f"{parts.path}?{parts.query}", data, headers)
        found = connection.getresponse()
        body = found.read()
        connection.close()
        return found.status, body


ADAPTERS = (Requests, Urllib3, Httpx, Aiohttp, HttpClient)
