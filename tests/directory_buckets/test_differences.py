"""Differences of directory buckets from general purpose buckets (user guide, "Differences for directory buckets")."""

from __future__ import annotations

import datetime
import hashlib
import json

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.operations import registered

from .example_bucket import ARN, NAME, refused

# "Directory bucket API operations" of the user guide; access points and tags are s3control's.
REGIONAL = (
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketEncryption",
    "DeleteBucketInventoryConfiguration",
    "DeleteBucketLifecycle",
    "DeleteBucketMetricsConfiguration",
    "DeleteBucketPolicy",
    "GetBucketEncryption",
    "GetBucketInventoryConfiguration",
    "GetBucketLifecycleConfiguration",
    "GetBucketMetricsConfiguration",
    "GetBucketPolicy",
    "ListBucketInventoryConfigurations",
    "ListBucketMetricsConfigurations",
    "ListDirectoryBuckets",
    "PutBucketEncryption",
    "PutBucketInventoryConfiguration",
    "PutBucketLifecycleConfiguration",
    "PutBucketMetricsConfiguration",
    "PutBucketPolicy",
)
ZONAL = (
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "CreateSession",
    "DeleteObject",
    "DeleteObjects",
    "GetObject",
    "GetObjectAttributes",
    "HeadBucket",
    "HeadObject",
    "ListMultipartUploads",
    "ListObjectsV2",
    "ListParts",
    "PutObject",
    "RenameObject",
    "UploadPart",
    "UploadPartCopy",
)
BESIDE = {
    "PostObject": "the SDKs sign forms for directory buckets (S3ExpressPostAuth)",
    "GetBucketLifecycle": "the same request line as its successor",
    "PutBucketLifecycle": "the same request line as its successor",
}


def test_the_operations_are_those_of_the_user_guide():
    known = {
        name: row.express for (service, name), row in registered().items() if service == "s3" and row.express
    }
    assert {name for name, express in known.items() if express.regional} - BESIDE.keys() == set(REGIONAL)
    assert {name for name, express in known.items() if not express.regional} - BESIDE.keys() == set(ZONAL)


NOT_ALLOWED = (405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
NOT_THERE = (
    "get_bucket_accelerate_configuration",
    "get_bucket_acl",
    "get_bucket_cors",
    "get_bucket_location",
    "get_bucket_logging",
    "get_bucket_notification_configuration",
    "get_bucket_ownership_controls",
    "get_bucket_policy_status",
    "get_bucket_replication",
    "get_bucket_request_payment",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_bucket_website",
    "get_public_access_block",
    "list_object_versions",
    "list_objects",
    "delete_bucket_cors",
    "delete_bucket_tagging",
    "delete_bucket_website",
    "delete_public_access_block",
    "delete_bucket_ownership_controls",
    "delete_bucket_replication",
    "get_object_lock_configuration",
)


@pytest.mark.parametrize("method", NOT_THERE)
def test_operations_on_buckets_that_are_not_there(aws, s3, zonal, method):
    assert refused(getattr(s3, method), Bucket=NAME) == NOT_ALLOWED
    assert aws.store.bucket(NAME) is not None


@pytest.mark.parametrize(
    "method",
    [
        "get_object_acl",
        "get_object_tagging",
        "delete_object_tagging",
        "get_object_retention",
        "get_object_torrent",
    ],
)
def test_operations_on_objects_that_are_not_there(s3, zonal, method):
    zonal.put({"k": b"body"})
    assert refused(getattr(s3, method), Bucket=NAME, Key="k") == NOT_ALLOWED


@pytest.mark.parametrize(
    ("method", "element", "params"),
    [
        (
            "put_bucket_versioning",
            "VersioningConfiguration",
            {"VersioningConfiguration": {"Status": "Enabled"}},
        ),
        ("put_bucket_tagging", "Tagging", {"Tagging": {"TagSet": []}}),
        (
            "put_bucket_request_payment",
            "RequestPaymentConfiguration",
            {"RequestPaymentConfiguration": {"Payer": "Requester"}},
        ),
        ("put_public_access_block", "PublicAccessBlockConfiguration", {"PublicAccessBlockConfiguration": {}}),
        (
            "put_bucket_notification_configuration",
            "NotificationConfiguration",
            {"NotificationConfiguration": {}},
        ),
    ],
)
def test_documents_that_are_not_there_are_no_bucket_configuration(s3, zonal, method, element, params):
    """Reported by users of infrastructure tools."""
    assert refused(getattr(s3, method), Bucket=NAME, **params) == (
        400,
        "InvalidArgument",
        f"{element} is not valid, expected CreateBucketConfiguration",
    )


NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "params",
    [
        {"ACL": "private"},
        {"GrantRead": "id=1"},
        {"Tagging": "a=b"},
        {"WebsiteRedirectLocation": "/x"},
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": NOW},
        {"ObjectLockLegalHoldStatus": "ON"},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32},
        {"RequestPayer": "requester"},
        {"ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
    ],
)
def test_members_that_are_not_there_are_501(s3, zonal, params):
    """API_PutObject: "This functionality is not supported for directory buckets"."""
    assert refused(s3.put_object, Bucket=NAME, Key="k", Body=b"", **params) == (
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
    )
    assert zonal.keys == []


def test_the_expected_owner_is_for_objects_only(s3, zonal):
    """API_PutBucketPolicy: "the request fails with the HTTP status code 501 Not Implemented"."""
    s3.list_objects_v2(Bucket=NAME, ExpectedBucketOwner="123456789012")
    assert refused(s3.list_objects_v2, Bucket=NAME, ExpectedBucketOwner="111122223333")[0] == 403
    assert refused(s3.get_bucket_policy, Bucket=NAME, ExpectedBucketOwner="123456789012")[:2] == (
        501,
        "NotImplemented",
    )


def test_only_the_null_version_has_a_name(s3, zonal):
    """API_GetObjectAttributes, API_DeleteObject."""
    zonal.put({"k": b"body"})
    assert "VersionId" not in s3.get_object(Bucket=NAME, Key="k", VersionId="null")
    version = "3HL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"
    source = {"Bucket": NAME, "Key": "k", "VersionId": version}
    for call, named, argument in (
        (s3.get_object, {"VersionId": version}, "versionId"),
        (s3.copy_object, {"CopySource": source}, "x-amz-copy-source"),
    ):
        with pytest.raises(ClientError) as caught:
            call(Bucket=NAME, Key="k", **named)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert caught.value.response["Error"] == {
            "Code": "InvalidArgument",
            "Message": "Invalid version id specified",
            "ArgumentName": argument,
            "ArgumentValue": version,
        }


def test_etags_say_nothing_of_bytes(s3, zonal):
    etags = {s3.put_object(Bucket=NAME, Key=key, Body=b"same")["ETag"] for key in "ab"}
    assert len(etags) == 2
    assert f'"{hashlib.md5(b"same", usedforsecurity=False).hexdigest()}"' not in etags
    assert s3.head_object(Bucket=NAME, Key="a")["ETag"] in etags


def test_a_copy_out_has_the_etag_that_its_bytes_give(aws, s3, zonal):
    """The source's ETag is not an MD5 digest."""
    general = aws.account().create_bucket("general")
    s3.put_object(Bucket=NAME, Key="k", Body=b"body")
    made = s3.copy_object(Bucket=general.name, Key="k", CopySource=f"{NAME}/k")["CopyObjectResult"]
    assert made["ETag"] == f'"{hashlib.md5(b"body", usedforsecurity=False).hexdigest()}"'


def test_answers_say_that_expiry_is_not_told(s3, zonal):
    """API_PutObject: x-amz-expiration "returns the value NotImplemented"."""
    assert s3.put_object(Bucket=NAME, Key="k", Body=b"")["Expiration"] == "NotImplemented"
    assert s3.head_object(Bucket=NAME, Key="k")["Expiration"] == "NotImplemented"


@pytest.mark.parametrize("storage_class", ["STANDARD", "GLACIER", "ONEZONE_IA"])
def test_there_is_one_storage_class(s3, zonal, storage_class):
    s3.put_object(Bucket=NAME, Key="k", Body=b"", StorageClass="EXPRESS_ONEZONE")
    told = refused(s3.put_object, Bucket=NAME, Key="other", Body=b"", StorageClass=storage_class)
    assert told[:2] == (400, "InvalidStorageClass")
    assert zonal.keys == ["k"]


def test_conditional_writes(s3, zonal):
    etag = s3.put_object(Bucket=NAME, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    assert refused(s3.put_object, Bucket=NAME, Key="k", Body=b"2", IfNoneMatch="*")[:2] == (
        412,
        "PreconditionFailed",
    )
    s3.put_object(Bucket=NAME, Key="k", Body=b"2", IfMatch=etag)
    assert refused(s3.put_object, Bucket=NAME, Key="k", Body=b"3", IfMatch=etag)[0] == 412


def test_deletes_by_date_and_size(s3, zonal):
    """API_DeleteObject: only directory buckets have these conditions."""
    zonal.put({"k": b"body"})
    date = s3.head_object(Bucket=NAME, Key="k")["LastModified"]
    wrong = date - datetime.timedelta(days=1)
    assert refused(s3.delete_object, Bucket=NAME, Key="k", IfMatchSize=3)[:2] == (412, "PreconditionFailed")
    assert refused(s3.delete_object, Bucket=NAME, Key="k", IfMatchLastModifiedTime=wrong)[0] == 412
    entry = {"Key": "k", "Size": 3}
    failed = s3.delete_objects(Bucket=NAME, Delete={"Objects": [entry]})["Errors"]
    assert [each["Code"] for each in failed] == ["PreconditionFailed"]
    assert zonal.keys == ["k"]
    s3.delete_object(Bucket=NAME, Key="k", IfMatchSize=4, IfMatchLastModifiedTime=date)
    assert zonal.keys == []


@pytest.mark.parametrize("key", [" ", "\t\n ", "a\x7fb"])
def test_keys_that_cannot_be_deleted_by_the_list(s3, zonal, key):
    failed = s3.delete_objects(Bucket=NAME, Delete={"Objects": [{"Key": key}]})["Errors"]
    assert [each["Code"] for each in failed] == ["InvalidArgument"]


def test_parts_are_consecutive(s3, zonal):
    """User guide: "part numbers must be consecutive and begin with 1"."""
    upload = s3.create_multipart_upload(Bucket=NAME, Key="k")["UploadId"]
    of = {"Bucket": NAME, "Key": "k", "UploadId": upload}
    etags = {n: s3.upload_part(**of, PartNumber=n, Body=b"x" * (5 << 20))["ETag"] for n in (1, 2, 3)}
    for numbers in ((1, 3), (2, 3)):
        listed = {"Parts": [{"PartNumber": n, "ETag": etags[n]} for n in numbers]}
        assert refused(s3.complete_multipart_upload, **of, MultipartUpload=listed)[0] == 400
    listed = {"Parts": [{"PartNumber": n, "ETag": etags[n]} for n in (1, 2)]}
    made = s3.complete_multipart_upload(**of, MultipartUpload=listed)
    assert made["Location"] == f"https://{NAME}.s3express-use1-az4.us-east-1.amazonaws.com/k"
    assert "-2" not in made["ETag"]


def test_an_upload_is_aborted_by_its_date(s3, zonal):
    upload = s3.create_multipart_upload(Bucket=NAME, Key="k")["UploadId"]
    wrong = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    of = {"Bucket": NAME, "Key": "k", "UploadId": upload}
    assert refused(s3.abort_multipart_upload, **of, IfMatchInitiatedTime=wrong)[:2] == (
        412,
        "PreconditionFailed",
    )
    began = s3.list_multipart_uploads(Bucket=NAME)["Uploads"][0]["Initiated"]
    s3.abort_multipart_upload(**of, IfMatchInitiatedTime=began)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=NAME)


def test_tags_and_annotations_do_not_come_in(aws, s3, zonal):
    """API_CopyObject: 501 for a non-empty tag set, and for annotations that are to be copied."""
    aws.account().create_bucket("general")
    s3.put_object(Bucket="general", Key="tagged", Body=b"", Tagging="a=b")
    into = {"Bucket": NAME, "Key": "k", "CopySource": "general/tagged"}
    assert refused(s3.copy_object, **into)[:2] == (501, "NotImplemented")
    assert refused(s3.copy_object, **into, TaggingDirective="REPLACE", Tagging="a=b")[:2] == (
        501,
        "NotImplemented",
    )
    s3.copy_object(**into, TaggingDirective="REPLACE")
    assert zonal.keys == ["k"]


def test_lifecycle_expires_and_aborts_and_no_more(s3, zonal):
    """API_PutBucketLifecycleConfiguration."""
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "logs/"}}
    for more in (
        {"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        {"Expiration": {"Days": 1}, "Filter": {"Tag": {"Key": "a", "Value": "b"}}},
    ):
        told = {"Rules": [{**rule, **more}]}
        assert (
            refused(s3.put_bucket_lifecycle_configuration, Bucket=NAME, LifecycleConfiguration=told)[0] == 400
        )
    with freeze_time("2026-01-01 12:00:00") as clock:
        rules = [
            {**rule, "Expiration": {"Days": 1}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
        ]
        answer = s3.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration={"Rules": rules})
        assert "TransitionDefaultMinimumObjectSize" not in answer
        zonal.put({"logs/k": b"", "kept": b""})
        clock.tick(datetime.timedelta(days=3))
        assert zonal.keys == ["kept"]


def test_default_encryption_has_one_customer_key(aws, s3, zonal):
    """API_PutBucketEncryption: one customer managed key for the bucket's life, always with a bucket key."""
    key, other = aws.account().create_kms_key(alias="alias/mine"), aws.account().create_kms_key()

    def configured(**default):
        rules = [{"ApplyServerSideEncryptionByDefault": default}]
        return {"Bucket": NAME, "ServerSideEncryptionConfiguration": {"Rules": rules}}

    for wrong in (
        {"SSEAlgorithm": "aws:kms"},
        {"SSEAlgorithm": "aws:kms:dsse", "KMSMasterKeyID": key.arn},
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/mine"},
    ):
        assert refused(s3.put_bucket_encryption, **configured(**wrong))[0] == 400
    s3.put_bucket_encryption(**configured(SSEAlgorithm="aws:kms", KMSMasterKeyID=key.arn))
    rule = s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["BucketKeyEnabled"] is True
    s3.delete_bucket_encryption(Bucket=NAME)
    assert (
        refused(s3.put_bucket_encryption, **configured(SSEAlgorithm="aws:kms", KMSMasterKeyID=other.arn))[0]
        == 400
    )
    s3.put_bucket_encryption(**configured(SSEAlgorithm="aws:kms", KMSMasterKeyID=key.arn))
    session = s3.create_session(Bucket=NAME)
    assert (session["ServerSideEncryption"], session["SSEKMSKeyId"]) == ("aws:kms", key.arn)
    put = s3.put_object(Bucket=NAME, Key="k", Body=b"body")
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"], put["BucketKeyEnabled"]) == (
        "aws:kms",
        key.arn,
        True,
    )
    assert s3.get_object(Bucket=NAME, Key="k")["Body"].read() == b"body"


def test_writes_are_encrypted_as_the_bucket_is(aws, s3, zonal):
    """API_PutObject, ServerSideEncryption: "must match the default encryption configuration"."""
    key = aws.account().create_kms_key()
    s3.put_object(Bucket=NAME, Key="k", Body=b"", ServerSideEncryption="AES256")
    wrong = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
    assert refused(s3.put_object, Bucket=NAME, Key="k", Body=b"", **wrong)[:2] == (400, "InvalidRequest")


def test_a_session_needs_the_bucket_s_kms_key(aws, s3, zonal):
    """API_CreateSession: kms:GenerateDataKey and kms:Decrypt."""
    key = aws.account().create_kms_key()
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}}]
    s3.put_bucket_encryption(Bucket=NAME, ServerSideEncryptionConfiguration={"Rules": rules})
    opens = {"Effect": "Allow", "Action": "s3express:CreateSession", "Resource": ARN}
    eve = aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": [opens]})
    assert "kms:GenerateDataKey" in refused(eve.client("s3").create_session, Bucket=NAME)[2]
    uses = {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key.arn}
    eve.put_policy({"Version": "2012-10-17", "Statement": [uses]}, "kms")
    eve.client("s3").put_object(Bucket=NAME, Key="k", Body=b"")


def test_a_policy_speaks_of_sessions_only(aws, s3, zonal):
    """API_PutBucketPolicy: "the only IAM action supported in the bucket policy is s3express:CreateSession"."""

    def put(**more):
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3express:CreateSession",
            "Resource": ARN,
            **more,
        }
        return {"Bucket": NAME, "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}

    for wrong, message in (
        ({"Action": "s3:GetObject"}, "Policy has invalid action"),
        ({"Action": "s3express:DeleteBucket"}, "Policy has invalid action"),
        ({"Resource": f"arn:aws:s3:::{NAME}"}, "Policy has invalid resource"),
        ({"Resource": f"{ARN}/*"}, "Policy has invalid resource"),
        ({"Condition": {"StringEquals": {"s3express:nonsense": "x"}}}, "Policy has an invalid condition key"),
    ):
        assert refused(s3.put_bucket_policy, **put(**wrong)) == (400, "MalformedPolicy", message)
    s3.put_bucket_policy(**put(Condition={"StringEquals": {"s3express:SessionMode": "ReadWrite"}}))
    assert json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"])["Statement"][0]["Resource"] == ARN
    s3.delete_bucket_policy(Bucket=NAME)
    assert refused(s3.get_bucket_policy, Bucket=NAME)[:2] == (404, "NoSuchBucketPolicy")


def test_public_access_is_always_blocked(s3, zonal):
    """F-150: Block Public Access is on and cannot be turned off."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3express:CreateSession", "Resource": ARN}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert refused(s3.put_bucket_policy, Bucket=NAME, Policy=policy) == (403, "AccessDenied", "Access Denied")
    assert zonal.policy is None


def test_inventories_are_reported(aws, s3, zonal):
    """The reports name the bucket as the source by its own ARN."""
    with freeze_time("2026-01-01 12:00:00") as clock:
        reports = aws.account().create_bucket("reports")
        lets_in = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::reports/*",
            "Condition": {"ArnEquals": {"aws:SourceArn": ARN}},
        }
        reports.put_policy({"Version": "2012-10-17", "Statement": [lets_in]})
        inventory = {
            "Id": "i",
            "IsEnabled": True,
            "IncludedObjectVersions": "Current",
            "Schedule": {"Frequency": "Daily"},
            "Destination": {"S3BucketDestination": {"Bucket": reports.arn, "Format": "CSV"}},
        }
        s3.put_bucket_inventory_configuration(Bucket=NAME, Id="i", InventoryConfiguration=inventory)
        zonal.put({"k": b"body"})
        clock.tick(datetime.timedelta(days=1))
        assert f"{NAME}/i/2026-01-02T00-00Z/manifest.json" in reports.keys


def test_metrics_and_inventory_configurations(s3, zonal):
    s3.put_bucket_metrics_configuration(Bucket=NAME, Id="all", MetricsConfiguration={"Id": "all"})
    listed = s3.list_bucket_metrics_configurations(Bucket=NAME)["MetricsConfigurationList"]
    assert [each["Id"] for each in listed] == ["all"]
