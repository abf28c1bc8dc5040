"""Headers that say what the body is: checksums, trailers, lengths, chunks and payload types. Raw requests send them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mocks3.handles.mock_aws import MockAWS
from mocks3.lib import checksum

from .answers import refusal
from .test_odd_requests import with_headers

BODY = b"0123456789"
CRC32 = checksum.b64("crc32", BODY)
SHA1 = checksum.b64("sha1", BODY)
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::amzn-public/*",
        }
    ],
}


def stored(s3: Any, bucket: str) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def sending(aws: MockAWS, unsigned_chunks: bool = False, **headers: str) -> Any:
    """Return a client that replaces the checksum headers of every request by these headers before it signs it."""
    client = with_headers(aws)

    def replace(request: Any, **_: Any) -> None:
        for name in [*request.headers]:
            if "checksum" in name.lower():
                del request.headers[name]
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value
        if unsigned_chunks:  # then botocore signs STREAMING-UNSIGNED-PAYLOAD-TRAILER
            request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}

    client.meta.events.register("before-sign.s3", replace)
    return client


def seen(error: dict[str, Any]) -> tuple[int, str, str]:
    return error["Status"], error["Code"], error["Message"]


UNKNOWN = "The algorithm type you specified in x-amz-checksum- header is invalid."
TWICE = "Expecting a single x-amz-checksum- header"
MISMATCH = "Value for x-amz-sdk-checksum-algorithm header is invalid."
NOTHING = (
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* "
    "or x-amz-trailer headers were found."
)


def uploads(s3: Any, bucket: str) -> dict[str, dict[str, Any]]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    return {
        "put_object": {"Bucket": bucket, "Key": "k", "Body": BODY},
        "upload_part": {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": 1, "Body": BODY},
    }


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"x_amz_checksum_sha256a": "dummy"}, UNKNOWN),
        ({"x_amz_checksum_sha256a": "dummy", "x_amz_checksum_crc32": CRC32}, UNKNOWN),
        ({"x_amz_sdk_checksum_algorithm": "BAD"}, MISMATCH),
        ({"x_amz_sdk_checksum_algorithm": "BAD", "x_amz_checksum_crc32": CRC32}, MISMATCH),
        ({"x_amz_checksum_sha1": SHA1, "x_amz_trailer": "x-amz-checksum-crc64nvme"}, TWICE),
        ({"x_amz_sdk_checksum_algorithm": "sha1", "x_amz_trailer": "x-amz-checksum-crc64nvme"}, MISMATCH),
    ],
)
def test_checksum_headers_of_uploads(
    aws: MockAWS, s3: Any, bucket: str, headers: dict[str, str], message: str
) -> None:
    """R-52; users quote S3's answers (versity/versitygw #1104, #1598, #1657, #1659)."""
    client = with_headers(aws, **headers)
    for method, params in uploads(s3, bucket).items():
        assert seen(refusal(getattr(client, method), **params)) == (400, "InvalidRequest", message)
    assert stored(s3, bucket) == []


@pytest.mark.parametrize("name", ["x_amz_checksum_algorithm", "x_amz_checksum_type", "x_amz_checksum_mode"])
def test_headers_with_the_prefix_that_are_no_checksums(aws: MockAWS, s3: Any, bucket: str, name: str) -> None:
    """R-52; versity/versitygw #1356: S3 ignores them next to a checksum."""
    client = with_headers(aws, **{name: "CRC32", "x_amz_checksum_sha1": SHA1})
    for method, params in uploads(s3, bucket).items():
        assert getattr(client, method)(**params)["ChecksumSHA1"] == SHA1


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"x_amz_checksum_crc32": "", "x_amz_sdk_checksum_algorithm": "SHA1"}, MISMATCH),
        ({"x_amz_checksum_bad": "a"}, UNKNOWN),
        ({"x_amz_sdk_checksum_algorithm": "SHA1"}, NOTHING),
    ],
)
def test_checksum_headers_of_documents(
    aws: MockAWS, s3: Any, bucket: str, headers: dict[str, str], message: str
) -> None:
    """R-52; API_DeleteObjects: the algorithm without a checksum is 400 (apache/hadoop #6467 quotes the message)."""
    client = sending(aws, **headers)
    found = refusal(client.put_bucket_tagging, Bucket=bucket, Tagging=TAGS)
    assert seen(found) == (400, "InvalidRequest", message)
    assert refusal(s3.get_bucket_tagging, Bucket=bucket)["Code"] == "NoSuchTagSet"


ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
RULE = {
    "ID": "a",
    "Prefix": "",
    "Status": "Enabled",
    "Destination": {"Bucket": "arn:aws:s3:::amzn-target"},
}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("delete_objects", {"Delete": {"Objects": [{"Key": "k"}]}}),
        (
            "put_bucket_cors",
            {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}},
        ),
        (
            "put_bucket_lifecycle_configuration",
            {
                "LifecycleConfiguration": {
                    "Rules": [{"Prefix": "", "Status": "Enabled", "Expiration": {"Days": 1}}]
                }
            },
        ),
        (
            "put_bucket_replication",
            {"ReplicationConfiguration": {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [RULE]}},
        ),
        ("put_bucket_tagging", {"Tagging": TAGS}),
        ("put_object_lock_configuration", {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}),
        ("put_object_legal_hold", {"Key": "k", "LegalHold": {"Status": "ON"}}),
        ("put_object_retention", {"Key": "k", "Retention": {}}),
    ],
)
def test_documents_that_need_a_digest(aws: MockAWS, s3: Any, method: str, params: dict[str, Any]) -> None:
    """R-140: without Content-MD5 or a checksum they are refused, and nothing is changed."""
    aws.account().create_bucket("amzn-target", versioning=True)
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="amzn-locked", Key="k", Body=BODY)
    before = aws.snapshot()
    found = refusal(getattr(sending(aws), method), Bucket="amzn-locked", **params)
    assert seen(found) == (
        400,
        "InvalidRequest",
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    )
    assert s3.list_object_versions(Bucket="amzn-locked").get("DeleteMarkers") is None
    aws.restore(before)
    getattr(s3, method)(Bucket="amzn-locked", **params)  # botocore adds a checksum


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("put_object_tagging", {"Key": "k", "Tagging": TAGS}),
        ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
        ("put_public_access_block", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
        ("put_bucket_encryption", {"ServerSideEncryptionConfiguration": ENCRYPTED}),
        ("put_bucket_website", {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}}),
        ("put_bucket_logging", {"BucketLoggingStatus": {}}),
        ("put_bucket_notification_configuration", {"NotificationConfiguration": {}}),
        ("put_bucket_request_payment", {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}}),
        ("put_bucket_ownership_controls", {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}),
    ],
)  # fmt: skip
def test_documents_that_need_no_digest(
    aws: MockAWS, s3: Any, bucket: str, method: str, params: dict[str, Any]
) -> None:
    """R-140; versity/versitygw #1662, minio/minio #9852, aws/aws-sdk-js #2818. The others are inferred."""
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    found = getattr(sending(aws), method)(Bucket=bucket, **params)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200


# Payload types


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("list_buckets", {}),
        ("list_objects_v2", {"Bucket": "<bucket>"}),
        ("get_object", {"Bucket": "<bucket>", "Key": "k"}),
        ("delete_object", {"Bucket": "<bucket>", "Key": "k"}),
        ("put_bucket_tagging", {"Bucket": "<bucket>", "Tagging": TAGS}),
        ("delete_objects", {"Bucket": "<bucket>", "Delete": {"Objects": [{"Key": "k"}]}}),
        ("create_multipart_upload", {"Bucket": "<bucket>", "Key": "k"}),
    ],
)
def test_only_uploads_can_be_sent_in_unsigned_chunks(
    aws: MockAWS, s3: Any, bucket: str, method: str, params: dict[str, Any]
) -> None:
    """X-30; versity/versitygw #1601 quotes S3's answer to PutBucketTagging."""
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    params = {name: bucket if value == "<bucket>" else value for name, value in params.items()}
    found = refusal(getattr(sending(aws, unsigned_chunks=True), method), **params)
    assert seen(found) == (400, "InvalidRequest", "The value of x-amz-content-sha256 header is invalid.")
    assert stored(s3, bucket) == ["k"]


@pytest.fixture
def public(aws: MockAWS) -> str:
    aws.account().create_bucket("amzn-public", policy=PUBLIC, public_access_block=None)
    return "amzn-public"


@pytest.mark.parametrize("algorithm", ["HMAC-SHA256", "ECDSA-P256-SHA256"])
@pytest.mark.parametrize("trailer", ["", "-TRAILER"])
def test_anonymous_callers_cannot_sign_chunks(s3: Any, public: str, algorithm: str, trailer: str) -> None:
    """X-30; versity/versitygw #1554 quotes S3's answer."""
    kind = f"STREAMING-AWS4-{algorithm}-PAYLOAD{trailer}"
    answer = requests.put(
        f"https://{public}.s3.amazonaws.com/k",
        data=b"0\r\n\r\n",
        headers={"x-amz-content-sha256": kind, "x-amz-decoded-content-length": "0"},
    )
    assert answer.status_code == 400
    assert (
        "<Code>InvalidRequest</Code><Message>Anonymous requests don't support this x-amz-content-sha256 value. "
        "Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.</Message>"
    ) in answer.text.replace("&apos;", "'")
    assert stored(s3, public) == []


@pytest.mark.parametrize("stated", ["invalid_sha256", "0" * 64])
def test_the_stated_digest_of_an_anonymous_body_counts(s3: Any, public: str, stated: str) -> None:
    """X-30; versity/versitygw #1423: S3 compares any text that is no payload type."""
    answer = requests.put(
        f"https://{public}.s3.amazonaws.com/k", data=BODY, headers={"x-amz-content-sha256": stated}
    )
    assert answer.status_code == 400
    assert "<Code>XAmzContentSHA256Mismatch</Code>" in answer.text
    assert f"<ClientComputedContentSHA256>{stated}</ClientComputedContentSHA256>" in answer.text
    assert stored(s3, public) == []


# Chunks and lengths


def in_chunks(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


def put_chunks(aws: MockAWS, bucket: str, body: bytes, length: str) -> dict[str, Any]:
    client = sending(aws, unsigned_chunks=True, x_amz_decoded_content_length=length)
    return refusal(client.put_object, Bucket=bucket, Key="k", Body=body)


@pytest.mark.parametrize("length", ["abc", "", "1.5", "-1", "9" * 30])
def test_a_decoded_length_that_is_no_number_is_missing(
    aws: MockAWS, s3: Any, bucket: str, length: str
) -> None:
    """X-30; versity/versitygw #1656 quotes S3's answer to a text."""
    found = put_chunks(aws, bucket, in_chunks(BODY), length)
    assert seen(found) == (411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    assert stored(s3, bucket) == []


@pytest.mark.parametrize("length", [3, 11])
def test_a_body_of_another_length(aws: MockAWS, s3: Any, bucket: str, length: int) -> None:
    """X-30; versity/versitygw #1684 quotes S3's answer."""
    found = put_chunks(aws, bucket, in_chunks(BODY), str(length))
    assert (found["Status"], found["Code"]) == (400, "IncompleteBody")
    assert (found["NumberBytesExpected"], found["NumberBytesProvided"]) == (str(length), "10")
    assert stored(s3, bucket) == []


@pytest.mark.parametrize(
    ("sizes", "chunk", "bad"), [((3, 2), "2", "3"), ((8192, 8191, 1), "3", "8191"), ((1, 9000), "2", "1")]
)
def test_chunks_that_are_too_small(
    aws: MockAWS, s3: Any, bucket: str, sizes: tuple[int, ...], chunk: str, bad: str
) -> None:
    """X-30; versity/versitygw #1683 quotes S3's answer to chunks of 3 and 2 bytes."""
    found = put_chunks(aws, bucket, in_chunks(*(bytes(size) for size in sizes)), str(sum(sizes)))
    assert seen(found) == (
        403,
        "InvalidChunkSizeError",
        "Only the last chunk is allowed to have a size less than 8192 bytes",
    )
    assert (found["Chunk"], found["BadChunkSize"]) == (chunk, bad)
    assert stored(s3, bucket) == []


# Numbers


def test_an_object_size_that_is_no_number(aws: MockAWS, s3: Any, bucket: str) -> None:
    """R-70; versity/versitygw #1398 quotes S3's answer."""
    upload = uploads(s3, bucket)["upload_part"]
    etag = s3.upload_part(**upload)["ETag"]
    found = refusal(
        with_headers(aws, x_amz_mp_object_size="size").complete_multipart_upload,
        Bucket=bucket,
        Key="k",
        UploadId=upload["UploadId"],
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]},
    )
    assert seen(found) == (400, "InvalidRequest", "Value for x-amz-mp-object-size header is invalid: 'size'")
    assert stored(s3, bucket) == []


@pytest.mark.parametrize("value", ["a", "1.5", "9" * 30, ""])
def test_a_number_of_parts_that_is_no_number_is_ignored(
    aws: MockAWS, s3: Any, bucket: str, value: str
) -> None:
    """R-103; versity/versitygw #1806 compares with S3."""
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    found = with_headers(aws, x_amz_max_parts=value).get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["ObjectSize"]
    )
    assert found["ObjectSize"] == 10
