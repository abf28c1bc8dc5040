"""GetObject and HeadObject. Their common part is in :mod:`.reading`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors.refusals import INVALID_OBJECT_STATE
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import OBJECT_KMS_KEY, ZONAL_READ, Need, equals
from mocks3.model.stages import Authorized
from mocks3.operations.objects.reading import READ_NEEDS, check_read, read
from mocks3.rules import archive, tiers

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef, HeadObjectRequestTypeDef


@operation(*READ_NEEDS, Need("kms:Decrypt", OBJECT_KMS_KEY), syntax=check_read, express=ZONAL_READ)
def get_object(call: Authorized, params: GetObjectRequestTypeDef) -> Params:
    """Return an object, or the requested range or part of it.

    Raise an error of :func:`.reading.read`, or ``InvalidObjectState`` for an archived object that is not restored.
    """
    found = read(call, params)
    version, byte_range = found.version, found.byte_range
    if not archive.is_readable(version):
        tier = tiers.archive_tier(version)
        access_tier = {} if tier is None else {"AccessTier": tier}
        raise INVALID_OBJECT_STATE(
            archive.why_unreadable(version), StorageClass=version.storage_class, **access_tier
        )
    tiers.record_access(call, call.bucket.name, version)
    blob = version.blob if byte_range is None else version.blob.slice(byte_range.first, byte_range.last)
    found.output["Body"] = blob
    return found.output


# Only the checksum is encrypted, the other headers are not (F-65).
@operation(
    *READ_NEEDS,
    Need("kms:Decrypt", OBJECT_KMS_KEY, when=equals("ChecksumMode", "ENABLED")),
    syntax=check_read,
    express=ZONAL_READ,
)
def head_object(call: Authorized, params: HeadObjectRequestTypeDef) -> Params:
    """Return the headers of GetObject. The object may be archived."""
    found = read(call, params)
    tier = tiers.archive_tier(found.version)
    return found.output if tier is None else {**found.output, "ArchiveStatus": tier}
