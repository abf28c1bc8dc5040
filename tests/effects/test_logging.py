"""Server access logs: one line for each request, delivered if the target bucket allows the logging service to write.

Source: user guide, "Amazon S3 server access log format"; OQ-32, F-132, A-60.
"""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

from .logged import ACCOUNT, BOTH, enable, keys, lets_in, lines, of


@pytest.fixture
def logs(aws, s3, bucket):
    aws.account().create_bucket("amzn-logs", policy=lets_in(**BOTH))
    enable(s3)
    return "amzn-logs"


def test_the_line_of_a_put(aws, s3, bucket, logs):
    put = s3.put_object(Bucket=bucket, Key="a b/ü", Body=b"12345")
    headers = put["ResponseMetadata"]["HTTPHeaders"]
    line = of(s3, "REST.PUT.OBJECT")
    assert line.pop("agent").startswith('"Boto')
    assert line == {
        "owner": aws.iam.canonical_id(ACCOUNT),
        "bucket": bucket,
        "time": "[01/Mar/2026:12:00:00 +0000]",
        "ip": "127.0.0.1",
        "requester": aws.iam.canonical_id(ACCOUNT),
        "request_id": headers["x-amz-request-id"],
        "operation": "REST.PUT.OBJECT",
        "key": "a%20b/%C3%BC",
        "uri": '"PUT /a%20b/%C3%BC HTTP/1.1"',
        "status": "200",
        "error": "-",
        "sent": "-",
        "size": "5",
        "total": "1",
        "turnaround": "1",
        "referrer": '"-"',
        "version": "-",
        "host_id": headers["x-amz-id-2"],
        "signature": "SigV4",
        "cipher": "ECDHE-RSA-AES128-GCM-SHA256",
        "auth": "AuthHeader",
        "host": f"{bucket}.s3.amazonaws.com",
        "tls": "TLSv1.2",
        "access_point": "-",
        "acl": "-",
        "region": "-",
    }


def test_refusals_are_logged_with_their_code(aws, s3, bucket, logs):
    with pytest.raises(ClientError):
        s3.get_object(Bucket=bucket, Key="missing")
    with pytest.raises(ClientError):
        aws.anonymous.client("s3").list_objects_v2(Bucket=bucket)
    missing, refused = of(s3, "REST.GET.OBJECT"), of(s3, "REST.GET.BUCKET")
    assert (missing["status"], missing["error"]) == ("404", "NoSuchKey")
    assert int(missing["sent"]) > 100
    assert (refused["status"], refused["error"], refused["requester"]) == ("403", "AccessDenied", "-")
    assert (refused["signature"], refused["auth"]) == ("-", "-")


def test_names_of_operations(aws, s3, bucket, logs):
    target = {"Bucket": bucket, "Key": "k"}
    s3.get_bucket_versioning(Bucket=bucket)
    upload = s3.create_multipart_upload(**target)["UploadId"]
    s3.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(**target, UploadId=upload)
    s3.put_object(**target)
    s3.head_object(**target)
    s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k")
    s3.get_object_tagging(**target)
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}, {"Key": "c"}]})
    assert [line["operation"] for line in lines(s3)] == [
        "REST.GET.VERSIONING",
        "REST.POST.UPLOADS",
        "REST.PUT.PART",
        "REST.DELETE.UPLOAD",
        "REST.PUT.OBJECT",
        "REST.HEAD.OBJECT",
        "REST.COPY.OBJECT",
        "REST.COPY.OBJECT_GET",
        "REST.GET.OBJECT_TAGGING",
        "REST.POST.MULTI_OBJECT_DELETE",
        "BATCH.DELETE.OBJECT",
        "BATCH.DELETE.OBJECT",
    ]


def test_iam_identities_are_named_by_their_arns(aws, s3, bucket, logs):
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    eve = aws.account().create_user("eve", policies=policy)
    with aws.request_context(source_ip="203.0.113.9", referer='https://a/"b"', user_agent="me/1"):
        eve.client().put_object(Bucket=bucket, Key="k")
    line = of(s3, "REST.PUT.OBJECT")
    assert (line["requester"], line["ip"]) == (eve.arn, "203.0.113.9")
    assert (line["referrer"], line["agent"]) == ('"https://a/\\"b\\""', '"me/1"')


def test_one_log_object_is_written_on_the_next_request(aws, s3, bucket, logs):
    for n in range(3):
        s3.put_object(Bucket=bucket, Key=str(n))
    (key,) = keys(s3)
    assert re.fullmatch(r"p/2026-03-01-12-00-00-[0-9A-F]{16}", key)
    assert len(lines(s3)) == 3
    assert keys(s3) == [key]


def test_keys_may_be_partitioned(aws, s3, bucket, logs):
    enable(s3, TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}})
    s3.list_objects_v2(Bucket=bucket)
    (key,) = keys(s3)
    assert key.startswith(f"p/{ACCOUNT}/us-east-1/{bucket}/2026/03/01/2026-03-01-12-00-00-")


@pytest.mark.parametrize(
    ("policy", "written"),
    [
        (lets_in(), True),
        (lets_in(**BOTH), True),
        (lets_in(StringEquals={"aws:SourceAccount": "111111111111"}), False),
        (lets_in(ArnLike={"aws:SourceArn": "arn:aws:s3:::another"}), False),
        (None, False),
    ],
)
def test_the_target_bucket_must_allow_the_logging_service(aws, s3, bucket, policy, written):
    """F-132."""
    aws.account().create_bucket("amzn-logs", policy=policy)
    enable(s3)
    s3.list_objects_v2(Bucket=bucket)
    assert bool(keys(s3)) is written
    (decision,) = [d for d in aws.decisions if d.principal == "logging.s3.amazonaws.com"]
    assert (decision.action, decision.allowed) == ("s3:PutObject", written)


def test_the_acl_may_allow_the_logging_service(aws, s3, bucket):
    aws.account().create_bucket(
        "amzn-logs", acl="log-delivery-write", ownership="ObjectWriter", public_access_block=None
    )
    reader = aws.account("111111111111")
    grantee = {"Type": "CanonicalUser", "ID": aws.iam.canonical_id(reader.id)}
    enable(s3, TargetGrants=[{"Grantee": grantee, "Permission": "READ"}])
    s3.list_objects_v2(Bucket=bucket)
    (key,) = keys(s3)
    assert reader.client().get_object(Bucket="amzn-logs", Key=key)["ContentLength"] > 0


def test_logging_ends(aws, s3, bucket, logs):
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    s3.put_object(Bucket=bucket, Key="k")
    assert keys(s3) == []


def test_a_bucket_may_log_into_itself(aws, s3, logs):
    enable(s3, "amzn-logs")
    aws.account().create_bucket("amzn-other")
    s3.put_bucket_policy(Bucket="amzn-logs", Policy=str(lets_in()).replace("'", '"'))
    assert keys(s3)
    assert "REST.PUT.BUCKETPOLICY" in [line["operation"] for line in lines(s3)]


def test_snapshot_restore_drops_undelivered_lines(aws, s3, bucket, logs):
    s3.put_object(Bucket=bucket, Key="before")
    assert len(keys(s3)) == 1
    mark = aws.snapshot()
    s3.put_object(Bucket=bucket, Key="k")
    aws.restore(mark)
    assert len(keys(s3)) == 1


class TestAclRequired:
    """OQ-32: account A owns the bucket, account B makes the request."""

    @pytest.fixture
    def far(self, aws, s3, logs):
        aws.account().create_bucket("amzn-open", ownership="ObjectWriter", public_access_block=None)
        s3.put_bucket_policy(Bucket="amzn-logs", Policy=str(lets_in()).replace("'", '"'))
        enable(s3, "amzn-open")
        return aws.account("222222222222")

    def seen(self, s3, operation):
        return [line["acl"] for line in lines(s3) if line["operation"] == operation]

    def test_own_requests_need_none(self, s3, far):
        s3.put_object(Bucket="amzn-open", Key="k")
        s3.get_object(Bucket="amzn-open", Key="k")
        assert (self.seen(s3, "REST.PUT.OBJECT"), self.seen(s3, "REST.GET.OBJECT")) == (["-"], ["-"])

    def test_requests_about_acls_do(self, s3, far):
        s3.put_object(Bucket="amzn-open", Key="k", ACL="public-read")
        s3.put_object(Bucket="amzn-open", Key="k", ACL="bucket-owner-full-control")
        s3.put_object_acl(Bucket="amzn-open", Key="k", ACL="private")
        assert self.seen(s3, "REST.PUT.OBJECT") == ["Yes", "-"]
        assert self.seen(s3, "REST.PUT.ACL") == ["Yes"]

    def test_strangers_by_acl_do_and_by_policy_do_not(self, aws, s3, far):
        """OQ-32."""
        s3.put_object(Bucket="amzn-open", Key="k", ACL="public-read")
        far.client().get_object(Bucket="amzn-open", Key="k")
        assert self.seen(s3, "REST.GET.OBJECT") == ["Yes"]
        allow = {
            "Effect": "Allow",
            "Principal": {"AWS": far.id},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::amzn-open/*",
        }
        document = str({"Version": "2012-10-17", "Statement": [allow]}).replace("'", '"')
        s3.put_bucket_policy(Bucket="amzn-open", Policy=document)
        far.client().get_object(Bucket="amzn-open", Key="k")
        assert sorted(self.seen(s3, "REST.GET.OBJECT")) == [
            "-",
            "Yes",
        ]  # log objects of the same second have no order
