"""RestoreObject. Source: API_RestoreObject; user guide "Restoring an archived object"; F-140."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import (
    INVALID_ARGUMENT,
    INVALID_REQUEST,
    MALFORMED_XML,
    NOT_RESTORABLE,
    RESTORE_IN_PROGRESS,
)
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules import archive
from mocks3.rules.finding import check_key_and_version, editing, find_version
from mocks3.rules.tiers import ARCHIVE_TIERS, INTELLIGENT_TIERING

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
    syntax=check_key_and_version,
)
def restore_object(call: Authorized, params: Params) -> Params:
    """Bring an archived object back for some days (202), or keep a copy that is there for some days from now (200).

    From the archive tiers of Intelligent-Tiering an object comes back for good.

    Asked again with a faster tier, a restore under way becomes faster. Raises ``InvalidObjectState`` for an object
    that is not archived, ``RestoreAlreadyInProgress``, ``MalformedXML``, ``InvalidArgument``, ``InvalidRequest``.
    """
    now = clock.now()
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "POST", masked=False)
        request = params.get("RestoreRequest") or {}
        _check_days(version, request)
        place = archive.archive_name(version)
        if place is None:
            raise NOT_RESTORABLE(StorageClass=version.storage_class)
        tier, days = _asked(place, request)
        copy, restore = archive.restored_copy(version), version.restore
        if copy is None or restore is None:
            bucket.update(replace(version, restore=archive.start_restore(version, now, tier, days)))
            return {}
        if copy.ongoing:
            bucket.update(replace(version, restore=_faster(version, place, restore, now, tier)))
            return {}
        kept = replace(restore, expires=archive.expiry_date(now, days), days=days)
        bucket.update(replace(version, restore=kept))
        return _REPEATED


def _check_days(version: Version, request: dict[str, Any]) -> None:
    """What comes back from an access tier stays. The sentence is known from callers' reports (s3cmd #1377)."""
    if version.storage_class == INTELLIGENT_TIERING and "Days" in request:
        raise INVALID_ARGUMENT(
            message="INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when "
            "restoring this object"
        )


def _asked(place: str, request: dict[str, Any]) -> tuple[str, int]:
    """Tier and days, 0 for good. Raises what is wrong with them, for this archive or for any."""
    if ("Days" not in request and place not in ARCHIVE_TIERS) or any(member in request for member in _SELECT):
        raise MALFORMED_XML()
    days = request.get("Days", 0)
    if days < 1 and place not in ARCHIVE_TIERS:
        raise INVALID_ARGUMENT(message="restoration days should be at least 1")
    job = request.get("GlacierJobParameters") or request
    tier = job.get("Tier", "Standard")
    if tier not in archive.RESTORE_DURATIONS[place]:
        raise INVALID_REQUEST(message="Retrieval option is not supported by this storage class")
    return tier, days


def _faster(version: Version, place: str, restore: Restore, now: datetime, tier: str) -> Restore:
    """The restore under way, sped up; its days stay. Raises ``RestoreAlreadyInProgress`` for a tier no faster."""
    durations = archive.RESTORE_DURATIONS[place]
    if durations[tier] >= durations[restore.tier]:
        raise RESTORE_IN_PROGRESS()
    faster = archive.start_restore(version, now, tier, restore.days)
    return replace(faster, requested=restore.requested) if faster.ready < restore.ready else restore
