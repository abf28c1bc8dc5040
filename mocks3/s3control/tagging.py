"""Tags of resources: TagResource, UntagResource, ListTagsForResource.

Buckets, access points, the resources of S3 Access Grants and Storage Lens groups have tags. Those of a bucket are the
tags of PutBucketTagging too.

Source: API_control_TagResource, API_control_UntagResource, API_control_ListTagsForResource; user guide, "Using tags
with S3 buckets", "Using tags with S3 Access Points". The sentence for a resource that does not exist is inferred.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.access_points.request_checks import NO_SUCH_ACCESS_POINT
from mocks3.errors import NO_SUCH_BUCKET, NotSupported, Row
from mocks3.model.operation import operation
from mocks3.model.permissions import Need, On, When
from mocks3.rules import tag_sets
from mocks3.s3control.lookup import account_of
from mocks3.storage import AccessPoint, Bucket
from mocks3.storage.control import TAGGED_KINDS

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import TagTypeDef

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

TAGGED = When("Tags are given", lambda parsed, target: bool(parsed.params.get("Tags")))
"""The condition under which a call that creates a resource also needs the permission to tag it."""

NO_SUCH_RESOURCE = Row("NoSuchResource", 404, "The specified resource doesn't exist.")

Tagged = Any
"""A bucket, an access point, or a record of ``TAGGED_KINDS``."""


@operation(Need("s3:TagResource", On.TAGGED_RESOURCE), service="s3control")
def tag_resource(call: Authorized, params: Params) -> Params:
    """Add tags to a resource. A tag with the same key gets the new value. A resource has at most 50 tags.

    Raises ``InvalidTag``, ``BadRequest`` for too many tags, ``NoSuchBucket``, ``NoSuchAccessPoint``,
    ``NoSuchResource``; :class:`NotSupported` for directory buckets.
    """
    found = _resource(call, params)
    added = given_tags(params)
    tags = {**_tags_of(found), **added}
    tag_sets.check_bucket_tags([{"Key": key, "Value": value} for key, value in tags.items()])
    _store(call, found, tags)
    return {}


@operation(Need("s3:UntagResource", On.TAGGED_RESOURCE), service="s3control")
def untag_resource(call: Authorized, params: Params) -> Params:
    """Remove tags of a resource, by their keys. A key that is not there changes nothing.

    Raises ``NoSuchBucket``, ``NoSuchAccessPoint``, ``NoSuchResource``.
    """
    found = _resource(call, params)
    removed = set(params["TagKeys"])
    _store(call, found, {key: value for key, value in _tags_of(found).items() if key not in removed})
    return {}


@operation(Need("s3:ListTagsForResource", On.TAGGED_RESOURCE), service="s3control")
def list_tags_for_resource(call: Authorized, params: Params) -> Params:
    """Return the tags of a resource. Raises ``NoSuchBucket``, ``NoSuchAccessPoint``, ``NoSuchResource``."""
    return {"Tags": tag_list(_tags_of(_resource(call, params)))}


def given_tags(params: Params) -> dict[str, str]:
    """Return the tags of a call. Raises ``InvalidTag``, or ``BadRequest`` for too many tags."""
    tags = params.get("Tags") or []
    tag_sets.check_bucket_tags(tags)
    return {tag["Key"]: tag["Value"] for tag in tags}


def tag_list(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """Return tags as boto3 returns them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _resource(call: Authorized, params: Params) -> Tagged:
    arn: str = params["ResourceArn"]
    _, _, service, _, account, name = (arn.split(":", 5) + [""] * 6)[:6]
    if service == "s3express":
        raise NotSupported(f"mocks3 does not support tags of directory buckets by S3 Control ({arn})")
    if service == "s3" and not account:
        bucket = call.store.bucket(name)
        if bucket is None or bucket.owner != account_of(call):
            raise NO_SUCH_BUCKET(BucketName=name)
        return bucket
    if name.startswith("accesspoint/"):
        point = call.store.access_point(arn)
        if point is None or point.account != account_of(call):
            raise NO_SUCH_ACCESS_POINT(AccessPointName=name.partition("/")[2])
        return point
    for kind in TAGGED_KINDS:
        record = call.store.control.find(kind, arn)
        if record is not None and record.account == account_of(call):
            return record
    raise NO_SUCH_RESOURCE(Resource=arn)


def _tags_of(found: Tagged) -> Mapping[str, str]:
    if not isinstance(found, Bucket):
        tags: Mapping[str, str] = found.tags
        return tags
    return {tag["Key"]: tag["Value"] for tag in found.configurations.get("tagging", {}).get("TagSet", ())}


def _store(call: Authorized, found: Tagged, tags: Mapping[str, str]) -> None:
    if isinstance(found, AccessPoint):
        call.store.put_access_point(dataclasses.replace(found, tags=tags))
    elif isinstance(found, Bucket):
        with call.store.editing(found.name) as bucket:
            if tags:
                bucket.configurations["tagging"] = {"TagSet": tag_list(tags)}
            else:
                bucket.configurations.pop("tagging", None)
    else:
        call.store.control.put(dataclasses.replace(found, tags=tags))
