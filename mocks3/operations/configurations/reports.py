"""The checks of analytics, inventory, metrics and Intelligent-Tiering configurations. Source: their API pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_DESTINATION, MALFORMED_XML
from mocks3.operations.configurations.document import Content
from mocks3.operations.configurations.filters import check_filter
from mocks3.operations.configurations.ids import first_repeated

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized

_BUCKET = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9.-]{3,63}", re.ASCII)
_TIERS = {"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}
_LONGEST = 730


def check_metrics(call: Authorized, content: Content) -> None:
    """Check the filter, if there is one (API_MetricsFilter)."""
    _check_filter(content)


def check_analytics(call: Authorized, content: Content) -> None:
    """Check the filter (API_AnalyticsFilter), and that the destination of the export is a bucket ARN."""
    _check_filter(content)
    export = content["StorageClassAnalysis"].get("DataExport")
    if export is not None:
        _check_bucket(export["Destination"]["S3BucketDestination"]["Bucket"])


def check_inventory(call: Authorized, content: Content) -> None:
    """Check that the destination is a bucket ARN."""
    _check_bucket(content["Destination"]["S3BucketDestination"]["Bucket"])


def check_tiering(call: Authorized, content: Content) -> None:
    """Check that each archive tier occurs once, with enough days (API_Tiering)."""
    check_filter(content.get("Filter") or {})
    tierings = content["Tierings"]
    if first_repeated(tiering["AccessTier"] for tiering in tierings) is not None:
        raise MALFORMED_XML()
    for tiering in tierings:
        if not _TIERS[tiering["AccessTier"]] <= tiering["Days"] <= _LONGEST:
            raise INVALID_ARGUMENT(
                message="Days must be at least 90 for the Archive Access tier and at least 180 for the Deep Archive "
                f"Access tier, and at most {_LONGEST}",
                ArgumentName="Days",
                ArgumentValue=tiering["Days"],
            )


def _check_filter(content: Content) -> None:
    if content.get("Filter") == {}:
        raise MALFORMED_XML()
    check_filter(content.get("Filter") or {})


def _check_bucket(arn: str) -> None:
    if not _BUCKET.fullmatch(arn):
        raise INVALID_DESTINATION()
