"""Read the members of an input that are in the body.

Rule 1: a body is only read when ``Parsed.params`` is first read: S3 checks the permission for the call before it looks
at the body (W-193). Rule 2: an XML body is first verified with every digest that the request declares, then parsed.
The body of an object (PutObject) becomes a ``Payload`` and is not read here.

Source: "Checking object integrity"; ErrorResponses (BadDigest, InvalidDigest, MalformedXML,
MissingRequestBodyError).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mocks3 import errors
from mocks3.lib import checksum
from mocks3.model.messages import ChunkVerifier, WireRequest
from mocks3.model.parsed import Params
from mocks3.wire import deviations, xmlread, xmltree
from mocks3.wire.payload import RequestBody

if TYPE_CHECKING:
    from botocore.model import Shape

BodyReader = Callable[[WireRequest, ChunkVerifier | None], Params]


def compile_body(input_shape: Shape) -> BodyReader | None:
    """Return the function that reads the body's members; None for an operation without a body."""
    if input_shape is None:
        return None
    payload = input_shape.serialization.get("payload")
    if payload is None:
        unplaced = [
            member for member in input_shape.members.values() if "location" not in member.serialization
        ]
        return _document(input_shape) if unplaced else None
    shape = input_shape.members[payload]
    required = payload in input_shape.required_members
    if shape.type_name == "structure":
        return _member_document(payload, shape, required, _has_checksums(input_shape))
    if shape.type_name == "blob":
        return _content(payload)
    return _text(payload, required)


def _has_checksums(input_shape: Shape) -> bool:
    """Return whether the checksum headers are members of the input: then they are about the object."""
    names = {member.serialization.get("name", "").lower() for member in input_shape.members.values()}
    return "x-amz-checksum-crc32" in names


def _content(member: str) -> BodyReader:
    return lambda request, chunk_verifier: {
        member: RequestBody(request.body, request.headers, chunk_verifier)
    }


def _text(member: str, required: bool) -> BodyReader:
    def read(request: WireRequest, chunk_verifier: ChunkVerifier | None) -> Params:
        data = verified_body(request, chunk_verifier=chunk_verifier)
        if not data and not required:
            return {}
        try:
            return {member: data.decode()}
        except UnicodeError:
            raise errors.MALFORMED_XML() from None

    return read


def _document(shape: Shape) -> BodyReader:
    """Read a document whose root has the members as child elements."""
    read_root = _root(shape, shape.serialization.get("name"))

    def read(request: WireRequest, chunk_verifier: ChunkVerifier | None) -> Params:
        data = verified_body(request, chunk_verifier=chunk_verifier)
        members: Params = (
            read_root(data) if data else read_root(f"<{shape.serialization.get('name')}/>".encode())
        )
        return members

    return read


def _member_document(member: str, shape: Shape, required: bool, of_object: bool) -> BodyReader:
    """Read a document that is one member of the input. ``of_object``: see ``verified_body``."""
    read_root = _root(shape, shape.serialization.get("name", member))

    def read(request: WireRequest, chunk_verifier: ChunkVerifier | None) -> Params:
        data = verified_body(request, of_object, chunk_verifier)
        if data:
            return {member: read_root(data)}
        if required:
            raise errors.MISSING_REQUEST_BODY()
        return {}

    return read


def _root(shape: Shape, name: str) -> Callable[[bytes], Any]:
    read_tree = xmlread.reader(shape)
    fault = errors.MALFORMED_ACL if shape.name in deviations.MALFORMED_ACL else errors.MALFORMED_XML

    def read(data: bytes) -> Any:
        try:
            root, tree = xmltree.parse(data)
            if root != name:
                raise ValueError(f"the root is {root}, not {name}")
            return read_tree(tree)
        except ValueError as reason:
            raise fault() from reason

    return read


def verified_body(
    request: WireRequest, of_object: bool = False, chunk_verifier: ChunkVerifier | None = None
) -> bytes:
    """Return the whole body after verifying every digest that is declared for it.

    ``of_object``: the checksum headers are about the object that the request creates, not about the request's body
    (API_CompleteMultipartUpload). Content-MD5 is always about the body.

    Raises ``InvalidDigest``, ``InvalidRequest``, ``BadDigest``.
    """
    body = RequestBody(request.body, request.headers, chunk_verifier)
    data = body.read()
    declared = body.declared
    if of_object:
        declared = {"md5": declared["md5"]} if "content-md5" in request.headers else {}
    for algorithm, stated in declared.items():
        if algorithm == "md5":
            _check_md5(stated, data)
        else:
            _check(algorithm, stated, data)
    return data


def _check_md5(stated: str, data: bytes) -> None:
    if not _is_digest(stated, checksum.SIZES["md5"]):
        raise errors.INVALID_DIGEST(**{"Content-MD5": stated})
    computed = checksum.b64("md5", data)
    if computed != stated:
        raise errors.BAD_CONTENT_MD5(ExpectedDigest=stated, CalculatedDigest=computed)


def _check(algorithm: str, stated: str, data: bytes) -> None:
    if not _is_digest(stated, checksum.SIZES[algorithm]):
        raise errors.INVALID_CHECKSUM_HEADER(algorithm=algorithm)
    if checksum.b64(algorithm, data) != stated:
        raise errors.BAD_CHECKSUM(algorithm=algorithm.upper())


def _is_digest(text: str, size: int) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == size
    except ValueError:
        return False
