"""Conditions on writes: PutObject and the target of CopyObject answer alike (CompleteMultipartUpload has its file)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .answers import refusal

Write = Callable[..., Any]
NOT_IMPLEMENTED = "A header you provided implies functionality that is not implemented"


@pytest.fixture(params=["put_object", "copy_object"])
def write(request: pytest.FixtureRequest, s3: Any, bucket: str) -> Write:
    if request.param == "put_object":
        return lambda **params: s3.put_object(**{"Bucket": bucket, "Key": "k", "Body": b"new", **params})
    s3.put_object(Bucket=bucket, Key="source", Body=b"new")
    return lambda **params: s3.copy_object(
        **{"Bucket": bucket, "Key": "k", "CopySource": f"{bucket}/source", **params}
    )


def content(s3: Any, bucket: str) -> bytes:
    return bytes(s3.get_object(Bucket=bucket, Key="k")["Body"].read())


def failed(condition: str) -> dict[str, Any]:
    return {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": condition,
    }


def test_if_none_match_writes_where_nothing_is(s3: Any, bucket: str, write: Write) -> None:
    write(IfNoneMatch="*")
    assert content(s3, bucket) == b"new"


def test_if_none_match_refuses_where_something_is(s3: Any, bucket: str, write: Write) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"old")
    assert refusal(write, IfNoneMatch="*") == failed("If-None-Match")
    assert content(s3, bucket) == b"old"


def test_if_match_writes_over_the_etag(s3: Any, bucket: str, write: Write) -> None:
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"old")["ETag"]
    write(IfMatch=etag)
    assert content(s3, bucket) == b"new"


def test_if_match_refuses_another_etag(s3: Any, bucket: str, write: Write) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"old")
    assert refusal(write, IfMatch='"0123"') == failed("If-Match")
    assert content(s3, bucket) == b"old"


@pytest.mark.parametrize("value", ['"0123"', "garbage"])
def test_if_match_on_nothing_is_no_such_key(write: Write, value: str) -> None:
    """R-54."""
    assert refusal(write, IfMatch=value) == {
        "Status": 404,
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "Key": "k",
    }


def test_a_delete_marker_is_nothing(s3: Any, versioned: str) -> None:
    etag = s3.put_object(Bucket=versioned, Key="k", Body=b"old")["ETag"]
    s3.delete_object(Bucket=versioned, Key="k")
    assert refusal(s3.put_object, Bucket=versioned, Key="k", IfMatch=etag)["Code"] == "NoSuchKey"
    s3.put_object(Bucket=versioned, Key="k", Body=b"new", IfNoneMatch="*")
    assert content(s3, versioned) == b"new"


@pytest.mark.parametrize(
    ("params", "header", "reason"),
    [
        (
            {"IfNoneMatch": '"0123"'},
            "If-None-Match",
            "We don't accept the provided value of If-None-Match header for this API",
        ),
        ({"IfMatch": "*"}, "If-Match", "We don't accept the provided value of If-Match header for this API"),
        (
            {"IfMatch": '"0123"', "IfNoneMatch": "*"},
            "If-Match,If-None-Match",
            "Multiple conditional request headers present in the request",
        ),
    ],
)
def test_conditions_that_writes_do_not_have(
    write: Write, params: dict[str, str], header: str, reason: str
) -> None:
    """R-8, R-54."""
    assert refusal(write, **params) == {
        "Status": 501,
        "Code": "NotImplemented",
        "Message": NOT_IMPLEMENTED,
        "Header": header,
        "additionalMessage": reason,
    }
