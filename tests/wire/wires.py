"""Requests that botocore serializes, and responses that botocore parses."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from mocks3 import wire
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.parsed import Address, Parsed
from mocks3.wire import known, models

PATH = "https://s3.eu-west-1.amazonaws.com"


def names(service: str) -> list[str]:
    """Return the name of every operation of a service, without those that a newer botocore adds."""
    found = list(models.service_model(service).operation_names)
    recorded = {name.partition(" ")[0] for name in known.table().operations}
    if any(name.startswith(f"{service}:") for name in recorded):
        found = [name for name in found if f"{service}:{name}" in recorded]
    return found


def additions(service: str, operation: str) -> frozenset[str]:
    """Return the members and values of an input that a newer botocore adds. mocks3 refuses them by name."""
    if not known.is_recorded(service, operation):
        return frozenset()
    return frozenset(map(str, known.additions(service, operation)))


def send(service: str, operation: str, params: dict[str, Any], style: str = "path") -> WireRequest:
    """Return the request that botocore makes for a call, as an interceptor receives it."""
    model = wire.operation_model(service, operation)
    protocol = models.service_model(service).metadata["protocol"]
    found = create_serializer(protocol, include_validation=True).serialize_to_request(params, model)
    endpoint = PATH if service == "s3" else f"https://{service}.eu-west-1.amazonaws.com"
    if style == "virtual" and "Bucket" in params:
        head = f"/{params['Bucket']}"
        found["url_path"] = "/" + found["url_path"].removeprefix(head).removeprefix("/")
        endpoint = f"https://{params['Bucket']}.s3.eu-west-1.amazonaws.com"
    if operation == "ListDirectoryBuckets":
        endpoint = "https://s3express-control.us-west-2.amazonaws.com"
    found.pop("host_prefix", None)
    prepare_request_dict(found, endpoint, context={"client_config": None})
    prepared = create_request_object(found).prepare()
    url = urlsplit(prepared.url)
    headers = {name.lower(): text(value) for name, value in prepared.headers.items()}
    body = b"" if prepared.body is None else prepared.body
    return WireRequest(prepared.method, url.scheme, url.netloc, url.path, url.query, headers, body, service)


def text(value: Any) -> str:
    """Return a header's value as text."""
    return value.decode() if isinstance(value, bytes) else str(value)


def request(method: str, url: str, body: Any = b"", service: str = "s3", **headers: str) -> WireRequest:
    """Return a request; underscores in header names become hyphens."""
    at = urlsplit(url if "//" in url[:9] else PATH + url)
    lowered = {name.replace("_", "-"): value for name, value in headers.items()}
    return WireRequest(method, at.scheme, at.netloc, at.path, at.query, lowered, body, service)


def asked(service: str, operation: str, method: str | None = None) -> Parsed:
    """Return a parsed request with the parts that ``serialize`` reads."""
    model = wire.operation_model(service, operation)
    sent = request(method or model.http.get("method", "POST"), "/", service=service)
    return Parsed(sent, service, operation, Address("path", None, None, None, ""), {}, None)


class Stream(io.BytesIO):
    """A body as urllib3 gives it to botocore."""

    def stream(self) -> Any:
        yield self.read()


def receive(service: str, operation: str, answer: WireResponse) -> dict[str, Any]:
    """Return what botocore parses from a response, with its own model if that has the operation."""
    model = wire.operation_model(service, operation)
    own = ServiceModel(models.loader().load_service_model(service, "service-2"), service)
    if operation in own.operation_names:
        model = own.operation_model(operation)
    body = answer.body if isinstance(answer.body, bytes) else b"".join(map(bytes, answer.body.chunks()))
    streams = model.has_streaming_output or model.has_event_stream_output
    response = {
        "status_code": answer.status,
        "headers": HeadersDict(answer.headers),
        "body": Stream(body) if streams and answer.status < 300 else body,
        "context": {"operation_name": operation},
    }
    parser = create_parser(models.service_model(service).metadata["protocol"])
    return dict(parser.parse(response, model.output_shape))
