"""Members that are plain text in headers and query strings."""

from __future__ import annotations

import base64
import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import wire
from mocks3.errors import S3Error
from mocks3.wire import scalars, times

from .shapes import MOMENTS
from .wires import request

DAY = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


def head(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    return wire.parse(request(method, path, **headers)).head


def refused(path: str, method: str = "GET", **headers: str) -> S3Error:
    with pytest.raises(S3Error) as caught:
        head(path, method, **headers)
    return caught.value


@pytest.mark.parametrize("text", ["x", "1.5", "2147483648", "-2147483649", "９", "1 "])
def test_invalid_numbers(text: str) -> None:
    error = refused(f"/b?max-keys={text}")
    assert (error.code, error.status) == ("InvalidArgument", 400)
    assert error.message == "Provided max-keys not an integer or within integer range"
    assert error.extra == {"ArgumentName": "max-keys", "ArgumentValue": text}


def test_the_part_number_has_its_own_message() -> None:
    error = refused("/b/k?uploadId=u&partNumber=x", "PUT")
    assert error.message == "Part number must be an integer between 1 and 10000, inclusive"


def test_numbers() -> None:
    assert head("/b?max-keys=2147483647")["MaxKeys"] == 2147483647
    assert "MaxKeys" not in head("/b?max-keys=")
    assert head("/b?max-keys=1&max-keys=2")["MaxKeys"] == 1


def test_query_text_is_decoded() -> None:
    assert head("/b?prefix=a+b%2Bc%26&delimiter=")["Prefix"] == "a b+c&"
    assert head("/b?delimiter&marker=%C3%A9") == {"Bucket": "b", "Delimiter": "", "Marker": "é"}


def test_header_maps_and_lists() -> None:
    found = head("/b/k", "PUT", x_amz_meta_a="1", x_amz_meta_b_c="2", cache_control="no-cache")
    assert found["Metadata"] == {"a": "1", "b-c": "2"}
    assert head("/b/k?attributes", x_amz_object_attributes="ETag, ObjectSize")["ObjectAttributes"] == [
        "ETag",
        "ObjectSize",
    ]


def test_booleans() -> None:
    assert (
        head("/b/k", "DELETE", x_amz_bypass_governance_retention="True")["BypassGovernanceRetention"] is True
    )
    error = refused("/b/k", "DELETE", x_amz_bypass_governance_retention="yes")
    assert error.extra["ArgumentName"] == "x-amz-bypass-governance-retention"


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 01 Jan 2030 00:00:00 GMT", "Tuesday, 01-Jan-30 00:00:00 GMT", "Tue Jan  1 00:00:00 2030",
    ],
)  # fmt: skip
def test_dates(text: str) -> None:
    assert head("/b/k", if_modified_since=text)["IfModifiedSince"] == DAY


def test_invalid_dates() -> None:
    assert "IfModifiedSince" not in head("/b/k", if_modified_since="soon")
    assert "IfModifiedSince" not in head("/b/k", if_modified_since="2030-01-01T00:00:00Z")
    assert head("/b/k", "PUT", expires="soon")["Expires"] == "soon"
    assert head("/b/k", "PUT", expires="Tue, 01 Jan 2030 00:00:00 GMT")["Expires"] == DAY
    name = "x-amz-object-lock-retain-until-date"
    error = refused("/b/k", "PUT", x_amz_object_lock_retain_until_date="soon")
    assert error.extra == {"ArgumentName": name, "ArgumentValue": "soon"}


@given(MOMENTS)
def test_every_format_is_read(moment: datetime.datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert times.read(times.iso8601(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert times.read(times.rfc822(moment)) == whole
    assert times.read(times.epoch(whole)) == whole
    assert times.read(times.epoch(moment)) - moment < datetime.timedelta(milliseconds=1)


def test_naive_times_are_utc_and_others_are_converted() -> None:
    ahead = datetime.timezone(datetime.timedelta(hours=1))
    for value in (DAY.replace(tzinfo=None), DAY.astimezone(ahead)):
        assert times.iso8601(value) == "2030-01-01T00:00:00.000Z"
        assert times.rfc822(value) == "Tue, 01 Jan 2030 00:00:00 GMT"
    for write in times.WRITERS.values():
        assert write("as it is") == "as it is"


@pytest.mark.parametrize(
    "text", ["", "x", "2030-13-01", "1e9", "99999999999999", "-1-", "9999-99-99T00:00:00Z"]
)
def test_invalid_times(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        times.read(text)


@given(st.lists(st.text(alphabet='ab ,"\\', max_size=4).map(str.strip), min_size=1, max_size=4))
def test_list_items_may_be_quoted(items: list[str]) -> None:
    quoted = ['"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items]
    assert scalars.split_list(",".join(quoted)) == items


def shape(kind: str, **traits: Any) -> Any:
    """Return a shape that S3's model does not have."""
    return SimpleNamespace(type_name=kind, serialization=traits, enum=[])


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (shape("string", jsonvalue=True), {"a": [1]}),
        (shape("float"), 1.5),
        (shape("blob"), b"\0\1"),
        (shape("long"), 1 << 40),
        (shape("boolean"), False),
        (shape("timestamp", timestampFormat="unixTimestamp"), DAY),
    ],
)
def test_kinds_of_members(model: Any, value: Any) -> None:
    read, write = scalars.reader(model, "x-amz-it", "It"), scalars.writer(model)
    assert read is not None
    assert write is not None
    assert read(write(value)) == value
    with pytest.raises(S3Error) as caught:
        read("!")
    assert caught.value.extra == {"ArgumentName": "x-amz-it", "ArgumentValue": "!"}


def test_json_is_base64() -> None:
    write = scalars.writer(shape("string", jsonvalue=True))
    assert write is not None
    assert base64.b64decode(write({"a": 1})) == b'{"a":1}'
