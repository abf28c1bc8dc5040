"""Log lines of browser requests, sources of copies and lifecycle rules, and the target of lines.

Source: user guide, "Amazon S3 server access log format", "Lifecycle and logging", "Logging requests with server access
logging"; API_PartitionedPrefix.
"""

from __future__ import annotations

import json

import pytest
import requests
from botocore.exceptions import ClientError

from .logged import ACCOUNT, enable, keys, lets_in, lines, of

HOST = "http://amzn-data.s3-website-us-east-1.amazonaws.com"
COPIED = "200 - - 4 - - - -"


@pytest.fixture(autouse=True)
def logs(aws, s3, bucket):
    aws.account().create_bucket("amzn-logs", policy=lets_in())
    enable(s3)


def operations(s3):
    return [line["operation"] for line in lines(s3)]


def open_to_all(s3, bucket):
    block = {"BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    reads = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [reads]}))


def test_preflights(s3, bucket):
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["http://a.example"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    ask = {"Origin": "http://a.example", "Access-Control-Request-Method": "GET"}
    requests.options(f"https://{bucket}.s3.amazonaws.com/k", headers=ask, timeout=9)
    asked = of(s3, "REST.OPTIONS.PREFLIGHT")
    assert (asked["key"], asked["status"], asked["error"], asked["requester"]) == ("k", "200", "-", "-")
    assert asked["uri"] == '"OPTIONS /k HTTP/1.1"'
    assert (asked["signature"], asked["auth"]) == ("-", "-")
    ask["Access-Control-Request-Method"] = "PUT"
    requests.options(f"https://{bucket}.s3.amazonaws.com/k", headers=ask, timeout=9)
    refused = [line for line in lines(s3) if line["status"] == "403"]
    assert [(line["operation"], line["error"]) for line in refused] == [
        ("REST.OPTIONS.PREFLIGHT", "AccessForbidden")
    ]


def test_website_requests(s3, bucket):
    open_to_all(s3, bucket)
    site = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=site)
    s3.put_object(Bucket=bucket, Key="index.html", Body=b"hello")
    s3.put_object(Bucket=bucket, Key="error.html", Body=b"oh")
    assert requests.get(f"{HOST}/", timeout=9).content == b"hello"
    assert requests.head(f"{HOST}/index.html", timeout=9).status_code == 200
    assert requests.get(f"{HOST}/missing", timeout=9).content == b"oh"
    visits = [line for line in lines(s3) if line["operation"].startswith("WEBSITE")]
    assert [
        (v["operation"], v["key"], v["uri"], v["status"], v["error"], v["sent"], v["size"]) for v in visits
    ] == [
        ("WEBSITE.GET.OBJECT", "index.html", '"GET / HTTP/1.1"', "200", "-", "5", "5"),
        ("WEBSITE.HEAD.OBJECT", "index.html", '"HEAD /index.html HTTP/1.1"', "200", "-", "-", "5"),
        ("WEBSITE.GET.OBJECT", "missing", '"GET /missing HTTP/1.1"', "403", "AccessDenied", "2", "-"),
    ]
    assert visits[0]["host"] == HOST.removeprefix("http://")
    assert (visits[0]["cipher"], visits[0]["tls"]) == ("-", "-")
    assert "REST.GET.OBJECT" not in operations(s3)


def test_the_source_of_a_copy_has_a_line_in_its_bucket(aws, s3, bucket):
    s3.create_bucket(Bucket="amzn-copies")
    done = s3.put_object(Bucket=bucket, Key="a b", Body=b"body")
    assert done["ResponseMetadata"]["HTTPStatusCode"] == 200
    copy = s3.copy_object(Bucket="amzn-copies", Key="c", CopySource={"Bucket": bucket, "Key": "a b"})
    line = of(s3, "REST.COPY.OBJECT_GET")
    headers = copy["ResponseMetadata"]["HTTPHeaders"]
    assert (line["bucket"], line["key"], line["version"]) == (bucket, "a%20b", "-")
    assert (line["request_id"], line["host_id"]) == (headers["x-amz-request-id"], headers["x-amz-id-2"])
    assert (line["requester"], line["signature"]) == (aws.iam.canonical_id(ACCOUNT), "SigV4")
    said = ("status", "error", "sent", "size", "total", "turnaround", "referrer", "agent")
    assert " ".join(line[name] for name in said) == COPIED
    assert line["uri"] == "-"
    upload = s3.create_multipart_upload(Bucket="amzn-copies", Key="c")["UploadId"]
    s3.upload_part_copy(
        Bucket="amzn-copies", Key="c", UploadId=upload, PartNumber=1, CopySource=f"{bucket}/a b"
    )
    assert "REST.COPY.PART_GET" in operations(s3)


def test_a_source_with_a_version_id(s3, versioned):
    enable(s3, versioned)
    version = s3.put_object(Bucket=versioned, Key="k", Body=b"body")["VersionId"]
    s3.copy_object(
        Bucket=versioned, Key="c", CopySource={"Bucket": versioned, "Key": "k", "VersionId": version}
    )
    assert of(s3, "REST.COPY.OBJECT_GET")["version"] == version
    assert of(s3, "REST.COPY.OBJECT")["version"] != version


def test_copies_that_fail(aws, s3, bucket):
    s3.create_bucket(Bucket="amzn-copies")
    with pytest.raises(ClientError):
        s3.copy_object(Bucket="amzn-copies", Key="c", CopySource=f"{bucket}/missing")
    line = of(s3, "REST.COPY.OBJECT_GET")
    assert (line["status"], line["error"], line["key"]) == ("404", "NoSuchKey", "missing")


def test_each_object_of_delete_objects_has_a_line(s3, versioned):
    enable(s3, versioned)
    version = s3.put_object(Bucket=versioned, Key="k", Body=b"body")["VersionId"]
    s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "k", "VersionId": version}]})
    line = of(s3, "BATCH.DELETE.OBJECT")
    assert (line["key"], line["version"], line["status"], line["uri"]) == ("k", version, "204", "-")
    assert (line["sent"], line["total"], line["agent"]) == ("-", "-", "-")


LIFE = {"ID": "r", "Status": "Enabled", "Filter": {}}
MOVES = {
    "STANDARD_IA": "S3.TRANSITION_SIA.OBJECT",
    "ONEZONE_IA": "S3.TRANSITION_ZIA.OBJECT",
    "INTELLIGENT_TIERING": "S3.TRANSITION_INT.OBJECT",
    "GLACIER_IR": "S3.TRANSITION_GIR.OBJECT",
    "GLACIER": "S3.TRANSITION.OBJECT",
    "DEEP_ARCHIVE": "S3.TRANSITION_GDA.OBJECT",
}


def live(s3, bucket, **actions):
    rules = {"Rules": [{**LIFE, **actions}]}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)


def by_itself(s3):
    return [line for line in lines(s3) if line["requester"] == "AmazonS3"]


@pytest.mark.parametrize("storage_class", MOVES)
def test_transitions(aws, s3, bucket, storage_class):
    s3.put_object(Bucket=bucket, Key="a b", Body=b"x" * 200_000)
    live(s3, bucket, Transitions=[{"Days": 30, "StorageClass": storage_class}])
    aws.clock.advance(days=32)
    (line,) = by_itself(s3)
    assert line["operation"] == MOVES[storage_class]
    assert (line["key"], line["size"], line["time"]) == ("a%20b", "200000", "[01/Apr/2026:00:00:00 +0000]")
    assert (line["ip"], line["uri"], line["status"], line["version"]) == ("-", "-", "-", "-")
    assert (line["signature"], line["host"], line["tls"]) == ("-", "-", "-")


def test_expiration_delete_markers_and_uploads(aws, s3, versioned):
    enable(s3, versioned)
    version = s3.put_object(Bucket=versioned, Key="k", Body=b"body")["VersionId"]
    s3.create_multipart_upload(Bucket=versioned, Key="u")
    live(
        s3,
        versioned,
        Expiration={"Days": 1},
        NoncurrentVersionExpiration={"NoncurrentDays": 1},
        AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1},
    )
    aws.clock.advance(days=3)
    logged = by_itself(s3)
    assert sorted((line["operation"], line["key"]) for line in logged) == [
        ("S3.CREATE.DELETEMARKER", "k"),
        ("S3.DELETE.UPLOAD", "u"),
    ]
    (marker,) = (line for line in logged if line["key"] == "k")
    assert marker["version"] not in ("-", version)
    aws.clock.advance(days=10)
    expired = [line for line in by_itself(s3) if line["operation"] == "S3.EXPIRE.OBJECT"]
    assert [(line["version"], line["size"]) for line in expired] == [(version, "4"), (marker["version"], "-")]


@pytest.mark.parametrize("source", [{}, {"PartitionDateSource": "EventTime"}])
def test_lines_are_partitioned_by_the_day_of_the_request(aws, s3, bucket, source):
    enable(s3, TargetObjectKeyFormat={"PartitionedPrefix": source})
    keys(s3)
    s3.head_bucket(Bucket=bucket)
    aws.clock.advance(days=1)
    s3.head_bucket(Bucket=bucket)
    folder = f"p/{ACCOUNT}/us-east-1/{bucket}/2026/03"
    assert [key.rpartition("-")[0] for key in keys(s3)][-2:] == [
        f"{folder}/01/2026-03-01-00-00-00",
        f"{folder}/02/2026-03-02-00-00-00",
    ]


def test_simple_prefix_keys(s3, bucket):
    enable(s3, TargetObjectKeyFormat={"SimplePrefix": {}})
    assert keys(s3)[0].startswith("p/2026-03-01-12-00-00-")


@pytest.mark.parametrize("what", ["lock", "payer"])
def test_buckets_that_cannot_receive_logs(aws, s3, bucket, what):
    if what == "lock":
        s3.create_bucket(Bucket="amzn-vault", ObjectLockEnabledForBucket=True)
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
        s3.put_object_lock_configuration(
            Bucket="amzn-vault", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
        )
    else:
        s3.create_bucket(Bucket="amzn-vault")
        s3.put_bucket_request_payment(Bucket="amzn-vault", RequestPaymentConfiguration={"Payer": "Requester"})
    policy = json.dumps(lets_in()).replace("amzn-logs", "amzn-vault")
    s3.put_bucket_policy(Bucket="amzn-vault", Policy=policy)
    enable(s3, TargetBucket="amzn-vault")
    s3.put_object(Bucket=bucket, Key="k")
    assert s3.list_objects_v2(Bucket="amzn-vault")["KeyCount"] == 0


LOG_SERVICE = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"


@pytest.mark.parametrize(
    ("ownership", "owner"),
    [("ObjectWriter", LOG_SERVICE), ("BucketOwnerPreferred", None), ("BucketOwnerEnforced", None)],
)
def test_the_owner_of_log_objects(aws, s3, bucket, ownership, owner):
    s3.put_bucket_ownership_controls(
        Bucket="amzn-logs", OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]}
    )
    s3.head_bucket(Bucket=bucket)
    (entry,) = s3.list_objects_v2(Bucket="amzn-logs", FetchOwner=True)["Contents"]
    me = aws.iam.canonical_id(ACCOUNT)
    assert entry["Owner"]["ID"] == (owner or me)
    acl = s3.get_object_acl(Bucket="amzn-logs", Key=entry["Key"])
    granted = {(grant["Grantee"]["ID"], grant["Permission"]) for grant in acl["Grants"]}
    assert granted == {(acl["Owner"]["ID"], "FULL_CONTROL"), (me, "FULL_CONTROL")}
    assert lines(s3)


def test_objects_of_a_service_have_an_owner(aws):
    aws.account().create_bucket("amzn-open", ownership="ObjectWriter", public_access_block=None)
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::amzn-open/*",
    }
    s3 = aws.client()
    s3.put_bucket_policy(
        Bucket="amzn-open", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    )
    trail = aws.service("cloudtrail.amazonaws.com").client("s3")
    trail.put_object(Bucket="amzn-open", Key="k")
    (entry,) = s3.list_objects_v2(Bucket="amzn-open", FetchOwner=True)["Contents"]
    known = {aws.iam.canonical_id(ACCOUNT), aws.iam.canonical_id("anonymous")}
    assert len(entry["Owner"]["ID"]) == 64
    assert entry["Owner"]["ID"] not in known
