"""GetObject and HeadObject: what they answer, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal

BODY = b"hello world"
ETAG = '"5eb63bbbe01eeed093cb22bb8f5acdc3"'
WRITTEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def held(s3: Any, bucket: str) -> dict[str, str]:
    """An object, by the parameters that name it."""
    with freeze_time(WRITTEN):
        s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    return {"Bucket": bucket, "Key": "k"}


def failed(condition: str) -> dict[str, Any]:
    return {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": condition,
    }


NOT_MODIFIED = {"Status": 304, "Code": "304", "Message": "Not Modified"}


def test_everything_that_is_said_of_a_plain_object(s3: Any, held: dict[str, str]) -> None:
    """R-104."""
    found = answer(s3.get_object, **held)
    assert found.pop("Body").read() == BODY
    assert found == {
        "AcceptRanges": "bytes",
        "LastModified": WRITTEN,
        "ContentLength": 11,
        "ETag": ETAG,
        "ContentType": "binary/octet-stream",
        "ServerSideEncryption": "AES256",
        "Metadata": {},
        "ChecksumCRC32": "DUoRhQ==",
        "ChecksumType": "FULL_OBJECT",
    }


def test_head_says_the_same_without_checksum_unless_asked(s3: Any, held: dict[str, str]) -> None:
    plain = answer(s3.head_object, **held)
    asked = answer(s3.head_object, **held, ChecksumMode="ENABLED")
    assert "ChecksumCRC32" not in plain
    assert "ChecksumType" not in plain
    assert asked == plain | {"ChecksumCRC32": "DUoRhQ==", "ChecksumType": "FULL_OBJECT"}
    assert plain["ContentLength"] == 11


@pytest.mark.parametrize("mode", ["ENABLED", "enabled", "Enabled"])
def test_the_checksum_mode_in_any_case(s3: Any, held: dict[str, str], mode: str) -> None:
    """R-113."""
    for read in (s3.get_object, s3.head_object):
        assert read(**held, ChecksumMode=mode)["ChecksumCRC32"] == "DUoRhQ=="


@pytest.mark.parametrize("mode", ["", "DISABLED", "ENABLED,ENABLED", "true"])
def test_other_checksum_modes(s3: Any, held: dict[str, str], mode: str) -> None:
    """R-113."""
    for key in (held["Key"], "missing"):
        found = refusal(s3.get_object, Bucket=held["Bucket"], Key=key, ChecksumMode=mode)
        assert found == {
            "Status": 400,
            "Code": "InvalidRequest",
            "Message": "Value for x-amz-checksum-mode header is invalid.",
        }
    assert refusal(s3.head_object, **held, ChecksumMode=mode)["Status"] == 400


@pytest.mark.parametrize("algorithm", ["SHA256", "sha256", "Sha256"])
def test_checksum_algorithms_in_any_case(s3: Any, held: dict[str, str], algorithm: str) -> None:
    """R-113."""
    copied = s3.copy_object(**{**held, "Key": "copy"}, CopySource=held, ChecksumAlgorithm=algorithm)
    assert "ChecksumSHA256" in copied["CopyObjectResult"]
    begun = s3.create_multipart_upload(**held, ChecksumAlgorithm=algorithm, ChecksumType="composite")
    assert (begun["ChecksumAlgorithm"], begun["ChecksumType"]) == ("SHA256", "COMPOSITE")


def test_the_checksum_mode_in_any_case_needs_the_kms_key(aws: MockAWS, s3: Any, bucket: str) -> None:
    """F-65."""
    key = aws.account().create_kms_key()
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    reader = aws.account().create_user("reader", policies={"Version": "2012-10-17", "Statement": allow})
    head = reader.client("s3").head_object
    assert head(Bucket=bucket, Key="k")["ContentLength"] == 11
    assert refusal(head, Bucket=bucket, Key="k", ChecksumMode="enabled")["Status"] == 403


def test_no_such_bucket(s3: Any) -> None:
    """R-3."""
    assert refusal(s3.get_object, Bucket="amzn-nowhere", Key="k") == no_such_bucket("amzn-nowhere")


def test_no_such_key(s3: Any, bucket: str) -> None:
    """R-4."""
    assert refusal(s3.get_object, Bucket=bucket, Key="nö") == {
        "Status": 404,
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "Key": "nö",
    }


def test_head_of_a_missing_key_has_no_code_of_its_own(s3: Any, bucket: str) -> None:
    assert refusal(s3.head_object, Bucket=bucket, Key="k") == {
        "Status": 404,
        "Code": "404",
        "Message": "Not Found",
    }


def test_a_current_delete_marker_is_no_key(s3: Any, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key="k", Body=BODY)
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    with pytest.raises(s3.exceptions.NoSuchKey) as caught:
        s3.get_object(Bucket=versioned, Key="k")
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-delete-marker"] == "true"
    assert headers["x-amz-version-id"] == marker


def test_a_delete_marker_by_its_version_id(s3: Any, versioned: str) -> None:
    """X-18, R-9."""
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    found = refusal(s3.get_object, Bucket=versioned, Key="k", VersionId=marker)
    assert found == {
        "Status": 405,
        "Code": "MethodNotAllowed",
        "Message": "The specified method is not allowed against this resource.",
        "Method": "GET",
        "ResourceType": "DeleteMarker",
    }
    assert refusal(s3.head_object, Bucket=versioned, Key="k", VersionId=marker) == {
        "Status": 405,
        "Code": "405",
        "Message": "Method Not Allowed",
    }


@pytest.mark.parametrize("method", ["get_object", "head_object"])
def test_the_headers_of_a_delete_marker(s3: Any, versioned: str, method: str) -> None:
    """X-18, R-9: a named delete marker has a date, the current one has not (API_GetObject, DeleteMarker)."""
    with freeze_time("2030-01-02T03:04:05Z", tick=False):
        marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    shown = {"x-amz-delete-marker": "true", "x-amz-version-id": marker}
    for version, more in (
        ({"VersionId": marker}, {"allow": "DELETE", "last-modified": "Wed, 02 Jan 2030 03:04:05 GMT"}),
        ({}, {}),
    ):
        with pytest.raises(ClientError) as caught:
            getattr(s3, method)(Bucket=versioned, Key="k", **version)
        headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
        found = {name: text for name, text in headers.items() if name in {*shown, "allow", "last-modified"}}
        assert found == {**shown, **more}


def test_a_version_that_was_deleted(s3: Any, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="k", Body=BODY)["VersionId"]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=version)
    assert refusal(s3.get_object, Bucket=versioned, Key="k", VersionId=version) == {
        "Status": 404,
        "Code": "NoSuchVersion",
        "Message": "The specified version does not exist.",
        "Key": "k",
        "VersionId": version,
    }


@pytest.mark.parametrize("version_id", ["abcdefghijklmnopqrstuvwxyz012345", "1"])
@pytest.mark.parametrize("call", ["get_object", "delete_object", "get_object_tagging", "get_object_acl"])
def test_a_version_id_that_was_never_issued(
    s3: Any, held: dict[str, str], version_id: str, call: str
) -> None:
    assert refusal(getattr(s3, call), **held, VersionId=version_id) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Invalid version id specified",
        "ArgumentName": "versionId",
        "ArgumentValue": version_id,
    }


@pytest.mark.parametrize("value", [ETAG, ETAG.strip('"'), "*", f'"x", {ETAG}'])
def test_if_match_that_fits(s3: Any, held: dict[str, str], value: str) -> None:
    assert s3.get_object(**held, IfMatch=value)["Body"].read() == BODY


def test_if_match_that_does_not_fit(s3: Any, held: dict[str, str]) -> None:
    """R-7."""
    assert refusal(s3.get_object, **held, IfMatch='"x"') == failed("If-Match")
    assert refusal(s3.head_object, **held, IfMatch='"x"') == {
        "Status": 412,
        "Code": "412",
        "Message": "Precondition Failed",
    }


@pytest.mark.parametrize("value", [ETAG, ETAG.strip('"'), "*"])
def test_if_none_match_that_fits_is_304(s3: Any, held: dict[str, str], value: str) -> None:
    assert refusal(s3.get_object, **held, IfNoneMatch=value) == NOT_MODIFIED
    assert refusal(s3.head_object, **held, IfNoneMatch=value) == NOT_MODIFIED
    assert s3.get_object(**held, IfNoneMatch='"x"')["Body"].read() == BODY


def test_if_modified_since_counts_equality(s3: Any, held: dict[str, str]) -> None:
    """R-40."""
    second = timedelta(seconds=1)
    assert refusal(s3.get_object, **held, IfModifiedSince=WRITTEN) == NOT_MODIFIED
    assert refusal(s3.get_object, **held, IfModifiedSince=WRITTEN + second) == NOT_MODIFIED
    assert s3.get_object(**held, IfModifiedSince=WRITTEN - second)["Body"].read() == BODY


def test_if_unmodified_since(s3: Any, held: dict[str, str]) -> None:
    earlier = WRITTEN - timedelta(seconds=1)
    assert refusal(s3.get_object, **held, IfUnmodifiedSince=earlier) == failed("If-Unmodified-Since")
    assert s3.get_object(**held, IfUnmodifiedSince=WRITTEN)["Body"].read() == BODY


def test_the_order_of_conditions(s3: Any, held: dict[str, str]) -> None:
    """R-40."""
    early, late = WRITTEN - timedelta(days=1), WRITTEN + timedelta(days=1)
    everything = {"IfUnmodifiedSince": early, "IfNoneMatch": ETAG, "IfModifiedSince": late}
    assert refusal(s3.get_object, **held, IfMatch='"x"', **everything) == failed("If-Match")
    assert refusal(s3.get_object, **held, **everything) == failed("If-Unmodified-Since")
    del everything["IfUnmodifiedSince"]
    assert refusal(s3.get_object, **held, **everything) == NOT_MODIFIED


def test_an_etag_outweighs_a_date(s3: Any, held: dict[str, str]) -> None:
    early, late = WRITTEN - timedelta(days=1), WRITTEN + timedelta(days=1)
    assert s3.get_object(**held, IfMatch=ETAG, IfUnmodifiedSince=early)["ContentLength"] == 11
    assert s3.get_object(**held, IfNoneMatch='"x"', IfModifiedSince=late)["ContentLength"] == 11
    assert refusal(s3.get_object, **held, IfNoneMatch=ETAG, IfModifiedSince=early) == NOT_MODIFIED


def test_a_missing_key_comes_before_conditions(s3: Any, bucket: str) -> None:
    assert refusal(s3.get_object, Bucket=bucket, Key="k", IfMatch='"x"')["Code"] == "NoSuchKey"


def test_response_headers_can_be_replaced(s3: Any, held: dict[str, str]) -> None:
    found = s3.get_object(
        **held,
        ResponseCacheControl="no-cache",
        ResponseContentDisposition="inline",
        ResponseContentEncoding="br",
        ResponseContentLanguage="fr",
        ResponseContentType="text/plain",
        ResponseExpires=WRITTEN,
    )
    assert found["CacheControl"] == "no-cache"
    assert found["ContentDisposition"] == "inline"
    assert found["ContentEncoding"] == "br"
    assert found["ContentLanguage"] == "fr"
    assert found["ContentType"] == "text/plain"
    assert found["ExpiresString"] == "Wed, 04 Mar 2026 05:06:07 GMT"
    assert s3.head_object(**held, ResponseContentType="a/b")["ContentType"] == "a/b"


def test_replacing_headers_takes_a_signature(aws: MockAWS, s3: Any, open_bucket: str) -> None:
    """X-63."""
    s3.put_object(Bucket=open_bucket, Key="k", Body=BODY, ACL="public-read")
    anybody = aws.anonymous.client("s3")
    assert anybody.get_object(Bucket=open_bucket, Key="k")["Body"].read() == BODY
    assert refusal(anybody.get_object, Bucket=open_bucket, Key="k", ResponseContentType="a/b") == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Request specific response headers cannot be used for anonymous GET requests.",
    }


def test_response_headers_are_latin_1(s3: Any, held: dict[str, str]) -> None:
    """R-45."""
    assert refusal(s3.get_object, **held, ResponseCacheControl="☃") == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Header value cannot be represented using ISO-8859-1.",
        "ArgumentName": "response-cache-control",
        "ArgumentValue": "☃",
    }


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_archived_objects_are_not_read(s3: Any, bucket: str, storage_class: str) -> None:
    """R-42."""
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, StorageClass=storage_class)
    assert refusal(s3.get_object, Bucket=bucket, Key="k") == {
        "Status": 403,
        "Code": "InvalidObjectState",
        "Message": "The operation is not valid for the object's storage class",
        "StorageClass": storage_class,
    }
    assert s3.head_object(Bucket=bucket, Key="k")["StorageClass"] == storage_class


@pytest.mark.parametrize("storage_class", ["GLACIER_IR", "STANDARD_IA", "INTELLIGENT_TIERING"])
def test_other_classes_are_read(s3: Any, bucket: str, storage_class: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=BODY, StorageClass=storage_class)
    assert s3.get_object(Bucket=bucket, Key="k")["StorageClass"] == storage_class


def test_tags_are_counted_where_there_are_any(s3: Any, held: dict[str, str]) -> None:
    assert "TagCount" not in s3.get_object(**held)
    s3.put_object_tagging(**held, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_object(**held)["TagCount"] == 1
    assert s3.head_object(**held)["TagCount"] == 1
