"""Requests that are similar to an operation and must not be routed to another one."""

from __future__ import annotations

import pytest

from mocks3 import wire
from mocks3.errors import NotSupported, S3Error
from mocks3.wire import models, routes

from .wires import names, request


def routed(method: str, path: str, **headers: str) -> str:
    return wire.parse(request(method, path, **headers)).operation


def refused(method: str, path: str, **headers: str) -> S3Error:
    with pytest.raises(S3Error) as caught:
        routed(method, path, **headers)
    return caught.value


def test_every_operation_has_a_route_or_a_successor() -> None:
    found = {
        route.operation
        for level in routes.router("s3").templates.values()
        for group in level.groups.values()
        for route in group.routes
    }
    missing = set(names("s3")) - found
    deprecated = {name for name in names("s3") if wire.operation_model("s3", name).deprecated}
    assert missing == deprecated | {"ListDirectoryBuckets"}


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/b/k?x-id=GetObject", "GetObject"),
        ("GET", "/b/k?response-content-type=a&versionId=1", "GetObject"),
        ("GET", "/b/k?uploadId=u", "ListParts"),
        ("GET", "/b?acl=", "GetBucketAcl"),
        ("GET", "/b?list-type=2&prefix=a", "ListObjectsV2"),
        ("GET", "/b?list-type=1", "ListObjects"),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=1", "GetBucketAnalyticsConfiguration"),
        ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"),
        ("PUT", "/b?notification", "PutBucketNotificationConfiguration"),
        ("PUT", "/b/k?uploadId=u&partNumber=1", "UploadPart"),
        ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"),
        ("DELETE", "/b/k?versionId=v", "DeleteObject"),
        ("GET", "https://s3express-control.us-east-1.amazonaws.com/", "ListDirectoryBuckets"),
        ("PUT", "https://b.s3.amazonaws.com/WriteGetObjectResponse", "PutObject"),
        ("PUT", "https://s3.amazonaws.com/b/WriteGetObjectResponse", "PutObject"),
    ],
)
def test_routes(method: str, path: str, operation: str) -> None:
    assert routed(method, path) == operation


def test_a_put_with_copy_source_is_a_copy() -> None:
    assert routed("PUT", "/b/k", x_amz_copy_source="a/b") == "CopyObject"
    assert routed("PUT", "/b/k?uploadId=u&partNumber=1", x_amz_copy_source="a/b") == "UploadPartCopy"


@pytest.mark.parametrize("host", ["r1.s3-object-lambda.us-east-1.amazonaws.com", "localhost:9000"])
def test_object_lambda_answers(host: str) -> None:
    url = f"https://{host}/WriteGetObjectResponse"
    sent = request("POST", url, b"hello", x_amz_request_route="r1", x_amz_request_token="t")
    parsed = wire.parse(sent)
    assert (parsed.operation, parsed.head) == (
        "WriteGetObjectResponse",
        {"RequestRoute": "r1", "RequestToken": "t"},
    )
    assert parsed.params["Body"].read() == b"hello"


@pytest.mark.parametrize(
    ("method", "path", "kind", "allowed"),
    [
        ("POST", "/b?acl", "ACL", "GET, PUT"),
        ("PUT", "/b?versions", "BUCKETVERSIONS", "GET"),
        ("POST", "/b?tagging", "TAGGING", "DELETE, GET, PUT"),
        ("POST", "/b/k?tagging", "OBJECT_TAGGING", "DELETE, GET, PUT"),
        ("GET", "/b/k?encryption", "OBJECT_ENCRYPTION", "PUT"),
        ("GET", "/b/k?select", "SELECT", "POST"),
        ("GET", "/b?delete", "MULTI_OBJECT_DELETE", "POST"),
        ("DELETE", "/b/k?attributes", "OBJECT_ATTRIBUTES", "GET"),
        ("PATCH", "/b/k", "OBJECT", "HEAD, DELETE, GET, PUT"),
        ("POST", "/b/k", "OBJECT", "HEAD, DELETE, GET, PUT"),
        ("PATCH", "/b", "BUCKET", "HEAD, DELETE, POST, GET, PUT"),
        ("POST", "/b?policy", "BUCKETPOLICY", "DELETE, GET, PUT"),
        ("POST", "/b/k?policy", "BUCKETPOLICY", "DELETE, GET, PUT"),
        ("PUT", "/", "SERVICE", "GET"),
        ("PUT", "/b/k?uploadId=u", "UPLOAD", "DELETE, POST, GET"),
        ("HEAD", "/b/k?uploadId=u", "UPLOAD", "DELETE, POST, GET"),
        ("GET", "/b/k?uploadId=u&partNumber=1", "PART", "PUT"),
    ],
)
def test_methods_that_are_not_allowed(method: str, path: str, kind: str, allowed: str) -> None:
    """R-124."""
    if "encryption" in path and "UpdateObjectEncryption" not in models.service_model("s3").operation_names:
        pytest.skip("the installed botocore does not know the operation")
    error = refused(method, path)
    assert (error.code, error.status) == ("MethodNotAllowed", 405)
    assert error.extra == {"Method": method, "ResourceType": kind}
    assert error.headers == {"Allow": allowed}


def test_a_post_to_a_bucket_is_a_form() -> None:
    error = refused("POST", "/b")
    assert (error.code, error.status) == ("PreconditionFailed", 412)
    assert error.extra == {"Condition": "Bucket POST must be of the enclosure-type multipart/form-data"}


@pytest.mark.parametrize("headers", [{}, {"x_amz_copy_source": "a/b"}])
def test_a_part_number_needs_an_upload(headers: dict[str, str]) -> None:
    error = refused("PUT", "/b/k?partNumber=1", **headers)
    assert (error.code, error.message) == (
        "InvalidArgument",
        "This operation does not accept partNumber without uploadId",
    )
    assert error.extra == {"ArgumentName": "partNumber", "ArgumentValue": "partNumber"}


def test_subresources_conflict() -> None:
    error = refused("GET", "/b?policy&acl")
    assert (error.code, error.message) == (
        "InvalidArgument",
        "Conflicting query string parameters: acl, policy",
    )
    assert error.extra == {"ArgumentName": "ResourceType", "ArgumentValue": "acl"}


def test_a_selected_operation_names_its_missing_parameter() -> None:
    assert refused("DELETE", "/b?analytics").extra["ArgumentName"] == "id"
    error = refused("PUT", "/b/k?renameObject")
    assert (error.code, error.extra) == (
        "MissingSecurityHeader",
        {"MissingHeaderName": "x-amz-rename-source"},
    )


def test_unknown_operations_are_not_supported() -> None:
    with pytest.raises(NotSupported, match="'Dance'"):
        wire.parse(request("POST", "/", b"Action=Dance&Version=1", "sts"))
    with pytest.raises(NotSupported, match="'Dance'"):
        wire.operation_model("s3", "Dance")
