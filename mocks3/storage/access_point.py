"""Access points: other names for a bucket, each with its own policy and settings.

An Object Lambda access point uses a supporting access point. A function produces its responses.

Source: user guide, "Referencing access points with ARNs, access point aliases, or virtual-hosted-style URIs",
"Access points restrictions and limitations", "Creating Object Lambda Access Points".
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mocks3.lib.partitions import partition_of
from mocks3.storage.values import PublicAccessBlock

OBJECT_LAMBDA_ALIAS_SUFFIX = "--ol-s3"
"""The end of the aliases of Object Lambda access points."""

ALIAS_SUFFIX = "-s3alias"
"""The end of every access point alias. The name of a bucket or of an access point cannot end like this."""

UNDATED = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""The creation date of an access point that was created without one."""


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point of ``account``. The account can differ from the bucket's owner (F-125).

    Requests must come from ``vpc``; None means from the internet. ``policy`` is the policy text as it was put.
    ``principals`` maps the ARNs in the policy to unique ids, as ``Bucket.policy_principals`` does.
    ``public_access_block`` never changes after creation, and ``created`` is its time.
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
    created: datetime.datetime = UNDATED
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME``."""
        return f"arn:{partition_of(self.region)}:s3:{self.region}:{self.account}:accesspoint/{self.name}"

    @property
    def host(self) -> str:
        """``NAME-ACCOUNT.s3-accesspoint.REGION.amazonaws.com``."""
        return f"{self.name}-{self.account}.s3-accesspoint.{self.region}.amazonaws.com"

    @property
    def network_origin(self) -> str:
        """Return ``VPC`` or ``Internet``: the value of ``s3:AccessPointNetworkOrigin``."""
        return "Internet" if self.vpc is None else "VPC"

    def arn_of(self, key: str | None) -> str:
        """Return the ARN of the access point, or the ARN of an object through the access point (F-122)."""
        return self.arn if key is None else f"{self.arn}/object/{key}"


@dataclass(frozen=True, slots=True)
class ObjectLambda:
    """An Object Lambda access point of ``account``.

    A function handles its ``actions``. All other requests go to the access point with the ARN ``supporting``.
    ``function`` is called with the event that the Lambda function ``function_arn`` would receive. If it is None, the
    function that was declared with that ARN is called. ``payload`` is the text that the configuration adds to the
    event. ``features`` contains ``GetObject-Range`` and ``GetObject-PartNumber`` if the function supports them.
    ``metrics`` is ``CloudWatchMetricsEnabled``.
    """

    name: str
    account: str
    region: str
    supporting: str
    alias: str
    function: Callable[[dict[str, Any]], object] | None
    function_arn: str
    actions: frozenset[str]
    features: frozenset[str] = frozenset()
    payload: str = ""
    policy: str | None = None
    principals: Mapping[str, str] = field(default_factory=dict)
    created: datetime.datetime = UNDATED
    metrics: bool = False

    @property
    def arn(self) -> str:
        """``arn:aws:s3-object-lambda:REGION:ACCOUNT:accesspoint/NAME``."""
        return f"arn:{partition_of(self.region)}:s3-object-lambda:{self.region}:{self.account}:accesspoint/{self.name}"

    @property
    def host(self) -> str:
        """``NAME-ACCOUNT.s3-object-lambda.REGION.amazonaws.com``."""
        return f"{self.name}-{self.account}.s3-object-lambda.{self.region}.amazonaws.com"


@dataclass(slots=True)
class PendingResponse:
    """A response that a client of an Object Lambda access point is waiting for.

    ``token`` is valid for one response. ``response`` contains the members of the response after WriteGetObjectResponse
    sent it. ``fault`` is the reason why a response was rejected.
    """

    point: ObjectLambda
    route: str
    token: str
    response: dict[str, Any] | None = None
    fault: str | None = None
