"""Helpers of the tests of authorization: the request context of a call, its answer, and short policies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from mocks3 import wire
from mocks3.access.context import ConditionKeyValues, request_info_of
from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.principals import Principal
from mocks3.model.messages import WireRequest
from mocks3.model.signature import Signature
from mocks3.model.stages import Authenticated
from mocks3.model.target import Target

Context = Mapping[str, Sequence[str]]


def seen(aws: MockAWS, action: str, call: Callable[[], Any]) -> Context:
    """Make a call, and return the request context of its first decision about ``action``."""
    before = len(aws.decisions)
    call()
    return next(each.request.context for each in aws.decisions[before:] if each.action == action)


def supposed(
    aws: MockAWS, principal: Principal, action: str, call: Callable[[Any], Any], target: Target | None = None
) -> Context:
    """Return the request context that a call would have, without making the call."""
    client = principal.client("s3", region_name="us-east-1")
    caught: list[WireRequest] = []

    def catch(request: Any, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        headers = {
            name.lower(): value if isinstance(value, str) else value.decode()
            for name, value in request.headers.items()
        }
        body = request.body or b""
        caught.append(WireRequest(request.method, url.scheme, url.netloc, url.path, url.query, headers, body))
        raise StopIteration

    client.meta.events.register_first("before-send.s3", catch)
    with contextlib.suppress(StopIteration):
        call(client)
    parsed = wire.parse(caught[0])
    request_info = request_info_of(
        aws, Authenticated(parsed, principal.caller(), Signature("REST-HEADER"), aws.lock.edition)
    )
    return ConditionKeyValues(request_info, action, target or Target("bkt", aws.store.bucket("bkt"), "k"))


def answer(call: Callable[[], Any]) -> int:
    """Return the HTTP status of the answer."""
    try:
        response = call()
    except ClientError as error:
        response = error.response
    return int(response["ResponseMetadata"]["HTTPStatusCode"])


def message(call: Callable[[], Any]) -> str:
    """Return the message of the error."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    raise AssertionError("the call was not refused")


def allow(actions: str | list[str] = "s3:*", resources: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Return a policy with one Allow."""
    return document({"Effect": "Allow", "Action": actions, "Resource": resources, **more})


def deny(actions: str | list[str] = "s3:*", resources: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Return a policy with one Deny."""
    return document({"Effect": "Deny", "Action": actions, "Resource": resources, **more})


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def both(*documents: dict[str, Any]) -> dict[str, Any]:
    """Return one policy with the statements of several."""
    return document(*(statement for each in documents for statement in each["Statement"]))
