"""Parse browser uploads: a form whose fields are the headers of a PutObject, and whose file is its body.

Rule 1: fields are read up to the file; S3 ignores the fields after it. Rule 2: the names of fields are
case-insensitive. Rule 3: in every field ``${filename}`` is replaced with the name of the file, before any other step.
If the file has no name, the text stays as it is (recorded).

The standard library parses the headers of the parts. Its parser for whole messages is not used, because it would
parse an uploaded e-mail too.

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
from mocks3.wire.query import header_of_field

MOST_BEFORE_FILE = 20 * 1024
"""The largest size of the fields before the file, in bytes (MaxPostPreDataLengthExceededError)."""

_SYSTEM = frozenset(
    {"cache-control", "content-disposition", "content-encoding", "content-md5", "content-type", "expires"}
)
_SIGNATURE_FIELDS = frozenset(
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
    """A parsed form: its fields, the key, and the PutObject request that it makes."""

    form: Form
    key: str
    request: WireRequest
    tagging: str | None


class _Part(NamedTuple):
    name: str
    filename: str  # empty if the file has no name
    content: bytes
    end: int


def read(request: WireRequest) -> FormUpload:
    """Parse a form.

    Raises ``PreconditionFailed`` (412) for another media type, ``MalformedPOSTRequest``, ``InvalidArgument`` without a
    key or a file, ``MaxPostPreDataLengthExceededError``. The error for invalid tags is
    not raised: it is stored in ``Form.fault``, because authorization comes first.
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
        raise errors.MISSING_FORM_FIELD(field="key", ArgumentName="key", ArgumentValue=None)
    if file is None:
        raise errors.INCORRECT_NUMBER_OF_FILES(ArgumentName="file", ArgumentValue=0)
    fields = {
        name: value.replace(_FILENAME, file.filename) if file.filename and name not in _SIGNED else value
        for name, value in fields.items()
    }
    if not fields["key"]:
        raise errors.EMPTY_KEY(ArgumentName="key", ArgumentValue="")
    put = request._replace(headers=_headers(request, fields, len(file.content)), body=file.content)
    tagging, fault = None, None
    if "tagging" in fields:
        try:
            tagging = _tags(fields["tagging"])
        except ValueError:
            fault = errors.MALFORMED_XML()
    return FormUpload(Form(fields, len(file.content), fault), fields["key"], put, tagging)


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
    """Return the parts in their order. Raises ``MalformedPOSTRequest`` if the form is incomplete or malformed."""
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
    """Return a parameter of a header; an extended one (``filename*=UTF-8''a``) is UTF-8 or ISO-8859-1 (RFC 5987, 3.2).

    Raises ``MalformedPOSTRequest`` if the standard library cannot parse it.
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
    """Return the headers of the PutObject: those of the form, and those of the request about the connection."""
    headers = {
        name: value
        for name, value in request.headers.items()
        if not name.startswith(("x-amz-", "content-")) and name not in _SYSTEM
    }
    headers |= {
        name: header_of_field(name, value)
        for name, value in fields.items()
        if name in _SYSTEM or (name.startswith("x-amz-") and name not in _SIGNATURE_FIELDS)
    }
    if "acl" in fields:
        headers["x-amz-acl"] = fields["acl"]
    headers["content-length"] = str(size)
    return headers


def _tags(text: str) -> str | None:
    """Convert the field ``tagging``, which is a document, to the format of x-amz-tagging. Raises ``ValueError``.

    Returns None for a document of another kind, which S3 accepts and ignores (recorded).
    """
    root, tree = xmltree.parse(text.encode())
    if root != "Tagging":
        return None
    tags = _tagging_reader()(tree)["Tagging"]
    return urlencode([(tag["Key"], tag["Value"]) for tag in tags.get("TagSet", ())])


@functools.cache
def _tagging_reader() -> Callable[[xmltree.Tree], Params]:
    """Return the reader of PutObjectTagging's document, which is the content of the field."""
    read = xmlread.reader(models.operation_model("s3", "PutObjectTagging").input_shape.members["Tagging"])
    return known.refuse_additions("s3", "PutObjectTagging", lambda tree: {"Tagging": read(tree)})
