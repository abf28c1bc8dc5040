"""Parse a host name: the kind of endpoint, the Region, the bucket or access point.

Rule 1: only the name is parsed; whether the bucket or the Region exists is not checked: in ``s3.testing.amazonaws.com``
the Region is ``testing``. Rule 2: a host outside AWS's domains is a
custom endpoint. It names no Region. It names no bucket either, except a directory bucket: SDKs put it into every host,
and except a website endpoint below another domain, which browsers resolve.

    s3.REGION.amazonaws.com, s3.amazonaws.com, s3-REGION.amazonaws.com      bucket in the path
    BUCKET.s3.REGION.amazonaws.com  (+ -fips, .dualstack, -accelerate)      bucket in the host, dots allowed
    NAME-ACCOUNT.s3-accesspoint.REGION.amazonaws.com                        access point
    ALIAS.accesspoint.s3-global.amazonaws.com                               multi-Region access point
    NAME-ACCOUNT.s3-object-lambda.REGION.amazonaws.com                      Object Lambda access point
    NAME-ACCOUNT.OUTPOST.s3-outposts.REGION.amazonaws.com                   access point on an Outpost
    BUCKET--ZONE--x-s3.s3express-ZONE.REGION.amazonaws.com                  directory bucket
    s3express-control.REGION.amazonaws.com                                  directory buckets, bucket in the path
    BUCKET.s3-website-REGION.amazonaws.com, BUCKET.s3-website.REGION…       static website
    BUCKET.s3-website.localhost, BUCKET.s3-website-REGION.localhost         static website of the HTTP server
    BUCKET.bucket.VPCE.s3.REGION.vpce.amazonaws.com                         through a VPC endpoint

Source: S3 User Guide, "Virtual hosting of buckets", "Using Amazon S3 access points", "Endpoints" of the Reference
Guide; botocore's endpoint rule set for S3 builds the same names.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from mocks3.lib.partitions import partition_of
from mocks3.model import zones
from mocks3.wire import models
from mocks3.wire.hostname import normalized

MALFORMED = "malformed"
"""The kind of a text that is not a valid host."""

_HOST = re.compile(r"[\w.~!$&'()*+,;=%-]+|[0-9a-f:.]+", re.ASCII)
"""A normalized host (RFC 9110, 7.2; RFC 3986, 3.2.2): a name, or an address of either version."""
_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-\d+"
_ENDPOINT = re.compile(
    r"(?:(?P<label>.+)\.)?"
    r"(?P<kind>s3(?:-accesspoint|-object-lambda|-outposts|-website|-control|-accelerate|express-control"
    r"|express(?:-fips)?-[a-z0-9]+(?:-[a-z0-9]+)?-az\d+)?)"
    r"(?:-fips)?(?:\.dualstack)?(?:[.-](?P<region>"
    + _REGION
    + r")|-external-1|\.aws-global|\.(?P<other>[a-z0-9-]+))?",
)
_WEBSITE = re.compile(
    r"(?P<label>.+)\.s3-website(?:[.-](?P<region>" + _REGION + r"))?\.[^.]+(?:\..+)?",
)
"""A website endpoint outside AWS's domains."""
_GLOBAL = re.compile(r"(?P<label>.+)\.accesspoint\.s3-global")
_VPCE = re.compile(
    r"(?:(?P<label>.+)\.)?(?P<resource>bucket|accesspoint|control)\.vpce-[a-z0-9-]+\.s3\.(?P<region>"
    + _REGION
    + r")\.vpce"
)
_NOT_A_SERVICE = re.compile(_REGION + "|vpce|us-gov|aws-global|global")
_ARN_SERVICE = {"s3-accesspoint": "s3", "s3-object-lambda": "s3-object-lambda"}


class Host(NamedTuple):
    """A parsed host name.

    Attributes:
        kind: ``custom``, ``malformed``, or the service's label without ``-fips`` (``s3``, ``s3-website``…).
        endpoint: The host without the label of the bucket or access point.
        region: The Region that the host names.
        bucket: The bucket that the host names.
        access_point: The ARN of the access point that the host names.
    """

    kind: str
    endpoint: str
    region: str | None = None
    bucket: str | None = None
    access_point: str | None = None


@functools.lru_cache(maxsize=512)
def read(host: str) -> Host:
    """Parse a host, with or without a port."""
    name = normalized(host)
    if not _HOST.fullmatch(name):
        return Host(MALFORMED, host)
    for suffix in models.dns_suffixes():
        if name.endswith("." + suffix):
            return _aws(name[: -len(suffix) - 1], name)
    label = name.partition(".")[0]
    if zones.is_directory_bucket(label):
        return Host("custom", _without(label, host), None, label)
    if ".s3-website" in name and (match := _WEBSITE.fullmatch(name)):
        return Host("s3-website", _without(match["label"], host), match["region"], match["label"])
    return Host("custom", host)


_OTHER_DOMAINS = {
    "amazonwebservices.com.cn": "",
    "amazonaws-us-gov.com": "",
    "amazonaws.cn": "",
    "aws.amazon.com": "",
    "aws": "",
    "on.aws": "",
    "amazoncognito.com": "cognito-idp",
    "awsapps.com": "sso",
    "awsapps.cn": "sso",
    "cloudfront.net": "cloudfront",
    "cloudfront.cn": "cloudfront",
    "amplifyapp.com": "amplify",
    "awsapprunner.com": "apprunner",
    "awsglobalaccelerator.com": "globalaccelerator",
    "elasticbeanstalk.com": "elasticbeanstalk",
    "instance-data.ec2.internal": "imds",
    "instance-data": "imds",
}
"""Domains of AWS that do not belong to a partition, and their service; empty if the host itself names the service.

``aws`` is Amazon's top-level domain (IANA, Root Zone Database). Sources: "AWS service endpoints" and the pages of the
services about their own domains: Lambda function URLs, "Using the Amazon Cognito domain", the AWS access portal,
CloudFront distributions; "Use the Instance Metadata Service".
"""
_CREDENTIAL_ADDRESSES = {
    "169.254.169.254": "imds",
    "fd00:ec2::254": "imds",
    "169.254.170.2": "container-credentials",
    "169.254.170.23": "container-credentials",
    "fd00:ec2::23": "container-credentials",
}
"""Addresses that give credentials to instances and containers (EC2, "Instance metadata"; ECS, "Task metadata"; EKS,
"Pod Identity")."""


@functools.cache
def _suffixes() -> tuple[str, ...]:
    return tuple(sorted({*models.dns_suffixes(), *_OTHER_DOMAINS}, key=len, reverse=True))


@functools.lru_cache(maxsize=512)
def service(host: str) -> str | None:
    """Return the service of an AWS host, as endpoints spell it (``s3``, ``sqs``, ``monitoring``…).

    Returns None for a host outside AWS's domains, and an empty text for an AWS host that names no service. Source:
    "AWS service endpoints" of the General Reference: ``[dualstack., NAME.]SERVICE[-fips][.REGION][.vpce].SUFFIX``.
    """
    name = normalized(host)
    if name in _CREDENTIAL_ADDRESSES:
        return _CREDENTIAL_ADDRESSES[name]
    suffix = next((each for each in _suffixes() if f".{name}".endswith(f".{each}")), None)
    if suffix is None:
        return None
    if known := _OTHER_DOMAINS.get(suffix):
        return known
    kind = read(host).kind
    if kind != "custom":
        return "s3control" if kind == "s3-control" else "s3"
    labels = [
        label for label in name[: -len(suffix)].split(".") if label and not _NOT_A_SERVICE.fullmatch(label)
    ]
    return labels[-1].removesuffix("-fips") if labels else ""


def _aws(stem: str, host: str) -> Host:
    if match := _GLOBAL.fullmatch(stem):
        arn = f"arn:aws:s3:::accesspoint/{match['label']}"
        return Host("s3-accesspoint", _without(match["label"], host), None, None, arn)
    if match := _VPCE.fullmatch(stem):
        return _vpce(match, host)
    match = _ENDPOINT.fullmatch(stem)
    if match is None:
        return Host("custom", host)
    kind, region, label = match["kind"], match["region"] or match["other"], match["label"]
    if stem.endswith("-external-1"):
        region = "us-east-1"
    if label is None:
        return Host(kind, host, region)
    endpoint = _without(label, host)
    if kind in _ARN_SERVICE or kind == "s3-outposts":
        return Host(kind, endpoint, region, None, _access_point(kind, region, label))
    return Host(kind, endpoint, region, label)


def _vpce(match: re.Match[str], host: str) -> Host:
    label, region = match["label"], match["region"]
    if label is None:
        return Host("s3", host, region)
    endpoint = _without(label, host)
    if match["resource"] == "accesspoint":
        return Host("s3-accesspoint", endpoint, region, None, _access_point("s3-accesspoint", region, label))
    return Host("s3", endpoint, region, label)


def _without(label: str, host: str) -> str:
    return host[len(label) + 1 :]


def _access_point(kind: str, region: str | None, label: str) -> str | None:
    """Return the ARN of the label; None for an Object Lambda response route, which has no account."""
    name, _, outpost = label.partition(".")
    name, _, account = name.rpartition("-")
    if not re.fullmatch(r"\d{12}", account):
        return None
    where = f"{region or ''}:{account}"
    partition = partition_of(region)
    if kind == "s3-outposts":
        return f"arn:{partition}:s3-outposts:{where}:outpost/{outpost}/accesspoint/{name}"
    return f"arn:{partition}:{_ARN_SERVICE[kind]}:{where}:accesspoint/{name}"
