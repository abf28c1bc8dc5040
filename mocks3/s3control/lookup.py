"""Find the access points that a call names, or raise S3 Control's error; refuse what mocks3 does not support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.access_points.request_checks import NO_SUCH_ACCESS_POINT
from mocks3.access.s3control.authorizing import region_of
from mocks3.access.s3control.resources import ControlCall
from mocks3.errors import NotSupported, Row

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import AccessPoint

# ErrorResponses, "List of Amazon S3 on Outposts and S3 Control error codes"; sentences as users report them.
NO_ACCESS_POINT_POLICY = Row(
    "NoSuchAccessPointPolicy", 404, "The specified accesspoint does not have an attached policy"
)


def account_of(call: Authorized) -> str:
    """Return the account that a call names."""
    account: str = call.parsed.head["AccountId"]
    return account


def arn_of(call: Authorized, name: str) -> str:
    """Return the ARN of the access point with this name in the call's account and Region."""
    return control_call(call).arn(f"accesspoint/{name}")


def control_call(call: Authorized) -> ControlCall:
    """Return the Region and the account of a call, with which the ARNs of its resources are made."""
    region = region_of(call.parsed, call.signature, call.world)
    return ControlCall(call.world, region, account_of(call), call.parsed.params)


def access_point_of(call: Authorized, params: Params) -> AccessPoint:
    """Return the access point that a call names. Raises ``NoSuchAccessPoint``."""
    point = call.store.access_point(arn_of(call, params["Name"]))
    if point is None:
        raise NO_SUCH_ACCESS_POINT(AccessPointName=params["Name"])
    return point


def refuse_members(call: Authorized, params: Params, *members: str) -> None:
    """Raise :class:`NotSupported` if the call has one of these members, which mocks3 does not support."""
    for name in members:
        if params.get(name):
            raise NotSupported(
                f"mocks3 does not support {name} of s3control:{call.parsed.operation}; nothing was changed"
            )
