"""Every request is parsed, or rejected with an S3Error or NotSupported. Nothing else is raised."""

from __future__ import annotations

import contextlib
import functools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mocks3 import errors, wire
from mocks3.model.messages import WireRequest
from mocks3.wire import models
from tests.interceptors.unfit import DATES, NUMBERS, TEXTS
from tests.interceptors.unfit import HOSTS as HOSTS_THAT_ARE_NONE

from .wires import names

REFUSED = (errors.S3Error, errors.NotSupported)


@functools.cache
def vocabulary() -> tuple[list[str], list[str], list[str]]:
    """Return the element, query and header names of S3's model."""
    elements, query, headers = {"", "x", "a:Key", "@"}, {"x-id", "x"}, {"x-none"}
    seen = set()

    def walk(shape: Any) -> None:
        if shape.name in seen:
            return
        seen.add(shape.name)
        if shape.type_name == "list":
            walk(shape.member)
        for name, member in getattr(shape, "members", {}).items():
            where = {"querystring": query, "header": headers}.get(
                member.serialization.get("location"), elements
            )
            where.add(member.serialization.get("name", name))
            walk(member)

    for name in names("s3"):
        model = models.operation_model("s3", name)
        query |= {part.partition("=")[0] for part in model.http["requestUri"].partition("?")[2].split("&")}
        walk(model.input_shape)
    return sorted(elements), sorted(query), sorted(name.lower() for name in headers)


ELEMENTS, QUERY, HEADERS = vocabulary()
TEXT = st.sampled_from(
    [
        "",
        "1",
        "true",
        " ",
        "\n",
        "2020-01-01T00:00:00Z",
        "Enabled",
        "x,y",
        '"',
        "%41",
        "%FF",
        "-1",
        "==",
        *NUMBERS,
        *DATES,
        *TEXTS,
    ]
)
METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"])
HOSTS = st.sampled_from(
    [
        "s3.amazonaws.com",
        "b.s3.eu-west-1.amazonaws.com",
        "localhost",
        "",
        ":",
        "a-123456789012.s3-accesspoint.x",
        *HOSTS_THAT_ARE_NONE,
    ]
)
PATHS = st.one_of(st.sampled_from(["", "/", "//", "/b", "/b/k", "/b/%zz", "/%", "*"]), st.text(max_size=8))
QUERIES = st.lists(st.tuples(st.sampled_from(QUERY), TEXT), max_size=3).map(
    lambda pairs: "&".join(map("=".join, pairs))
)
HEAD = st.dictionaries(
    st.sampled_from([*HEADERS, "content-encoding", "x-amz-content-sha256", "content-md5"]), TEXT, max_size=4
)
FORMS = st.one_of(
    st.binary(max_size=30), st.just(b"Action=CreateRole&Tags.member.1=x&Tags.x.y=1&Tags=2&RoleName.a=1")
)


@functools.cache
def documents(depth: int) -> Any:
    inside = TEXT if depth == 0 else st.one_of(TEXT, st.lists(documents(depth - 1), max_size=3).map("".join))
    tags = st.sampled_from([name for name in ELEMENTS if name.replace(":", "").isalnum()])
    return st.builds(lambda tag, text: f"<{tag}>{text.replace('%', '')}</{tag}>", tags, inside)


def digest(request: WireRequest) -> None:
    """Parse the request completely."""
    with contextlib.suppress(*REFUSED):
        for value in wire.parse(request).params.values():
            if hasattr(value, "read"):
                value.read()


@given(METHODS, HOSTS, PATHS, QUERIES, HEAD, st.one_of(st.binary(max_size=20), documents(3).map(str.encode)))
def test_any_request(
    method: str, host: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    digest(WireRequest(method, "https", host, path, query, headers, body))
    digest(WireRequest(method, "https", host, path, query, headers, body, "s3control"))


@given(FORMS)
def test_any_form(body: bytes) -> None:
    digest(WireRequest("POST", "https", "iam.amazonaws.com", "/", "", {}, body, "iam"))


@given(st.sampled_from(names("s3")), documents(3))
def test_any_document(operation: str, inside: str) -> None:
    model = models.operation_model("s3", operation)
    literal = model.http["requestUri"].partition("?")[2]
    path = model.http["requestUri"].partition("?")[0].replace("{Bucket}", "b").replace("{Key+}", "k")
    payload = model.input_shape.serialization.get("payload")
    member = model.input_shape.members[payload] if payload else model.input_shape
    root = member.serialization.get("name", payload or "x")
    body = f"<{root}>{inside}</{root}>".encode()
    headers = {"x-amz-copy-source": "a/b", "x-amz-object-attributes": "ETag"}
    digest(
        WireRequest(model.http["method"], "https", "s3.amazonaws.com", path, f"{literal}&id=1", headers, body)
    )
