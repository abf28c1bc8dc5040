"""Zones of Amazon's Regions, and the names of directory buckets, which end in one.

    data--use1-az4--x-s3        in the Availability Zone use1-az4 of us-east-1
    data--usw2-lax1-az1--x-s3   in the Local Zone usw2-lax1-az1 of us-west-2

Rule: this module knows the form of the names, not the list of existing zones. A zone's id begins with the abbreviated
name of its Region.

Source: S3 User Guide, "Directory bucket naming rules", "Regional and Zonal endpoints for directory buckets".
"""

from __future__ import annotations

import re

SUFFIX = "--x-s3"
AVAILABILITY_ZONE, LOCAL_ZONE = "AvailabilityZone", "LocalZone"
_ZONE = r"[a-z]+\d+(?:-[a-z0-9]+)?-az\d+"
_NAME = re.compile(rf"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--({_ZONE}){SUFFIX}", re.ASCII)
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_LONGEST = 63
_DIRECTIONS = re.compile("north|south|east|west|central")


def is_directory_bucket(bucket: str) -> bool:
    """Return whether a name has the suffix that only directory buckets have."""
    return bucket.endswith(SUFFIX)


def zone_of(bucket: str) -> str | None:
    """Return the zone in a directory bucket's name; None if the name is not valid for a directory bucket."""
    found = _NAME.fullmatch(bucket)
    if found is None or len(bucket) > _LONGEST or bucket.startswith(_RESERVED_STARTS):
        return None
    return found[1]


def zone_type(zone: str) -> str:
    """Return ``AvailabilityZone`` or ``LocalZone``, the values of ``LocationInfo``."""
    return AVAILABILITY_ZONE if zone.count("-") == 1 else LOCAL_ZONE


def storage_class_of(zone: str) -> str:
    """Return the only storage class that directory buckets have in a zone (API_PutObject)."""
    return "EXPRESS_ONEZONE" if zone_type(zone) == AVAILABILITY_ZONE else "ONEZONE_IA"


def is_in(zone: str, region: str) -> bool:
    """Return whether a zone is in a Region: ``use1-az4`` is in us-east-1, ``apne1-az1`` in ap-northeast-1."""
    return zone.startswith(f"{_abbreviated(region)}-")


def _abbreviated(region: str) -> str:
    place, *directions, number = region.split("-")
    return place + "".join(_initials(word) for word in directions) + number


def _initials(word: str) -> str:
    return "".join(found[0] for found in _DIRECTIONS.findall(word)) or word[0]
