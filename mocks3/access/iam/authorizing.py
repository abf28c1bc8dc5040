"""Decide whether the caller may call an operation of IAM."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.context import request_info_of
from mocks3.access.decision import denial_reason
from mocks3.access.engine import decide_by_own_policy
from mocks3.access.iam.context_keys import context_keys
from mocks3.access.iam.resources import RESOURCES, IamCall, IamResource
from mocks3.errors import RefusalRow, S3Error, Why
from mocks3.errors.refusals import DENIED_BY_POLICIES
from mocks3.lib.partitions import in_partition
from mocks3.model.stages import Authorized
from mocks3.model.target import Target
from mocks3.storage.iam import SessionRecord

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.operation import Operation
    from mocks3.model.permissions import Need
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World

INVALID_TOKEN = RefusalRow(
    "InvalidClientTokenId", 403, "The security token included in the request is invalid"
)

NO_TARGET = Target("", None)
"""What conditions of permission rows get as the target: calls to IAM name no bucket."""


def authorize_iam(world: World, operation: Operation, authenticated: Authenticated) -> Authorized:
    """Decide every permission that the operation's row requires.

    Raises:
        S3Error: ``InvalidClientTokenId`` for credentials that may not call IAM; ``ValidationError`` for invalid
            parameters; ``AccessDenied`` with IAM's message, and the decision as its ``decision``.
    """
    parsed, caller = authenticated.parsed, authenticated.caller
    _require_usable_token(world, authenticated)
    assert caller.account is not None, "only signed requests get here"
    call = IamCall(world.iam, caller, caller.account, parsed.params)
    for need in operation.required:
        if need.when is None or need.when.applies(parsed, NO_TARGET):
            _require(world, authenticated, need, RESOURCES[need.on](call))
    return Authorized(
        parsed,
        caller,
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
    """Operations of IAM ask for no further permissions. Implements ``model.stages.Permissions``."""

    def allows(self, action: str) -> bool:
        """Not used by IAM."""
        raise NotImplementedError(action)

    def refusal(self, key: str, version_id: str | None) -> S3Error | None:
        """Not used by IAM."""
        raise NotImplementedError(key)

    def explain_refusal(self, error: S3Error, key: str, version_id: str | None) -> None:
        """Not used by IAM."""
        raise NotImplementedError(key)

    def missing_key_denial(self) -> S3Error | None:
        """Return None: IAM's errors hide nothing."""
        return None


def _require_usable_token(world: World, authenticated: Authenticated) -> None:
    """Raise InvalidClientTokenId for temporary credentials that cannot call IAM.

    Credentials of GetFederationToken never can; those of GetSessionToken need MFA (API_GetFederationToken,
    API_GetSessionToken, "Permissions").
    """
    key = world.iam.key(authenticated.signature.access_key_id or "")
    session = None if key is None else key.holder
    if isinstance(session, SessionRecord) and (
        session.kind == "federated-user" or (session.kind == "user" and not session.mfa)
    ):
        made_by = "GetFederationToken" if session.kind == "federated-user" else "GetSessionToken"
        with_mfa = (
            () if session.kind == "federated-user" else ("give GetSessionToken an MFA device and its code",)
        )
        raise INVALID_TOKEN(
            Why(
                "iam-caller",
                f"the credentials are temporary, from {made_by}, and IAM does not accept those"
                + (" without MFA" if with_mfa else ""),
                "P-17",
                ("call IAM with the credentials of a user or of a role session", *with_mfa),
            )
        )


def _require(world: World, authenticated: Authenticated, need: Need, resource: IamResource) -> None:
    """Raise AccessDenied unless the caller may do the action on the resource."""
    request_info = request_info_of(world, authenticated)
    keys = context_keys(need.action, resource, authenticated.parsed.params)
    context = request_info.context
    request_info.context = dataclasses.replace(context, keys={**keys, **context.keys})
    arn = in_partition(resource.arn, authenticated.caller.partition)
    decision = decide_by_own_policy(request_info, need.action, arn, _owner(arn, authenticated), None)
    refusing.require(
        world, refusing.record_decision(world, decision), lambda denied: _access_denied(denied, resource)
    )


def _owner(arn: str, authenticated: Authenticated) -> str:
    """Return the account of a resource. AWS managed policies belong to every account."""
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    own = authenticated.caller.account
    return account if account.isdigit() else own or ""


def _access_denied(decision: Decision, resource: IamResource) -> S3Error:
    """Return IAM's error for a denial: X-41 and X-42 have the end of the sentence."""
    start = f"User: {decision.principal} is not authorized to perform: {decision.action}"
    named = resource.shown or decision.resource
    return DENIED_BY_POLICIES(message=f"{start} on resource: {named} {denial_reason(decision)}")
