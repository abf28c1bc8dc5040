"""Access points: other names for a bucket, each with a policy and settings of its own.

Source: user guide, "Referencing access points with ARNs, access point aliases, or virtual-hosted-style URIs" and
"Access points restrictions and limitations".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.storage.values import PublicAccessBlock

ALIAS_SUFFIX = "-s3alias"
"""How the aliases of access points end; no bucket and no access point is named so."""


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point of ``account``, which need not be the bucket's owner (F-125).

    ``vpc`` is the only VPC that requests may come from, None for the internet. ``policy`` is its document as it was
    put, ``principals`` whom that names (see ``POLICY_PRINCIPALS``). ``public_access_block`` stays as it was made.
    """

    name: str
    account: str
    region: str
    bucket: str
    alias: str
    vpc: str | None = None
    public_access_block: PublicAccessBlock | None = PublicAccessBlock()  # noqa: RUF009 - frozen
    policy: str | None = None
    principals: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME``."""
        return f"arn:aws:s3:{self.region}:{self.account}:accesspoint/{self.name}"

    @property
    def host(self) -> str:
        """``NAME-ACCOUNT.s3-accesspoint.REGION.amazonaws.com``."""
        return f"{self.name}-{self.account}.s3-accesspoint.{self.region}.amazonaws.com"

    @property
    def network_origin(self) -> str:
        """``VPC`` or ``Internet``: the value of ``s3:AccessPointNetworkOrigin``."""
        return "Internet" if self.vpc is None else "VPC"

    def arn_of(self, key: str | None) -> str:
        """The ARN of the access point, or of an object through it (F-122)."""
        return self.arn if key is None else f"{self.arn}/object/{key}"
