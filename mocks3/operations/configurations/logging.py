"""The server access logging of a bucket. Source: API_PutBucketLogging; sentences as recorded.

The sentence about owners is known from callers' reports of the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import (
    ACL_NOT_SUPPORTED,
    CROSS_LOCATION_LOGGING,
    INVALID_TARGET_FOR_LOGGING,
    MALFORMED_XML,
    S3Error,
)
from mocks3.operations.buckets.ownership import ENFORCED
from mocks3.operations.configurations.document import Content
from mocks3.rules import acls
from mocks3.rules.regions import HOME

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket


def check(call: Authorized, content: Content) -> Content | None:
    """Without ``LoggingEnabled`` logging ends; with it, the target is a bucket of the same account and Region."""
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
        raise _elsewhere(call.bucket, target)
    if enabled.get("TargetGrants") and target.ownership == ENFORCED:
        raise ACL_NOT_SUPPORTED()
    for grant in enabled.get("TargetGrants", ()):
        _check_grant(call, grant)
    return content


def _check_grant(call: Authorized, grant: Content) -> None:
    """Raise what is wrong with a grant of the objects that logs are written to.

    It is a grant of an ACL: it has a permission and a grantee (``MalformedXML``). The grantee exists
    (``InvalidArgument``) and is not named by e-mail (``MethodNotAllowed``; API_PutBucketLogging, "End of support
    notice").
    """
    if not acls.is_grant(grant):
        raise MALFORMED_XML()
    acls.document_grant(call, grant)


def _invalid(message: str, name: str) -> S3Error:
    return INVALID_TARGET_FOR_LOGGING(message=message, TargetBucket=name)


def _elsewhere(source: Bucket, target: Bucket) -> S3Error:
    """The Region of the source is not told where it is us-east-1 (as recorded)."""
    regions = {"TargetBucketLocation": target.region}
    if source.region != HOME:
        regions["SourceBucketLocation"] = source.region
    return CROSS_LOCATION_LOGGING(**regions)
