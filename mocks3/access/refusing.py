"""Turn a denied decision into an error. Only this module records decisions and applies ``enforce="report"``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.errors import S3Error
    from mocks3.model.world import World


def record_decision(world: World, decision: Decision) -> Decision:
    """Add a decision to ``aws.decisions`` and return it."""
    world.record_decision(decision)
    return decision


def refusal(world: World, decision: Decision, error: Callable[[Decision], S3Error]) -> S3Error | None:
    """Return the error of a denied decision, with the decision attached.

    Args:
        world: The in-memory AWS, whose settings say whether denials are enforced.
        decision: The decision.
        error: A function that creates the service's error for the decision.

    Returns:
        The error; None if the call is allowed, or if ``enforce="report"`` does not enforce denials.
    """
    if decision.allowed or world.settings.enforce == "report":
        return None
    refused = error(decision)
    refused.decision = decision
    return refused


def require(world: World, decision: Decision, error: Callable[[Decision], S3Error]) -> None:
    """Raise the error of a denied decision. See :func:`refusal`."""
    refused = refusal(world, decision, error)
    if refused is not None:
        raise refused
