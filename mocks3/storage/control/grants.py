"""S3 Access Grants: the instance of an account in a Region, its locations and grants.

Source: user guide, "S3 Access Grants concepts"; Service Authorization Reference for the ARNs.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.lib.partitions import partition_of

DEFAULT_ID = "default"
"""The id of every instance, and of the location ``s3://``."""


def instance_arn(region: str, account: str) -> str:
    """Return ``arn:aws:s3:REGION:ACCOUNT:access-grants/default``."""
    return f"arn:{partition_of(region)}:s3:{region}:{account}:access-grants/{DEFAULT_ID}"


@dataclass(frozen=True, slots=True)
class AccessGrantsInstance:
    """An instance. ``policy`` is its resource policy as it was put, at ``policy_created``.

    ``principals`` maps the ARNs in the policy to unique ids. ``organization`` is the organization that the call named.
    """

    account: str
    region: str
    created: datetime.datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None
    principals: Mapping[str, str] = field(default_factory=dict)
    organization: str | None = None
    policy_created: datetime.datetime | None = None

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:access-grants/default``."""
        return instance_arn(self.region, self.account)


@dataclass(frozen=True, slots=True)
class AccessGrantsLocation:
    """A registered location: ``s3://``, ``s3://BUCKET`` or ``s3://BUCKET/PREFIX*``, and the role that S3 assumes."""

    account: str
    region: str
    id: str
    scope: str
    role: str
    created: datetime.datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:access-grants/default/location/ID``."""
        return f"{instance_arn(self.region, self.account)}/location/{self.id}"


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """A grant: the user or role ``grantee`` (an ARN) has ``permission`` (READ, WRITE, READWRITE) on ``scope``.

    ``scope`` is the scope of the location with the sub-prefix.
    """

    account: str
    region: str
    id: str
    location: str
    sub_prefix: str | None
    grantee: str
    permission: str
    scope: str
    created: datetime.datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:access-grants/default/grant/ID``."""
        return f"{instance_arn(self.region, self.account)}/grant/{self.id}"
