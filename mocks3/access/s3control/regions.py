"""Calls that only the endpoints of certain Regions answer.

Source: user guide, "Using Multi-Region Access Points with supported API operations"; gruntwork-io/cloud-nuke #667 for
the sentence.
"""

from __future__ import annotations

from mocks3.errors import Row
from mocks3.storage.control.multi_region import CONTROL_REGION

WRONG_REGION = Row(
    "PermanentRedirect",
    301,
    "This API operation is only available in the following Regions: {regions}. Make sure to send all future requests "
    "to a supported Region.",
)

FAILOVER_REGIONS = ("us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1")
"""The Regions whose endpoints change routes."""

_FAILOVER = frozenset({"GetMultiRegionAccessPointRoutes", "SubmitMultiRegionAccessPointRoutes"})


def check_region(operation: str, region: str) -> None:
    """Raise ``PermanentRedirect`` (301) if the Region's endpoint does not answer the operation."""
    if "MultiRegionAccessPoint" not in operation:
        return
    regions = FAILOVER_REGIONS if operation in _FAILOVER else (CONTROL_REGION,)
    if region not in regions:
        raise WRONG_REGION(regions=", ".join(regions))
