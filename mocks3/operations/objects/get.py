"""GetObject and HeadObject; what they share is in :mod:`.reading`."""

from __future__ import annotations

from mocks3.errors import INVALID_OBJECT_STATE
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import OBJECT_KMS_KEY, ZONAL_READ, Need, equals
from mocks3.model.stages import Authorized
from mocks3.operations.objects.reading import READ_NEEDS, check_read, read
from mocks3.rules import archive, tiers


@operation(*READ_NEEDS, Need("kms:Decrypt", OBJECT_KMS_KEY), syntax=check_read, express=ZONAL_READ)
def get_object(call: Authorized, params: Params) -> Params:
    """The object, or the range or part of it that is asked for.

    Raises what :func:`.reading.read` raises, and ``InvalidObjectState`` for an archived object that is not restored.
    """
    found = read(call, params)
    version, span = found.version, found.span
    if not archive.is_readable(version):
        tier = tiers.archive_tier(version)
        beside = {} if tier is None else {"AccessTier": tier}
        raise INVALID_OBJECT_STATE(StorageClass=version.storage_class, **beside)
    tiers.record_access(call, call.bucket.name, version)
    blob = version.blob if span is None else version.blob.slice(span.first, span.last)
    found.output["Body"] = blob
    return found.output


# Its headers are not encrypted, the checksum is (F-65).
@operation(
    *READ_NEEDS,
    Need("kms:Decrypt", OBJECT_KMS_KEY, when=equals("ChecksumMode", "ENABLED")),
    syntax=check_read,
    express=ZONAL_READ,
)
def head_object(call: Authorized, params: Params) -> Params:
    """What GetObject would say in its headers; archived objects too."""
    found = read(call, params)
    tier = tiers.archive_tier(found.version)
    return found.output if tier is None else {**found.output, "ArchiveStatus": tier}
