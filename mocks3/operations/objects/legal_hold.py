"""Get and PutObjectLegalHold. Source: their API pages; R-61, R-62; F-40, F-42."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3.errors import MALFORMED_XML, NO_OBJECT_LOCK
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules import locks
from mocks3.rules.finding import check_key_and_version, editing, find_version, located_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectLegalHoldRequestTypeDef, PutObjectLegalHoldRequestTypeDef


@operation(
    Need("s3:GetObjectLegalHold", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def get_object_legal_hold(call: Authorized, params: GetObjectLegalHoldRequestTypeDef) -> Params:
    """Return whether a version has a legal hold. Raise ``NoSuchObjectLockConfiguration`` if it was never set."""
    locks.require_enabled(call.bucket)
    version = located_version(call, masked=False)
    if version.lock.legal_hold is None:
        raise NO_OBJECT_LOCK()
    return {"LegalHold": {"Status": "ON" if version.lock.legal_hold else "OFF"}}


@operation(
    Need("s3:PutObjectLegalHold", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def put_object_legal_hold(call: Authorized, params: PutObjectLegalHoldRequestTypeDef) -> Params:
    """Set or release the legal hold of a version. Raise ``MalformedXML``, or ``InvalidRequest`` without Object Lock."""
    with editing(call) as bucket:
        locks.require_enabled(bucket)
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        status = (params.get("LegalHold") or {}).get("Status")
        if status is None:
            raise MALFORMED_XML()
        bucket.update(replace(version, lock=replace(version.lock, legal_hold=status == "ON")))
    return {}
