"""RestoreObject. Source: API_RestoreObject; user guide "Restoring an archived object"; authorization.md F-140."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.call import Authorized, Params
from mocks3.errors import (
    INVALID_ARGUMENT,
    INVALID_REQUEST,
    MALFORMED_XML,
    NOT_RESTORABLE,
    RESTORE_IN_PROGRESS,
)
from mocks3.needs import BUCKET, OBJECT, REVEAL, Need
from mocks3.operations import archive
from mocks3.operations.finding import check_named, editing, find
from mocks3.operations.registry import operation

if TYPE_CHECKING:
    from mocks3.storage import Restore, Version

_SELECT = ("Type", "SelectParameters", "OutputLocation")
"""What made a restore a query of the archive. The model still has it, but API_RestoreObject knows "restore an archive"
alone, and requests with any of it are ``MalformedXML`` on the service, as users report (boto3 #2109 and #2656,
moto #8833)."""

_REPEATED: Params = {"ResponseMetadata": {"HTTPStatusCode": 200}}


@operation(
    Need("s3:RestoreObject", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_named,
)
def restore_object(call: Authorized, params: Params) -> Params:
    """Bring an archived object back for some days (202), or keep a copy that is there for some days from now (200).

    Asked again with a faster tier, a restore under way becomes faster. Raises ``InvalidObjectState`` for an object
    that is not archived, ``RestoreAlreadyInProgress``, ``MalformedXML``, ``InvalidArgument``, ``InvalidRequest``.
    """
    now = clock.now()
    with editing(call) as bucket:
        version = find(bucket, call.key, params.get("VersionId"), "POST", masked=False)
        if version.storage_class not in archive.DURATIONS:
            raise NOT_RESTORABLE(StorageClass=version.storage_class)
        tier, days = _asked(version, params.get("RestoreRequest") or {})
        copy, restore = archive.copy_of(version), version.restore
        if copy is None or restore is None:
            bucket.update(replace(version, restore=archive.begun(version, now, tier, days)))
            return {}
        if copy.ongoing:
            bucket.update(replace(version, restore=_faster(version, restore, now, tier)))
            return {}
        kept = replace(restore, expires=archive.expiry(now, days), days=days)
        bucket.update(replace(version, restore=kept))
        return _REPEATED


def _asked(version: Version, request: dict[str, Any]) -> tuple[str, int]:
    """Tier and days. Raises what is wrong with them, for this storage class or for any."""
    if "Days" not in request or any(member in request for member in _SELECT):
        raise MALFORMED_XML()
    if request["Days"] < 1:
        raise INVALID_ARGUMENT(message="restoration days should be at least 1")
    job = request.get("GlacierJobParameters") or request
    tier = job.get("Tier", "Standard")
    if tier not in archive.DURATIONS[version.storage_class]:
        raise INVALID_REQUEST(message="Retrieval option is not supported by this storage class")
    return tier, request["Days"]


def _faster(version: Version, restore: Restore, now: datetime, tier: str) -> Restore:
    """The restore under way, sped up; its days stay. Raises ``RestoreAlreadyInProgress`` for a tier no faster."""
    durations = archive.DURATIONS[version.storage_class]
    if durations[tier] >= durations[restore.tier]:
        raise RESTORE_IN_PROGRESS()
    faster = archive.begun(version, now, tier, restore.days)
    return replace(faster, requested=restore.requested) if faster.ready < restore.ready else restore
