"""Send a call: by the method of a boto3 client, by a presigned URL, or as the upload of an HTML form.

A client signs in each case. URLs and forms are what it presigns; here they are sent as a browser would send them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from urllib3.filepost import encode_multipart_formdata

from mocks3.calls.service_call import POST_OBJECT, ServiceCall
from mocks3.errors import Mocks3Error, NotSupported
from mocks3.model.messages import WireRequest
from mocks3.pipeline import exchange

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal
    from mocks3.calls.world import CallWorld

_PRECONDITIONS = frozenset({"IfMatch", "IfNoneMatch"})

EXPIRES = 3600
"""The seconds for which URLs and forms are valid: boto3's default."""


@dataclass(frozen=True)
class ServiceError:
    """The error answer of a call."""

    code: str
    status: int
    message: str

    def __str__(self) -> str:
        return f"{self.status} {self.code}" + (f": {self.message}" if self.message else "")


@dataclass(frozen=True)
class Sent:
    """What came of a call: what the boto3 method returned, or the error and the decision behind it."""

    response: Mapping[str, Any] | None = None
    error: ServiceError | None = None
    denial: Decision | Refusal | None = None


def send(aws: CallWorld, client: Any, call: ServiceCall, *, in_url: bool, signed: bool) -> Sent:
    """Send a call.

    Args:
        aws: The in-memory AWS.
        client: A client of the caller.
        call: The call.
        in_url: Whether the signature is in the URL.
        signed: Whether the caller has credentials.

    Raises:
        Mocks3Error: boto3 does not send the call.
    """
    try:
        if call.operation == POST_OBJECT:
            return _send_form(aws, client, call, signed)
        if in_url:
            return _send_url(aws, client, call)
        return Sent(getattr(client, xform_name(call.operation))(**call.parameters))
    except ClientError as answer:
        return Sent(None, _error(answer.response), getattr(answer, "mocks3_decision", None))
    except BotoCoreError as fault:
        raise Mocks3Error(f"boto3 does not send {call.operation}: {fault}") from None


def _send_url(aws: CallWorld, client: Any, call: ServiceCall) -> Sent:
    """Send a presigned URL with the headers that its signature covers."""
    serializer = create_serializer("rest-xml", include_validation=False)
    parts = serializer.serialize_to_request(dict(call.parameters), call.model)
    if parts["body"]:
        raise NotSupported(f"boto3 does not presign {call.operation}: its parameters are in the body")
    url = client.generate_presigned_url(
        xform_name(call.operation), Params=dict(call.parameters), ExpiresIn=EXPIRES
    )
    headers = {name.lower(): str(value) for name, value in parts["headers"].items()}
    return _sent(aws, call, parts["method"], url, headers, b"")


def _send_form(aws: CallWorld, client: Any, call: ServiceCall, signed: bool) -> Sent:
    """Send the form that ``generate_presigned_post`` describes. An unsigned form has no policy."""
    fields, headers = _fields(call), _headers_of_form(call)
    bucket, key = str(call.parameters["Bucket"]), str(call.parameters["Key"])
    conditions = [{name: value} for name, value in fields.items()]
    form = client.generate_presigned_post(bucket, key, dict(fields), conditions, EXPIRES)
    sent = form["fields"] if signed else {"key": key, **fields}
    body, content_type = encode_multipart_formdata({**sent, "file": ("file", b"")})
    return _sent(aws, call, "POST", form["url"], {**headers, "content-type": content_type}, body)


def _fields(call: ServiceCall) -> dict[str, str]:
    """Return the form fields of the parameters that are headers of PutObject."""
    found: dict[str, str] = {}
    for name, value in call.parameters.items():
        if name in _PRECONDITIONS:
            continue
        wire = call.members[name].serialization
        if name == "Metadata":
            found |= {f"x-amz-meta-{each}": text for each, text in value.items()}
        elif name == "Tagging":
            found["tagging"] = _tags(str(value))
        elif wire.get("location") == "header":
            found["acl" if name == "ACL" else wire["name"].lower()] = str(value)
    return found


def _headers_of_form(call: ServiceCall) -> dict[str, str]:
    """Return the headers of the request with the form: its preconditions, which no field has (RESTObjectPOST)."""
    return {
        call.members[name].serialization["name"].lower(): str(value)
        for name, value in call.parameters.items()
        if name in _PRECONDITIONS
    }


def _tags(text: str) -> str:
    """Return tags in the XML of the form field ``tagging`` (RESTObjectPOST)."""
    pairs = parse_qsl(text, keep_blank_values=True)
    tags = "".join(
        f"<Tag><Key>{escape(key)}</Key><Value>{escape(value)}</Value></Tag>" for key, value in pairs
    )
    return f"<Tagging><TagSet>{tags}</TagSet></Tagging>"


def _sent(
    aws: CallWorld, call: ServiceCall, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Sent:
    parts = urlsplit(url)
    given = {**headers, "host": parts.netloc, "content-length": str(len(body))}
    request = WireRequest(
        method, parts.scheme, parts.netloc, parts.path or "/", parts.query, given, body, context=aws.context
    )
    answer = exchange(aws, request).answer
    if answer.status < 300:
        return Sent({"ResponseMetadata": {"HTTPStatusCode": answer.status}})
    content = answer.body if isinstance(answer.body, bytes) else b""
    received = {"status_code": answer.status, "headers": dict(answer.headers), "body": content}
    error = _error(create_parser("rest-xml").parse(received, call.model.output_shape))
    return Sent(None, error, answer.decision)  # type: ignore[arg-type]  # the pipeline keeps it as an object


def _error(response: Mapping[str, Any]) -> ServiceError:
    fault = response.get("Error", {})
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return ServiceError(str(fault.get("Code", "")), status, str(fault.get("Message", "")))
