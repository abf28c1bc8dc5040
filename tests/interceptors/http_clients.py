"""The HTTP libraries, all called alike."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import httpx
import multidict
import requests
import urllib3
import yarl


class Got(NamedTuple):
    """An answer. ``headers`` find names in any case, and keep the case in which they came."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


Send = Callable[..., Got]


def with_requests(method: str, url: str, **kwargs: Any) -> Got:
    with requests.Session() as session:
        found = session.request(method, url, allow_redirects=False, timeout=10, **kwargs)
        return Got(found.status_code, found.headers, found.content)


def with_urllib3(method: str, url: str, data: Any = None, headers: Any = None) -> Got:
    with urllib3.PoolManager() as pools:
        found = pools.request(
            method, url, body=data, headers=headers, redirect=False, retries=False, timeout=10
        )
        return Got(found.status, found.headers, found.data)


def with_httpx(method: str, url: str, data: Any = None, headers: Any = None) -> Got:
    with httpx.Client(verify=False) as client:
        found = client.request(method, url, content=data, headers=headers, timeout=10)
        return Got(found.status_code, found.headers, found.content)


def with_httpx_async(method: str, url: str, data: Any = None, headers: Any = None) -> Got:
    async def call() -> Got:
        async with httpx.AsyncClient(verify=False) as client:
            found = await client.request(method, url, content=data, headers=headers, timeout=10)
            return Got(found.status_code, found.headers, found.content)

    return asyncio.run(call())


def with_aiohttp(method: str, url: str, data: Any = None, headers: Any = None) -> Got:
    async def call() -> Got:
        async with aiohttp.ClientSession() as session:
            target = yarl.URL(url, encoded=True)
            options = {"data": data, "headers": headers, "allow_redirects": False}
            async with session.request(method, target, **options) as found:
                raw = ((name.decode(), value.decode("latin-1")) for name, value in found.raw_headers)
                return Got(found.status, multidict.CIMultiDict(raw), await found.read())

    return asyncio.run(call())


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def with_urllib(method: str, url: str, data: Any = None, headers: Any = None) -> Got:
    opener = urllib.request.build_opener(_Unfollowed)
    request = urllib.request.Request(url, data, dict(headers or {}), method=method)
    try:
        found = opener.open(request, timeout=10)
    except urllib.error.HTTPError as error:
        found = error
    with found:
        return Got(found.status, found.headers, found.read())


CLIENTS = {
    "requests": with_requests,
    "urllib3": with_urllib3,
    "httpx": with_httpx,
    "httpx async": with_httpx_async,
    "aiohttp": with_aiohttp,
    "urllib.request": with_urllib,
}


def signed(
    key: Any, method: str, url: str, data: bytes = b"", headers: Any = None, service: str = "s3"
) -> dict[str, str]:
    """The headers of a request signed by hand, as requests-aws4auth and its like do."""
    request = botocore.awsrequest.AWSRequest(method, url, headers=headers, data=data)
    credentials = botocore.credentials.Credentials(key.id, key.secret, key.token)
    botocore.auth.S3SigV4Auth(credentials, service, "us-east-1").add_auth(request)
    return dict(request.headers.items())
