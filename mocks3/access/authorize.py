"""From a proven caller to a request that may proceed.

The order is docs/rules/evaluation.md: the checks of the bucket, the fixed refusals for unsigned callers, an upload's
existence, then the needs on the operation's row, first failing one named (X-48); what S3 asks of KMS comes last
(F-64). Permissions about missing keys are checked after the operation, by ``hide_missing_key``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import bucket_checks, uploads
from mocks3.access.context import request_info_of
from mocks3.access.directory_buckets import request_checks
from mocks3.access.directory_buckets.permissions import DirectoryBucketPermissions
from mocks3.access.iam import authorize_iam
from mocks3.access.organizations import authorize_organizations
from mocks3.access.permissions import RequestPermissions
from mocks3.access.s3control import authorize_s3control
from mocks3.errors import S3Error, Why
from mocks3.errors.refusals import UNSIGNED_CALL
from mocks3.model.stages import Authorized
from mocks3.model.target import DirectoryTarget

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Located
    from mocks3.model.world import World

MISSING_KEY_ERRORS = frozenset({"NoSuchKey", "NoSuchVersion"})
"""Errors that show that an object does not exist. Only callers who may list the bucket get them (X-1, X-16)."""


_OTHER_SERVICES = {
    "iam": authorize_iam,
    "organizations": authorize_organizations,
    "s3control": authorize_s3control,
}
"""The services whose calls name no bucket, and the function that authorizes them."""

WHY_UNSIGNED = Why(
    "unsigned",
    "the request is not signed, and S3 never accepts this operation unsigned, whatever policies allow",
    "X-60, X-61, X-62",
    ("sign the request",),
)


def authorize(world: World, operation: Operation, located: Located) -> Authorized:
    """Decide every permission that the operation's row requires.

    Raises:
        S3Error: An error of :mod:`mocks3.access.bucket_checks`; ``NoSuchUpload``; or ``AccessDenied`` with AWS's
            message, and the decision as its ``decision``.
    """
    authenticated, target, source, version = located
    other = _OTHER_SERVICES.get(operation.service)
    if other is not None:
        return other(world, operation, authenticated)
    bucket_checks.require_buckets(world, operation, located)
    zonal = isinstance(target, DirectoryTarget) or isinstance(source, DirectoryTarget)
    if zonal:
        request_checks.check_request(operation, authenticated, target, source)
    if operation.syntax is not None:
        operation.syntax(authenticated.parsed.head)
    if operation.anonymous is not None and authenticated.caller.anonymous:
        raise UNSIGNED_CALL(WHY_UNSIGNED, message=operation.anonymous)
    if operation.precheck is not None:
        assert target is not None
        operation.precheck(world, authenticated, target)
    names_upload = target is not None and "UploadId" in authenticated.parsed.head
    upload = uploads.find_upload(authenticated, target) if target and names_upload else None
    permissions = (DirectoryBucketPermissions if zonal else RequestPermissions)(
        world,
        operation,
        authenticated,
        request_info_of(world, authenticated, upload),
        target,
        source,
        upload,
    )
    permissions.require_row()
    return Authorized(
        authenticated.parsed,
        authenticated.caller,
        authenticated.signature,
        permissions.target,
        source,
        version,
        permissions.kms_key,
        permissions.encryption,
        permissions,
        world,
        authenticated.edition,
    )


def hide_missing_key(call: Authorized, error: S3Error) -> S3Error:
    """Return the error for this caller: 403 for a missing key if the caller may not list the bucket (X-1 to X-7).

    For the source of a copy, the caller must be allowed to list the bucket of the source. An error about the target of
    a copy is not hidden, because the caller may write there (X-5).
    """
    if error.code not in MISSING_KEY_ERRORS:
        return error
    if call.source is not None and error.extra.get("Key") != call.source.key:
        return error
    return call.permissions.missing_key_denial() or error
