"""RestoreObject. Source: API_RestoreObject; user guide "Restoring an archived object"; F-140."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import (
    INVALID_ARGUMENT,
    INVALID_REQUEST,
    MALFORMED_XML,
    RESTORE_IN_PROGRESS,
    Why,
)
from mocks3.errors.refusals import NOT_RESTORABLE
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules import archive
from mocks3.rules.finding import check_key_and_version, editing, find_version
from mocks3.rules.tiers import ARCHIVE_TIERS, INTELLIGENT_TIERING

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import RestoreObjectRequestTypeDef, RestoreRequestTypeDef

    from mocks3.storage import Restore, Version

_SELECT = ("Type", "SelectParameters", "OutputLocation")
"""Members of select requests. The model still has them, but API_RestoreObject describes only "restore an archive", and
users report ``MalformedXML`` for them (boto3 #2109 and #2656, moto #8833)."""

_REPEATED: Params = {"ResponseMetadata": {"HTTPStatusCode": 200}}


@operation(
    Need("s3:RestoreObject", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    syntax=check_key_and_version,
)
def restore_object(call: Authorized, params: RestoreObjectRequestTypeDef) -> Params:
    """Restore an archived object for a number of days (202), or set new days for an existing copy (200).

    A restore from an archive tier of Intelligent-Tiering is permanent. A second request with a faster tier speeds up an
    ongoing restore. Raise ``InvalidObjectState`` for an object that is not archived, ``RestoreAlreadyInProgress``,
    ``MalformedXML``, ``InvalidArgument`` or ``InvalidRequest``.
    """
    now = clock.now()
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "POST", masked=False)
        request = params.get("RestoreRequest") or {}
        _check_days(version, request)
        archive_name = archive.archive_name(version)
        if archive_name is None:
            raise NOT_RESTORABLE(
                Why(
                    "storage-class",
                    f"the storage class is {version.storage_class}, and only archived objects are restored",
                    "F-140",
                    ("read the object as it is",),
                ),
                StorageClass=version.storage_class,
            )
        tier, days = _tier_and_days(archive_name, request)
        copy, restore = archive.restored_copy(version), version.restore
        if copy is None or restore is None:
            bucket.update(replace(version, restore=archive.start_restore(version, now, tier, days)))
            return {}
        if copy.ongoing:
            bucket.update(replace(version, restore=_faster(version, archive_name, restore, now, tier)))
            return {}
        extended = replace(restore, expires=archive.expiry_date(now, days), days=days)
        bucket.update(replace(version, restore=extended))
        return _REPEATED


def _check_days(version: Version, request: RestoreRequestTypeDef) -> None:
    """Raise ``InvalidArgument`` for days of a permanent restore. The message is from users' reports (s3cmd #1377)."""
    if version.storage_class == INTELLIGENT_TIERING and "Days" in request:
        raise INVALID_ARGUMENT(
            message="INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when "
            "restoring this object"
        )


def _tier_and_days(archive_name: str, request: RestoreRequestTypeDef) -> tuple[str, int]:
    """Return the tier and the days of a request; 0 days is permanent. Raise an error if they do not fit the archive."""
    if ("Days" not in request and archive_name not in ARCHIVE_TIERS) or any(
        member in request for member in _SELECT
    ):
        raise MALFORMED_XML()
    days = request.get("Days", 0)
    if days < 1 and archive_name not in ARCHIVE_TIERS:
        raise INVALID_ARGUMENT(message="restoration days should be at least 1")
    job = request.get("GlacierJobParameters") or request
    tier = job.get("Tier", "Standard")
    if tier not in archive.RESTORE_DURATIONS[archive_name]:
        raise INVALID_REQUEST(message="Retrieval option is not supported by this storage class")
    return tier, days


def _faster(version: Version, archive_name: str, restore: Restore, now: datetime, tier: str) -> Restore:
    """Return the ongoing restore with a faster tier. Raise ``RestoreAlreadyInProgress`` if the tier is not faster."""
    durations = archive.RESTORE_DURATIONS[archive_name]
    if durations[tier] >= durations[restore.tier]:
        raise RESTORE_IN_PROGRESS()
    faster = archive.start_restore(version, now, tier, restore.days)
    return replace(faster, requested=restore.requested) if faster.ready < restore.ready else restore
