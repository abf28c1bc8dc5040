"""CopyObject: what goes along, what is refused, what is answered."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal

WRITTEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ONTO_ITSELF = {
    "Status": 400,
    "Code": "InvalidRequest",
    "Message": "This copy request is illegal because it is trying to copy an object to itself without changing the "
    "object's metadata, storage class, website redirect location or encryption attributes.",
}
SECOND = timedelta(seconds=1)


@pytest.fixture
def source(s3: Any, bucket: str) -> dict[str, str]:
    """A source with everything that an object can have."""
    with freeze_time(WRITTEN):
        s3.put_object(
            Bucket=bucket,
            Key="source",
            Body=b"hello world",
            Metadata={"a": "b"},
            Tagging="t=1",
            ContentType="text/plain",
            CacheControl="no-cache",
            StorageClass="STANDARD_IA",
            WebsiteRedirectLocation="/x",
        )
    return {"Bucket": bucket, "Key": "copy", "CopySource": f"{bucket}/source"}


def tags(s3: Any, bucket: str, key: str) -> dict[str, str]:
    found = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {each["Key"]: each["Value"] for each in found}


def test_the_answer(s3: Any, source: dict[str, str]) -> None:
    with freeze_time("2026-05-05T05:05:05Z"):
        found = answer(s3.copy_object, **source)
    assert found == {
        "ServerSideEncryption": "AES256",
        "CopyObjectResult": {
            "ETag": '"5eb63bbbe01eeed093cb22bb8f5acdc3"',
            "LastModified": datetime(2026, 5, 5, 5, 5, 5, tzinfo=UTC),
            "ChecksumType": "FULL_OBJECT",
            "ChecksumCRC32": "DUoRhQ==",
        },
    }


def test_metadata_and_tags_go_along_class_and_redirect_do_not(s3: Any, source: dict[str, str]) -> None:
    s3.copy_object(**source)
    found = s3.get_object(Bucket=source["Bucket"], Key="copy")
    assert found["Body"].read() == b"hello world"
    assert found["Metadata"] == {"a": "b"}
    assert (found["ContentType"], found["CacheControl"]) == ("text/plain", "no-cache")
    assert "StorageClass" not in found
    assert "WebsiteRedirectLocation" not in found
    assert tags(s3, source["Bucket"], "copy") == {"t": "1"}


def test_metadata_without_the_directive_is_ignored(s3: Any, source: dict[str, str]) -> None:
    s3.copy_object(**source, Metadata={"c": "d"}, ContentType="a/b")
    found = s3.head_object(Bucket=source["Bucket"], Key="copy")
    assert (found["Metadata"], found["ContentType"]) == ({"a": "b"}, "text/plain")


def test_metadata_replaced(s3: Any, source: dict[str, str]) -> None:
    s3.copy_object(**source, Metadata={"c": "d"}, MetadataDirective="REPLACE")
    found = s3.head_object(Bucket=source["Bucket"], Key="copy")
    assert (found["Metadata"], found["ContentType"]) == ({"c": "d"}, "binary/octet-stream")
    assert "CacheControl" not in found


def test_tags_replaced(s3: Any, source: dict[str, str]) -> None:
    s3.copy_object(**source, Tagging="u=2", TaggingDirective="REPLACE")
    assert tags(s3, source["Bucket"], "copy") == {"u": "2"}
    s3.copy_object(**source, TaggingDirective="REPLACE")
    assert tags(s3, source["Bucket"], "copy") == {}
    s3.copy_object(**source, Tagging="u=2")
    assert tags(s3, source["Bucket"], "copy") == {"t": "1"}


@pytest.mark.parametrize(
    ("member", "header", "message"),
    [
        ("MetadataDirective", "x-amz-metadata-directive", "Unknown metadata directive."),
        ("TaggingDirective", "x-amz-tagging-directive", "Unknown tagging directive."),
    ],
)
def test_unknown_directives(s3: Any, source: dict[str, str], member: str, header: str, message: str) -> None:
    assert refusal(s3.copy_object, **source, **{member: "MERGE"}) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": message,
        "ArgumentName": header,
        "ArgumentValue": "MERGE",
    }


def test_another_checksum(s3: Any, source: dict[str, str]) -> None:
    """R-107."""
    found = s3.copy_object(**source, ChecksumAlgorithm="SHA256")["CopyObjectResult"]
    expected = base64.b64encode(hashlib.sha256(b"hello world").digest()).decode()
    assert found["ChecksumSHA256"] == expected
    assert "ChecksumCRC32" not in found
    head = s3.head_object(Bucket=source["Bucket"], Key="copy", ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == expected


def test_unknown_checksum(s3: Any, source: dict[str, str]) -> None:
    assert refusal(s3.copy_object, **source, ChecksumAlgorithm="ADLER32") == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
        "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    }


def test_a_source_without_a_slash(s3: Any, bucket: str) -> None:
    """R-59."""
    assert refusal(s3.copy_object, Bucket=bucket, Key="k", CopySource="noslash") == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Invalid copy source object key",
        "ArgumentName": "x-amz-copy-source",
        "ArgumentValue": "x-amz-copy-source",
    }


def test_a_source_that_is_not_there(s3: Any, bucket: str) -> None:
    found = refusal(s3.copy_object, Bucket=bucket, Key="k", CopySource="amzn-nowhere/k")
    assert found == no_such_bucket("amzn-nowhere")
    assert refusal(s3.copy_object, Bucket=bucket, Key="k", CopySource=f"{bucket}/nothing") == {
        "Status": 404,
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "Key": "nothing",
    }


def test_a_source_that_was_deleted(s3: Any, versioned: str) -> None:
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    found = refusal(s3.copy_object, Bucket=versioned, Key="copy", CopySource=f"{versioned}/k")
    assert found["Code"] == "NoSuchKey"
    named = f"{versioned}/k?versionId={marker}"
    assert refusal(s3.copy_object, Bucket=versioned, Key="copy", CopySource=named) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "The source of a copy request may not specifically refer to a delete marker by version id.",
    }


@pytest.mark.parametrize(
    "extra", [{}, {"ACL": "private"}, {"Metadata": {"c": "d"}}, {"TaggingDirective": "REPLACE"}]
)
def test_onto_itself_for_nothing(s3: Any, source: dict[str, str], extra: dict[str, Any]) -> None:
    """R-58."""
    same = {**source, "Key": "source"}
    assert refusal(s3.copy_object, **same, **extra) == ONTO_ITSELF


def test_onto_itself_for_nothing_in_a_versioned_bucket(s3: Any, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key="k")
    assert refusal(s3.copy_object, Bucket=versioned, Key="k", CopySource=f"{versioned}/k") == ONTO_ITSELF
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"MetadataDirective": "REPLACE"},
        {"StorageClass": "STANDARD"},
        {"WebsiteRedirectLocation": "/y"},
        {"ServerSideEncryption": "AES256"},
    ],
)
def test_onto_itself_with_a_change(s3: Any, source: dict[str, str], change: dict[str, str]) -> None:
    s3.copy_object(**{**source, "Key": "source"}, **change)
    assert s3.get_object(Bucket=source["Bucket"], Key="source")["Body"].read() == b"hello world"


CONFIGURED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


def test_onto_itself_in_a_bucket_with_an_encryption_configuration(s3: Any, source: dict[str, str]) -> None:
    """R-58: the configuration counts as a change, also AES256, which every bucket has by default."""
    bucket, same = source["Bucket"], {**source, "Key": "source"}
    assert refusal(s3.copy_object, **same) == ONTO_ITSELF
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=CONFIGURED)
    s3.copy_object(**same)
    s3.delete_bucket_encryption(Bucket=bucket)
    assert refusal(s3.copy_object, **same) == ONTO_ITSELF


def test_onto_itself_with_another_encryption_than_the_bucket_gives(s3: Any, bucket: str) -> None:
    """R-58: the copy of an object with SSE-KMS has the encryption of the bucket."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
    same = {"Bucket": bucket, "Key": "k", "CopySource": f"{bucket}/k"}
    assert s3.copy_object(**same)["ServerSideEncryption"] == "AES256"
    assert refusal(s3.copy_object, **same) == ONTO_ITSELF


def test_onto_itself_after_a_restore(s3: Any, bucket: str) -> None:
    """R-58: an archived object that was restored becomes an object in STANDARD."""
    with freeze_time(WRITTEN) as time:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="GLACIER")
        s3.restore_object(Bucket=bucket, Key="k", RestoreRequest={"Days": 3})
        time.tick(timedelta(hours=13))
        s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k")
        assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("amzn-data%2Ftest+key.txt", "test key.txt"),
        ("amzn-data/test+key.txt", "test key.txt"),
        ("amzn-data/test%20key.txt", "test key.txt"),
        ("/amzn-data/test key.txt", "test key.txt"),
        ("%2Famzn-data%2Ftest+key.txt", "test key.txt"),
        ("amzn-data/1%2B1", "1+1"),
        ("amzn-data/%2Fslash", "/slash"),
        ("amzn-data//slash", "/slash"),
        ("amzn-data/f%C3%BCr", "f\u00fcr"),
        ("amzn-data/what%3FversionId=1", "what?versionId=1"),
        ("amzn-data/https://example.com/a", "https://example.com/a"),
        ("https://s3.us-east-1.amazonaws.com/amzn-data/test%20key.txt", "test key.txt"),
        ("http://s3.amazonaws.com/amzn-data/test+key.txt", "test key.txt"),
        ("http://localhost:4566/amzn-data/1%2B1?versionId=null", "1+1"),
    ],
)
@pytest.mark.parametrize("method", ["copy_object", "upload_part_copy"])
def test_sources_as_clients_write_them(s3: Any, bucket: str, header: str, key: str, method: str) -> None:
    """R-59: percent-encoded in part or as a whole, a plus sign for a space, the URL of the object."""

    def send_as_written(request: Any, **_: object) -> None:
        request.headers.replace_header("x-amz-copy-source", header)

    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    more = {}
    if method == "upload_part_copy":
        more = {
            "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="copy")["UploadId"],
            "PartNumber": 1,
        }
    s3.meta.events.register("before-sign.s3", send_as_written)
    etag = getattr(s3, method)(Bucket=bucket, Key="copy", CopySource="any/thing", **more)
    expected = f'"{hashlib.md5(key.encode()).hexdigest()}"'
    assert next(each["ETag"] for each in etag.values() if "ETag" in each) == expected


@pytest.mark.parametrize(
    ("params", "condition"),
    [
        ({"CopySourceIfMatch": '"0123"'}, "If-Match"),
        ({"CopySourceIfUnmodifiedSince": WRITTEN - SECOND}, "If-Unmodified-Since"),
        ({"CopySourceIfNoneMatch": "5eb63bbbe01eeed093cb22bb8f5acdc3"}, "If-None-Match"),
        ({"CopySourceIfModifiedSince": WRITTEN}, "If-Modified-Since"),
        (
            {
                "CopySourceIfNoneMatch": "5eb63bbbe01eeed093cb22bb8f5acdc3",
                "CopySourceIfUnmodifiedSince": WRITTEN - SECOND,
            },
            "If-Unmodified-Since",
        ),
        ({"CopySourceIfMatch": '"0123"', "CopySourceIfModifiedSince": WRITTEN}, "If-Match"),
        (
            {
                "CopySourceIfNoneMatch": "5eb63bbbe01eeed093cb22bb8f5acdc3",
                "CopySourceIfModifiedSince": WRITTEN - SECOND,
            },
            "If-None-Match",
        ),
    ],
)
def test_conditions_on_the_source(
    s3: Any, source: dict[str, str], params: dict[str, Any], condition: str
) -> None:
    """R-59."""
    assert refusal(s3.copy_object, **source, **params) == {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": f"x-amz-copy-source-{condition}",
    }


def test_conditions_on_the_source_that_hold(s3: Any, source: dict[str, str]) -> None:
    etag = "5eb63bbbe01eeed093cb22bb8f5acdc3"
    s3.copy_object(**source, CopySourceIfMatch=etag, CopySourceIfUnmodifiedSince=WRITTEN - SECOND)
    s3.copy_object(**source, CopySourceIfNoneMatch='"0123"', CopySourceIfModifiedSince=WRITTEN - SECOND)


def test_archived_sources_are_not_copied(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="cold", StorageClass="GLACIER")
    found = refusal(s3.copy_object, Bucket=bucket, Key="copy", CopySource=f"{bucket}/cold")
    assert (found["Status"], found["Code"]) == (403, "InvalidObjectState")


def test_copying_tags_takes_the_permissions_for_tags(aws: MockAWS, s3: Any, source: dict[str, str]) -> None:
    """OQ-23, F-1."""
    bucket = source["Bucket"]
    eve = _user(aws, "s3:GetObject", "s3:PutObject")
    found = refusal(eve.client("s3").copy_object, **source)
    assert f'perform: s3:GetObjectTagging on resource: "arn:aws:s3:::{bucket}/source"' in found["Message"]
    eve.client("s3").copy_object(**source, TaggingDirective="REPLACE")
    s3.delete_object_tagging(Bucket=bucket, Key="source")
    eve.client("s3").copy_object(**source)
    s3.put_object_tagging(Bucket=bucket, Key="source", Tagging={"TagSet": [{"Key": "t", "Value": "1"}]})
    reader = _user(aws, "s3:GetObject", "s3:PutObject", "s3:GetObjectTagging")
    found = refusal(reader.client("s3").copy_object, **source)
    assert f'perform: s3:PutObjectTagging on resource: "arn:aws:s3:::{bucket}/copy"' in found["Message"]


def test_missing_source_or_missing_target_for_who_may_not_list(
    aws: MockAWS, s3: Any, source: dict[str, str]
) -> None:
    """The source is hidden; what stands at the target, who may write there learns (X-5, X-7)."""
    bucket = source["Bucket"]
    client = _user(aws, "s3:GetObject", "s3:PutObject").client("s3")
    found = refusal(client.copy_object, Bucket=bucket, Key="copy", CopySource=f"{bucket}/nothing")
    assert (found["Status"], found["Code"]) == (403, "AccessDenied")
    assert f's3:ListBucket on resource: "arn:aws:s3:::{bucket}"' in found["Message"]
    found = refusal(client.copy_object, **source, TaggingDirective="REPLACE", IfMatch='"0123"')
    assert (found["Status"], found["Code"]) == (404, "NoSuchKey")


def test_a_named_version_takes_the_permission_for_versions(aws: MockAWS, s3: Any, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    client = _user(aws, "s3:GetObject", "s3:PutObject").client("s3")
    client.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/k")
    named = f"{versioned}/k?versionId={version}"
    found = refusal(client.copy_object, Bucket=versioned, Key="copy", CopySource=named)
    assert "perform: s3:GetObjectVersion on" in found["Message"]


def test_anonymous_callers_copy_nothing(aws: MockAWS, s3: Any, open_bucket: str) -> None:
    """X-61."""
    s3.put_object(Bucket=open_bucket, Key="k", ACL="public-read")
    client = aws.anonymous.client("s3")
    found = refusal(client.copy_object, Bucket=open_bucket, Key="copy", CopySource=f"{open_bucket}/k")
    assert (found["Status"], found["Message"]) == (
        403,
        "Anonymous users cannot copy objects. Please authenticate.",
    )


def _user(aws: MockAWS, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    name = f"user-{len(actions)}"
    return aws.account().create_user(name, policies=[{"Version": "2012-10-17", "Statement": [statement]}])


@pytest.mark.parametrize("method", ["copy_object", "upload_part_copy"])
def test_version_ids_of_sources_that_cannot_be(s3: Any, versioned: str, method: str) -> None:
    """R-59: CopyObject does not say which header is invalid."""
    s3.put_object(Bucket=versioned, Key="k", Body=b"x")
    named = {"Bucket": versioned, "Key": "copy"}
    if method == "upload_part_copy":
        named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
        named["PartNumber"] = 1
    source = {"Bucket": versioned, "Key": "k"}
    empty = refusal(getattr(s3, method), **named, CopySource={**source, "VersionId": ""})
    assert not empty.pop("ArgumentValue")
    assert empty == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Version id cannot be the empty string",
        "ArgumentName": "x-amz-copy-source",
    }
    of_part = {
        "Code": "InvalidArgument",
        "Message": "Invalid version id specified",
        "ArgumentName": "x-amz-copy-source",
        "ArgumentValue": "abc",
    }
    of_object = {"Code": "InvalidRequest", "Message": "Invalid Request"}
    expected = of_object if method == "copy_object" else of_part
    found = refusal(getattr(s3, method), **named, CopySource={**source, "VersionId": "abc"})
    assert found == {"Status": 400, **expected}
