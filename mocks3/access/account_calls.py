"""The common part of authorizing calls that name no bucket: to IAM, S3 Control and Organizations.

Rule: a resource of these services has no policy of its own, so that identity policies of its owner's account decide.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.context import request_info_of
from mocks3.access.engine import decide_by_own_policy
from mocks3.errors import S3Error
from mocks3.model.stages import Authorized
from mocks3.model.target import Target

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World

NO_TARGET = Target("", None)
"""What conditions of permission rows get as the target: these calls name no bucket."""


def decide_call(
    world: World,
    authenticated: Authenticated,
    action: str,
    arn: str,
    owner: str,
    keys: Mapping[str, tuple[str, ...]],
) -> Decision:
    """Decide one permission of a call, and add the decision to ``aws.decisions``.

    Args:
        world: The in-memory AWS.
        authenticated: The call.
        action: The action.
        arn: The ARN of the resource; ``*`` for calls to the service.
        owner: The account that owns the resource.
        keys: The condition keys of the call, by their lower-case names. Keys of ``request_context`` replace them.
    """
    request_info = request_info_of(world, authenticated)
    context = request_info.context
    request_info.context = dataclasses.replace(context, keys={**keys, **context.keys})
    decision = decide_by_own_policy(request_info, action, arn, owner, None)
    return refusing.record_decision(world, decision)


def authorized(world: World, authenticated: Authenticated) -> Authorized:
    """Return the call as one that may proceed. Call this after all permissions of its row were decided."""
    return Authorized(
        authenticated.parsed,
        authenticated.caller,
        authenticated.signature,
        None,
        None,
        None,
        None,
        None,
        NoFurtherPermissions(),
        world,
        authenticated.edition,
    )


class NoFurtherPermissions:
    """These operations ask for no further permissions while they run. Implements ``model.stages.Permissions``."""

    def allows(self, action: str) -> bool:
        """Not used by these services."""
        raise NotImplementedError(action)

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """Not used by these services."""
        raise NotImplementedError(key)

    def explain_refusal(self, error: S3Error, key: str, version_id: str | None) -> None:
        """Not used by these services."""
        raise NotImplementedError(key)

    def missing_key_denial(self) -> S3Error | None:
        """Return None: the errors of these services hide nothing."""
        return None
