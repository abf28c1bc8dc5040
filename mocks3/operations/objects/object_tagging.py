"""Get, Put and DeleteObjectTagging. Source: their API pages; R-15; F-80 to F-82."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3.errors import NO_SUCH_KEY, S3Error
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need, no_version_named, version_named
from mocks3.model.stages import Authorized
from mocks3.rules import object_tags
from mocks3.rules.finding import check_key_and_version, editing, find_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        DeleteObjectTaggingRequestTypeDef,
        GetObjectTaggingRequestTypeDef,
        PutObjectTaggingRequestTypeDef,
    )


@operation(
    Need("s3:GetObjectTagging", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersionTagging", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_tagging(call: Authorized, params: GetObjectTaggingRequestTypeDef) -> Params:
    """Return the tags of a version. Unlike in other operations, NoSuchKey names the bucket and the key."""
    try:
        version = find_version(call.bucket, call.key, params.get("VersionId"), "GET", masked=False)
    except S3Error as error:
        if error.code != NO_SUCH_KEY.code:
            raise
        raise NO_SUCH_KEY(error.headers, Key=f"{call.target.name}/{call.key}") from None
    tags = [{"Key": key, "Value": value} for key, value in version.tags.items()]
    return {"TagSet": tags, "VersionId": call.bucket.shown_id(version)}


@operation(
    Need("s3:PutObjectTagging", OBJECT, when=no_version_named()),
    Need("s3:PutObjectVersionTagging", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def put_object_tagging(call: Authorized, params: PutObjectTaggingRequestTypeDef) -> Params:
    """Replace the tags of a version. Raise ``InvalidTag``, ``BadRequest``, ``NoSuchKey`` or ``MethodNotAllowed``."""
    return _retag(call, params, object_tags.from_document(params["Tagging"]["TagSet"]), "PUT")


@operation(
    Need("s3:DeleteObjectTagging", OBJECT, when=no_version_named()),
    Need("s3:DeleteObjectVersionTagging", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def delete_object_tagging(call: Authorized, params: DeleteObjectTaggingRequestTypeDef) -> Params:
    """Delete all tags of a version."""
    return _retag(call, params, {}, "DELETE")


def _retag(
    call: Authorized,
    params: PutObjectTaggingRequestTypeDef | DeleteObjectTaggingRequestTypeDef,
    tags: Mapping[str, str],
    method: str,
) -> Params:
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), method, masked=False)
        bucket.update(replace(version, tags=tags))
        return {"VersionId": bucket.shown_id(version)}
