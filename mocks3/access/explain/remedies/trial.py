"""Decide a denied request again, with a changed request, changed policies or other circumstances.

Rule: the engine decides. This module only prepares its input from a decision, which has everything that was decided
with at the time.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access import engine, resources
from mocks3.access.access_points import joint_decision
from mocks3.access.context import MULTIVALUED, ConditionKeyValues
from mocks3.access.context.organization import vpc_endpoint_of
from mocks3.access.resources import is_restricted
from mocks3.policy import (
    Circumstances,
    Policies,
    Request,
    RequestPrincipal,
    Suggestion,
    collect_findings,
    evaluate,
)
from mocks3.storage.iam.caller import Caller

if TYPE_CHECKING:
    from mocks3.access.context import ObjectSnapshot, RequestInfo
    from mocks3.access.decision import Decision
    from mocks3.access.explain.remedies.remedy import PolicyChanges, RequestChange
    from mocks3.access.question import Question
    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target
    from mocks3.policy import Findings


def would_allow(decision: Decision, policies: Iterable[Policies], *, with_restriction: bool = True) -> bool:
    """Return whether the same question would be allowed under other policies, with everything else as it was.

    Args:
        decision: The decision.
        policies: The policies of each of the decision's parts.
        with_restriction: False ignores RestrictPublicBuckets.

    Returns:
        Whether it would be allowed.
    """
    parts = [
        _under(part, changed, with_restriction)
        for part, changed in zip(decision.parts, policies, strict=True)
    ]
    return joined(parts).allowed


def allowed_by(decision: Decision, changes: PolicyChanges, *, with_restriction: bool = True) -> bool:
    """Return whether changes of policies would allow the request."""
    changed = (_changed(part, changes) for part in decision.parts)
    return would_allow(decision, changed, with_restriction=with_restriction)


def _changed(part: Decision, changes: PolicyChanges) -> Policies:
    edits = tuple(change.edit for change in changes if change.applies_to(part))
    return Suggestion(edits).apply(part.policies)


def _under(part: Decision, policies: Policies, with_restriction: bool) -> Decision:
    circumstances = dataclasses.replace(
        part.circumstances,
        restricted=with_restriction and is_restricted(part.question, policies.resource),
    )
    return decided(part, collect_findings(part.request, policies), circumstances)


def decided(part: Decision, findings: Findings, circumstances: Circumstances) -> Decision:
    """Return a part, decided again from other findings and circumstances."""
    outcome = evaluate(findings, circumstances)
    return dataclasses.replace(part, findings=findings, circumstances=circumstances, outcome=outcome, also=())


def joined(parts: list[Decision]) -> Decision:
    """Return the decision that follows from all of its parts."""
    return parts[0] if len(parts) == 1 else joint_decision.combine(parts)


def with_request(decision: Decision, change: RequestChange) -> Decision:
    """Return the decision about the changed request: with the same action, resource and policies."""
    return joined([_with_request(part, change) for part in decision.parts])


def _with_request(part: Decision, change: RequestChange) -> Decision:
    info = changed_info(part.question.request_info, change)
    question = dataclasses.replace(part.question, request_info=info)
    context = ConditionKeyValues(
        info, question.action, question.target, part.request.resource_account, present_of(part)
    )
    request = Request(
        part.request.principal,
        question.action,
        question.resource,
        part.request.resource_account,
        context,
        MULTIVALUED,
    )
    policies = part.policies
    if "source_vpce" in change.context:
        record = vpc_endpoint_of(info)
        policies = copy.copy(policies)
        policies.vpc_endpoint = () if record is None or record.policy is None else (record.policy,)
    again = dataclasses.replace(part, question=question)
    return decided(again, collect_findings(request, policies), part.circumstances)


def present_of(part: Decision) -> ObjectSnapshot | None:
    """Return the snapshot of the object that a decision is about."""
    present: ObjectSnapshot | None = getattr(part.request.context, "present", None)
    return present


def changed_info(info: RequestInfo, change: RequestChange) -> RequestInfo:
    """Return the data of the changed request."""
    info = copy.copy(info)
    keys = {**info.context.keys, **change.keys}
    info.context = dataclasses.replace(info.context, **{**change.context, "keys": keys})
    if info.parsed is not None and change.members:
        info.parsed = with_members(info.parsed, change.members)
    return info


def with_members(parsed: Parsed, members: Mapping[str, Any]) -> Parsed:
    """Return a request with other parameters in its URL and headers; None leaves one out."""
    parsed = copy.copy(parsed)
    head = {**parsed.head, **members}
    parsed.head = {name: value for name, value in head.items() if value is not None}
    return parsed


def ask_again(
    decision: Decision,
    *,
    action: str | None = None,
    target: Target | None = None,
    info: RequestInfo | None = None,
    prospective: bool | None = None,
) -> Decision:
    """Return the decision about another question on the same bucket, with the bucket's policy as it was."""
    question: Question = dataclasses.replace(
        decision.question,
        action=action or decision.action,
        target=target or decision.question.target,
        request_info=info or decision.question.request_info,
        prospective=decision.question.prospective if prospective is None else prospective,
        own_account_only=False,
        default_right=False,
    )
    policies = decision.policies
    resource = engine.Resource(
        decision.owner,
        policies.resource,
        resources.circumstances_of(question, policies.resource),
        policies.rcps,
        policies.vpc_endpoint,
        resources.object_snapshot(question),
    )
    return engine.decide(question, resource)


def as_root(decision: Decision) -> RequestInfo:
    """Return the request, signed by the root user of the account that owns the resource."""
    info = copy.copy(decision.question.request_info)
    arn = f"arn:aws:iam::{decision.owner}:root"
    principal = RequestPrincipal("root", arn, decision.owner)
    keys = {
        "aws:principalarn": (arn,),
        "aws:principalaccount": (decision.owner,),
        "aws:principaltype": ("Account",),
        "aws:userid": (decision.owner,),
        "aws:principalisawsservice": ("false",),
    }
    info.caller = Caller(principal, "", decision.owner, keys=keys)
    return info
