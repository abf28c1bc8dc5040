"""The exact text and headers of responses, where botocore's parser would not notice a difference."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.handlers import parse_get_bucket_location

from mocks3 import wire
from mocks3.model.messages import WireResponse

from .wires import asked, receive

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
MOMENT = datetime.datetime(2006, 2, 3, 16, 41, 58, 999_999, tzinfo=datetime.UTC)


def answer(operation: str, output: dict[str, Any], method: str | None = None) -> WireResponse:
    return wire.serialize(asked("s3", operation, method), output)


def text(operation: str, output: dict[str, Any]) -> str:
    body = answer(operation, output).body
    assert isinstance(body, bytes)
    return body.decode().removeprefix(DECLARATION)


def test_a_listing_is_written_as_s3_writes_it() -> None:
    entry = {"Size": 3, "ETag": '"900150983cd24fb0d6963f7d28e17f72"', "LastModified": MOMENT, "Key": "a&b"}
    found = answer("ListObjectsV2", {"Contents": [entry], "Name": "b", "IsTruncated": False, "Prefix": ""})
    assert found.status == 200
    assert found.headers["Content-Type"] == "application/xml"
    assert isinstance(found.body, bytes)
    assert found.headers["Content-Length"] == str(len(found.body))
    assert found.body.decode() == (
        f"{DECLARATION}<ListBucketResult {NS}><Name>b</Name><Prefix></Prefix><IsTruncated>false</IsTruncated>"
        "<Contents><Key>a&amp;b</Key><LastModified>2006-02-03T16:41:58.999Z</LastModified>"
        "<ETag>&quot;900150983cd24fb0d6963f7d28e17f72&quot;</ETag><Size>3</Size></Contents></ListBucketResult>"
    )


UPLOAD = f"<InitiateMultipartUploadResult {NS}><UploadId>u</UploadId></InitiateMultipartUploadResult>"
DELETED = f"<DeleteResult {NS}><Deleted><Key>&#x1;&#13;</Key></Deleted></DeleteResult>"
REGION = f"<LocationConstraint {NS}>eu-west-1</LocationConstraint>"


@pytest.mark.parametrize(
    ("operation", "output", "expected"),
    [
        ("GetBucketLocation", {"LocationConstraint": "eu-west-1"}, REGION),
        ("GetBucketLocation", {}, f"<LocationConstraint {NS}/>"),
        ("GetBucketVersioning", {}, f"<VersioningConfiguration {NS}/>"),
        ("CopyObject", {"CopyObjectResult": {}}, f"<CopyObjectResult {NS}/>"),
        ("GetBucketReplication", {}, ""),
        ("CreateMultipartUpload", {"UploadId": "u", "Key": None}, UPLOAD),
        ("DeleteObjects", {"Deleted": [{"Key": "\x01\r"}]}, DELETED),
        ("GetObjectTagging", {"TagSet": []}, f"<Tagging {NS}><TagSet></TagSet></Tagging>"),
    ],
)  # fmt: skip
def test_roots(operation: str, output: dict[str, Any], expected: str) -> None:
    assert text(operation, output) == expected


def test_the_owner_is_before_the_buckets() -> None:
    found = text("ListBuckets", {"Buckets": [{"Name": "b", "CreationDate": MOMENT}], "Owner": {"ID": "1"}})
    assert re.findall("<([A-Z][A-Za-z]+)", found) == [
        "ListAllMyBucketsResult", "Owner", "ID", "Buckets", "Bucket", "Name", "CreationDate",
    ]  # fmt: skip


def test_grantees_have_their_type_as_an_attribute() -> None:
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": "1"}, "Permission": "READ"}
    assert text("GetBucketAcl", {"Grants": [grant], "Owner": {"ID": "1"}}) == (
        f"<AccessControlPolicy {NS}><Owner><ID>1</ID></Owner><AccessControlList><Grant>"
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>1</ID></Grantee>'
        "<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"
    )


def test_botocore_reads_the_region_in_the_root_element() -> None:
    raw = type(
        "Raw",
        (),
        {"raw": b"", "content": answer("GetBucketLocation", {"LocationConstraint": "eu-west-1"}).body},
    )
    parsed: dict[str, Any] = {"LocationConstraint": ""}
    parse_get_bucket_location(parsed, raw)
    assert parsed == {"LocationConstraint": "eu-west-1"}


def test_entries_with_equal_and_different_members_are_written_the_same() -> None:
    entry = {"Key": "k", "Size": 1, "LastModified": MOMENT, "ChecksumAlgorithm": ["CRC32", "SHA1"]}
    one = text("ListObjects", {"Contents": [entry]}).partition("<Contents>")[2].rpartition("</Contents>")[0]
    odd = [{**entry, "Key": "a\nb"}, {**entry, "Size": None}, {"Key": "<"}, {}]
    for entries in ([entry] * 20, [*odd, *[entry] * 20], [{}] * 20):
        written = text("ListObjects", {"Contents": entries}).split("<Contents>")[1:]
        assert len(written) == len(entries)
        assert [part.partition("</Contents>")[0] for part in written][-1] == (
            "" if entries[-1] == {} else one
        )
    assert "<Key>a\nb</Key>" in text("ListObjects", {"Contents": [*odd, *[entry] * 20]})


def test_an_unknown_output_member_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="PutObject has no member Etag"):
        answer("PutObject", {"Etag": "x"})
    with pytest.raises(TypeError, match="Object has no member Colour"):
        answer("ListObjects", {"Contents": [{"Key": "k"}] * 10 + [{"Colour": "red"}]})
    with pytest.raises(TypeError):
        answer("ListObjects", {"Contents": [{"Size": "3"}]})


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("PutBucketPolicy", 204),
        ("PutBucketTagging", 204),
        ("PutBucketMetricsConfiguration", 204),
        ("DeleteBucketWebsite", 204),
        ("DeleteObject", 204),
        ("PutBucketCors", 200),
        ("RestoreObject", 202),
        ("CreateBucket", 200),
    ],
)
def test_statuses(operation: str, status: int) -> None:
    found = answer(operation, {})
    assert (found.status, found.body) == (status, b"")
    assert ("Content-Length" in found.headers) == (status != 204)


def test_response_metadata_overrides_status_and_headers() -> None:
    metadata = {"HTTPStatusCode": 200, "HTTPHeaders": {"x-amz-bucket-region": "eu-west-1"}}
    found = answer("RestoreObject", {"ResponseMetadata": metadata})
    assert (found.status, found.headers["x-amz-bucket-region"]) == (200, "eu-west-1")


def test_a_range_is_partial_content() -> None:
    found = answer("GetObject", {"Body": b"el", "ContentRange": "bytes 1-2/5", "ContentLength": 2})
    assert (found.status, found.body, found.headers["Content-Length"]) == (206, b"el", "2")


def test_head_responses_have_content_length_and_no_body() -> None:
    found = answer("HeadObject", {"ContentLength": 5, "LastModified": MOMENT, "Metadata": {"a": "b"}})
    assert (found.status, found.body) == (200, b"")
    assert found.headers["Content-Length"] == "5"
    assert found.headers["Last-Modified"] == "Fri, 03 Feb 2006 16:41:58 GMT"
    assert found.headers["x-amz-meta-a"] == "b"
    assert answer("HeadBucket", {"BucketRegion": "eu-west-1"}).headers["x-amz-bucket-region"] == "eu-west-1"


class Parts:
    """A body in pieces, as storage returns it."""

    def __len__(self) -> int:
        return 5

    def chunks(self) -> Iterator[bytes]:
        yield from (b"hel", b"lo")


def test_streams_are_not_changed() -> None:
    body = Parts()
    found = answer("GetObject", {"Body": body, "ContentType": "text/plain", "Expires": "whenever"})
    assert found.body is body
    assert {
        "Content-Length": "5",
        "Content-Type": "text/plain",
        "Expires": "whenever",
    }.items() <= found.headers.items()
    assert receive("s3", "GetObject", answer("GetObject", {"Body": body}))["Body"].read() == b"hello"


def test_a_policy_is_json() -> None:
    found = answer("GetBucketPolicy", {"Policy": '{"é": 1}'})
    assert (found.body, found.headers["Content-Type"]) == ('{"é": 1}'.encode(), "application/json")


def test_every_response_has_new_ids() -> None:
    one, two = answer("PutObject", {}), answer("PutObject", {})
    assert re.fullmatch("[0-9A-Z]{16}", one.headers["x-amz-request-id"])
    assert len(one.headers["x-amz-id-2"]) == 76
    for name in ("x-amz-request-id", "x-amz-id-2"):
        assert one.headers[name] != two.headers[name]
    assert one.headers["Server"] == "AmazonS3"
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", one.headers["Date"])


def test_a_query_response() -> None:
    found = wire.serialize(asked("sts", "GetCallerIdentity"), {"Arn": "arn:x", "Account": "1"})
    body = found.body
    assert isinstance(body, bytes)
    request_id = found.headers["x-amzn-RequestId"]
    assert body.decode() == (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        "<Account>1</Account><Arn>arn:x</Arn></GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
