"""Decide a question about a bucket, an object or an account: find the resource and call the engine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.access_points import joint_decision
from mocks3.access.acl import ignored_grants
from mocks3.access.engine import decide
from mocks3.access.refusing import record_decision
from mocks3.access.resources import bucket_resource
from mocks3.policy import PolicyOutcome, Reason

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.access.question import Question
    from mocks3.model.world import World


def ask(world: World, question: Question) -> Decision:
    """Return the decision about a question, without adding it to ``aws.decisions``."""
    if question.target is not None and question.target.access_point is not None:
        return joint_decision.decide_through_access_point(world, question)
    decision = decide(question, bucket_resource(world, question))
    return decision if decision.allowed else _without_ignored_grants(decision)


def _without_ignored_grants(decision: Decision) -> Decision:
    """Return a denial that no identity policy changes if IgnorePublicAcls ignores a grant to the caller.

    The reason is then the resource's, also within the owner's account (B-22).
    """
    by_identity = decision.outcome.reason is Reason.IDENTITY and not decision.outcome.explicit
    own = decision.question.caller.account == decision.owner
    if by_identity and own and ignored_grants(decision):
        return dataclasses.replace(decision, outcome=PolicyOutcome(False, Reason.RESOURCE))
    return decision


def ask_recorded(world: World, question: Question) -> Decision:
    """Return the decision about a question and add it to ``aws.decisions``."""
    return record_decision(world, ask(world, question))
