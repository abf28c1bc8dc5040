"""The check of a server access logging configuration. Source: API_PutBucketLogging; error messages as recorded.

The message about owners is known from users' reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import (
    ACL_NOT_SUPPORTED,
    INVALID_TARGET_FOR_LOGGING,
    MALFORMED_XML,
    S3Error,
    Why,
)
from mocks3.errors.refusals import CROSS_LOCATION_LOGGING
from mocks3.operations.buckets.ownership import ENFORCED
from mocks3.operations.configurations.document import Content
from mocks3.rules import acls
from mocks3.rules.regions import DEFAULT_REGION

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import TargetGrantTypeDef

    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket


def check(call: Authorized, content: Content) -> Content | None:
    """Check that the target bucket has the same owner and Region. Return None, which ends logging, without a target."""
    enabled = content.get("LoggingEnabled")
    if enabled is None:
        return None
    name = enabled["TargetBucket"]
    target = call.store.bucket(name)
    if target is None:
        raise _invalid("The target bucket for logging does not exist", name)
    if target.owner != call.bucket.owner:
        raise _invalid("The owner for the bucket to be logged and the target bucket must be the same.", name)
    if target.region != call.bucket.region:
        raise _other_region(call.bucket, target)
    if enabled.get("TargetGrants") and target.ownership == ENFORCED:
        raise ACL_NOT_SUPPORTED()
    for grant in enabled.get("TargetGrants", ()):
        _check_grant(call, grant)
    if len(enabled.get("TargetObjectKeyFormat", {"SimplePrefix": {}})) != 1:
        raise MALFORMED_XML()  # API_TargetObjectKeyFormat: only one of both formats. The code is inferred.
    return content


def _check_grant(call: Authorized, grant: TargetGrantTypeDef) -> None:
    """Check one of the grants on log objects, as in an ACL.

    Raises ``MalformedXML`` without a permission or a grantee, ``InvalidArgument`` for a grantee that does not exist,
    and ``MethodNotAllowed`` for a grantee named by e-mail (API_PutBucketLogging, "End of support notice").
    """
    if not acls.is_grant(grant):
        raise MALFORMED_XML()
    acls.parse_grant(call, grant)


def _invalid(message: str, name: str) -> S3Error:
    return INVALID_TARGET_FOR_LOGGING(message=message, TargetBucket=name)


def _other_region(source: Bucket, target: Bucket) -> S3Error:
    """Return the error for a target in another Region. S3 leaves out the source's Region if it is us-east-1."""
    regions = {"TargetBucketLocation": target.region}
    if source.region != DEFAULT_REGION:
        regions["SourceBucketLocation"] = source.region
    text = f"the bucket is in {source.region}, and the target bucket {target.name} in {target.region}"
    fix = f"name a target bucket in {source.region}"
    return CROSS_LOCATION_LOGGING(Why("logging", text, "R-19", (fix,)), **regions)
