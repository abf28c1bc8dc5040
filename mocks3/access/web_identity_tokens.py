"""Decide whether the caller may have a token that represents it outside AWS (GetWebIdentityToken).

Source: API_GetWebIdentityToken; IAM user guide, "Outbound identity federation", "Controlling access with IAM policies":
the actions, and the condition keys of the audience, the lifetime and the algorithm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.account_calls import decide_call
from mocks3.access.decision import denial_reason
from mocks3.access.tag_keys import request_tag_keys
from mocks3.errors.refusals import DENIED_BY_POLICIES

if TYPE_CHECKING:
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World

DEFAULT_SECONDS = 300
"""The lifetime of a token if the call names none (API_GetWebIdentityToken)."""


def require(world: World, authenticated: Authenticated, action: str) -> None:
    """Raise ``AccessDenied`` (403) if the caller may not have the token that the call describes."""
    caller, params = authenticated.caller, authenticated.parsed.params
    keys = {
        "sts:identitytokenaudience": tuple(params["Audience"]),
        "sts:durationseconds": (str(params.get("DurationSeconds", DEFAULT_SECONDS)),),
        "sts:signingalgorithm": (params["SigningAlgorithm"],),
        **request_tag_keys(params),
    }
    decision = decide_call(world, authenticated, action, "*", caller.account or "", keys)
    refusing.require(
        world,
        decision,
        lambda denied: DENIED_BY_POLICIES(
            message=f"User: {caller.arn} is not authorized to perform: {action} {denial_reason(denied)}"
        ),
    )
