"""One question of permission, decided where its target is: at the bucket, or through what stands before it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.access import at_bucket
from mocks3.access.access_points import both
from mocks3.access.procedure import rule
from mocks3.policy import Policies, weigh

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.access.question import Question
    from mocks3.model.world import World


def judge(world: World, question: Question) -> Decision:
    """Decide one authorization, and write it into the world's journal."""
    decision = decide(world, question)
    world.record_decision(decision)
    return decision


def decide(world: World, question: Question) -> Decision:
    """Decide one authorization as authorization.md 2.3 says."""
    target = question.target
    if target is not None and target.access_point is not None:
        return both.decide(world, question)
    return at_bucket.decide(world, question)


def reconsider(decision: Decision, policies: Iterable[Policies], *, restricting: bool = True) -> bool:
    """Whether the same question would be allowed under other policies, with everything else as it was.

    Args: ``policies`` those of each of the decision's parts; ``restricting`` False leaves RestrictPublicBuckets out.
    """
    parts = [
        _under(part, changed, restricting) for part, changed in zip(decision.parts, policies, strict=True)
    ]
    if len(parts) == 1:
        return rule(parts[0].case).allowed
    return both.conclude(parts).allowed


def _under(part: Decision, policies: Policies, restricting: bool) -> Decision:
    case = dataclasses.replace(
        part.case,
        findings=weigh(part.request, policies),
        restricted=restricting and at_bucket.is_restricted(part.question, policies.resource),
    )
    return dataclasses.replace(part, case=case)
