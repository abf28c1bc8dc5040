"""Derive attributes that a plan does not know yet and that surely follow from others.

Rule 1: an ARN follows from partition, account, Region, path and name.
Rule 2: AWS chooses some names and ids when it creates the resource: of a KMS key, or of a bucket with
``bucket_prefix``. They are made from the resource's address here, so that they stay the same. No expression in the
plan can contain a value of its own in place of them: it has a reference, which leads here.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from mocks3.load.terraform.document import TerraformResource


class KnownValues(Protocol):
    """What is known about a document: values that the caller gave, and where resources are."""

    given: Mapping[str, Any]

    def attribute(self, resource: TerraformResource, name: str) -> Any: ...

    def account(self, resource: TerraformResource) -> str: ...

    def region(self, resource: TerraformResource) -> str: ...

    def partition(self, resource: TerraformResource) -> str: ...


Rule = Callable[[KnownValues, TerraformResource], str | None]
KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")
IAM = {
    "aws_iam_role": "role",
    "aws_iam_user": "user",
    "aws_iam_group": "group",
    "aws_iam_policy": "policy",
    "aws_iam_instance_profile": "instance-profile",
}
BUCKETS = ("aws_s3_bucket", "aws_s3_directory_bucket")
_OAI = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "
_OWN_NAME = {"aws_s3_bucket": "bucket", "aws_s3_directory_bucket": "bucket"}


def derive(known: KnownValues, resource: TerraformResource, attribute: str) -> str | None:
    """Return an attribute that follows from the others, or None."""
    rule = _RULES.get(resource.type, {}).get(attribute)
    return None if rule is None else rule(known, resource)


def own_name(known: KnownValues, resource: TerraformResource) -> str:
    """Return the name of a bucket, an IAM resource or an access point: given, planned, or made from its address."""
    attribute = _OWN_NAME.get(resource.type, "name")
    for each in (attribute, "id", "arn"):
        given = known.given.get(f"{resource.address}.{each}")
        if isinstance(given, str) and given:
            return re.split(r"[/:]", given)[-1]
    planned = resource.values.get(attribute)
    if isinstance(planned, str) and planned:
        return planned
    prefix = resource.values.get(f"{attribute}_prefix")
    return (prefix if isinstance(prefix, str) and prefix else "terraform-") + digits(resource, 26)


def digits(resource: TerraformResource, length: int, alphabet: str = "0123456789") -> str:
    """Return a text that follows from the address of a resource, such as a part of an id."""
    number = int.from_bytes(hashlib.sha256(resource.address.encode("utf-8", "surrogatepass")).digest())
    found = ""
    while len(found) < length:
        number, place = divmod(number, len(alphabet))
        found += alphabet[place]
    return found


def iam_path(resource: TerraformResource) -> str:
    """Return the path of an IAM resource."""
    path = resource.values.get("path")
    return path if isinstance(path, str) and path.startswith("/") and path.endswith("/") else "/"


def _iam_arn(known: KnownValues, resource: TerraformResource) -> str:
    kind = IAM[resource.type]
    account = known.account(resource)
    name = own_name(known, resource)
    return f"arn:{known.partition(resource)}:iam::{account}:{kind}{iam_path(resource)}{name}"


def _bucket_arn(known: KnownValues, resource: TerraformResource) -> str:
    return f"arn:{known.partition(resource)}:s3:::{own_name(known, resource)}"


def _regional_arn(known: KnownValues, resource: TerraformResource, service: str, name: str) -> str:
    where = f"{known.region(resource)}:{known.account(resource)}"
    return f"arn:{known.partition(resource)}:{service}:{where}:{name}"


def _directory_bucket_arn(known: KnownValues, resource: TerraformResource) -> str:
    return _regional_arn(known, resource, "s3express", f"bucket/{own_name(known, resource)}")


def _key_id(known: KnownValues, resource: TerraformResource) -> str:
    for attribute in ("key_id", "id", "arn"):
        value = known.given.get(f"{resource.address}.{attribute}") or resource.values.get(attribute)
        if isinstance(value, str) and value:
            return value.rpartition("/")[2]
    return str(uuid.uuid5(uuid.NAMESPACE_URL, resource.address))


def _key_arn(known: KnownValues, resource: TerraformResource) -> str:
    return _regional_arn(known, resource, "kms", f"key/{_key_id(known, resource)}")


def _alias(known: KnownValues, resource: TerraformResource) -> str | None:
    name = resource.values.get("name")
    return name if isinstance(name, str) else None


def _alias_arn(known: KnownValues, resource: TerraformResource) -> str | None:
    name = _alias(known, resource)
    return None if name is None else _regional_arn(known, resource, "kms", name)


def _access_point_arn(known: KnownValues, resource: TerraformResource) -> str:
    return _regional_arn(known, resource, "s3", f"accesspoint/{own_name(known, resource)}")


def _random(prefix: str, length: int, alphabet: str = "0123456789abcdef") -> Rule:
    def made(known: KnownValues, resource: TerraformResource) -> str:
        return prefix + digits(resource, length, alphabet)

    return made


def _of_id(text: str) -> Rule:
    """Return the rule for an attribute with the id of its resource in it."""

    def made(known: KnownValues, resource: TerraformResource) -> str | None:
        own = known.attribute(resource, "id")
        if not isinstance(own, str):
            return None
        partition, account = known.partition(resource), known.account(resource)
        return text.format(id=own, partition=partition, account=account)

    return made


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_KEY: dict[str, Rule] = {"arn": _key_arn, "id": _key_id, "key_id": _key_id}
_BUCKET: dict[str, Rule] = {"arn": _bucket_arn, "bucket": own_name, "id": own_name}
_RULES: dict[str, dict[str, Rule]] = {
    "aws_s3_bucket": _BUCKET,
    "aws_s3_directory_bucket": {"arn": _directory_bucket_arn, "bucket": own_name, "id": own_name},
    "aws_s3_access_point": {"arn": _access_point_arn, "name": own_name},
    **{kind: {"arn": _iam_arn, "name": own_name, "id": own_name} for kind in IAM},
    "aws_iam_policy": {"arn": _iam_arn, "name": own_name, "id": _iam_arn},
    **dict.fromkeys(KEYS, _KEY),
    "aws_kms_alias": {"arn": _alias_arn, "name": _alias, "id": _alias},
    "aws_vpc": {"id": _random("vpc-", 17)},
    "aws_vpc_endpoint": {"id": _random("vpce-", 17)},
    "aws_organizations_organization": {"id": _random("o-", 10)},
    "aws_organizations_organizational_unit": {"id": _random("ou-0000-", 8)},
    "aws_organizations_account": {"id": _random("9", 11, "0123456789")},
    "aws_organizations_policy": {"id": _random("p-", 8)},
    "aws_cloudfront_distribution": {
        "id": _random("E", 13, _UPPER),
        "arn": _of_id("arn:{partition}:cloudfront::{account}:distribution/{id}"),
    },
    "aws_cloudfront_origin_access_identity": {
        "id": _random("E", 13, _UPPER),
        "iam_arn": _of_id(_OAI + "{id}"),
    },
}
