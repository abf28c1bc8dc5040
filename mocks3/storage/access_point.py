"""Access points: other names for a bucket, each with a policy and settings of its own.

Those of S3 Object Lambda stand before another access point, and have a function answer what they are asked.

Source: user guide, "Referencing access points with ARNs, access point aliases, or virtual-hosted-style URIs",
"Access points restrictions and limitations", "Creating Object Lambda Access Points".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class ObjectLambda:
    """An Object Lambda access point of ``account``: a function answers its ``actions``, all else is passed on.

    ``supporting`` is the ARN of the access point before which it stands. ``function`` is called with the event that
    the function ``function_arn`` would get, ``payload`` is what the configuration adds to that. ``features`` are
    ``GetObject-Range`` and ``GetObject-PartNumber``, where the function knows what to make of them.
    """

    name: str
    account: str
    region: str
    supporting: str
    function: Callable[[dict[str, Any]], object]
    function_arn: str
    actions: frozenset[str]
    features: frozenset[str] = frozenset()
    payload: str = ""
    policy: str | None = None
    principals: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3-object-lambda:REGION:ACCOUNT:accesspoint/NAME``."""
        return f"arn:aws:s3-object-lambda:{self.region}:{self.account}:accesspoint/{self.name}"

    @property
    def host(self) -> str:
        """``NAME-ACCOUNT.s3-object-lambda.REGION.amazonaws.com``."""
        return f"{self.name}-{self.account}.s3-object-lambda.{self.region}.amazonaws.com"


@dataclass(slots=True)
class PendingResponse:
    """An answer that somebody who asked an Object Lambda access point is waiting for.

    ``token`` is good for one answer; ``written`` are its members once it is there, ``fault`` says what was wrong with
    one that was not taken.
    """

    point: ObjectLambda
    route: str
    token: str
    response: dict[str, Any] | None = None
    fault: str | None = None
