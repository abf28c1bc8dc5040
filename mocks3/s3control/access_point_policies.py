"""Policies of access points: PutAccessPointPolicy, GetAccessPointPolicy, GetAccessPointPolicyStatus and deletion.

Source: their pages in the API Reference; docs/rules/access-points.md.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.access_points import public_policies
from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import current_text
from mocks3.access.bucket_policies.validation import check_access_point_policy
from mocks3.errors import Why
from mocks3.errors.refusals import PUBLIC_ACCESS_BLOCKED
from mocks3.model.operation import REGISTER, operation
from mocks3.model.permissions import Need, On
from mocks3.rules.policy_documents import stored_text
from mocks3.s3control.lookup import NO_ACCESS_POINT_POLICY, access_point_of
from mocks3.storage import AccessPoint

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import ObjectLambda


@operation(Need("s3:PutAccessPointPolicy", On.NAMED_ACCESS_POINT), service="s3control")
def put_access_point_policy(call: Authorized, params: Params) -> Params:
    """Replace the policy of an access point.

    Raises ``NoSuchAccessPoint``, ``MalformedPolicy``; ``AccessDenied`` for a public policy if BlockPublicPolicy is on
    (B-20).
    """
    point, text = access_point_of(call, params), stored_text(params["Policy"])
    principals = check_access_point_policy(call.world.iam, point.arn, text)
    require_not_public(call, point, text)
    call.store.put_access_point(dataclasses.replace(point, policy=text, principals=principals))
    return {}


@operation(Need("s3:GetAccessPointPolicy", On.NAMED_ACCESS_POINT), service="s3control")
def get_access_point_policy(call: Authorized, params: Params) -> Params:
    """Return the policy as it was put, with the unique ids of deleted principals (PE-14).

    Raises ``NoSuchAccessPoint``, ``NoSuchAccessPointPolicy``.
    """
    return {"Policy": _text(call, access_point_of(call, params))}


@operation(Need("s3:GetAccessPointPolicyStatus", On.NAMED_ACCESS_POINT), service="s3control")
def get_access_point_policy_status(call: Authorized, params: Params) -> Params:
    """Return whether the policy is public, without regard to Block Public Access (B-48).

    Raises ``NoSuchAccessPoint``, ``NoSuchAccessPointPolicy``.
    """
    point = access_point_of(call, params)
    public = point.vpc is None and is_public(_text(call, point), of_access_point=True)
    return {"PolicyStatus": {"IsPublic": public}}


@operation(Need("s3:DeleteAccessPointPolicy", On.NAMED_ACCESS_POINT), service="s3control")
def delete_access_point_policy(call: Authorized, params: Params) -> Params:
    """Delete the policy. It is no error if there is none. Raises ``NoSuchAccessPoint``."""
    point = access_point_of(call, params)
    call.store.put_access_point(dataclasses.replace(point, policy=None, principals={}))
    return {}


def require_not_public(call: Authorized, point: AccessPoint | ObjectLambda, text: str) -> None:
    """Raise ``AccessDenied`` for a public policy if BlockPublicPolicy is on (B-20)."""
    if not public_policies.is_blocked(call.store, call.world.guardrails, point, text):
        return
    action = REGISTER[call.parsed.service, call.parsed.operation].needs[0].action
    fixes = ["name accounts, users or roles instead of *, or add a condition on fixed values"]
    if isinstance(point, AccessPoint):
        fixes.append("turn BlockPublicPolicy off for the account, the bucket and a new access point")
    raise PUBLIC_ACCESS_BLOCKED(
        Why(
            "block-public-access",
            "the policy is public, and BlockPublicPolicy of Block Public Access refuses public policies",
            "B-20, B-40",
            tuple(fixes),
            action=action,
            resource=point.arn,
        ),
        user=call.caller.arn,
        action=action,
        arn=point.arn,
        what="policies",
        setting="BlockPublicPolicy",
    )


def _text(call: Authorized, point: AccessPoint) -> str:
    text = current_text(point.policy, point.principals, call.world.iam)
    if text is None:
        raise NO_ACCESS_POINT_POLICY(AccessPointName=point.name)
    return text
