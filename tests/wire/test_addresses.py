"""The bucket and key of a URL, for every kind of host and for unusual keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import wire
from mocks3.errors import S3Error
from mocks3.model.parsed import Address
from mocks3.wire import hosts

from .shapes import KEYS
from .wires import request, send

AWS = "amazonaws.com"


def address(url: str) -> Address:
    return wire.parse(request("GET", url)).address


@pytest.mark.parametrize(
    ("host", "kind", "region", "bucket"),
    [
        (f"s3.{AWS}", "s3", None, None),
        (f"s3.eu-west-1.{AWS}", "s3", "eu-west-1", None),
        (f"s3-eu-west-1.{AWS}", "s3", "eu-west-1", None),
        (f"s3-external-1.{AWS}", "s3", "us-east-1", None),
        (f"s3.dualstack.us-west-2.{AWS}", "s3", "us-west-2", None),
        (f"s3-fips.dualstack.us-gov-west-1.{AWS}", "s3", "us-gov-west-1", None),
        (f"b.s3.{AWS}", "s3", None, "b"),
        ("B.S3.Amazonaws.COM:443", "s3", None, "b"),
        (f"b.s3.eu-west-1.{AWS}", "s3", "eu-west-1", "b"),
        (f"b.s3-eu-west-1.{AWS}", "s3", "eu-west-1", "b"),
        (f"b.s3.dualstack.us-west-2.{AWS}", "s3", "us-west-2", "b"),
        (f"b.s3-fips.us-east-1.{AWS}", "s3", "us-east-1", "b"),
        (f"b.s3-accelerate.{AWS}", "s3-accelerate", None, "b"),
        (f"b.s3-accelerate.dualstack.{AWS}", "s3-accelerate", None, "b"),
        (f"b.s3.cn-north-1.{AWS}.cn", "s3", "cn-north-1", "b"),
        ("b.s3.us-iso-east-1.c2s.ic.gov", "s3", "us-iso-east-1", "b"),
        ("b.s3.eusc-de-east-1.amazonaws.eu", "s3", "eusc-de-east-1", "b"),
        (f"my.dotted.name.s3.eu-west-1.{AWS}", "s3", "eu-west-1", "my.dotted.name"),
        (f"s3.s3.{AWS}", "s3", None, "s3"),
        (f"us-west-2.s3.{AWS}", "s3", None, "us-west-2"),
        (f"b.s3-website-us-east-1.{AWS}", "s3-website", "us-east-1", "b"),
        (f"w.example.com.s3-website.eu-central-1.{AWS}", "s3-website", "eu-central-1", "w.example.com"),
        (f"b--x-s3.s3express-use1-az4.us-east-1.{AWS}", "s3express-use1-az4", "us-east-1", "b--x-s3"),
        (f"s3express-control.us-east-1.{AWS}", "s3express-control", "us-east-1", None),
        (f"b.bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.{AWS}", "s3", "us-east-1", "b"),
        (f"bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.{AWS}", "s3", "us-east-1", None),
        (f"123456789012.s3-control.us-east-1.{AWS}", "s3-control", "us-east-1", "123456789012"),
        (f"sqs.us-east-1.{AWS}", "custom", None, None),
        ("localhost:9000", "custom", None, None),
        ("127.0.0.1", "custom", None, None),
        ("minio.example.com", "custom", None, None),
    ],
)  # fmt: skip
def test_hosts(host: str, kind: str, region: str | None, bucket: str | None) -> None:
    found = hosts.read(host)
    assert (found.kind, found.region, found.bucket) == (kind, region, bucket)


@pytest.mark.parametrize(
    ("host", "arn", "endpoint"),
    [
        (
            f"my-ap-123456789012.s3-accesspoint.us-west-2.{AWS}",
            "arn:aws:s3:us-west-2:123456789012:accesspoint/my-ap",
            f"s3-accesspoint.us-west-2.{AWS}",
        ),
        (
            f"ap-123456789012.s3-accesspoint-fips.dualstack.us-gov-west-1.{AWS}",
            "arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint/ap",
            f"s3-accesspoint-fips.dualstack.us-gov-west-1.{AWS}",
        ),
        (
            f"mfzwi23gnjvgw.mrap.accesspoint.s3-global.{AWS}",
            "arn:aws:s3:::accesspoint/mfzwi23gnjvgw.mrap",
            f"accesspoint.s3-global.{AWS}",
        ),
        (
            f"ol-ap-123456789012.s3-object-lambda.cn-north-1.{AWS}.cn",
            "arn:aws-cn:s3-object-lambda:cn-north-1:123456789012:accesspoint/ol-ap",
            f"s3-object-lambda.cn-north-1.{AWS}.cn",
        ),
        (
            f"ap-123456789012.op-01ac5d28a6a232904.s3-outposts.us-west-2.{AWS}",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/ap",
            f"s3-outposts.us-west-2.{AWS}",
        ),
        (
            f"ap-123456789012.accesspoint.vpce-1a2b-3c4d.s3.us-east-1.vpce.{AWS}",
            "arn:aws:s3:us-east-1:123456789012:accesspoint/ap",
            f"accesspoint.vpce-1a2b-3c4d.s3.us-east-1.vpce.{AWS}",
        ),
    ],
)
def test_access_points(host: str, arn: str, endpoint: str) -> None:
    found = address(f"https://{host}/k")
    style = "object-lambda" if "s3-object-lambda" in host else "access-point"
    assert found == Address(style, arn, "k", hosts.read(host).region, endpoint, arn)


@pytest.mark.parametrize(
    ("url", "bucket", "key"),
    [
        ("https://s3.amazonaws.com/", None, None),
        ("https://s3.amazonaws.com", None, None),
        ("https://s3.amazonaws.com/b", "b", None),
        ("https://s3.amazonaws.com/b/", "b", None),
        ("https://s3.amazonaws.com/b//k", "b", "/k"),
        ("https://s3.amazonaws.com/b/k/", "b", "k/"),
        ("https://s3.amazonaws.com//k", "", "k"),
        ("https://b.s3.amazonaws.com", "b", None),
        ("https://b.s3.amazonaws.com/", "b", None),
        ("https://b.s3.amazonaws.com//k", "b", "/k"),
        ("https://b.s3.amazonaws.com/../a/./b", "b", "../a/./b"),
        ("https://b.s3.amazonaws.com/a+b%20c%2Bd", "b", "a+b c+d"),
        ("https://b.s3.amazonaws.com/a%2Fb%252F", "b", "a/b%2F"),
        ("https://b.s3.amazonaws.com/%C3%BC%F0%9F%98%80%00%1F", "b", "ü😀\0\x1f"),
        ("http://localhost:9000/b/k", "b", "k"),
    ],
)
def test_paths(url: str, bucket: str | None, key: str | None) -> None:
    found = address(url)
    assert (found.bucket, found.key) == (bucket, key)


@given(KEYS, st.sampled_from(["path", "virtual"]))
def test_a_key_is_used_byte_for_byte(key: str, style: str) -> None:
    parsed = wire.parse(send("s3", "GetObject", {"Bucket": "some-bucket", "Key": key}, style))
    assert (parsed.operation, parsed.address.style) == ("GetObject", style)
    assert parsed.address.key == parsed.head["Key"] == key


@pytest.mark.parametrize("path", ["/b/%FF", "/b/%C3%28", "/%FF/k", "/b?prefix=%FF"])
def test_a_path_that_is_not_utf8_is_invalid_uri(path: str) -> None:
    with pytest.raises(S3Error) as caught:
        wire.parse(request("GET", path))
    assert (caught.value.code, caught.value.status) == ("InvalidURI", 400)
    assert caught.value.message == "Couldn't parse the specified URI."


def test_an_interceptor_may_set_the_bucket() -> None:
    sent = request("GET", "http://b.localhost:9000/k")._replace(bucket="b")
    assert wire.parse(sent).address == Address("virtual", "b", "k", None, "b.localhost:9000")


@pytest.mark.parametrize(
    ("host", "service"),
    [
        (f"s3.{AWS}", "s3"),
        (f"b.s3.eu-west-1.{AWS}:443", "s3"),
        (f"b.s3-website-us-east-1.{AWS}", "s3"),
        (f"ap-123456789012.s3-accesspoint.us-east-1.{AWS}", "s3"),
        (f"123456789012.s3-control.us-east-1.{AWS}", "s3control"),
        (f"sts.{AWS}", "sts"),
        (f"STS.eu-west-1.{AWS}", "sts"),
        (f"kms-fips.us-east-1.{AWS}", "kms"),
        (f"monitoring.us-east-1.{AWS}.cn", "monitoring"),
        (f"vpce-1.sqs.us-east-1.vpce.{AWS}", "sqs"),
        (f"api.ecr.us-east-1.{AWS}", "ecr"),
        (f"iam.us-gov.{AWS}", "iam"),
        ("lambda.us-east-1.api.aws", "lambda"),
        (f"us-east-1.{AWS}", ""),
        (AWS, ""),
        ("example.com", None),
        (f"s3.{AWS}.example.com", None),
        ("localhost:4566", None),
    ],
)
def test_which_service_a_host_belongs_to(host: str, service: str | None) -> None:
    assert hosts.service(host) == service


def test_the_website_endpoint_is_recognised() -> None:
    assert wire.is_to_website(request("GET", f"https://b.s3-website-us-east-1.{AWS}/index.html"))
    assert wire.is_to_website(request("GET", f"https://b.s3-website.eu-west-1.{AWS}/"))
    assert not wire.is_to_website(request("GET", f"https://b.s3.{AWS}/"))
    assert not wire.is_to_website(request("POST", f"https://b.s3-website-us-east-1.{AWS}/", service="sts"))
