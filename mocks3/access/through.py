"""One authorization through an access point: the access point must allow it, and the bucket behind it must too.

Each is asked as a resource of its own, by its own ARN, with its own policy and owner; a Deny in either denies
(F-120). Within one account an identity policy is enough for both (F-121); across accounts each owner must allow, and
so an access point in another account than the bucket's opens nothing that the bucket's policy does not (F-125).

What belongs to the caller (identity and session policies, boundaries, SCPs) may name the access point's ARN or the
bucket's (OQ-27): an Allow by either counts for both, and so does a Deny. But on the bucket an identity policy that
names the access point alone is enough only where the bucket's policy grants something as well: that is what
delegation is for. A VPC endpoint's policy must allow both (F-124).

An Object Lambda access point is asked before them, by an action and a policy of its own. What no function of its
answers it passes on, in the caller's name (user guide, "Configuring IAM policies for Object Lambda Access Points").
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.access import acl, at_bucket
from mocks3.access.context import MULTIVALUED, RequestContext
from mocks3.access.decision import At, Decision
from mocks3.access.named import present
from mocks3.access.procedure import Case, Reason, rule
from mocks3.policy import Policies, Policy, Request, weigh

if TYPE_CHECKING:
    from mocks3.access.question import Question
    from mocks3.call import World
    from mocks3.storage import AccessPoint, ObjectLambda

OBJECT_LAMBDA = "s3-object-lambda:"
OBJECT_LAMBDA_SERVICE = "s3-object-lambda.amazonaws.com"


def decide(world: World, question: Question) -> Decision:
    """Decide each authorization.

    Returns the one that settles it, with the others as ``also``: a denial, an explicit one before any other, or else
    that of what the request names.
    """
    target = question.target
    if target is None or target.object_lambda is None:
        return conclude(_behind(world, question))
    first = _at_object_lambda(world, question, target.object_lambda)
    if question.action.startswith(OBJECT_LAMBDA):
        return first
    passed_on = dataclasses.replace(question, scene=question.scene.passed_on(OBJECT_LAMBDA_SERVICE))
    return conclude((first, *_behind(world, passed_on)))


def conclude(parts: Iterable[Decision]) -> Decision:
    """Draw the conclusion from the cases of all parts."""
    *first, point, bucket = sorted(parts, key=lambda part: _ORDER.index(part.question.at))
    ruled = [dataclasses.replace(part, ruled=rule(part.case), also=()) for part in first]
    ruled += [_joined(point, point, bucket), _joined(bucket, point, bucket)]
    settling = min(ruled, key=lambda part: (not part.ruled.explicit, part.allowed))
    return dataclasses.replace(settling, also=tuple(part for part in ruled if part is not settling))


_ORDER: tuple[At | None, ...] = tuple(At)


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


def point_of(part: Decision) -> AccessPoint | ObjectLambda:
    """The access point whose policy was asked."""
    target = part.question.target
    assert target is not None
    point = target.object_lambda if part.question.at is At.OBJECT_LAMBDA else target.access_point
    assert point is not None
    return point


def _behind(world: World, question: Question) -> tuple[Decision, Decision]:
    """The access point and the bucket."""
    return (
        _at_point(world, dataclasses.replace(question, at=At.ACCESS_POINT)),
        at_bucket.decide(world, dataclasses.replace(question, at=At.BUCKET)),
    )


def _at_object_lambda(world: World, question: Question, point: ObjectLambda) -> Decision:
    """Whether the Object Lambda access point lets it through, by an action of its own (``s3-object-lambda:…``)."""
    action = OBJECT_LAMBDA + question.action.rpartition(":")[2]
    question = dataclasses.replace(question, action=action, at=At.OBJECT_LAMBDA)
    context = RequestContext(question.scene, action, question.target, point.account)
    return _asked(world, question, context, point, ())


def _at_point(world: World, question: Question) -> Decision:
    target = question.target
    assert target is not None
    point = target.access_point
    assert point is not None
    context = RequestContext(
        question.scene, question.action, target, point.account, at_bucket.present(question)
    )
    rcps = question.scene.guardrails.rcps(question.caller.principal, point.account)
    part = _asked(world, question, context, point, rcps)
    case = dataclasses.replace(part.case, shut_out=_shut_out(question, context, point))
    return dataclasses.replace(part, case=case)


def _shut_out(question: Question, context: RequestContext, point: AccessPoint) -> Reason | None:
    """Why the access point does not take the request, whatever policies say; None where it does."""
    if question.caller.anonymous:
        return Reason.UNSIGNED
    if point.vpc is not None and tuple(context.get("aws:sourcevpc") or ()) != (point.vpc,):
        return Reason.NETWORK
    return None


def _asked(
    world: World,
    question: Question,
    context: RequestContext,
    point: AccessPoint | ObjectLambda,
    rcps: tuple[tuple[Policy, ...], ...],
) -> Decision:
    """The authorization on an access point of either kind, by its policy and its owner."""
    caller = question.caller
    policies = Policies(
        caller.identity,
        _policy(world, point),
        caller.boundaries,
        caller.session,
        question.scene.guardrails.scps(caller.principal),
        rcps,
        at_bucket.endpoint_policy(world, context),
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
        at_bucket.is_restricted(question, policies.resource),
    )
    return Decision(question, case, rule(case))


def _policy(world: World, point: AccessPoint | ObjectLambda) -> Policy | None:
    text = present(point.policy, point.principals, world.directory)
    return None if text is None else Policy.parse(text, name=f"access point policy of {point.name}")
