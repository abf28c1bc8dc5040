"""Signature Version 2 covers every subresource, also those that botocore's list does not have."""

from __future__ import annotations

import base64
import hmac
from typing import Any
from urllib.parse import quote

import pytest
import requests
from botocore.auth import HmacV1Auth
from botocore.config import Config

from mocks3 import mock_s3
from mocks3.errors import Mocks3Error
from mocks3.wire import models

EXPIRES = 4_102_444_800
HOST = "https://s3.us-east-1.amazonaws.com"
METHODS = {"GET": "get_object", "PUT": "put_object", "DELETE": "delete_object", "HEAD": "head_object"}
BUCKET_METHODS = {
    "GET": "list_objects",
    "PUT": "create_bucket",
    "DELETE": "delete_bucket",
    "HEAD": "head_bucket",
}


@pytest.fixture
def aws():
    if "PutObjectAnnotation" not in models.service_model("s3").operation_names:
        pytest.skip("the installed botocore does not know annotations")
    with mock_s3() as world:
        world.account().create_bucket("data", objects={"k": b"object"}, versioning=True)
        world.client("s3").put_object_annotation(
            Bucket="data", Key="k", AnnotationName="n", AnnotationPayload=b"annotation"
        )
        yield world


def _signer(aws: Any) -> Any:
    return aws.client("s3", region_name="us-east-1", config=Config(signature_version="s3"))


def _subresources() -> list[tuple[str, str, str]]:
    """Return the method, level and literal query of every operation in botocore's model."""
    model = models.service_model("s3")
    found = set()
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        if query and "{Bucket}" in path and http["method"] in METHODS and "list-type" not in query:
            found.add((http["method"], path, query))
    return sorted(found)


SUBRESOURCES = _subresources()


def test_some_subresources_are_not_on_the_list_of_botocore():
    unknown = {query for _, _, query in SUBRESOURCES if query.split("&")[0] not in HmacV1Auth.QSAOfInterest}
    assert {"retention", "legal-hold", "publicAccessBlock"} <= unknown


@pytest.mark.parametrize(("method", "path", "query"), SUBRESOURCES)
def test_a_url_is_valid_for_its_resource_and_no_subresource(aws, method, path, query):
    of_key = path.endswith("{Key+}")
    params = {"Bucket": "data", **({"Key": "k"} if of_key else {})}
    operation = (METHODS if of_key else BUCKET_METHODS)[method]
    url = _signer(aws).generate_presigned_url(operation, params, ExpiresIn=60)
    mark = aws.store.bucket("data")
    before = (
        mark.policy,
        dict(mark.configurations),
        mark.public_access_block,
        len(mark.list_versions().entries),
    )
    required = "&annotationName=n&id=i&uploadId=u&partNumber=1"
    for more in (f"&{query}", f"&{query}{required}", f"&{query}=", f"&{quote(query)}=x"):
        answer = requests.request(method, url + more, data=b"<x/>" if method == "PUT" else None)
        assert answer.status_code in (400, 403, 405), (more, answer.text)
        assert "SignatureDoesNotMatch" in answer.text or answer.status_code != 403 or method == "HEAD"
        assert b"annotation" not in answer.content.replace(b"?annotation", b"").replace(
            b"annotationName", b""
        )
    after = aws.store.bucket("data")
    assert before == (
        after.policy,
        dict(after.configurations),
        after.public_access_block,
        len(after.list_versions().entries),
    )
    kept = aws.client("s3").get_object_annotation(Bucket="data", Key="k", AnnotationName="n")
    assert kept["AnnotationPayload"].read() == b"annotation"


def _url(aws: Any, method: str, resource: str, shown: str) -> str:
    """Return a URL that is signed as the guide describes, with this canonical resource."""
    key = aws.account().root.access_key
    signed = hmac.digest(key.secret.encode(), f"{method}\n\n\n{EXPIRES}\n{resource}".encode(), "sha1")
    signature = quote(base64.b64encode(signed).decode(), safe="")
    joint = "&" if "?" in shown else "?"
    return f"{HOST}{shown}{joint}AWSAccessKeyId={key.id}&Expires={EXPIRES}&Signature={signature}"


def test_a_url_that_covers_its_subresource_is_valid(aws):
    resource = "/data/k?annotation&annotationName=n"
    url = _url(aws, "GET", resource, resource)
    assert requests.get(url).content == b"annotation"
    other = requests.get(url.replace("annotationName=n", "annotationName=m"))
    assert (other.status_code, "SignatureDoesNotMatch" in other.text) == (403, True)
    assert requests.get(url.replace("annotation&annotationName=n&", "")).status_code == 403
    legal_hold = _url(aws, "GET", "/data?ownershipControls", "/data?ownershipControls")
    assert b"BucketOwnerEnforced" in requests.get(legal_hold).content


def test_headers_of_version_2_are_checked_as_botocore_signs_them(aws):
    client = _signer(aws)
    annotation = client.get_object_annotation(Bucket="data", Key="k", AnnotationName="n")
    assert annotation["AnnotationPayload"].read() == b"annotation"
    assert "PublicAccessBlockConfiguration" in client.get_public_access_block(Bucket="data")
    assert client.get_bucket_versioning(Bucket="data")["Status"] == "Enabled"
    assert client.list_bucket_analytics_configurations(Bucket="data")["IsTruncated"] is False


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a:b", "é" * 3, "a" * 65, "a\0b", "ab\n", 5])
def test_a_session_is_named_as_sts_allows(aws, name):
    role = aws.account().create_role("reader")
    with pytest.raises(Mocks3Error, match="the name of a session must have 1 to 64"):
        role.assume(session_name=name)
    with pytest.raises(Mocks3Error, match="the name of a session must have 1 to 32"):
        aws.account().create_user("eve").federate(name)
    assert role.assume(session_name="a@b=c").arn.endswith("assumed-role/reader/a@b=c")
