"""SelectObjectContent around the query: the stream of events, the request's own errors, permission, encryption."""

from __future__ import annotations

import bz2
import gzip
import json
import sys
from typing import Any

import pytest
from botocore.exceptions import EventStreamError

from mocks3 import NotSupported
from mocks3.handles.mock_aws import MockAWS

from .answers import refusal
from .selecting import AS_JSON, DOCUMENT, LINES, USE, Select, query, text

ALL = "select * from s3object"


def details(events: list[dict[str, Any]], name: str) -> tuple[int, int, int]:
    (found,) = [event[name]["Details"] for event in events if name in event]
    return found["BytesScanned"], found["BytesProcessed"], found["BytesReturned"]


def test_records_then_stats_then_end(select: Select) -> None:
    events = select(b"a,b\nc,d\n", "select _1 from s3object")
    assert [*map(list, events)] == [["Records"], ["Stats"], ["End"]]
    assert details(events, "Stats") == (8, 8, 4)


def test_progress_is_told_when_asked_for(select: Select) -> None:
    packed = gzip.compress(b"a,b\nc,d\n")
    events = select(
        packed, "select _1 from s3object", CompressionType="GZIP", RequestProgress={"Enabled": True}
    )
    assert [*map(list, events)] == [["Records"], ["Progress"], ["Stats"], ["End"]]
    assert details(events, "Progress") == details(events, "Stats") == (len(packed), 8, 4)


def test_nothing_found_keeps_the_connection_and_ends(select: Select) -> None:
    assert [*map(list, select(b"a\n", f"{ALL} where false"))] == [["Cont"], ["Stats"], ["End"]]
    assert [*map(list, select(b"", ALL))] == [["Cont"], ["Stats"], ["End"]]


def test_much_comes_in_several_messages(select: Select) -> None:
    content = b"".join(b"%d,%s\n" % (number, b"x" * 90) for number in range(5000))
    events = select(content, ALL)
    assert sum("Records" in event for event in events) > 3
    assert text(events).encode() == content


def test_what_turns_up_late_ends_the_stream(s3: Any, held: Any) -> None:
    content = b'{"a":"%s"}\n' % (b"x" * 1000) * 200 + b"{"
    answer = s3.select_object_content(**held(content), **query(ALL, **LINES))
    events = iter(answer["Payload"])
    assert "Records" in next(events)
    with pytest.raises(EventStreamError, match="JSONParsingError"):
        list(events)


@pytest.mark.parametrize(("name", "pack"), [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_compressed_objects(s3: Any, held: Any, select: Select, name: str, pack: Any) -> None:
    assert text(select(pack(b"a,b\n"), ALL, CompressionType=name)) == "a,b\n"
    told = refusal(s3.select_object_content, **held(b"a,b\n"), **query(ALL, CompressionType=name))
    assert (told["Code"], told["Message"]) == (
        "InvalidCompressionFormat",
        f"{name} is not applicable to the queried object. Please correct the request and try again.",
    )
    told = refusal(s3.select_object_content, **held(pack(b"a,b\n")[:-9]), **query(ALL, CompressionType=name))
    assert told["Code"] == "TruncatedInput"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"Start": 0}, "aa bb cc dd"),
        ({"Start": 1}, "bb cc dd"),
        ({"Start": 3, "End": 3}, "bb"),
        ({"Start": 3, "End": 6}, "bb cc"),
        ({"Start": 4, "End": 5}, ""),
        ({"End": 3}, "dd"),
        ({"End": 4}, "dd"),
        ({"End": 99}, "aa bb cc dd"),
        ({"Start": 99}, ""),
    ],
)
def test_a_scan_range_takes_the_records_that_start_in_it(select: Select, asked: Any, found: str) -> None:
    assert text(select(b"aa\nbb\ncc\ndd\n", ALL, ScanRange=asked)).split() == found.split()
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in "abcd")
    assert len(text(select(lines, ALL, ScanRange={"Start": 4, "End": 8}, **LINES, **AS_JSON)).split()) == 2


def test_a_scan_range_keeps_the_header(select: Select) -> None:
    events = select(
        b"h,i\n1,2\n3,4\n5,6\n", "select s.i from s3object s", ScanRange={"Start": 5, "End": 9}, **USE
    )
    assert text(events) == "4\n"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"ExpressionType": "SPARQL"}, "InvalidExpressionType"),
        ({"CSV": {}, "JSON": {"Type": "LINES"}}, "ObjectSerializationConflict"),
        ({"OutputSerialization": {"CSV": {}, "JSON": {}}}, "ObjectSerializationConflict"),
        ({"InputSerialization": {"CompressionType": "NONE"}}, "InvalidDataSource"),
        ({"OutputSerialization": {}}, "MissingRequiredParameter"),
        ({"CompressionType": "ZIP"}, "InvalidCompressionFormat"),
        ({"CSV": {"FileHeaderInfo": "SOME"}}, "InvalidFileHeaderInfo"),
        ({"JSON": {"Type": "ROWS"}}, "InvalidJsonType"),
        ({"JSON": {}}, "MissingRequiredParameter"),
        ({"OutputSerialization": {"CSV": {"QuoteFields": "NEVER"}}}, "InvalidQuoteFields"),
        ({"ScanRange": {"Start": -1}}, "InvalidScanRange"),
        ({"ScanRange": {"Start": 5, "End": 4}}, "InvalidScanRange"),
        ({"ScanRange": {"Start": 1}, "CompressionType": "GZIP"}, "UnsupportedScanRangeInput"),
        (
            {"ScanRange": {"Start": 1}, "CSV": {"AllowQuotedRecordDelimiter": True}},
            "UnsupportedScanRangeInput",
        ),
        ({"ScanRange": {"Start": 1}, **DOCUMENT}, "UnsupportedScanRangeInput"),
    ],
)
def test_what_the_request_has_wrong(s3: Any, held: Any, options: dict[str, Any], code: str) -> None:
    told = refusal(s3.select_object_content, **held(b"a,b\n"), **query(ALL, **options))
    assert (told["Status"], told["Code"]) == (400, code)


def test_the_sentence_about_a_missing_type(s3: Any, held: Any) -> None:
    told = refusal(s3.select_object_content, **held(b"{}"), **query(ALL, JSON={}))
    assert told["Message"] == "Type is required. Please check the service documentation and try again."


def test_the_sentence_about_text(s3: Any, held: Any) -> None:
    told = refusal(s3.select_object_content, **held(b"a" * 8192 + b"\xff"), **query(ALL))
    assert told["Message"] == "UTF-8 encoding is required. The text encoding error was found near byte 8,192."


def test_storage_classes_that_are_not_queried(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"a", StorageClass="REDUCED_REDUNDANCY")
    told = refusal(s3.select_object_content, Bucket=bucket, Key="k", **query(ALL))
    assert (told["Code"], told["Message"]) == (
        "UnsupportedStorageClass",
        "We do not support REDUCED_REDUNDANCY storage class. Please check the service documentation and try again.",
    )


def test_no_object(s3: Any, bucket: str) -> None:
    told = refusal(s3.select_object_content, Bucket=bucket, Key="gone", **query(ALL))
    assert (told["Status"], told["Code"], told["Key"]) == (404, "NoSuchKey", "gone")


def test_who_may(aws: MockAWS, s3: Any, held: Any) -> None:
    """F-33."""
    where = held(b"a\n")
    arn = f"arn:aws:s3:::{where['Bucket']}/held"
    allow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": arn}],
    }
    eve = aws.account().create_user("eve", policies=[allow]).client("s3")
    tom = aws.account().create_user("tom").client("s3")
    assert text(list(eve.select_object_content(**where, **query(ALL))["Payload"])) == "a\n"
    assert refusal(tom.select_object_content, **where, **query(ALL))["Code"] == "AccessDenied"
    told = refusal(tom.select_object_content, **{**where, "Key": "gone"}, **query(ALL))
    assert (told["Status"], told["Code"]) == (403, "AccessDenied")
    told = refusal(aws.anonymous.client("s3").select_object_content, **where, **query(ALL))
    assert (told["Status"], told["Message"]) == (
        403,
        "Anonymous users cannot invoke this API. Please authenticate.",
    )


def test_customer_keys(aws: MockAWS, s3: Any, bucket: str) -> None:
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                    "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
                }
            ]
        },
    )
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "0" * 32}
    s3.put_object(Bucket=bucket, Key="k", Body=b"a\n", **key)
    events = s3.select_object_content(Bucket=bucket, Key="k", **key, **query(ALL))["Payload"]
    assert text(list(events)) == "a\n"
    told = refusal(s3.select_object_content, Bucket=bucket, Key="k", **query(ALL))
    assert (told["Status"], told["Code"]) == (400, "InvalidRequest")


@pytest.mark.parametrize(("library", "source"), [("sqlglot", {"CSV": {}}), ("pyarrow", {"Parquet": {}})])
def test_without_the_library_the_extra_is_named(
    s3: Any, held: Any, monkeypatch: pytest.MonkeyPatch, library: str, source: Any
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    extra = {"sqlglot": "select", "pyarrow": "parquet"}[library]
    with pytest.raises(NotSupported, match=rf"{library}.*mocks3\[{extra}\]"):
        s3.select_object_content(**held(b"a"), **query(ALL, **source))
