"""From a proven caller to a request that may proceed.

The order is docs/rules/evaluation.md: the checks of the bucket, the fixed refusals for unsigned callers, an upload's
existence, then the needs on the operation's row, first failing one named (X-48); what S3 asks of KMS comes last
(F-64). What is only about keys that turn out to be missing is asked afterwards, by ``conceal``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import bucket_checks, requester_pays, targets, uploads
from mocks3.access.context import request_info_of
from mocks3.access.directory_buckets import request_checks
from mocks3.access.directory_buckets.permissions import DirectoryBucketPermissions
from mocks3.access.iam import authorize_iam
from mocks3.access.permissions import RequestPermissions
from mocks3.errors import S3Error
from mocks3.model.permissions import ACCOUNT, ANSWERED, KMS_KEY, NEW_BUCKET, ROLE
from mocks3.model.stages import Authorized
from mocks3.model.target import DirectoryTarget

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World

MISSING_KEY_ERRORS = frozenset({"NoSuchKey", "NoSuchVersion"})
"""Errors that show that an object does not exist. Only callers who may list the bucket get them (X-1, X-16)."""


def authorize(world: World, operation: Operation, authenticated: Authenticated) -> Authorized:
    """Decide every permission that the operation's row requires.

    Raises:
        S3Error: An error of :mod:`mocks3.access.bucket_checks`; ``NoSuchUpload``; or ``AccessDenied`` with AWS's
            message, and the decision as its ``decision``.
    """
    if operation.service == "iam":
        return authorize_iam(world, operation, authenticated)
    parsed = authenticated.parsed
    source = targets.source_target(parsed, world.store)
    target = targets.url_target(parsed, world.store, source)
    about_a_bucket = operation.needs[0].on not in (ACCOUNT, NEW_BUCKET, ROLE, KMS_KEY, ANSWERED)
    if about_a_bucket:
        assert target is not None
        bucket_checks.require_bucket(authenticated, operation, target, parsed.head.get("ExpectedBucketOwner"))
    if source is not None:
        bucket_checks.require_source_bucket(
            authenticated, operation, source, target, parsed.head.get("ExpectedSourceBucketOwner")
        )
    if world.iam.inactive_accounts:
        bucket_checks.require_active_owners(
            world.iam.inactive_accounts, target if about_a_bucket else None, source
        )
    zonal = isinstance(target, DirectoryTarget) or isinstance(source, DirectoryTarget)
    if zonal:
        request_checks.check_request(operation, authenticated, target, source)
    if operation.syntax is not None:
        operation.syntax(parsed.head)
    if operation.anonymous is not None and authenticated.caller.anonymous:
        raise S3Error("AccessDenied", 403, operation.anonymous)
    if operation.precheck is not None:
        assert target is not None
        operation.precheck(world, authenticated, target)
    upload = uploads.find_upload(authenticated, target) if target else None
    request_info = request_info_of(world, authenticated, upload)
    permissions = (DirectoryBucketPermissions if zonal else RequestPermissions)(
        world, operation, authenticated, request_info, target, source, upload
    )
    permissions.enter()
    for need in operation.required:
        permissions.require(need)
    permissions.require_initiator()
    if world.settings.enforce != "report":
        requester_pays.require_requester_pays(authenticated, operation, target, source)
    for need in operation.kms:
        permissions.require_key(need)
    return Authorized(
        parsed,
        authenticated.caller,
        authenticated.signature,
        permissions.target,
        source,
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
