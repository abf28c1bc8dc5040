"""Decide a question about a bucket, an object or an account: find the resource and call the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.access_points import joint_decision
from mocks3.access.engine import decide
from mocks3.access.refusing import record_decision
from mocks3.access.resources import bucket_resource

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.access.question import Question
    from mocks3.model.world import World


def ask(world: World, question: Question) -> Decision:
    """Return the decision about a question, without adding it to ``aws.decisions``."""
    if question.target is not None and question.target.access_point is not None:
        return joint_decision.decide_through_access_point(world, question)
    return decide(question, bucket_resource(world, question))


def ask_recorded(world: World, question: Question) -> Decision:
    """Return the decision about a question and add it to ``aws.decisions``."""
    return record_decision(world, ask(world, question))
