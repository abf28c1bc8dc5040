"""GetBucketVersioning, PutBucketVersioning.

Source: API_PutBucketVersioning; codes and sentences as recorded; authorization.md F-51.
"""

from __future__ import annotations

from mocks3.call import Authorized, Params
from mocks3.errors import ACCESS_DENIED, INVALID_BUCKET_STATE, NO_VERSIONING_STATUS, NotSupported
from mocks3.needs import BUCKET, Need
from mocks3.operations.registry import operation
from mocks3.storage import ENABLED, SUSPENDED

_HINDRANCES = {
    "object-lock": "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    "replication": "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
}
"""Documents of a bucket that need its versioning to stay enabled."""


@operation(Need("s3:GetBucketVersioning", BUCKET))
def get_bucket_versioning(call: Authorized, params: Params) -> Params:
    """The bucket's versioning; nothing as long as it was never set."""
    return {"Status": call.bucket.versioning}


@operation(Need("s3:PutBucketVersioning", BUCKET))
def put_bucket_versioning(call: Authorized, params: Params) -> Params:
    """Enable or suspend versioning.

    Raises ``IllegalVersioningConfigurationException`` without a status, ``InvalidBucketState`` where Object Lock or
    replication need it enabled, and ``AccessDenied`` for MFA delete by anybody but root with ``x-amz-mfa``.
    """
    configuration = params["VersioningConfiguration"]
    status = configuration.get("Status")
    if status is None:
        raise NO_VERSIONING_STATUS()
    if configuration.get("MFADelete") == "Enabled":
        _refuse_mfa_delete(call, params)
    with call.store.editing(call.bucket.name) as bucket:
        for document, reason in _HINDRANCES.items():
            if status == SUSPENDED and bucket.versioning == ENABLED and document in bucket.documents:
                raise INVALID_BUCKET_STATE(message=reason)
        bucket.versioning = status
    return {}


def _refuse_mfa_delete(call: Authorized, params: Params) -> None:
    """MFA delete would have to guard every later deletion; so long as it does not, it is not taken."""
    if not call.caller.root or "MFA" not in params:
        raise ACCESS_DENIED()
    raise NotSupported("mocks3 does not play MFA delete yet; the bucket's versioning was not changed")
