"""GetObjectAcl and PutObjectAcl. Source: their API pages; A-42; docs/rules/acls.md."""

from __future__ import annotations

from dataclasses import replace

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need, no_version_named, version_named
from mocks3.model.stages import Authorized
from mocks3.rules import acls
from mocks3.rules.finding import check_key_and_version, editing, find_version


@operation(
    Need("s3:GetObjectAcl", OBJECT, when=no_version_named()),
    Need("s3:GetObjectVersionAcl", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_acl(call: Authorized, params: Params) -> Params:
    """Owner and grants of one version. Raises ``NoSuchKey``, and ``MethodNotAllowed`` for a marker that is named."""
    version = find_version(call.bucket, call.key, params.get("VersionId"), "GET")
    return acls.response_members(call, version.acl, version.owner)


@operation(
    Need("s3:PutObjectAcl", OBJECT, when=no_version_named()),
    Need("s3:PutObjectVersionAcl", OBJECT, when=version_named()),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    anonymous="Anonymous users cannot invoke this API. Please authenticate.",
    syntax=check_key_and_version,
)
def put_object_acl(call: Authorized, params: Params) -> Params:
    """Replace the grants of one version; its owner stays who it is (A-6).

    Raises what :func:`.acls.replacement` raises, ``NoSuchKey``, and ``MethodNotAllowed`` for delete markers.
    """
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        acl = acls.replacement_acl(call, params, version.owner, acls.OBJECT_CANNED, "s3:PutObjectAcl")
        bucket.update(replace(version, acl=acl))
    return {}
