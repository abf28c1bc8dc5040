"""Browser uploads: a form whose fields are the headers of a PutObject, and whose file is its body.

Rule 1: fields are read up to the file and no further; what follows it S3 ignores. Rule 2: a field is known by its
name whatever its case. Rule 3: ``${filename}`` stands for the file's own name in every field, and is filled in
before anybody looks at them.

Parts' headers are read by the standard library; its parser of whole messages would take an uploaded e-mail apart.

Source: RESTObjectPOST; HTTPPOSTForms ("HTML form declaration", "File content"); R-83, R-84.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from email.parser import HeaderParser
from typing import NamedTuple
from urllib.parse import urlencode

from mocks3 import errors
from mocks3.model.messages import Form, WireRequest
from mocks3.model.parsed import Params
from mocks3.wire import known, models, xmlread, xmltree
from mocks3.wire.payload import pieces

MOST_BEFORE_FILE = 20 * 1024
"""Bytes of the fields before the file (MaxPostPreDataLengthExceededError)."""

_SYSTEM = frozenset(
    {"cache-control", "content-disposition", "content-encoding", "content-md5", "content-type", "expires"}
)
_OF_THE_SIGNATURE = frozenset(
    {
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-signature",
        "x-amz-tagging",
    }
)
_SIGNED = frozenset({"policy", "signature", "x-amz-signature"})
_FILENAME = "${filename}"


class FormUpload(NamedTuple):
    """A form, read: its fields, its file, and the request that S3 hears in it."""

    form: Form
    key: str
    heard: WireRequest
    tagging: str | None


class _Part(NamedTuple):
    name: str
    filename: str
    content: bytes
    end: int


def read(request: WireRequest) -> FormUpload:
    """Read a form.

    Raises ``PreconditionFailed`` (412) for another enclosure, ``MalformedPOSTRequest``, ``InvalidArgument`` without a
    key, ``IncorrectNumberOfFilesInPostRequest``, ``MaxPostPreDataLengthExceededError``. Tags that are no document
    are a fault of the form's, for later.
    """
    fields: dict[str, str] = {}
    file = None
    for part in _parts(b"".join(pieces(request.body, None)), _boundary(request.headers)):
        if part.name == "file":
            file = part
            break
        if part.end > MOST_BEFORE_FILE:
            raise errors.FORM_TOO_LARGE(MaxPostPreDataLengthBytes=MOST_BEFORE_FILE)
        fields.setdefault(part.name, _text(part.content))
    if "key" not in fields:
        raise errors.missing_form_field("key")
    if file is None:
        raise errors.INCORRECT_NUMBER_OF_FILES()
    fields = {
        name: value if name in _SIGNED else value.replace(_FILENAME, file.filename)
        for name, value in fields.items()
    }
    if not fields["key"]:
        raise errors.EMPTY_KEY(ArgumentName="key", ArgumentValue="")
    heard = request._replace(headers=_headers(request, fields, len(file.content)), body=file.content)
    tagging, fault = None, None
    if "tagging" in fields:
        try:
            tagging = _tags(fields["tagging"])
        except ValueError:
            fault = errors.MALFORMED_XML()
    return FormUpload(Form(fields, len(file.content), fault), fields["key"], heard, tagging)


def _boundary(headers: Mapping[str, str]) -> bytes:
    enclosure = Message()
    stated = headers.get("content-type", "").encode("utf-8", "replace").decode()
    enclosure["content-type"] = stated.replace("\r", " ").replace("\n", " ")
    if enclosure.get_content_type() != "multipart/form-data":
        raise errors.PRECONDITION_FAILED(
            Condition="Bucket POST must be of the enclosure-type multipart/form-data"
        )
    boundary = _parameter(enclosure, "content-type", "boundary")
    if not boundary or not boundary.isascii():
        raise errors.MALFORMED_POST()
    return b"--" + boundary.rstrip().encode()


def _parts(body: bytes, mark: bytes) -> Iterator[_Part]:
    """The parts in their order. Raises ``MalformedPOSTRequest`` where the form breaks off or has no form."""
    delimiter = re.compile(rb"(?:\A|\r\n)" + re.escape(mark) + rb"(?:(--)|[ \t]*\r\n)")
    found = delimiter.search(body)
    while found is not None and not found[1]:
        start = body.find(b"\r\n\r\n", found.end())
        after = delimiter.search(body, start + 2) if start >= 0 else None
        if after is None:
            raise errors.MALFORMED_POST()
        yield _part(body[found.end() : start], body[start + 4 : after.start()], after.start())
        found = after
    if found is None:
        raise errors.MALFORMED_POST()


def _part(head: bytes, content: bytes, end: int) -> _Part:
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    name = _parameter(headers, "content-disposition", "name")
    if name is None:
        raise errors.MALFORMED_POST()
    filename = _parameter(headers, "content-disposition", "filename") or ""
    return _Part(name.lower(), filename.replace("\\", "/").rpartition("/")[2].strip(), content, end)


def _parameter(headers: Message, header: str, name: str) -> str | None:
    """A parameter of a header; an extended one (``filename*=UTF-8''a``) is UTF-8 or ISO-8859-1 (RFC 5987, 3.2).

    Raises ``MalformedPOSTRequest`` for what the standard library cannot take apart.
    """
    try:
        found = headers.get_param(name, header=header)
    except (ValueError, TypeError):
        raise errors.MALFORMED_POST() from None
    if not isinstance(found, tuple):
        return found
    latin = (found[0] or "").lower() == "iso-8859-1"
    return found[2].encode("raw-unicode-escape").decode("iso-8859-1" if latin else "utf-8", "replace")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeError:
        raise errors.MALFORMED_POST() from None


def _headers(request: WireRequest, fields: Mapping[str, str], size: int) -> dict[str, str]:
    """The headers that S3 hears: the form's own; of the request's those that speak of the connection."""
    heard = {
        name: value
        for name, value in request.headers.items()
        if not name.startswith(("x-amz-", "content-")) and name not in _SYSTEM
    }
    heard |= {
        name: value
        for name, value in fields.items()
        if name in _SYSTEM or (name.startswith("x-amz-") and name not in _OF_THE_SIGNATURE)
    }
    if "acl" in fields:
        heard["x-amz-acl"] = fields["acl"]
    heard["content-length"] = str(size)
    return heard


def _tags(text: str) -> str:
    """The field ``tagging``, which is a document, as the header would have it. Raises ``ValueError``."""
    root, tree = xmltree.parse(text.encode())
    if root != "Tagging":
        raise ValueError(f"the root is {root}, not Tagging")
    tags = _tagging_reader()(tree)["Tagging"]
    return urlencode([(tag["Key"], tag["Value"]) for tag in tags["TagSet"]])


@functools.cache
def _tagging_reader() -> Callable[[xmltree.Tree], Params]:
    """The reader of PutObjectTagging's document, which the field holds."""
    read = xmlread.reader(models.operation_model("s3", "PutObjectTagging").input_shape.members["Tagging"])
    return known.refuse_additions("s3", "PutObjectTagging", lambda tree: {"Tagging": read(tree)})
