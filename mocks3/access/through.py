"""One authorization through an access point: the access point must allow it, and the bucket behind it must too.

Each is asked as a resource of its own, by its own ARN, with its own policy and owner; a Deny in either denies
(F-120). Within one account an identity policy is enough for both (F-121); across accounts each owner must allow, and
so an access point in another account than the bucket's opens nothing that the bucket's policy does not (F-125).

What belongs to the caller (identity and session policies, boundaries, SCPs) may name the access point's ARN or the
bucket's (OQ-27): an Allow by either counts for both, and so does a Deny. But on the bucket an identity policy that
names the access point alone is enough only where the bucket's policy grants something as well: that is what
delegation is for. A VPC endpoint's policy must allow both (F-124).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.context import MULTIVALUED, RequestContext
from mocks3.access.decision import At, Decision
from mocks3.access.judge import decide as decide_on_bucket
from mocks3.access.judge import endpoint_policy, is_restricted
from mocks3.access.judge import present as present_version
from mocks3.access.named import present
from mocks3.access.procedure import Case, rule
from mocks3.policy import Policies, Policy, Request, weigh

if TYPE_CHECKING:
    from mocks3.access.judge import Question
    from mocks3.call import World
    from mocks3.storage import AccessPoint


def decide(world: World, question: Question) -> Decision:
    """Decide both authorizations.

    Returns the one that settles it, with the other as ``also``: a denial, an explicit one before any other, or else
    the access point's.
    """
    point = _at_point(world, dataclasses.replace(question, at=At.ACCESS_POINT))
    bucket = decide_on_bucket(world, dataclasses.replace(question, at=At.BUCKET))
    return conclude((point, bucket))


def conclude(parts: Iterable[Decision]) -> Decision:
    """Draw the conclusion from the cases of both parts."""
    point, bucket = sorted(parts, key=lambda part: not part.at_access_point)
    both = (_joined(point, point, bucket), _joined(bucket, point, bucket))
    settling = min(both, key=lambda part: (not part.ruled.explicit, part.allowed))
    return dataclasses.replace(settling, also=tuple(part for part in both if part is not settling))


def _joined(part: Decision, point: Decision, bucket: Decision) -> Decision:
    """A part, once the caller's own policies may name either resource (OQ-27)."""
    own, at_point, at_bucket = (each.case.findings for each in (part, point, bucket))
    by_either = part is point or bool(own.resource_grants)
    findings = dataclasses.replace(
        own,
        identity=(at_point.identity or at_bucket.identity) if by_either else own.identity,
        boundary=at_point.boundary or at_bucket.boundary,
        session=at_point.session or at_bucket.session,
        scp=at_point.scp or at_bucket.scp,
    )
    case = dataclasses.replace(part.case, findings=findings)
    return dataclasses.replace(part, case=case, ruled=rule(case), also=())


def point_of(part: Decision) -> AccessPoint:
    """The access point that a request was made through."""
    target = part.question.target
    assert target is not None
    assert target.access_point is not None
    return target.access_point


def _at_point(world: World, question: Question) -> Decision:
    caller, target = question.caller, question.target
    assert target is not None
    point = target.access_point
    assert point is not None
    context = RequestContext(
        question.scene, question.action, target, point.account, present_version(question)
    )
    rails = question.scene.guardrails
    policies = Policies(
        caller.identity,
        _policy(world, point),
        caller.boundaries,
        caller.session,
        rails.scps(caller.principal),
        rails.rcps(caller.principal, point.account),
        endpoint_policy(context),
    )
    request = Request(
        caller.principal, question.action, question.resource, point.account, context, MULTIVALUED
    )
    case = Case(
        caller,
        weigh(request, policies),
        acl.NOBODY,
        point.account,
        point.account,
        question.default_holder,
        question.own_account_only,
        is_restricted(question, policies.resource),
        shut_out=point.vpc is not None and tuple(context.get("aws:sourcevpc") or ()) != (point.vpc,),
    )
    return Decision(question, case, rule(case))


def _policy(world: World, point: AccessPoint) -> Policy | None:
    text = present(point.policy, point.principals, world.directory)
    return None if text is None else Policy.parse(text, name=f"access point policy of {point.name}")
