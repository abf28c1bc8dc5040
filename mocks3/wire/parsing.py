"""From a request to the operation it asks for: ``parse``.

Rule 1: an operation's reader is compiled once, at its first call. Rule 2: the head is read at once, the body when
``Parsed.params`` is asked for it. Rule 3: members that mocks3 does not know are refused by name (``known``).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mocks3 import errors
from mocks3.lib import limits
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address, Params, Parsed
from mocks3.wire import deviations, form, hosts, json, known, models, post_form, presigned, query, routes
from mocks3.wire.address import resolve, service_address
from mocks3.wire.bodies import BodyReader, compile_body
from mocks3.wire.heads import HeadReader, compile_head
from mocks3.wire.payload import in_memory, is_framed


@dataclass(frozen=True, slots=True)
class Input:
    """One operation's compiled input."""

    read_head: HeadReader
    read_body: BodyReader | None
    bucket: bool
    key: bool
    subresource: frozenset[str]


@functools.cache
def compiled(service: str, operation: str) -> Input:
    """An operation's input, compiled at its first call."""
    model = models.operation_model(service, operation)
    shape = model.input_shape
    members = {} if shape is None else shape.members
    checked = functools.partial(known.refuse_additions, service, operation)
    read_body = compile_body(shape)
    return Input(
        checked(compile_head(shape).read),
        None if read_body is None else checked(read_body),
        "Bucket" in members,
        "Key" in members,
        routes.subresource(model),
    )


@functools.cache
def compiled_form(service: str, operation: str) -> Callable[[dict[str, str]], Params]:
    """The same for an operation of the query protocol."""
    read = form.compile_form(models.operation_model(service, operation).input_shape)
    return known.refuse_additions(service, operation, read)


def parse(request: WireRequest) -> Parsed:
    """Find out which operation a request asks for, and read what its URL and headers say.

    Returns a ``Parsed``; the body's members join when ``Parsed.params`` is first asked for, and may then raise
    MalformedXML, BadDigest, IncompleteBody and the like.

    Raises ``S3Error`` where S3 refuses the message itself (MethodNotAllowed, InvalidURI, InvalidArgument for a
    number that is none), and ``NotSupported`` for what mocks3 does not play.

    Source: the HTTP traits of botocore's models; ``deviations`` where the service differs.
    """
    if request.service == "s3":
        return _parse_s3(request)
    protocol = models.service_model(request.service).metadata["protocol"]
    if protocol == "json":
        return json.parse(request)
    return _parse_form(request) if protocol == "query" else _parse_rest(request)


def is_to_website(request: WireRequest) -> bool:
    """Whether a request was sent to the static website endpoint, which speaks to browsers."""
    return request.service == "s3" and hosts.read(request.host).kind == "s3-website"


def address_of(request: WireRequest) -> Address:
    """Which bucket and key a request to S3 names. Raises ``InvalidURI``."""
    return resolve(request, hosts.read(request.host))


def _parse_s3(request: WireRequest) -> Parsed:
    host = hosts.read(request.host)
    address = resolve(request, host)
    pairs = query.pairs(request.query) if request.query else []
    names = query.first_values(pairs)
    sent = request
    if names:
        request = presigned.with_query_headers(request, names)
    operation = _route(request, host, address, names)
    if operation == "PostObject":
        return _parse_upload(request, address)
    entry = compiled("s3", operation)
    head: Params = {}
    if entry.bucket and address.bucket is not None:
        head["Bucket"] = address.bucket
    if entry.key and address.key is not None:
        head["Key"] = address.key
    entry.read_head(request.headers, pairs, head)
    parsed = _parsed(request, operation, address, head, entry.read_body, sent)
    parsed.subresource = entry.subresource
    return parsed


def _route(request: WireRequest, host: hosts.Host, address: Address, names: dict[str, str]) -> str:
    router = routes.router("s3")
    if address.style == "path" and request.path in router.templates and request.path != "/":
        return router.by_path(request.path, request.method, names, request.headers)[0]
    operation = router.by_address(address, request.method, names, request.headers)
    return deviations.HOST_ROUTES.get((host.kind, operation), operation)


def _parse_upload(request: WireRequest, address: Address) -> Parsed:
    """A browser's form; its fields are read as headers, its file as the body (RESTObjectPOST)."""
    upload = post_form.read(request)
    entry = compiled("s3", "PostObject")
    head: Params = {"Bucket": address.bucket, "Key": upload.key}
    if upload.tagging is not None:
        head["Tagging"] = upload.tagging
    entry.read_head(upload.heard.headers, [], head)
    assert entry.read_body is not None
    read_body = functools.partial(entry.read_body, upload.heard)
    to_key = address._replace(key=upload.key)
    return Parsed(upload.heard, "s3", "PostObject", to_key, head, read_body, request, upload.form)


def _parsed(
    request: WireRequest,
    operation: str,
    address: Address,
    head: Params,
    body: BodyReader | None,
    sent: WireRequest | None = None,
) -> Parsed:
    if body is not None and is_framed(request.headers):
        _drop_framing(head, request.headers.get("x-amz-decoded-content-length", ""))
    read_body = functools.partial(body, request) if body is not None else None
    is_foreign = body is not None and not in_memory(request.body)
    return Parsed(request, request.service, operation, address, head, read_body, sent, None, is_foreign)


def _drop_framing(head: Params, length: str) -> None:
    """What the framing says of itself is not the object's: S3 stores neither (PutObject, Content-Encoding)."""
    encodings = [name.strip() for name in head.pop("ContentEncoding", "").split(",")]
    kept = ",".join(name for name in encodings if name and name != "aws-chunked")
    if kept:
        head["ContentEncoding"] = kept
    with contextlib.suppress(ValueError):  # the body's reader refuses it
        head["ContentLength"] = limits.integer(length)


def _parse_rest(request: WireRequest) -> Parsed:
    """A rest-xml service whose paths stand for themselves (s3control)."""
    pairs = query.pairs(request.query)
    router = routes.router(request.service)
    operation, labels = router.by_path(
        request.path, request.method, query.first_values(pairs), request.headers
    )
    entry = compiled(request.service, operation)
    shape = models.operation_model(request.service, operation).input_shape
    head: Params = {
        name: labels[member.serialization["name"]]
        for name, member in shape.members.items()
        if member.serialization.get("location") == "uri"
    }
    entry.read_head(request.headers, pairs, head)
    return _parsed(request, operation, _elsewhere(request), head, entry.read_body)


def _parse_form(request: WireRequest) -> Parsed:
    """A service of the query protocol (sts, iam)."""
    fields = form.fields(request)
    operation = fields.get("Action")
    if not operation:
        raise errors.MISSING_ACTION()
    read = compiled_form(request.service, operation)
    return Parsed(request, request.service, operation, service_address(request), {}, lambda _: read(fields))


def _elsewhere(request: WireRequest) -> Address:
    """The address of a call that is about no bucket of the URL's."""
    host: Any = hosts.read(request.host)
    return Address("path", None, None, host.region, host.endpoint)
