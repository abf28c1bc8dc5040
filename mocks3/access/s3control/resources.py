"""The resources of S3 Control: their ARNs, owners, policies, and the condition keys of calls on them.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.lib.partitions import partition_of
from mocks3.model.permissions import On
from mocks3.model.target import Target
from mocks3.storage.control.multi_region import MultiRegionAccessPoint

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.world import World
    from mocks3.policy import Policy
    from mocks3.storage import AccessPoint, Store

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A call to S3 Control: the Region of its endpoint, the account that it names, and its parameters."""

    world: World
    region: str
    account: str
    params: Params

    def arn(self, resource: str, service: str = "s3") -> str:
        """Return ``arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE``."""
        return f"arn:{partition_of(self.region)}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class ControlResource:
    """A resource of S3 Control.

    arn      the ARN; ``*`` for the account
    owner    the account that owns it
    keys     the condition keys of calls on it
    policy   its own policy, if its kind has one
    bucket   the bucket, for calls on a bucket: then the bucket decides, with its policy and tags
    """

    arn: str
    owner: str
    keys: Mapping[str, Values] = field(default_factory=dict)
    policy: Policy | None = None
    bucket: Target | None = None


def tag_keys(prefix: str, tags: Mapping[str, str]) -> dict[str, Values]:
    """Return the condition keys of tags, such as ``aws:resourcetag/team``."""
    return {f"{prefix}/{key.lower()}": (value,) for key, value in tags.items()}


def request_tag_keys(params: Params) -> dict[str, Values]:
    """Return the condition keys of the tags that a call sends: ``aws:RequestTag/`` and ``aws:TagKeys``."""
    sent = {tag["Key"]: tag.get("Value", "") for tag in params.get("Tags") or () if "Key" in tag}
    names = params.get("TagKeys") or list(sent)
    keys = tag_keys("aws:requesttag", sent)
    return keys if not names else {**keys, "aws:tagkeys": tuple(names)}


def _account(call: ControlCall) -> ControlResource:
    """Return the resource of calls on the account, and of GetAccessPoint, which has no resource type either."""
    keys = _access_point(call).keys if "Name" in call.params else {}
    return ControlResource("*", call.account, keys)


def _access_point(call: ControlCall) -> ControlResource:
    arn = call.arn(f"accesspoint/{call.params['Name']}")
    return _of_point(call, arn, call.world.store.access_point(arn))


def _new_access_point(call: ControlCall) -> ControlResource:
    arn = call.arn(f"accesspoint/{call.params['Name']}")
    origin = "VPC" if call.params.get("VpcConfiguration") else "Internet"
    return ControlResource(arn, call.account, _point_keys(call.account, arn, origin))


def _object_lambda(call: ControlCall) -> ControlResource:
    """Return the Object Lambda access point. Its network origin is that of its supporting access point."""
    arn = call.arn(f"accesspoint/{call.params['Name']}", "s3-object-lambda")
    point = call.world.store.object_lambda(arn)
    named = (call.params.get("Configuration") or {}).get("SupportingAccessPoint", "")
    supporting = call.world.store.access_point(named if point is None else point.supporting)
    origin = None if supporting is None else supporting.network_origin
    return ControlResource(arn, call.account, _point_keys(call.account, arn, origin))


def _of_point(call: ControlCall, arn: str, point: AccessPoint | None) -> ControlResource:
    keys = _point_keys(call.account, arn, None if point is None else point.network_origin)
    if point is not None:
        keys |= tag_keys("s3:accesspointtag", point.tags) | tag_keys("aws:resourcetag", point.tags)
    return ControlResource(arn, call.account, keys)


def _point_keys(account: str, arn: str, origin: str | None) -> dict[str, Values]:
    keys: dict[str, Values] = {"s3:dataaccesspointaccount": (account,), "s3:dataaccesspointarn": (arn,)}
    return keys if origin is None else {**keys, "s3:accesspointnetworkorigin": (origin,)}


def multi_region_named(store: Store, account: str, name: str) -> MultiRegionAccessPoint | None:
    """Return the account's Multi-Region Access Point with this name, alias or ARN, or None."""
    own = (each for each in store.control.all(MultiRegionAccessPoint) if each.account == account)
    return next((each for each in own if name in (each.name, each.alias, each.arn)), None)


def _multi_region(call: ControlCall) -> ControlResource:
    """Return the Multi-Region Access Point. Before it exists, its ARN has its name in place of the alias."""
    params = call.params
    name = (params.get("Details") or params).get("Name") or params.get("Mrap", "")
    point = multi_region_named(call.world.store, call.account, name)
    arn = (
        f"arn:{partition_of(call.region)}:s3::{call.account}:accesspoint/{name}"
        if point is None
        else point.arn
    )
    return ControlResource(arn, call.account, _point_keys(call.account, arn, "Internet"))


def _multi_region_request(call: ControlCall) -> ControlResource:
    return ControlResource(call.params["RequestTokenARN"], call.account)


def _tagged(call: ControlCall) -> ControlResource:
    """Return the resource whose tags a call reads or changes: a bucket, an access point, or another record."""
    arn: str = call.params["ResourceArn"]
    if arn.startswith(f"arn:{partition_of(call.region)}:s3:::"):
        name = arn.rpartition(":")[2]
        bucket = call.world.store.bucket(name)
        owner = call.account if bucket is None else bucket.owner
        return ControlResource(arn, owner, bucket=Target(name, bucket))
    point = call.world.store.access_point(arn)
    return ControlResource(arn, call.account) if point is None else _of_point(call, arn, point)


RESOURCES: Mapping[On, Callable[[ControlCall], ControlResource]] = {
    On.ACCOUNT: _account,
    On.NAMED_ACCESS_POINT: _access_point,
    On.NEW_ACCESS_POINT: _new_access_point,
    On.ACCESS_POINT: _object_lambda,
    On.MULTI_REGION_ACCESS_POINT: _multi_region,
    On.MULTI_REGION_REQUEST: _multi_region_request,
    On.TAGGED_RESOURCE: _tagged,
}
"""How the resource of a permission is found."""
