"""Decide whether the caller may call an operation of S3 Control.

Rule 1: the account of ``x-amz-account-id`` owns the resource. Rule 2: policies of access points decide about requests
through them, never about calls that manage them (user guide, "Configuring IAM policies for using access points").

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; user guide, "Required
permissions for Amazon S3 API operations".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.account_calls import NO_TARGET, authorized, decide_call
from mocks3.access.decision import denial_message
from mocks3.access.vocabulary import vocabulary
from mocks3.errors import INVALID_REQUEST, Why
from mocks3.errors.refusals import ACCESS_DENIED, DENIED_BY_POLICIES
from mocks3.lib.partitions import partition_of
from mocks3.model.permissions import On

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Params, Parsed
    from mocks3.model.permissions import Need
    from mocks3.model.signature import Signature
    from mocks3.model.stages import Authenticated, Authorized
    from mocks3.model.world import World

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ControlResource:
    """A resource of S3 Control: its ARN, ``*`` for the account, and the condition keys of calls on it."""

    arn: str
    keys: Mapping[str, Values] = field(default_factory=dict)


def authorize_s3control(world: World, operation: Operation, authenticated: Authenticated) -> Authorized:
    """Decide every permission that the operation's row requires.

    Raises:
        S3Error: ``AccessDenied`` with AWS's message, and the decision as its ``decision``; ``InvalidRequest`` for an
            account id that is not 12 digits.
    """
    parsed = authenticated.parsed
    if authenticated.caller.anonymous:
        raise ACCESS_DENIED(
            Why(
                "unsigned",
                "the request is not signed, and S3 Control has no anonymous callers",
                "X-31",
                ("sign it",),
            )
        )
    account = parsed.head["AccountId"]
    if not (len(account) == 12 and account.isdecimal() and account.isascii()):
        raise INVALID_REQUEST(message="The account id in the request is not valid.")
    for need in operation.required:
        if need.when is None or need.when.applies(parsed, NO_TARGET):
            _require(world, authenticated, need)
    return authorized(world, authenticated)


def region_of(parsed: Parsed, signature: Signature, world: World) -> str:
    """Return the Region of the endpoint. Custom endpoints have none: then that of the signature, or the mock's."""
    return parsed.address.region or signature.region or world.settings.region


def access_point_arn(region: str, account: str, name: str) -> str:
    """Return ``arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME``."""
    return f"arn:{partition_of(region)}:s3:{region}:{account}:accesspoint/{name}"


def _require(world: World, authenticated: Authenticated, need: Need) -> None:
    parsed = authenticated.parsed
    account, region = parsed.head["AccountId"], region_of(parsed, authenticated.signature, world)
    found = _RESOURCES[need.on](world, region, account, parsed.params)
    action = need.action.lower()
    keys = {key: values for key, values in found.keys.items() if vocabulary().supports(action, key)}
    decision = decide_call(world, authenticated, need.action, found.arn, account, keys)
    refusing.require(world, decision, lambda denied: DENIED_BY_POLICIES(message=denial_message(denied)))


def _account(world: World, region: str, account: str, params: Params) -> ControlResource:
    """Return the resource of calls on the account, and of GetAccessPoint, which has no resource type either."""
    keys = _access_point(world, region, account, params).keys if "Name" in params else {}
    return ControlResource("*", keys)


def _access_point(world: World, region: str, account: str, params: Params) -> ControlResource:
    arn = access_point_arn(region, account, params["Name"])
    point = world.store.access_point(arn)
    return ControlResource(arn, _point_keys(account, arn, None if point is None else point.network_origin))


def _new_access_point(world: World, region: str, account: str, params: Params) -> ControlResource:
    arn = access_point_arn(region, account, params["Name"])
    return ControlResource(
        arn, _point_keys(account, arn, "VPC" if params.get("VpcConfiguration") else "Internet")
    )


def _point_keys(account: str, arn: str, origin: str | None) -> dict[str, Values]:
    keys: dict[str, Values] = {"s3:dataaccesspointaccount": (account,), "s3:dataaccesspointarn": (arn,)}
    return keys if origin is None else {**keys, "s3:accesspointnetworkorigin": (origin,)}


_RESOURCES: Mapping[On, Callable[[World, str, str, Params], ControlResource]] = {
    On.ACCOUNT: _account,
    On.NAMED_ACCESS_POINT: _access_point,
    On.NEW_ACCESS_POINT: _new_access_point,
}
"""How the resource of a permission is found."""
