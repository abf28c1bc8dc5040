"""Selectors of subresources in the URL of an object: which mean the bucket, which the object, and which nothing."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mocks3.handles.mock_aws import MockAWS

EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
OF_THE_BUCKET = (
    "accelerate",
    "cors",
    "inventory",
    "lifecycle",
    "location",
    "notification",
    "policy",
    "replication",
    "requestPayment",
    "versioning",
    "website",
)
IGNORED = (
    "abac",
    "analytics",
    "intelligent-tiering",
    "metadataConfiguration",
    "metadataTable",
    "metrics",
    "object-lock",
    "ownershipControls",
    "policyStatus",
    "publicAccessBlock",
)


class Caller:
    """Sends signed requests, because SDKs cannot send these."""

    def __init__(self, aws: MockAWS, name: str, policy: dict[str, Any]) -> None:
        key = aws.account().create_user(name, policies=policy).access_key
        self.signer = S3SigV4Auth(Credentials(key.id, key.secret), "s3", "us-east-1")

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> requests.Response:
        sent = AWSRequest(method, f"https://s3.us-east-1.amazonaws.com{path}", data=io.BytesIO(body))
        for name, value in headers.items():
            sent.headers[name.replace("_", "-")] = value
        self.signer.add_auth(sent)
        return requests.request(method, sent.url, data=body, headers=dict(sent.headers.items()), timeout=1)


@pytest.fixture
def admin(aws: MockAWS) -> Caller:
    return Caller(aws, "admin", EVERYTHING)


@pytest.fixture
def bucket_with_key(s3: Any, bucket: str) -> str:
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    return bucket


@pytest.mark.parametrize("key", ["k", "missing", "a/b c"])
def test_selectors_of_the_bucket(admin: Caller, bucket_with_key: str, key: str) -> None:
    """R-123: the answer is the bucket's, also for a key that does not exist."""
    path = key.replace(" ", "%20")
    for selector in OF_THE_BUCKET:
        at_bucket = admin.send("GET", f"/{bucket_with_key}?{selector}")
        at_key = admin.send("GET", f"/{bucket_with_key}/{path}?{selector}")
        assert at_key.status_code == at_bucket.status_code, selector
        assert at_key.text.partition("<RequestId>")[0] == at_bucket.text.partition("<RequestId>")[0]
        absent = admin.send("GET", f"/amzn-nowhere/{path}?{selector}")
        assert "<Code>NoSuchBucket</Code>" in absent.text, selector


def test_other_selectors_of_buckets_are_ignored(admin: Caller, bucket_with_key: str) -> None:
    """R-123."""
    for selector in IGNORED:
        found = admin.send("GET", f"/{bucket_with_key}/k?{selector}")
        assert (found.status_code, found.text) == (200, "x"), selector


def test_a_write_at_a_key_changes_the_bucket(admin: Caller, s3: Any, bucket_with_key: str) -> None:
    """R-123: the object is neither written nor deleted."""
    body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    assert admin.send("PUT", f"/{bucket_with_key}/k?versioning", body).status_code == 200
    assert s3.get_bucket_versioning(Bucket=bucket_with_key)["Status"] == "Enabled"
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket"}
    policy = {"Statement": {**statement, "Resource": f"arn:aws:s3:::{bucket_with_key}"}}
    s3.put_bucket_policy(Bucket=bucket_with_key, Policy=json.dumps(policy))
    assert admin.send("DELETE", f"/{bucket_with_key}/k?policy").status_code == 204
    assert s3.get_object(Bucket=bucket_with_key, Key="k")["Body"].read() == b"x"
    found = s3.list_object_versions(Bucket=bucket_with_key)
    assert ([each["Key"] for each in found["Versions"]], "DeleteMarkers" in found) == (["k"], False)
    assert admin.send("GET", f"/{bucket_with_key}?policy").status_code == 404


def test_the_permission_is_that_of_the_bucket(aws: MockAWS, bucket_with_key: str) -> None:
    """R-123: permission for objects is not enough to read a subresource of their bucket."""
    statement = {
        "Effect": "Allow",
        "Action": ["s3:*Object*"],
        "Resource": f"arn:aws:s3:::{bucket_with_key}/*",
    }
    reader = Caller(aws, "reader", {"Version": "2012-10-17", "Statement": statement})
    assert reader.send("GET", f"/{bucket_with_key}/k").text == "x"
    refused = reader.send("GET", f"/{bucket_with_key}/k?versioning")
    assert refused.status_code == 403
    asked = f"s3:GetBucketVersioning on resource: &quot;arn:aws:s3:::{bucket_with_key}&quot;"
    assert asked in refused.text or asked.replace("&quot;", '"') in refused.text


@pytest.mark.parametrize("selector", ["uploads", "versions", "logging"])
def test_get_of_a_key_is_refused(admin: Caller, bucket_with_key: str, selector: str) -> None:
    """R-120."""
    found = admin.send("GET", f"/{bucket_with_key}/k?{selector}")
    code = "NoLoggingStatusForKey" if selector == "logging" else "InvalidRequest"
    assert (found.status_code, f"<Code>{code}</Code>" in found.text) == (400, True)


def test_a_logging_configuration_that_is_put_at_a_key(admin: Caller, s3: Any, bucket_with_key: str) -> None:
    """R-123: only its GET is refused."""
    assert admin.send("PUT", f"/{bucket_with_key}/k?logging", b"<BucketLoggingStatus/>").status_code == 200


def test_selectors_conflict_at_a_key(admin: Caller, bucket_with_key: str) -> None:
    """R-123: one of the bucket and one of the object."""
    found = admin.send("GET", f"/{bucket_with_key}/k?tagging&policy")
    assert "<Message>Conflicting query string parameters: policy, tagging</Message>" in found.text


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("policy", "DELETE, GET, PUT"),
        ("location", "GET"),
        ("acl", "GET, PUT"),
        ("uploads", "POST"),
        ("uploadId=u", "DELETE, POST, GET"),
    ],
)
def test_methods_that_a_subresource_has(
    admin: Caller, bucket_with_key: str, query: str, allowed: str
) -> None:
    """R-124: a HEAD has no body."""
    found = admin.send("HEAD", f"/{bucket_with_key}/k?{query}")
    assert (found.status_code, found.headers["Allow"], found.content) == (405, allowed, b"")
    found = admin.send("PATCH", f"/{bucket_with_key}/k?{query}")
    assert (found.status_code, found.headers["Allow"]) == (405, allowed)
