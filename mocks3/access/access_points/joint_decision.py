"""Decide a request through an access point: the access point and the bucket behind it must both allow it.

Each of them is a resource with its own ARN, policy and owner. A Deny in either policy denies the request (F-120).
Within one account an identity policy is enough for both (F-121). Across accounts each owner must allow it. So an access
point in another account than the bucket's allows only what the bucket's policy also allows (F-125).

The caller's identity policies and session policies must allow the access point's ARN (F-122). On the bucket they may
allow either ARN, but an identity policy that names only the access point is enough there only if the bucket's policy
also grants something, that is, delegates (OQ-27). Boundaries and SCPs may name either ARN. A Deny for either denies.
A VPC endpoint's policy must allow both (F-124).

An Object Lambda access point is decided first, with its own action and its own policy. A request that no function
answers is forwarded to the supporting access point in the caller's name (user guide, "Configuring IAM policies for
Object Lambda Access Points").
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.access import resources
from mocks3.access.bucket_policies.stored_principals import current_text
from mocks3.access.context import ConditionKeyValues
from mocks3.access.decision import Decision
from mocks3.access.engine import Resource, decide
from mocks3.access.question import AskedResource
from mocks3.policy import Circumstances, Policy, Reason, evaluate

if TYPE_CHECKING:
    from mocks3.access.question import Question
    from mocks3.model.world import World
    from mocks3.storage import AccessPoint, ObjectLambda

OBJECT_LAMBDA = "s3-object-lambda:"
OBJECT_LAMBDA_SERVICE = "s3-object-lambda.amazonaws.com"


def decide_through_access_point(world: World, question: Question) -> Decision:
    """Decide a question about a target behind an access point.

    Returns the decision that determines the result, with the other decisions as ``also``: an explicit denial, else an
    implicit one, else the decision on the resource that the request names.
    """
    target = question.target
    if target is None or target.object_lambda is None:
        return combine(_point_and_bucket(world, question))
    first = _at_object_lambda(world, question, target.object_lambda)
    if question.action.startswith(OBJECT_LAMBDA):
        return first
    forwarded = dataclasses.replace(
        question, request_info=question.request_info.via_service(OBJECT_LAMBDA_SERVICE)
    )
    return combine((first, *_point_and_bucket(world, forwarded)))


def combine(parts: Iterable[Decision]) -> Decision:
    """Return the decision that the decisions on all parts lead to."""
    *first, point, bucket = sorted(parts, key=lambda part: _ORDER.index(part.question.asked_resource))
    decided = [
        dataclasses.replace(part, outcome=evaluate(part.findings, part.circumstances), also=())
        for part in first
    ]
    decided += [_joined(point, point, bucket), _joined(bucket, point, bucket)]
    settling = min(decided, key=lambda part: (not part.outcome.explicit, part.allowed))
    return dataclasses.replace(settling, also=tuple(part for part in decided if part is not settling))


_ORDER: tuple[AskedResource | None, ...] = tuple(AskedResource)


def _joined(part: Decision, point: Decision, bucket: Decision) -> Decision:
    """Return a part, decided again with those of the caller's policies that may name the other resource (OQ-27)."""
    own, at_point, at_bucket = (each.findings for each in (part, point, bucket))
    findings = dataclasses.replace(
        own,
        identity=own.identity or (at_point.identity and bool(own.resource_grants)),
        boundary=at_point.boundary or at_bucket.boundary,
        session=own.session or at_point.session,
        scp=at_point.scp or at_bucket.scp,
    )
    outcome = evaluate(findings, part.circumstances)
    return dataclasses.replace(part, findings=findings, outcome=outcome, also=())


def access_point_of(part: Decision) -> AccessPoint | ObjectLambda:
    """Return the access point that a decision is about."""
    target = part.question.target
    assert target is not None
    point = (
        target.object_lambda
        if part.question.asked_resource is AskedResource.OBJECT_LAMBDA
        else target.access_point
    )
    assert point is not None
    return point


def _point_and_bucket(world: World, question: Question) -> tuple[Decision, Decision]:
    """Decide on the access point and on the bucket."""
    at_bucket = dataclasses.replace(question, asked_resource=AskedResource.BUCKET)
    return (
        _at_point(world, dataclasses.replace(question, asked_resource=AskedResource.ACCESS_POINT)),
        decide(at_bucket, resources.bucket_resource(world, at_bucket)),
    )


def _at_object_lambda(world: World, question: Question, point: ObjectLambda) -> Decision:
    """Decide on the Object Lambda access point, with its own action (``s3-object-lambda:...``)."""
    action = OBJECT_LAMBDA + question.action.rpartition(":")[2]
    question = dataclasses.replace(question, action=action, asked_resource=AskedResource.OBJECT_LAMBDA)
    return decide(question, _resource(world, question, point))


def _at_point(world: World, question: Question) -> Decision:
    assert question.target is not None
    point = question.target.access_point
    assert point is not None
    resource = dataclasses.replace(
        _resource(world, question, point, _refused(question, point)),
        rcps=question.request_info.guardrails.rcps(question.caller.principal, point.account),
        present=resources.object_snapshot(question),
    )
    return decide(question, resource)


def _refused(question: Question, point: AccessPoint) -> Reason | None:
    """Return the reason why the access point denies the request before policies are evaluated; None if it does not."""
    if question.caller.anonymous:
        return Reason.UNSIGNED
    if point.vpc is None:
        return None
    context = ConditionKeyValues(question.request_info, question.action, question.target, point.account)
    return None if tuple(context.get("aws:sourcevpc") or ()) == (point.vpc,) else Reason.NETWORK


def _resource(
    world: World, question: Question, point: AccessPoint | ObjectLambda, refused: Reason | None = None
) -> Resource:
    """Return an access point of either kind as the engine sees it: its policy and its owner."""
    policy = _policy(world, point)
    circumstances = Circumstances(
        default_right=question.default_right,
        own_account_only=question.own_account_only,
        restricted=resources.is_restricted(question, policy),
        refused=refused,
    )
    endpoint_policies = resources.endpoint_policies(world, question)
    return Resource(point.account, policy, circumstances, endpoint_policies=endpoint_policies)


def _policy(world: World, point: AccessPoint | ObjectLambda) -> Policy | None:
    text = current_text(point.policy, point.principals, world.iam)
    return None if text is None else Policy.parse(text, name=f"access point policy of {point.name}")
