"""GetBucketVersioning, PutBucketVersioning.

Source: API_PutBucketVersioning; error codes and messages as recorded; F-51.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_BUCKET_STATE, NO_VERSIONING_STATUS
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, Need
from mocks3.model.stages import Authorized
from mocks3.rules import mfa
from mocks3.storage import ENABLED, SUSPENDED

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetBucketVersioningRequestTypeDef, PutBucketVersioningRequestTypeDef

_NEED_VERSIONING = {
    "object-lock": "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    "replication": "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
}
"""Configurations of a bucket that need its versioning to stay enabled, and the error message for each."""


@operation(Need("s3:GetBucketVersioning", BUCKET))
def get_bucket_versioning(call: Authorized, params: GetBucketVersioningRequestTypeDef) -> Params:
    """Return the bucket's versioning and MFA delete settings. A setting that was never set is left out."""
    return {"Status": call.bucket.versioning, "MFADelete": call.bucket.mfa_delete}


@operation(Need("s3:PutBucketVersioning", BUCKET))
def put_bucket_versioning(call: Authorized, params: PutBucketVersioningRequestTypeDef) -> Params:
    """Enable or suspend versioning, turn MFA delete on or off.

    Raises ``IllegalVersioningConfigurationException`` without a status, ``InvalidBucketState`` if Object Lock or
    replication needs versioning enabled, and ``AccessDenied`` if the change needs the root user with ``x-amz-mfa``.
    Changing MFA delete needs that, and so does any change while MFA delete is on.
    """
    configuration = params["VersioningConfiguration"]
    status = configuration.get("Status")
    if status is None:
        raise NO_VERSIONING_STATUS()
    mfa_delete = configuration.get("MFADelete", call.bucket.mfa_delete)
    if "Enabled" in (mfa_delete, call.bucket.mfa_delete):
        mfa.require_device(call, params)
    with call.store.editing(call.bucket.name) as bucket:
        for document, reason in _NEED_VERSIONING.items():
            if status == SUSPENDED and bucket.versioning == ENABLED and document in bucket.configurations:
                raise INVALID_BUCKET_STATE(message=reason)
        bucket.versioning = status
        if mfa_delete is not None:
            bucket.mfa_delete = mfa_delete
    return {}
