"""What object calls need beyond their first action, and what is said before anybody is asked for a permission."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS

from .answers import refusal

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def user(aws: MockAWS, *actions: str) -> Any:
    """A user of the default account who may do these things, everywhere."""
    statement = {"Effect": "Allow", "Action": list(actions) or "s3:ListAllMyBuckets", "Resource": "*"}
    return aws.account().create_user("eve", policies=[{"Version": "2012-10-17", "Statement": [statement]}])


def denied(principal: Any, action: str, arn: str) -> dict[str, Any]:
    return {
        "Status": 403,
        "Code": "AccessDenied",
        "Message": f'User: {principal.arn} is not authorized to perform: {action} on resource: "{arn}" because no '
        f"identity-based policy allows the {action} action",
    }


@pytest.mark.parametrize("call", ["put_object", "create_multipart_upload"])
@pytest.mark.parametrize(
    ("params", "action"),
    [
        ({"Tagging": "a=b"}, "s3:PutObjectTagging"),
        ({"ACL": "private"}, "s3:PutObjectAcl"),
        ({"GrantRead": f'uri="{ALL_USERS}"'}, "s3:PutObjectAcl"),
        ({"ACL": "private", "Tagging": "a=b"}, "s3:PutObjectAcl"),
    ],
)
def test_headers_need_permissions_of_their_own(
    aws: MockAWS, bucket: str, call: str, params: dict[str, str], action: str
) -> None:
    eve = user(aws, "s3:PutObject")
    found = refusal(getattr(eve.client("s3"), call), Bucket=bucket, Key="k", **params)
    assert found == denied(eve, action, f"arn:aws:s3:::{bucket}/k")


def test_permission_comes_before_what_the_bucket_takes(aws: MockAWS, bucket: str) -> None:
    """F-21: 403 first, and 400 only to who may."""
    eve = user(aws, "s3:PutObject")
    found = refusal(eve.client("s3").put_object, Bucket=bucket, Key="k", ACL="public-read")
    assert found["Code"] == "AccessDenied"


def test_tags_are_counted_for_who_may_read_them(aws: MockAWS, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Tagging="a=b")
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 1
    eve = user(aws, "s3:GetObject").client("s3")
    assert "TagCount" not in eve.get_object(Bucket=bucket, Key="k")
    assert "TagCount" not in eve.head_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize(
    ("call", "action", "params"),
    [
        ("get_object", "s3:GetObject", {}),
        ("get_object_acl", "s3:GetObjectAcl", {}),
        ("get_object_tagging", "s3:GetObjectTagging", {}),
        ("put_object_tagging", "s3:PutObjectTagging", {"Tagging": {"TagSet": []}}),
        ("delete_object_tagging", "s3:DeleteObjectTagging", {}),
        ("put_object_acl", "s3:PutObjectAcl", {"ACL": "private"}),
    ],
)
def test_missing_keys_are_hidden_from_who_may_not_list(
    aws: MockAWS, bucket: str, call: str, action: str, params: dict[str, Any]
) -> None:
    eve = user(aws, action)
    found = refusal(getattr(eve.client("s3"), call), Bucket=bucket, Key="no", **params)
    assert found == denied(eve, "s3:ListBucket", f"arn:aws:s3:::{bucket}")


def test_who_may_list_is_told(aws: MockAWS, bucket: str) -> None:
    client = user(aws, "s3:GetObject", "s3:ListBucket").client("s3")
    assert refusal(client.get_object, Bucket=bucket, Key="no")["Code"] == "NoSuchKey"
    assert refusal(client.head_object, Bucket=bucket, Key="no")["Status"] == 404


@pytest.mark.parametrize(
    ("call", "action", "params"),
    [
        ("get_object", "s3:GetObject", {}),
        ("head_object", "s3:GetObject", {}),
        ("delete_object", "s3:DeleteObject", {}),
        ("get_object_acl", "s3:GetObjectAcl", {}),
        ("put_object_acl", "s3:PutObjectAcl", {"ACL": "private"}),
        ("get_object_tagging", "s3:GetObjectTagging", {}),
        ("put_object_tagging", "s3:PutObjectTagging", {"Tagging": {"TagSet": []}}),
        ("delete_object_tagging", "s3:DeleteObjectTagging", {}),
    ],
)
def test_a_version_takes_the_action_for_versions(
    aws: MockAWS, s3: Any, versioned: str, call: str, action: str, params: dict[str, Any]
) -> None:
    """F-50: also for the current version."""
    version = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    eve = user(aws, action)
    named = {"Bucket": versioned, "Key": "k", "VersionId": version}
    found = refusal(getattr(eve.client("s3"), call), **named, **params)
    assert found["Status"] == 403
    if call != "head_object":
        verb, thing = action.removeprefix("s3:").split("Object")
        assert f"perform: s3:{verb}ObjectVersion{thing} on" in found["Message"]


@pytest.mark.parametrize("call", ["get_object", "delete_object", "get_object_tagging"])
def test_an_impossible_version_id_comes_before_permissions(aws: MockAWS, bucket: str, call: str) -> None:
    """X-15."""
    client = user(aws).client("s3")
    found = refusal(getattr(client, call), Bucket=bucket, Key="k", VersionId="nope")
    assert found["Message"] == "Invalid version id specified"


def test_an_empty_version_id(s3: Any, bucket: str) -> None:
    found = refusal(s3.get_object, Bucket=bucket, Key="k", VersionId="")
    assert (found["Code"], found["ArgumentName"]) == ("InvalidArgument", "versionId")


def test_impossible_parts_and_ranges_come_before_permissions(aws: MockAWS, s3: Any, bucket: str) -> None:
    """M-16; whether the upload is there comes next, and the digest of a body last."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    client = user(aws).client("s3")
    assert refusal(client.upload_part, **named, PartNumber=0)["ArgumentName"] == "partNumber"
    copied = {**named, "PartNumber": 1, "CopySource": f"{bucket}/k", "CopySourceRange": "bytes=1-"}
    assert refusal(client.upload_part_copy, **copied)["ArgumentName"] == "x-amz-copy-source-range"
    assert refusal(client.list_parts, **named, MaxParts=-1)["ArgumentName"] == "max-parts"
    missing = {**named, "UploadId": "nope"}
    assert refusal(client.upload_part, **missing, PartNumber=1)["Code"] == "NoSuchUpload"
    found = refusal(client.upload_part, **named, PartNumber=1, Body=b"x", ContentMD5="nope")
    assert found["Code"] == "AccessDenied"


def test_nothing_is_written_that_is_refused(aws: MockAWS, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    refusal(user(aws).client("s3").put_object, Bucket=bucket, Key="k", Body=b"after")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"before"
