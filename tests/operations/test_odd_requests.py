"""Requests that SDKs do not send, or that S3 answers in a way that its API pages do not state."""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import re
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from botocore.config import Config

from mocks3.handles.mock_aws import MockAWS
from mocks3.wire import deviations

from .answers import refusal, status, unchecking_client

PART = 5 << 20


def with_headers(aws: MockAWS, **headers: str) -> Any:
    """Return a client that adds these headers to every request before it signs it."""
    client = aws.client(
        "s3",
        config=Config(request_checksum_calculation="when_required", s3={"payload_signing_enabled": False}),
    )

    def add(request: Any, **_: Any) -> None:
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value

    client.meta.events.register("before-sign.s3", add)
    return client


# Headers that an operation does not take


@pytest.fixture
def named(s3: Any, bucket: str) -> dict[str, str]:
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    return {"Bucket": bucket, "Key": "k"}


def calls(s3: Any, named: dict[str, str]) -> dict[str, dict[str, Any]]:
    bucket = {"Bucket": named["Bucket"]}
    upload = {**named, "UploadId": s3.create_multipart_upload(**named)["UploadId"]}
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    return {
        "get_object": named,
        "head_object": named,
        "get_object_attributes": {**named, "ObjectAttributes": ["ETag"]},
        "get_object_tagging": named,
        "delete_object": named,
        "list_objects_v2": bucket,
        "head_bucket": bucket,
        "list_buckets": {},
        "upload_part": {**upload, "PartNumber": 1, "Body": b"x"},
        "upload_part_copy": {**upload, "PartNumber": 1, "CopySource": named},
        "complete_multipart_upload": {
            **upload,
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]},
        },
    }


@pytest.mark.parametrize("header", sorted(deviations.REFUSED_HEADERS))
def test_encryption_headers_where_nothing_is_written(
    aws: MockAWS, s3: Any, named: dict[str, str], header: str
) -> None:
    """API_GetObject, API_HeadObject: 400; users report the same for parts, completions and listings."""
    client = with_headers(aws, **{header.replace("-", "_"): "AES256"})
    for method, params in calls(s3, named).items():
        found = refusal(getattr(client, method), **params)
        assert found["Status"] == 400, method
        if not method.startswith("head"):
            assert (found["Code"], found["Message"], found["ArgumentName"], found["ArgumentValue"]) == (
                "InvalidArgument",
                f"{header} header is not supported for this operation.",
                header,
                "AES256",
            ), method
    assert s3.get_object(**named)["Body"].read() == b"0123456789"


def test_encryption_headers_where_something_is_written(aws: MockAWS, named: dict[str, str]) -> None:
    client = with_headers(aws, x_amz_server_side_encryption="AES256")
    assert status(client.put_object, **named) == 200
    assert status(client.copy_object, **{**named, "Key": "c"}, CopySource=named) == 200
    assert status(client.create_multipart_upload, **named) == 200
    other = with_headers(aws, x_amz_something_else="AES256", x_amz_object_lock_mode="GOVERNANCE")
    assert status(other.get_object, **named) == 200, "other headers are ignored"


OF_THE_OBJECT = {
    "x-amz-acl": "private",
    "x-amz-tagging": "a=b",
    "x-amz-grant-read": 'id="1"',
}
OF_A_COPY = {**OF_THE_OBJECT, "x-amz-metadata-directive": "COPY", "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
CONTEXT = "The specified header is not valid in this context"
METADATA = "Metadata cannot be specified in this context."
COPIES = "You can only specify a copy source header for copy requests."


@pytest.mark.parametrize(
    ("method", "headers", "message"),
    [
        *(("upload_part", pair, CONTEXT) for pair in OF_THE_OBJECT.items()),
        *(("upload_part_copy", pair, CONTEXT) for pair in OF_A_COPY.items()),
        ("upload_part", ("x-amz-meta-a", "b"), METADATA),
        ("upload_part_copy", ("x-amz-meta-a", "b"), METADATA),
        ("complete_multipart_upload", ("x-amz-copy-source", "amzn-data/k"), COPIES),
    ],
    ids=str,
)
def test_headers_of_the_upload_in_its_parts(
    aws: MockAWS, s3: Any, named: dict[str, str], method: str, headers: tuple[str, str], message: str
) -> None:
    """R-119."""
    name, value = headers
    client = with_headers(aws, **{name.replace("-", "_"): value})
    params = calls(s3, named)[method]
    assert refusal(getattr(client, method), **params) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": message,
        "ArgumentName": name,
        "ArgumentValue": value,
    }


# URLs


def test_headers_that_a_response_cannot_have(s3: Any, named: dict[str, str]) -> None:
    """R-120: response-* of reads; other parameters that S3 does not know are ignored."""
    for method in ("get_object", "head_object"):
        url = with_query(s3, method, named, {"response-x-y": "z"})
        found = requests.request(method[:4].rstrip("_"), url)
        assert found.status_code == 400
        if method == "get_object":
            assert (
                "<Code>InvalidArgument</Code><Message>response-x-y is not in the set of overridable response headers. "
                "Please refer to the S3 API documentation for a complete list of overridable response headers."
                "</Message><ArgumentName>response-x-y</ArgumentName><ArgumentValue>z</ArgumentValue>"
            ) in found.text
        assert requests.request(method[:4].rstrip("_"), with_query(s3, method, named, {"x-y": "z"})).ok


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("uploads", "Key is not expected for the GET method ?uploads subresource"),
        ("versions", "There is no such thing as the ?versions sub-resource for a key"),
    ],
)
def test_subresources_of_buckets_at_a_key(s3: Any, named: dict[str, str], query: str, message: str) -> None:
    """R-120."""
    found = requests.get(with_query(s3, "get_object", named, {query: ""}))
    assert found.status_code == 400
    assert f"<Code>InvalidRequest</Code><Message>{message}</Message>" in found.text


@pytest.mark.parametrize("version", ["", "abc", "null", "real"])
def test_a_version_id_where_there_is_none(s3: Any, versioned: str, version: str) -> None:
    """R-125: it is refused before the body is read, and nothing is written."""
    named = {"Bucket": versioned, "Key": "k"}
    real = s3.put_object(**named, Body=b"first")["VersionId"]
    sent = real if version == "real" else version
    upload = {**named, "UploadId": s3.create_multipart_upload(**named)["UploadId"]}
    calls = {
        "put_object": ("PUT", named),
        "copy_object": ("PUT", {**named, "CopySource": f"{versioned}/k"}),
        "upload_part": ("PUT", {**upload, "PartNumber": 1}),
        "create_multipart_upload": ("POST", named),
        "list_parts": ("GET", upload),
        "abort_multipart_upload": ("DELETE", upload),
        "get_object_torrent": ("GET", named),
        "list_objects_v2": ("GET", {"Bucket": versioned}),
        "list_object_versions": ("GET", {"Bucket": versioned}),
        "get_bucket_versioning": ("GET", {"Bucket": versioned}),
        "delete_bucket": ("DELETE", {"Bucket": versioned}),
    }
    for method, (verb, params) in calls.items():
        url = with_query(s3, method, params, {"versionId": sent})
        headers = {"x-amz-copy-source": f"{versioned}/k"} if method == "copy_object" else {}
        found = requests.request(verb, url, headers=headers, data=b"second" if verb == "PUT" else None)
        assert found.status_code == 400, method
        assert (
            "<Code>InvalidArgument</Code><Message>This operation does not accept a version-id.</Message>"
            f"<ArgumentName>versionId</ArgumentName><ArgumentValue>{sent}</ArgumentValue>"
        ) in found.text, method
    acl = requests.get(with_query(s3, "get_bucket_acl", {"Bucket": versioned}, {"versionId": sent}))
    assert "<Message>Invalid version id specified</Message>" in acl.text
    assert s3.get_object(**named)["Body"].read() == b"first"
    assert s3.list_parts(**upload)["UploadId"] == upload["UploadId"]


def with_query(s3: Any, method: str, params: dict[str, str], query: dict[str, str]) -> str:
    """Return a presigned URL with further parameters. The ambient key is not checked, so they need no signature."""
    return f"{s3.generate_presigned_url(method, Params=params)}&{urlencode(query)}"


def test_attributes_that_are_not_named(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    """versity/versitygw #915 quotes S3."""
    client = aws.client("s3", config=Config(parameter_validation=False))
    for attributes in ({}, {"ObjectAttributes": []}, {"ObjectAttributes": [""]}):
        found = refusal(client.get_object_attributes, **named, **attributes)
        assert (found["Status"], found["Code"], found["Message"]) == (
            400,
            "InvalidRequest",
            "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
        )


# Content-Encoding


@pytest.mark.parametrize(
    "encoding", ["deflate, gzip", "gzip,  br", "gzip,br", "gzip", "x-aws-chunked-not", " gzip , br"]
)
@pytest.mark.parametrize("framed", [True, False])
def test_content_encoding_stays_as_it_was_sent(s3: Any, bucket: str, encoding: str, framed: bool) -> None:
    """API_PutObject: only aws-chunked is removed, wherever it is in the list."""
    client = s3 if framed else unchecking_client()
    body = io.BytesIO(b"body") if framed else b"body"
    client.put_object(Bucket=bucket, Key="k", Body=body, ContentEncoding=encoding)
    assert s3.head_object(Bucket=bucket, Key="k")["ContentEncoding"] == encoding.strip()


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("aws-chunked", None),
        ("aws-chunked, gzip", "gzip"),
        ("deflate, aws-chunked,gzip", "deflate,gzip"),
        ("deflate, gzip,aws-chunked", "deflate, gzip"),
    ],
)
def test_aws_chunked_is_removed(s3: Any, bucket: str, sent: str, stored: str | None) -> None:
    """R-118: the client sends bodies in frames, because the endpoint is https."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"body", ContentEncoding=sent)
    found = s3.get_object(Bucket=bucket, Key="k")
    assert (found.get("ContentEncoding"), found["Body"].read()) == (stored, b"body")


@pytest.mark.parametrize("encoding", ["aws-chunked", "gzip, aws-chunked"])
def test_aws_chunked_of_a_body_without_frames(aws: MockAWS, s3: Any, bucket: str, encoding: str) -> None:
    """R-118: it is stored if the body is signed, and refused if it is not."""
    signing = aws.client(
        "s3",
        config=Config(request_checksum_calculation="when_required", s3={"payload_signing_enabled": True}),
    )
    signing.put_object(Bucket=bucket, Key="k", Body=b"body", ContentEncoding=encoding)
    found = s3.get_object(Bucket=bucket, Key="k")
    assert (found["ContentEncoding"], found["Body"].read()) == (encoding, b"body")
    unsigned = with_headers(aws, x_amz_meta_a="b")
    assert refusal(unsigned.put_object, Bucket=bucket, Key="n", Body=b"body", ContentEncoding=encoding) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "aws-chunked encoding is not supported when x-amz-content-sha256 UNSIGNED-PAYLOAD is supplied",
        "ArgumentName": "Content-Encoding",
        "ArgumentValue": encoding,
    }
    assert refusal(s3.head_object, Bucket=bucket, Key="n")["Status"] == 404


# Hosts


@pytest.mark.parametrize(
    "url", ["https://s3.us-east-1.amazonaws.com:443", "http://s3.us-east-1.amazonaws.com:80"]
)
@pytest.mark.parametrize("version", ["s3v4", "s3"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_an_endpoint_with_its_default_port(
    aws: MockAWS, bucket: str, url: str, version: str, style: str
) -> None:
    """Clients send Host without the default port (http.client), and botocore signs it so."""
    user = aws.account().create_user(
        "u",
        policies={
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        },
    )
    config = Config(signature_version=version, s3={"addressing_style": style})
    client = user.client("s3", endpoint_url=url, config=config)
    client.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    presigned = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert requests.get(presigned).content == b"x"
    other = user.client("s3", endpoint_url=url.rpartition(":")[0] + ":8443", config=config)
    assert other.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


# Ranges


@pytest.mark.parametrize(
    ("text", "code"),
    [("bytes=-13", 200), ("bytes=-1", 200), ("bytes=-0", 416), ("bytes=0-", 416), ("bytes=0-5", 416)],
)
def test_ranges_of_an_empty_object(s3: Any, bucket: str, text: str, code: int) -> None:
    """Reported by users: the last bytes of nothing are the whole object."""
    s3.put_object(Bucket=bucket, Key="e")
    for method in ("get_object", "head_object"):
        call = getattr(s3, method)
        if code == 416:
            assert refusal(call, Bucket=bucket, Key="e", Range=text)["Status"] == 416
        else:
            found = call(Bucket=bucket, Key="e", Range=text)
            assert found["ResponseMetadata"]["HTTPStatusCode"] == 200
            assert (found["ContentLength"], "ContentRange" in found) == (0, False)


def test_if_range(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    """RFC 9110, 13.1.5: another version is sent as a whole; the tag must be strong and in quotes."""
    found = s3.head_object(**named)
    etag, written = found["ETag"], found["LastModified"].astimezone(datetime.UTC)
    exact = format_datetime(written, usegmt=True)
    earlier = format_datetime(written - datetime.timedelta(days=1), usegmt=True)
    later = format_datetime(written + datetime.timedelta(days=1), usegmt=True)
    for text, ranged in {
        etag: True,
        exact: True,
        '"other"': False,
        f"W/{etag}": False,
        etag.strip('"'): False,
        "*": False,
        earlier: False,
        later: False,
        "not a date": False,
    }.items():
        client = with_headers(aws, if_range=text)
        answer = client.get_object(**named, Range="bytes=2-4")
        expected = (206, b"234") if ranged else (200, b"0123456789")
        assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Body"].read()) == expected, text
        assert client.head_object(**named, Range="bytes=2-4")["ContentLength"] == len(expected[1])
        assert client.get_object(**named)["Body"].read() == b"0123456789", "without a range it has no effect"
    wrong = with_headers(aws, if_range='"other"')
    assert wrong.get_object(**named, Range="bytes=90-")["ResponseMetadata"]["HTTPStatusCode"] == 200


# Documents


def test_an_empty_tagging_document(s3: Any, named: dict[str, str]) -> None:
    """Recorded: PutObjectTagging takes ``<Tagging/>``, and removes all tags."""
    s3.put_object_tagging(**named, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    url = s3.generate_presigned_url("put_object_tagging", Params={**named, "Tagging": {"TagSet": []}})
    for text in ("<Tagging/>", "<Tagging></Tagging>", "<Tagging><TagSet/></Tagging>"):
        assert requests.put(url, data=text).status_code == 200
        assert s3.get_object_tagging(**named)["TagSet"] == []
    digest = "5MKq9Afjj8VFAV5vB64atA=="
    of_bucket = s3.generate_presigned_url(
        "put_bucket_tagging",
        Params={"Bucket": named["Bucket"], "Tagging": {"TagSet": []}, "ContentMD5": digest},
    )
    refused = requests.put(of_bucket, data="<Tagging/>", headers={"Content-MD5": digest})
    assert (refused.status_code, "<Code>MalformedXML</Code>" in refused.text) == (400, True)


def test_object_lock_without_a_document(s3: Any, bucket: str, locked: str) -> None:
    """Recorded; also for a bucket without Object Lock."""
    for name in (bucket, locked):
        found = refusal(s3.put_object_lock_configuration, Bucket=name)
        assert (found["Status"], found["Code"], found["Message"]) == (
            400,
            "MissingRequestBodyError",
            "Request Body is empty",
        )
    empty = {"ObjectLockConfiguration": {}}
    assert refusal(s3.put_object_lock_configuration, Bucket=locked, **empty)["Code"] == "MalformedXML"


# Default retention

RULE = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}


def required(what: str) -> dict[str, Any]:
    return {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": f"Content-MD5 OR x-amz-checksum- HTTP header is required for Put {what} requests with Object Lock "
        "parameters",
    }


def test_writes_with_default_retention_have_a_digest(s3: Any, locked: str) -> None:
    """Reported by five users: a bucket's default retention asks for what lock headers ask for."""
    plain = unchecking_client()
    named = {"Bucket": locked, "Key": "k"}
    plain.put_object(**named, Body=b"x")
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=RULE)
    md5 = md5_of(b"x")
    assert refusal(plain.put_object, **named, Body=b"x") == required("Object")
    assert status(plain.put_object, **named, Body=b"x", ContentMD5=md5) == 200
    assert status(plain.put_object, **named, Body=b"x", ChecksumAlgorithm="SHA1") == 200
    assert status(s3.put_object, **named, Body=b"x") == 200
    upload = {**named, "UploadId": plain.create_multipart_upload(**named)["UploadId"], "PartNumber": 1}
    assert refusal(plain.upload_part, **upload, Body=b"x") == required("Part")
    etag = plain.upload_part(**upload, Body=b"x", ContentMD5=md5)["ETag"]
    del upload["PartNumber"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    assert status(plain.complete_multipart_upload, **upload, MultipartUpload=parts) == 200
    assert status(plain.copy_object, Bucket=locked, Key="c", CopySource=named) == 200, "a copy has no body"
    form = plain.generate_presigned_post(locked, "f")
    refused = requests.post(form["url"], data=form["fields"], files={"file": b"x"})
    assert (refused.status_code, "for Put Object requests" in refused.text) == (400, True)


@pytest.mark.parametrize("lock", [{"ObjectLockLegalHoldStatus": "ON"}, {"ObjectLockMode": "GOVERNANCE"}])
def test_parts_of_a_locked_upload_have_a_digest(s3: Any, locked: str, lock: dict[str, Any]) -> None:
    if "ObjectLockMode" in lock:
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        lock = {**lock, "ObjectLockRetainUntilDate": later}
    plain, named = unchecking_client(), {"Bucket": locked, "Key": "k"}
    upload = {**named, "UploadId": plain.create_multipart_upload(**named, **lock)["UploadId"]}
    assert refusal(plain.upload_part, **upload, PartNumber=1, Body=b"x") == required("Part")
    assert status(s3.upload_part, **upload, PartNumber=1, Body=b"x") == 200


def md5_of(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


# KMS


def test_kms_metadata_names_the_key_material(aws: MockAWS) -> None:
    """Recorded: 64 hexadecimal digits, the same in every answer about the key."""
    kms = aws.client("kms")
    found = [kms.create_key()["KeyMetadata"] for _ in range(2)]
    ids = [each["CurrentKeyMaterialId"] for each in found]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in ids)
    assert ids[0] != ids[1]
    assert kms.describe_key(KeyId=found[0]["KeyId"])["KeyMetadata"]["CurrentKeyMaterialId"] == ids[0]


@pytest.mark.parametrize("how", ["aws:kms", "aws:kms:dsse", "AES256"])
def test_an_upload_without_an_algorithm_read_back(s3: Any, bucket: str, how: str) -> None:
    """R-105: reads show the CRC64NVME of the whole object; under KMS the completion's response does not."""
    plain, named = unchecking_client(), {"Bucket": bucket, "Key": "m"}
    upload = {
        **named,
        "UploadId": plain.create_multipart_upload(**named, ServerSideEncryption=how)["UploadId"],
    }
    etag = plain.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    of_x = s3.put_object(Bucket=bucket, Key="x", Body=b"x", ChecksumAlgorithm="CRC64NVME")[
        "ChecksumCRC64NVME"
    ]
    for _ in range(2):  # a repeated completion has the same answer
        done = plain.complete_multipart_upload(**upload, MultipartUpload=parts)
        assert ("ChecksumCRC64NVME" in done, "ChecksumType" in done) == (how == "AES256",) * 2
    for call in (s3.get_object, s3.head_object):
        found = call(**named, ChecksumMode="ENABLED")
        assert (found["ChecksumCRC64NVME"], found["ChecksumType"]) == (of_x, "FULL_OBJECT")
    shown = s3.get_object_attributes(**named, ObjectAttributes=["Checksum"])["Checksum"]
    assert shown == {"ChecksumCRC64NVME": found["ChecksumCRC64NVME"], "ChecksumType": "FULL_OBJECT"}
    begun = plain.create_multipart_upload(**named, ServerSideEncryption=how, ChecksumAlgorithm="CRC64NVME")
    upload["UploadId"] = begun["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x", ChecksumAlgorithm="CRC64NVME")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    assert "ChecksumCRC64NVME" in plain.complete_multipart_upload(**upload, MultipartUpload=parts)


# Names in the account's own namespace

SUFFIX = "-123456789012-us-east-1-an"


@pytest.mark.parametrize(
    ("name", "namespace", "code"),
    [
        ("zzz", "account-regional", "InvalidNamespaceHeader"),
        ("data-123456789012-us-east-1-xx", "account-regional", "InvalidNamespaceHeader"),
        ("data-999999999999-us-east-1-an", "account-regional", "InvalidNamespaceHeader"),
        ("data-123456789012-eu-west-1-an", "account-regional", "InvalidNamespaceHeader"),
        (f"data{SUFFIX}", None, "MissingNamespaceHeader"),
        ("data-999999999999-us-east-1-an", None, "MissingNamespaceHeader"),
        (f"data{SUFFIX}", "global", "InvalidNamespaceHeader"),
        ("xyz-an", None, "InvalidBucketName"),
        ("xyz-an", "global", "InvalidBucketName"),
        ("xyz-an", "account-regional", "InvalidNamespaceHeader"),
        ("zzz", "elsewhere", "InvalidArgument"),
        ("zzz", "global", None),
        (f"data{SUFFIX}", "account-regional", None),
    ],
)
def test_f_71_names_and_namespaces(s3: Any, name: str, namespace: str | None, code: str | None) -> None:
    """F-71; the codes are those that users report."""
    params = {"Bucket": name} if namespace is None else {"Bucket": name, "BucketNamespace": namespace}
    if code is None:
        assert status(s3.create_bucket, **params) == 200
        return
    found = refusal(s3.create_bucket, **params)
    assert (found["Status"], found["Code"]) == (400, code)
    assert s3.list_buckets()["Buckets"] == []
    if (name, namespace) == ("zzz", "account-regional"):
        assert found["Message"] == (
            "The requested bucket name did not include the account-regional namespace suffix, but the provided "
            f"x-amz-bucket-namespace header value is account-regional. Specify {SUFFIX} as the bucket name suffix to "
            "create a bucket in your account-regional namespace, or remove the header."
        )
    if code == "MissingNamespaceHeader":
        assert found["Message"] == (
            "The requested bucket is an account-regional namespace bucket, but your request is missing the required "
            "x-amz-bucket-namespace header."
        )
        assert found["Header"] == "x-amz-bucket-namespace"


# Trailers


@pytest.mark.parametrize(
    "announced", ["x-amz-foo", "x-amz-meta-a", "x-amz-checksum-crc32,x-amz-checksum-sha1", "nonsense"]
)
def test_only_one_checksum_can_be_announced_as_a_trailer(
    aws: MockAWS, s3: Any, bucket: str, announced: str
) -> None:
    """versity/versitygw #1161 quotes S3: another trailer is refused, and nothing is stored."""
    client = aws.client("s3")  # its bodies are framed, with a trailer

    def add(request: Any, **_: Any) -> None:
        if "x-amz-trailer" in request.headers:
            request.headers.replace_header("x-amz-trailer", announced)

    client.meta.events.register("before-sign.s3", add)
    sent = b"body"
    for method, params in {
        "put_object": {"Bucket": bucket, "Key": "k", "Body": sent},
        "upload_part": {
            "Bucket": bucket,
            "Key": "k",
            "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"],
            "PartNumber": 1,
            "Body": sent,
        },
    }.items():
        found = refusal(getattr(client, method), **params)
        assert (found["Status"], found["Code"], found["Message"]) == (
            400,
            "InvalidRequest",
            "The value specified in the x-amz-trailer header is not supported",
        )
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
