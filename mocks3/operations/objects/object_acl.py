"""GetObjectAcl and PutObjectAcl. Source: their API pages; A-42; docs/rules/acls.md."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need, no_version_named, version_named
from mocks3.model.stages import Authorized
from mocks3.rules import acls
from mocks3.rules.finding import check_key_and_version, editing, find_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectAclRequestTypeDef, PutObjectAclRequestTypeDef


@operation(
    Need("s3:GetObjectAcl", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersionAcl", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_acl(call: Authorized, params: GetObjectAclRequestTypeDef) -> Params:
    """Return owner and grants of a version. Raise ``NoSuchKey``, or ``MethodNotAllowed`` for a delete marker."""
    version = find_version(call.bucket, call.key, params.get("VersionId"), "GET")
    return acls.response_members(call, version.acl, version.owner)


@operation(
    Need("s3:PutObjectAcl", OBJECT, when=no_version_named()),
    Need("s3:PutObjectVersionAcl", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    anonymous="Anonymous users cannot invoke this API. Please authenticate.",
    syntax=check_key_and_version,
    precheck=acls.check_public_object_acl,
)
def put_object_acl(call: Authorized, params: PutObjectAclRequestTypeDef) -> Params:
    """Replace the grants of a version. Its owner does not change (A-6).

    Raise an error of the ACL (:func:`mocks3.rules.acls.replacement_acl`), ``NoSuchKey``, or ``MethodNotAllowed`` for a
    delete marker.
    """
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        acl = acls.replacement_acl(call, params, version.owner, acls.OBJECT_CANNED, "s3:PutObjectAcl")
        bucket.update(replace(version, acl=acl))
    return {}
