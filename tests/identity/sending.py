"""Raw HTTP for the authentication tests: requests that other code than boto3 signs and sends."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from botocore.auth import HmacV1Auth, S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from requests.structures import CaseInsensitiveDict

from mocks3.handles.mock_aws import MockAWS
from mocks3.model.messages import WireRequest
from mocks3.pipeline import handle

NOW = datetime.datetime(2026, 5, 4, 12, 0, tzinfo=datetime.UTC)


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, str]:
        """Return the elements of ``<Error>`` without the ids, after checking that the ids are present."""
        found = {element.tag: element.text or "" for element in ET.fromstring(self.body)}
        assert found.pop("RequestId") == self.headers["x-amz-request-id"]
        assert found.pop("HostId") == self.headers["x-amz-id-2"]
        return {"Status": str(self.status), **found}


def request(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: Any = b"", **prepared: Any
) -> WireRequest:
    """Return a request that the library ``requests`` prepared, as an interceptor passes it on."""
    sent = requests.Request(method, url, headers=dict(headers or {}), data=body or None, **prepared).prepare()
    at = urlsplit(str(sent.url))
    lowered = {name.lower(): str(value) for name, value in sent.headers.items()}
    return WireRequest(method, at.scheme, at.netloc, at.path or "/", at.query, lowered, sent.body or b"")


def send(
    aws: MockAWS,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: Any = b"",
    **prepared: Any,
) -> Answer:
    return answered(aws, request(method, url, headers, body, **prepared))


def answered(aws: MockAWS, sent: WireRequest) -> Answer:
    """Send a request unchanged with a real ``requests`` session, and return the response.

    It passes the interceptors of the open mock ``aws``. ``requests`` adds nothing to the prepared request.
    """
    prepared = requests.PreparedRequest()
    prepared.method = sent.method
    prepared.url = sent.url
    prepared.headers = CaseInsensitiveDict(sent.headers)
    prepared.body = sent.body or None
    prepared.prepare_cookies({})
    with requests.Session() as session:
        answer = session.send(prepared, allow_redirects=False, timeout=9)
    return Answer(answer.status_code, answer.headers, answer.content)


def handled(aws: MockAWS, sent: WireRequest) -> Answer:
    """Pass a request directly to the pipeline: one that no HTTP client sends, or that no interceptor accepts."""
    answer = handle(aws, sent)
    body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body.chunks())
    return Answer(answer.status, answer.headers, body)


def signed(
    key: Any,
    method: str = "GET",
    url: str = "https://s3.amazonaws.com/data/k",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    region: str = "us-east-1",
    service: str = "s3",
    payload_signed: bool = True,
) -> WireRequest:
    """Return a request that botocore signed in its header with Version 4."""
    asked = AWSRequest(method, url, headers=dict(headers or {}), data=body)
    asked.context["client_config"] = Config(s3={"payload_signing_enabled": payload_signed})
    S3SigV4Auth(Credentials(key.id, key.secret, key.token), service, region).add_auth(asked)
    return request(method, url, {name: str(value) for name, value in asked.headers.items()}, body)


def signed_v2(
    key: Any, method: str = "GET", url: str = "https://s3.amazonaws.com/data/k", **headers: str
) -> WireRequest:
    """Return a request that botocore signed in its header with Version 2."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = AWSRequest(method, url, headers=named, auth_path=urlsplit(url).path)
    HmacV1Auth(Credentials(key.id, key.secret, key.token)).add_auth(asked)
    return request(method, url, {name: str(value) for name, value in asked.headers.items()})


def with_header(sent: WireRequest, name: str, old: str | None, new: str) -> WireRequest:
    """Return a request with one header changed after signing; if ``old`` is None, the whole value is replaced."""
    value = new if old is None else sent.headers[name].replace(old, new)
    return sent._replace(headers={**sent.headers, name: value})


def without_header(sent: WireRequest, name: str) -> WireRequest:
    return sent._replace(headers={each: value for each, value in sent.headers.items() if each != name})
