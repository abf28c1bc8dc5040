"""Turn refusals into errors. Only this module records decisions, gives errors theirs, and applies ``enforce="report"``.

A call is refused by policies (:func:`require`), or by a rule that raised an error with its reason, wherever that was
(:func:`explain_refusal`). ``enforce="report"`` lets calls pass that policies deny, and those that :func:`refuse`
refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mocks3.access import subjects
from mocks3.access.refusal import Refusal

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.errors import S3Error
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage.iam.caller import Caller


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


def refuse(world: World, authenticated: Authenticated, error: S3Error) -> None:
    """Raise the error of a rule about who may call. ``enforce="report"`` only records it."""
    if world.settings.enforce != "report":
        raise error
    _add_decision(world, error, authenticated.parsed, authenticated.caller, None)


def explain_refusal(
    world: World, error: S3Error, parsed: Parsed | None, caller: Caller | None, entry: Target | None = None
) -> None:
    """Record that a call was refused, if the error is a refusal, and give it its decision.

    Args:
        world: The in-memory AWS.
        error: The error that is the answer, or that one entry of a multi-key call gets.
        parsed: The request; None if it could not be parsed.
        caller: The caller; None if the request does not prove who sent it.
        entry: The entry of a multi-key call.
    """
    if error.decision is None:
        _add_decision(world, error, parsed, caller, entry)
    if error.decision is not None:
        world.record_refusal(parsed, error.decision)


def _add_decision(
    world: World, error: S3Error, parsed: Parsed | None, caller: Caller | None, entry: Target | None
) -> None:
    why = error.why
    if why is None:
        return
    action, resource = why.action, why.resource
    if action is None or resource is None:
        subject = subjects.subject(world.store, parsed, entry)
        action, resource = action or subject.action, resource or subject.resource
    principal = "unknown" if caller is None else caller.arn or "anonymous"
    refused = Refusal(action, resource, principal, why, parsed)
    world.record_decision(refused)
    error.decision = refused
