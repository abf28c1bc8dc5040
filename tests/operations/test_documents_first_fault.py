"""XML bodies of every operation that takes one: what is refused, and which of several faults is named.

S3 looks at the bucket first, then at the permission, at the digest of the body, and at the document.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mocks3.handles.mock_aws import MockAWS
from mocks3.wire.models import operation_model, service_model


def taking_documents() -> dict[str, str]:
    """Return the operations on buckets and objects whose payload is a document, with the name of its root."""
    found = {}
    for name in service_model("s3").operation_names:
        shape = operation_model("s3", name).input_shape
        payload = shape.serialization.get("payload") if shape else None
        if payload and shape.members[payload].type_name == "structure":
            found[name] = shape.members[payload].serialization.get("name", payload)
    return found


ROOTS = taking_documents()
BY_STATE = {"CompleteMultipartUpload", "RestoreObject", "CreateBucket"}
"""Operations that look at the upload, the object or the account before or instead of the bucket."""
ACLS = {"PutBucketAcl": "MalformedACLError", "PutObjectAcl": "MalformedACLError"}
OPERATIONS = sorted(ROOTS.keys() - BY_STATE)


def send(
    aws: MockAWS, operation: str, body: bytes, bucket: str = "amzn-locked", **headers: str
) -> tuple[int, str]:
    """Send a body to an operation as the root user, and return the status and code of the answer."""
    model = operation_model("s3", operation)
    path = model.http["requestUri"].replace("{Bucket}", bucket).replace("{Key+}", "k")
    members = [model.input_shape.members[name].serialization for name in model.input_shape.required_members]
    query = "&".join(f"{each['name']}=id" for each in members if each.get("location") == "querystring")
    url = f"https://s3.us-east-1.amazonaws.com{path}" + (
        f"{'&' if '?' in path else '?'}{query}" if query else ""
    )
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()
    sent = AWSRequest(model.http["method"], url, headers={"Content-MD5": digest, **headers}, data=body)
    key = aws.ambient_key
    S3SigV4Auth(Credentials(key.id, key.secret), "s3", "us-east-1").add_auth(sent)
    prepared = sent.prepare()
    got = requests.request(
        prepared.method, prepared.url, headers=dict(prepared.headers), data=body, timeout=5
    )
    return got.status_code, re.findall("<Code>(.*?)</Code>", got.text)[0] if got.text else ""


@pytest.fixture
def locked_bucket(s3: Any) -> None:
    """A bucket that every one of the operations can change."""
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="amzn-locked", Key="k", Body=b"x")


MALFORMED = [b"no document", b"<", b"<Wrong/>", b"<a><b></a></b>", b"<!DOCTYPE a><a/>", b"\xff<a/>"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_malformed_documents(aws: MockAWS, locked_bucket: None, operation: str) -> None:
    """R-27: not XML, cut off, or another root; each operation has its own error for that."""
    wanted = (400, ACLS.get(operation, "MalformedXML"))
    root = ROOTS[operation].encode()
    for body in (*MALFORMED, b"<%b>" % root, b"<%b/><%b/>" % (root, root), b"<%b>text</%b>" % (root, root)):
        assert send(aws, operation, body) == wanted, body


@pytest.mark.parametrize("operation", OPERATIONS)
def test_roots_in_any_namespace(aws: MockAWS, locked_bucket: None, operation: str) -> None:
    """R-27: a namespace or a prefix changes nothing."""
    root = ROOTS[operation]
    plain = send(aws, operation, f"<{root}/>".encode())
    for body in (
        f'<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
        f'<p:{root} xmlns:p="urn:p"></p:{root}>',
    ):
        assert send(aws, operation, body.encode()) == plain, body


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_digest_is_checked_before_the_document(aws: MockAWS, locked_bucket: None, operation: str) -> None:
    """R-27."""
    other = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    assert send(aws, operation, b"<Wrong/>", **{"Content-MD5": "none"}) == (400, "InvalidDigest")
    assert send(aws, operation, b"<Wrong/>", **{"Content-MD5": other}) == (400, "BadDigest")
    assert send(aws, operation, b"<Wrong/>", **{"x-amz-checksum-crc32": "AAAAAA=="}) == (400, "BadDigest")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_bucket_is_looked_for_before_the_digest(aws: MockAWS, operation: str) -> None:
    """R-27."""
    assert send(aws, operation, b"<Wrong/>", "amzn-nowhere", **{"Content-MD5": "none"}) == (
        404,
        "NoSuchBucket",
    )
