"""Resource types of S3: buckets, bucket policies and access points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mocks3.load.cloudformation.bucket_settings import SETTINGS, Unfit, parameters
from mocks3.load.cloudformation.properties import boolean, document, mapping, text
from mocks3.load.cloudformation.stack import TemplateResource
from mocks3.load.cloudformation.types import resource_type
from mocks3.load.descriptions import AccessPointDescription, BucketDescription, Description

_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_WITHOUT_ACLS = frozenset({"private", "bucket-owner-full-control", "bucket-owner-read"})


@resource_type(
    "AWS::S3::Bucket",
    reads="AccessControl BucketName ObjectLockEnabled OwnershipControls PublicAccessBlockConfiguration "
    + " ".join(SETTINGS),
    ignores="AnalyticsConfigurations IntelligentTieringConfigurations MetricsConfigurations",
)
def read_bucket(resource: TemplateResource) -> Iterator[Description]:
    """Read a bucket with its settings."""
    ownership = _ownership(resource)
    yield BucketDescription(
        place=resource.place(),
        name=resource.id,
        account=resource.environment.account,
        region=resource.environment.region,
        acl=_acl(resource, ownership),
        ownership=ownership,
        public_access_block=_public_access_block(resource),
        object_lock=boolean(resource, "ObjectLockEnabled"),
        settings=dict(_settings(resource)),
    )


def _ownership(resource: TemplateResource) -> str | None:
    """Return the Object Ownership. A new bucket has BucketOwnerEnforced (User Guide, "Controlling ownership")."""
    if "OwnershipControls" not in resource.properties:
        return "BucketOwnerEnforced"
    return text(resource, "OwnershipControls", "Rules", 0, "ObjectOwnership") or "BucketOwnerEnforced"


def _acl(resource: TemplateResource, ownership: str | None) -> str | None:
    """Return the canned ACL with S3's name for it, such as ``public-read`` for ``PublicRead``."""
    given = text(resource, "AccessControl")
    if given is None:
        return None
    canned = re.sub(r"(?<!^)(?=[A-Z])", "-", given).lower()
    if ownership != "BucketOwnerEnforced" or canned in _WITHOUT_ACLS:
        return canned
    resource.not_read(
        "S3 refuses this ACL, because the bucket's Object Ownership is BucketOwnerEnforced; add OwnershipControls with "
        "ObjectWriter or BucketOwnerPreferred",
        "AccessControl",
    )
    return None


def _public_access_block(resource: TemplateResource) -> dict[str, bool]:
    """Return Block Public Access. A new bucket has all four settings on; those that a template omits are off.

    Sources: User Guide, "Default settings for new S3 buckets FAQ"; PublicAccessBlockConfiguration.
    """
    name = "PublicAccessBlockConfiguration"
    if mapping(resource, name) is None:
        return dict.fromkeys(_BLOCKS, True)
    return {each: boolean(resource, name, each) or False for each in _BLOCKS}


def _settings(resource: TemplateResource) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, setting in SETTINGS.items():
        found = resource.value(name)
        if found is None:
            continue
        try:
            yield setting.operation, parameters(name, found, resource.id)
        except Unfit as error:
            resource.not_read(str(error), name)


@resource_type("AWS::S3::BucketPolicy", reads="Bucket PolicyDocument")
def read_bucket_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read a bucket policy. Its bucket can be of another template."""
    bucket, policy = text(resource, "Bucket"), document(resource, "PolicyDocument")
    if bucket is not None and policy is not None:
        yield BucketDescription(place=resource.place("PolicyDocument"), name=bucket, policy=policy)


@resource_type(
    "AWS::S3::AccessPoint",
    reads="Bucket BucketAccountId Name Policy PublicAccessBlockConfiguration VpcConfiguration",
    ignores="PolicyStatus",
)
def read_access_point(resource: TemplateResource) -> Iterator[Description]:
    """Read an access point with its policy."""
    bucket = text(resource, "Bucket")
    if bucket is None:
        return
    physical = resource.stack.physical(resource.logical_id)
    yield AccessPointDescription(
        place=resource.place(),
        name=physical.id,
        account=resource.environment.account,
        region=resource.environment.region,
        bucket=bucket,
        bucket_account=text(resource, "BucketAccountId"),
        alias=physical.attributes["Alias"],
        policy=document(resource, "Policy"),
        vpc=text(resource, "VpcConfiguration", "VpcId"),
        public_access_block=_public_access_block(resource),
    )
