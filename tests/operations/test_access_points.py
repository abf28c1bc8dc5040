"""Operations through access points: which there are, by which names, and what they answer (F-120, F-122, F-127)."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3.access.access_points.request_checks import access_point_actions
from mocks3.operations import registered

CAPABLE = {
    "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "DeleteObject",
    "DeleteObjects", "DeleteObjectTagging", "GetBucketAcl", "GetBucketCors", "GetBucketLocation",
    "GetBucketNotificationConfiguration", "GetBucketPolicy", "GetObject", "GetObjectAcl", "GetObjectAttributes",
    "GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging", "HeadBucket", "HeadObject",
    "ListMultipartUploads", "ListObjects", "ListObjectsV2", "ListObjectVersions", "ListParts", "PutObject",
    "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging", "RestoreObject", "UploadPart",
    "UploadPartCopy",
}  # fmt: skip
"""What the user guide's table names ("Access point compatibility"), which calls itself partial."""

BEYOND = {
    "DeleteObjectAnnotation", "GetBucketNotification", "GetObjectAnnotation", "GetObjectTorrent",
    "ListObjectAnnotations", "PostObject", "PutObjectAnnotation", "SelectObjectContent", "UpdateObjectEncryption",
}  # fmt: skip
"""Operations whose actions know s3:DataAccessPointArn in the Service Authorization Reference, beside those."""


@pytest.fixture
def point(aws):
    bucket = aws.account().create_bucket(
        "amzn-data", objects={"k": b"content", "d/x": b"1"}, versioning="Enabled"
    )
    return bucket.create_access_point("own")


@pytest.fixture(params=["arn", "alias"])
def name(request, point) -> str:
    return getattr(point, request.param)


def code(call) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"])


def test_which_operations_there_are():
    through = {
        operation
        for (service, operation), row in registered().items()
        if service == "s3" and row.needs[0].action.lower() in access_point_actions()
    }
    assert through == CAPABLE | BEYOND


def test_objects(s3, name):
    """F-120, F-122: what is done is done to the bucket."""
    put = s3.put_object(Bucket=name, Key="n", Body=b"new", Tagging="a=b")
    assert s3.get_object(Bucket="amzn-data", Key="n")["VersionId"] == put["VersionId"]
    assert s3.head_object(Bucket=name, Key="n")["ContentLength"] == 3
    assert s3.get_object(Bucket=name, Key="n", Range="bytes=1-")["Body"].read() == b"ew"
    assert s3.get_object_tagging(Bucket=name, Key="n")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert s3.get_object_attributes(Bucket=name, Key="n", ObjectAttributes=["ObjectSize"])["ObjectSize"] == 3
    s3.delete_object(Bucket=name, Key="n")
    deleted = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "k"}, {"Key": "d/x"}]})
    assert [each["Key"] for each in deleted["Deleted"]] == ["k", "d/x"]
    assert s3.list_objects_v2(Bucket="amzn-data")["KeyCount"] == 0
    assert len(s3.list_object_versions(Bucket=name)["DeleteMarkers"]) == 3


def test_answers_name_the_bucket(s3, name):
    """Output of ListObjectsV2, ListParts, CompleteMultipartUpload...: "does not return the access point ARN"."""
    listed = [
        s3.list_objects(Bucket=name),
        s3.list_objects_v2(Bucket=name),
        s3.list_object_versions(Bucket=name),
    ]
    assert [each["Name"] for each in listed] == ["amzn-data"] * 3
    created = s3.create_multipart_upload(Bucket=name, Key="m")
    upload = {"Bucket": name, "Key": "m", "UploadId": created["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    copied = s3.upload_part_copy(**upload, PartNumber=1, CopySource={"Bucket": name, "Key": "k"})
    assert part["ETag"] != copied["CopyPartResult"]["ETag"]
    answers = [created, s3.list_parts(**upload), s3.list_multipart_uploads(Bucket=name)]
    parts = {"Parts": [{"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}]}
    answers.append(s3.complete_multipart_upload(**upload, MultipartUpload=parts))
    assert [each["Bucket"] for each in answers] == ["amzn-data"] * 4
    assert s3.get_object(Bucket="amzn-data", Key="m")["Body"].read() == b"content"


def test_what_the_bucket_tells(aws, s3, point, name):
    assert s3.head_bucket(Bucket=name)["AccessPointAlias"] is (name == point.alias)
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    # botocore asks for locations in the path only, where it puts no ARN.
    assert s3.get_bucket_location(Bucket=point.alias)["LocationConstraint"] is None
    assert len(s3.get_bucket_acl(Bucket=name)["Grants"]) == 1
    assert code(lambda: s3.get_bucket_cors(Bucket=name)) == "NoSuchCORSConfiguration"
    assert code(lambda: s3.get_bucket_policy(Bucket=name)) == "NoSuchBucketPolicy"


def test_missing_keys_are_told_to_who_may_list(aws, s3, point, name):
    """X-1, through an access point."""
    assert code(lambda: s3.get_object(Bucket=name, Key="nope")) == "NoSuchKey"
    policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
    }
    dave = aws.account().create_user("dave", policies=policy)
    with pytest.raises(ClientError) as refused:
        dave.client().get_object(Bucket=name, Key="nope")
    assert refused.value.response["Error"]["Message"].endswith(
        f's3:ListBucket on resource: "{point.arn}" because no identity-based policy allows the s3:ListBucket action'
    )


@pytest.mark.parametrize("source", ["arn", "alias", "bucket"])
def test_copies_from_and_to(s3, point, name, source):
    """API_CopyObject, CopySource: ``ARN/object/KEY`` for an access point, URL-encoded."""
    header = {
        "arn": f"{point.arn}/object/d/x",
        "alias": f"{point.alias}/d/x",
        "bucket": "amzn-data/d/x",
    }[source]
    s3.copy_object(Bucket=name, Key="copy", CopySource=header)
    assert s3.get_object(Bucket="amzn-data", Key="copy")["Body"].read() == b"1"
    version = s3.head_object(Bucket=name, Key="d/x")["VersionId"]
    s3.put_object(Bucket=name, Key="d/x", Body=b"2")
    s3.copy_object(Bucket=name, Key="copy", CopySource=f"{header}?versionId={version}")
    assert s3.get_object(Bucket="amzn-data", Key="copy")["Body"].read() == b"1"


def test_copies_stay_in_the_region(aws, s3, point, name):
    """API_CopyObject: "copy operations using Access points only when ... in the same AWS Region" (code inferred)."""
    west = aws.account().create_bucket("amzn-west", region="us-west-2", objects={"k": b"far"})
    there = west.create_access_point("west")
    for bucket, source in ((name, "amzn-west/k"), ("amzn-data", f"{there.arn}/object/k")):
        assert code(lambda b=bucket, s=source: s3.copy_object(Bucket=b, Key="far", CopySource=s)) == (
            "InvalidRequest"
        )
    s3.copy_object(Bucket="amzn-data", Key="far", CopySource="amzn-west/k")


def test_a_copy_onto_itself_is_one_by_any_name(s3, point):
    same = {"Bucket": point.arn, "Key": "k", "CopySource": {"Bucket": "amzn-data", "Key": "k"}}
    assert code(lambda: s3.copy_object(**same)) == "InvalidRequest"


@pytest.mark.parametrize("without", ["object", "key"])
def test_a_copy_source_without_a_key(s3, point, without):
    header = point.arn if without == "object" else f"{point.arn}/object/"
    assert code(lambda: s3.copy_object(Bucket="amzn-data", Key="c", CopySource=header)) == "InvalidArgument"


CONFIGURATION: list[tuple[str, dict[str, Any]]] = [
    ("get_bucket_versioning", {}),
    ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Suspended"}}),
    ("get_bucket_policy_status", {}),
    ("put_bucket_policy", {"Policy": "{}"}),
    ("delete_bucket_policy", {}),
    ("put_bucket_acl", {"ACL": "private"}),
    ("get_bucket_encryption", {}),
    ("get_public_access_block", {}),
    ("get_bucket_tagging", {}),
    ("delete_bucket", {}),
]


@pytest.mark.parametrize(("method", "params"), CONFIGURATION, ids=[method for method, _ in CONFIGURATION])
def test_F_127_the_bucket_is_not_configured_through_it(aws, s3, point, name, method, params):
    with pytest.raises(ClientError) as refused:
        getattr(s3, method)(Bucket=name, **params)
    error = refused.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("MethodNotAllowed", 405)
    assert error["Error"]["Message"] == "The specified method is not allowed against this resource."
    assert s3.get_bucket_versioning(Bucket="amzn-data")["Status"] == "Enabled"


def test_a_bucket_with_access_points_stays(aws, s3):
    bucket = aws.account().create_bucket("amzn-empty")
    point = bucket.create_access_point("own")
    with pytest.raises(ClientError) as refused:
        s3.delete_bucket(Bucket="amzn-empty")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert refused.value.response["Error"] == {
        "Code": "BucketHasAccessPointsAttached",
        "Message": "The bucket you tried to delete has access points attached. Delete your access points before "
        "deleting your bucket.",
        "BucketName": "amzn-empty",
    }
    point.delete()
    s3.delete_bucket(Bucket="amzn-empty")


def test_the_owner_that_is_expected_is_the_bucket_s(aws, s3, name):
    """F-95."""
    account = aws.account().id
    assert s3.head_object(Bucket=name, Key="k", ExpectedBucketOwner=account)["ContentLength"] == 7
    wrong = {"Bucket": name, "Key": "k", "ExpectedBucketOwner": "222222222222"}
    assert code(lambda: s3.get_object(**wrong)) == "AccessDenied"


def test_presigned_and_in_other_regions(aws):
    bucket = aws.account().create_bucket("amzn-eu", region="eu-west-1", objects={"k": b"eu"})
    point = bucket.create_access_point("own")
    assert point.arn.startswith("arn:aws:s3:eu-west-1:")
    client = aws.client("s3", region_name="us-east-1", config=Config(signature_version="s3v4"))
    assert client.get_object(Bucket=point.arn, Key="k")["Body"].read() == b"eu"
    for method, body in (("get_object", None), ("put_object", b"new")):
        url = client.generate_presigned_url(method, Params={"Bucket": point.arn, "Key": "k"})
        send = requests.get if body is None else requests.put
        assert send(url, data=body, timeout=5).status_code == 200
    assert client.get_object(Bucket=point.arn, Key="k")["Body"].read() == b"new"


def test_encryption_is_the_object_s_however_it_was_reached(aws, s3, point):
    """F-63: the encryption context is the object's ARN, so that what was written through one is read by the other."""
    key = aws.account().create_kms_key(alias="alias/data")
    s3.put_object(
        Bucket=point.arn, Key="e", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/data"
    )
    statement = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {
            "StringEqualsIfExists": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::amzn-data/e"}
        },
    }
    dave = (
        aws.account()
        .create_user("dave", policies={"Version": "2012-10-17", "Statement": [statement]})
        .client()
    )
    assert dave.get_object(Bucket=point.arn, Key="e")["SSEKMSKeyId"] == key.arn
    assert dave.get_object(Bucket="amzn-data", Key="e")["Body"].read() == b"x"


def test_what_the_bucket_does_it_does_through_its_access_points(aws, s3, point):
    """Notifications, access logs (with the access point's ARN) and CORS."""
    logs = aws.account().create_bucket("amzn-logs")
    logs.put_policy(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::amzn-logs/*",
            },
        }
    )
    target = {"LoggingEnabled": {"TargetBucket": "amzn-logs", "TargetPrefix": "l/"}}
    s3.put_bucket_logging(Bucket="amzn-data", BucketLoggingStatus=target)
    s3.put_bucket_notification_configuration(
        Bucket="amzn-data", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://a"]}
    s3.put_bucket_cors(Bucket="amzn-data", CORSConfiguration={"CORSRules": [rule]})
    s3.put_object(Bucket=point.alias, Key="n", Body=b"new")
    assert aws.events[-1].message["detail"]["bucket"] == {"name": "amzn-data"}
    s3.get_object(Bucket=point.arn, Key="n")
    asked = {"Origin": "https://a", "Access-Control-Request-Method": "GET"}
    assert requests.options(f"https://{point.host}/n", headers=asked, timeout=5).status_code == 200
    (log,) = logs.keys
    lines = s3.get_object(Bucket="amzn-logs", Key=log)["Body"].read().decode().splitlines()
    through = [line for line in lines if "REST.PUT.OBJECT " in line or "REST.GET.OBJECT " in line]
    assert [line.split()[-3] for line in through] == [point.arn, point.arn]
    assert all(" amzn-data " in line for line in through)
