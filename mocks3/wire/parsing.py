"""Find the operation of a request and read its input: ``parse``.

Rule 1: an operation's reader is compiled once, at its first call. Rule 2: URL and headers are read immediately, the
body when ``Parsed.params`` is first read. Rule 3: members that mocks3 does not know are rejected by name (``known``).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass

from mocks3 import errors
from mocks3.lib import limits
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address, Params, Parsed
from mocks3.wire import deviations, form, hosts, json, known, models, post_form, presigned, query, routes
from mocks3.wire.address import resolve, service_address
from mocks3.wire.bodies import BodyReader, compile_body
from mocks3.wire.heads import HeadReader, compile_head
from mocks3.wire.payload import AWS_CHUNKED, UNSIGNED_CHUNKS, in_memory, is_framed


@dataclass(frozen=True, slots=True)
class Input:
    """One operation's compiled input. ``streams``: its body is content, which clients may send in chunks."""

    read_head: HeadReader
    read_body: BodyReader | None
    bucket: bool
    key: bool
    subresource: frozenset[str]
    streams: bool


@functools.cache
def compiled(service: str, operation: str) -> Input:
    """Return an operation's input, compiled at its first call."""
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
        model.has_streaming_input,
    )


@functools.cache
def compiled_form(service: str, operation: str) -> Callable[[dict[str, str]], Params]:
    """Return the reader of an operation of the query protocol, compiled at its first call."""
    read = form.compile_form(service, models.operation_model(service, operation).input_shape)
    return known.refuse_additions(service, operation, read)


def parse(request: WireRequest) -> Parsed:
    """Find the operation of a request, and read the members that are in its URL and headers.

    Source: the HTTP traits of botocore's models; ``deviations`` where the service differs.

    Args:
        request: The request.

    Returns:
        The parsed request. The body's members are read when ``Parsed.params`` is first read, which may raise
        MalformedXML, BadDigest, IncompleteBody and similar errors.

    Raises:
        S3Error: S3 rejects the message itself (MethodNotAllowed, InvalidURI, InvalidArgument for an invalid number).
        NotSupported: mocks3 does not support the operation or a member.
    """
    if request.service == "s3":
        return _parse_s3(request)
    protocol = models.service_model(request.service).metadata["protocol"]
    if protocol == "json":
        return json.parse(request)
    return _parse_form(request) if protocol == "query" else _parse_rest(request)


def is_to_website(request: WireRequest) -> bool:
    """Return whether a request was sent to the static website endpoint."""
    return request.service == "s3" and hosts.read(request.host).kind == "s3-website"


def address_of(request: WireRequest) -> Address:
    """Return the bucket and key that a request to S3 names. Raises ``InvalidURI``."""
    return resolve(request, hosts.read(request.host))


def _parse_s3(request: WireRequest) -> Parsed:
    host = hosts.read(request.host)
    address = resolve(request, host)
    pairs = query.pairs(request.query) if request.query else []
    names = query.first_values(pairs) if pairs else {}
    sent = request
    if names:
        request = presigned.with_query_headers(request, names)
    operation = _route(request, host, address, names)
    if operation == "PostObject":
        return _parse_upload(request, address)
    entry = compiled("s3", operation)
    head: Params = {}
    if not entry.streams and request.headers.get("x-amz-content-sha256") == UNSIGNED_CHUNKS:
        # versity/versitygw #1601; only PutObject and UploadPart accept it, and operations of the same kind (inferred).
        raise errors.NO_UPLOAD_TO_STREAM()
    if entry.bucket and address.bucket is not None:
        head["Bucket"] = address.bucket
    if entry.key and address.key is not None:
        head["Key"] = address.key
    elif address.key is not None:
        address = address._replace(key=None)  # deviations.OF_THE_BUCKET
    entry.read_head(request.headers, pairs, head)
    return _parsed(request, operation, address, head, entry.read_body, sent, entry.subresource)


def _route(request: WireRequest, host: hosts.Host, address: Address, names: dict[str, str]) -> str:
    router = routes.router("s3")
    if address.style == "path" and request.path in router.templates and request.path != "/":
        return router.by_path(request.path, request.method, names, request.headers)[0]
    operation = router.by_address(address, request.method, names, request.headers)
    return deviations.HOST_ROUTES.get((host.kind, operation), operation)


def _parse_upload(request: WireRequest, address: Address) -> Parsed:
    """Parse a browser's form. Its fields are read as headers, its file as the body (RESTObjectPOST)."""
    upload = post_form.read(request)
    entry = compiled("s3", "PostObject")
    head: Params = {"Bucket": address.bucket, "Key": upload.key}
    if upload.tagging is not None:
        head["Tagging"] = upload.tagging
    entry.read_head(upload.request.headers, [], head)
    assert entry.read_body is not None
    read_body = functools.partial(entry.read_body, upload.request)
    to_key = address._replace(key=upload.key)
    return Parsed(upload.request, "s3", "PostObject", to_key, head, read_body, request, upload.form)


def _parsed(
    request: WireRequest,
    operation: str,
    address: Address,
    head: Params,
    body: BodyReader | None,
    sent: WireRequest | None = None,
    subresource: frozenset[str] = frozenset(),
) -> Parsed:
    if body is not None and is_framed(request.headers):
        _drop_framing(head, request.headers.get("x-amz-decoded-content-length", ""))
    read_body = functools.partial(body, request) if body is not None else None
    is_foreign = body is not None and not in_memory(request.body)
    return Parsed(
        request, request.service, operation, address, head, read_body, sent, None, is_foreign, subresource
    )


def _drop_framing(head: Params, length: str) -> None:
    """Remove aws-chunked and the framed length, which are not part of the object (PutObject, Content-Encoding).

    The other encodings stay as they were sent.
    """
    encodings = head.pop("ContentEncoding", "").split(",")
    remaining = ",".join(name for name in encodings if name.strip() != AWS_CHUNKED).strip()
    if remaining:
        head["ContentEncoding"] = remaining
    with contextlib.suppress(ValueError):  # the reader of the body raises the error
        head["ContentLength"] = limits.integer(length)


def _parse_rest(request: WireRequest) -> Parsed:
    """Parse a request to a rest-xml service whose paths contain no bucket (s3control)."""
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
    return _parsed(request, operation, _address_without_bucket(request), head, entry.read_body)


def _parse_form(request: WireRequest) -> Parsed:
    """Parse a request to a service of the query protocol (sts, iam)."""
    fields = form.fields(request)
    operation = fields.get("Action")
    if not operation:
        raise errors.MISSING_ACTION()
    read = compiled_form(request.service, operation)
    return Parsed(request, request.service, operation, service_address(request), {}, lambda _: read(fields))


def _address_without_bucket(request: WireRequest) -> Address:
    """Return the address of a call whose URL names no bucket."""
    host = hosts.read(request.host)
    return Address("path", None, None, host.region, host.endpoint)
