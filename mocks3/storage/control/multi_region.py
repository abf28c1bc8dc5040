"""Multi-Region Access Points: one name for buckets of several Regions, and the requests that manage them.

Source: user guide, "Multi-Region Access Points in Amazon S3"; API_control_CreateMultiRegionAccessPoint.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mocks3.lib.partitions import AWS
from mocks3.storage.access_point import AccessPoint
from mocks3.storage.values import PublicAccessBlock

CONTROL_REGION = "us-west-2"
"""The Region of all requests that manage Multi-Region Access Points."""


@dataclass(frozen=True, slots=True)
class RegionRoute:
    """A bucket of a Multi-Region Access Point. ``dial`` is the traffic dial: 100 (active) or 0 (passive)."""

    bucket: str
    region: str
    owner: str
    dial: int = 100


@dataclass(frozen=True, slots=True)
class MultiRegionAccessPoint:
    """A Multi-Region Access Point of ``account``. ``alias`` ends in ``.mrap``.

    ``policy`` is the established policy. ``principals`` maps the ARNs in it to unique ids.
    """

    account: str
    name: str
    alias: str
    routes: tuple[RegionRoute, ...]
    public_access_block: PublicAccessBlock
    created: datetime.datetime
    policy: str | None = None
    principals: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3::ACCOUNT:accesspoint/ALIAS``."""
        return f"arn:{AWS}:s3::{self.account}:accesspoint/{self.alias}"

    @property
    def host(self) -> str:
        """``ALIAS.accesspoint.s3-global.amazonaws.com``."""
        return f"{self.alias}.accesspoint.s3-global.amazonaws.com"

    def routed(self) -> AccessPoint:
        """Return the access point as requests see it: with the bucket of the first active Region.

        AWS chooses the active Region that is closest to the client. A test has no place, so the order of
        CreateMultiRegionAccessPoint decides.
        """
        route = next((each for each in self.routes if each.dial), self.routes[0])
        return AccessPoint(
            self.alias,
            self.account,
            "",
            route.bucket,
            self.alias,
            public_access_block=self.public_access_block,
            policy=self.policy,
            principals=self.principals,
            created=self.created,
        )


@dataclass(frozen=True, slots=True)
class AsyncRequest:
    """A request that S3 processes asynchronously, and its result.

    ``operation`` is its name, ``details`` its parameters. ``failure`` is the code and the sentence of its error.
    """

    account: str
    token: str
    operation: str
    created: datetime.datetime
    details: Mapping[str, Any]
    regions: tuple[str, ...] = ()
    failure: tuple[str, str] | None = None

    @property
    def arn(self) -> str:
        """``arn:aws:s3:us-west-2:ACCOUNT:async-request/mrap/TOKEN``."""
        return f"arn:{AWS}:s3:{CONTROL_REGION}:{self.account}:async-request/mrap/{self.token}"
