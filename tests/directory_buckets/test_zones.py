"""Names of directory buckets, and the zones in them."""

from __future__ import annotations

import pytest

from mocks3.model import zones
from mocks3.rules import regions
from mocks3.wire import hosts

NAME = "data--use1-az4--x-s3"


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("use1-az4", "us-east-1"),
        ("usw2-az1", "us-west-2"),
        ("apne1-az4", "ap-northeast-1"),
        ("aps1-az1", "ap-south-1"),
        ("apse3-az2", "ap-southeast-3"),
        ("eun1-az1", "eu-north-1"),
        ("euc1-az2", "eu-central-1"),
        ("usgw1-az1", "us-gov-west-1"),
        ("usw2-lax1-az1", "us-west-2"),
    ],
)
def test_a_zone_is_of_one_region(zone, region):
    """A zone's id begins with its Region's name, abbreviated ("Regional and Zonal endpoints")."""
    assert [each for each in regions.ALL if zones.is_in(zone, each)] == [region]


def test_no_two_regions_are_abbreviated_alike():
    for region in regions.ALL:
        zone = next(f"{code}-az1" for code in _codes() if zones.is_in(f"{code}-az1", region))
        assert [each for each in regions.ALL if zones.is_in(zone, each)] == [region]


def _codes():
    places = ("us", "usg", "ap", "eu", "ca", "sa", "af", "me", "il", "mx", "cn")
    directions = ("e", "w", "n", "s", "c", "ne", "nw", "se", "sw")
    return [f"{place}{direction}{n}" for place in places for direction in directions for n in range(1, 8)]


def test_names_and_kinds():
    assert zones.zone_of(NAME) == "use1-az4"
    assert zones.zone_of("a--b--use1-az4--x-s3") == "use1-az4"
    assert zones.zone_of("data") is None
    assert zones.zone_type("use1-az4") == "AvailabilityZone"
    assert zones.zone_type("usw2-lax1-az1") == "LocalZone"


@pytest.mark.parametrize(
    ("host", "kind", "bucket"),
    [
        (f"{NAME}.s3express-use1-az4.us-east-1.amazonaws.com", "s3express-use1-az4", NAME),
        (f"{NAME}.s3express-fips-use1-az4.us-east-1.amazonaws.com", "s3express-fips-use1-az4", NAME),
        (f"{NAME}.s3express-use1-az4.dualstack.us-east-1.amazonaws.com", "s3express-use1-az4", NAME),
        (
            "l--usw2-lax1-az1--x-s3.s3express-usw2-lax1-az1.us-west-2.amazonaws.com",
            "s3express-usw2-lax1-az1",
            "l--usw2-lax1-az1--x-s3",
        ),
        ("s3express-control-fips.us-east-1.amazonaws.com", "s3express-control", None),
        (f"{NAME}.storage.internal:9000", "custom", NAME),
        ("data.storage.internal:9000", "custom", None),
    ],
)
def test_hosts(host, kind, bucket):
    read = hosts.read(host)
    assert (read.kind, read.bucket) == (kind, bucket)
