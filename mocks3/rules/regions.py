"""The Region of a new bucket: the endpoint of the request and the location constraint in its body.

Error codes and messages are as recorded. The location constraints are the values of ``BucketLocationConstraint``
(API_CreateBucketConfiguration); a test compares them with the installed botocore.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import ILLEGAL_LOCATION, INVALID_LOCATION, Row
from mocks3.model import habits

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.model.world import Settings

DEFAULT_REGION = "us-east-1"
"""The Region of an endpoint without a Region name. It has no location constraint."""

_CONSTRAINTS = """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
    ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 EU eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
    eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-2
    us-gov-east-1 us-gov-west-1 us-west-1 us-west-2
"""
# AWS has no such endpoint, so it has no such answer.
NO_SUCH_REGION = Row(
    "InvalidLocationConstraint",
    400,
    "The specified location-constraint is not valid: AWS has no Region named {region}. Create the client with the name "
    "of a Region, such as us-east-1, or set AWS_DEFAULT_REGION",
)
CONSTRAINTS = frozenset(_CONSTRAINTS.split())
_FORMER_NAMES = {"EU": "eu-west-1"}


def endpoint_region(call: Authorized) -> str | None:
    """Return the Region of the endpoint of the request. None for a custom endpoint, which has no Region."""
    address = call.parsed.address
    if address.region is not None:
        return address.region
    return DEFAULT_REGION if "amazonaws.com" in address.endpoint else None


ALL = (DEFAULT_REGION, *sorted(CONSTRAINTS - set(_FORMER_NAMES)))
"""Every Region that has buckets."""


def is_region(name: str) -> bool:
    """Return whether a Region with this name exists."""
    return name == DEFAULT_REGION or (name in CONSTRAINTS and name not in _FORMER_NAMES)


def exists(settings: Settings, name: str) -> bool:
    """Return whether the mock has a Region with this name: it exists, or ``regions="any"`` allows all names."""
    return is_region(name) or habits.allows(settings, habits.REGIONS)


def region_of(constraint: str | None) -> str:
    """Return the Region of a location constraint."""
    return DEFAULT_REGION if constraint is None else _FORMER_NAMES.get(constraint, constraint)


def region_of_new_bucket(call: Authorized, constraint: str | None) -> str:
    """Return the Region of the bucket that a request creates.

    The endpoint of us-east-1 creates buckets in every Region, but has no constraint for us-east-1: raise
    ``InvalidLocationConstraint``. Other endpoints create buckets only in their own Region and require its constraint:
    raise ``IllegalLocationConstraintException``. The endpoint of a Region that AWS does not have creates no buckets:
    raise ``InvalidLocationConstraint`` with the name of the Region.
    """
    endpoint = endpoint_region(call)
    if endpoint is not None and not exists(call.settings, endpoint):
        raise NO_SUCH_REGION(region=endpoint, LocationConstraint=endpoint).with_note(habits.REGIONS.hint)
    if endpoint in (DEFAULT_REGION, None):
        if constraint is not None and not _is_constraint(call.settings, constraint):
            raise INVALID_LOCATION(LocationConstraint=constraint).with_note(_note_on(constraint))
        if endpoint is None and constraint is None:
            return call.settings.region
    elif constraint is None and habits.allows(call.settings, habits.LOCATION_CONSTRAINT):
        habits.count(habits.LOCATION_CONSTRAINT)
        return endpoint
    elif region_of(constraint) != endpoint:
        raise ILLEGAL_LOCATION(constraint=constraint or "unspecified").with_note(
            f"the endpoint of {endpoint} creates buckets in {endpoint} only (API_CreateBucket). Add "
            f"CreateBucketConfiguration={{'LocationConstraint': {endpoint!r}}}, or call the endpoint of us-east-1; "
            + habits.LOCATION_CONSTRAINT.hint
        )
    return region_of(constraint)


def _note_on(constraint: str) -> str:
    if constraint == DEFAULT_REGION:
        return f"{DEFAULT_REGION} has no location constraint: send no CreateBucketConfiguration (API_CreateBucket)"
    return f"AWS has no Region named {constraint} (API_CreateBucketConfiguration); {habits.REGIONS.hint}"


def _is_constraint(settings: Settings, name: str) -> bool:
    """Return whether a location constraint is valid. us-east-1 has none, also if ``regions`` allows all names."""
    return name in CONSTRAINTS or (name != DEFAULT_REGION and exists(settings, name))
