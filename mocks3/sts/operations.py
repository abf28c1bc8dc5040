"""STS operations whose callers have credentials: roles, federated users, session tokens, caller identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import NotSupported, RefusalRow, S3Error, Why
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, FREE, ROLE, Need, When
from mocks3.sts.sessions import assumed_role, check_role_session, issued, new_session, partition
from mocks3.sts.stand_in_roles import stand_in_role

if TYPE_CHECKING:
    from types_boto3_sts.type_defs import (
        AssumeRoleRequestTypeDef,
        GetFederationTokenRequestTypeDef,
        GetSessionTokenRequestTypeDef,
    )

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

NOT_FOR_SESSIONS = RefusalRow("AccessDenied", 403, "Cannot call {operation} with session credentials")

_UNSUPPORTED = ("ProvidedContexts",)

NAMES_SOURCE = When(
    "SourceIdentity is given", lambda parsed, target: bool(parsed.params.get("SourceIdentity"))
)
TAGGED = When("Tags are given", lambda parsed, target: bool(parsed.params.get("Tags")))


@operation(Need("sts:GetCallerIdentity", ACCOUNT, mode=FREE), service="sts")
def get_caller_identity(call: Authorized, params: Params) -> Params:
    """Return the caller's ``UserId``, ``Account`` and ``Arn``; needs no permission [API_GetCallerIdentity]."""
    return {"UserId": call.caller.user_id, "Account": call.caller.account, "Arn": call.caller.arn}


@operation(
    Need("sts:AssumeRole", ROLE),
    Need("sts:TagSession", ROLE, when=TAGGED),
    Need("sts:SetSourceIdentity", ROLE, when=NAMES_SOURCE),
    service="sts",
)
def assume_role(call: Authorized, params: AssumeRoleRequestTypeDef) -> Params:
    """Return temporary credentials of a role whose trust policy allows the caller [API_AssumeRole].

    Raises ``MalformedPolicyDocument`` for an invalid session policy; ``PackedPolicyTooLarge``.
    """
    refuse_unsupported("AssumeRole", params)
    if call.caller.principal.kind == "federated-user":
        refuse_temporary(call)
    role = call.world.iam.role(params["RoleArn"]) or stand_in_role(call.world.iam, params["RoleArn"])
    check_role_session(call, call.parsed.params, role.max_session)
    session = new_session(
        call, "session", role.account, role.unique_id, params["RoleSessionName"], default=3600
    )
    return {**issued(call, session), **assumed_role(call, role, session)}


@operation(Need("sts:GetSessionToken", ACCOUNT, mode=FREE), service="sts")
def get_session_token(call: Authorized, params: GetSessionTokenRequestTypeDef) -> Params:
    """Return temporary credentials of the calling user; needs no permission [API_GetSessionToken].

    Raises ``AccessDenied`` if the caller is a session.
    """
    refuse_unsupported("GetSessionToken", params)
    account, base = _holder(call, "GetSessionToken")
    return issued(call, new_session(call, "user", account, base, "", default=43200))


@operation(Need("sts:GetFederationToken", ACCOUNT), service="sts")
def get_federation_token(call: Authorized, params: GetFederationTokenRequestTypeDef) -> Params:
    """Return credentials of a federated user [API_GetFederationToken].

    Its permissions are those that both the caller and the session policy have (P-7). Raises ``AccessDenied`` if the
    caller is a session; ``PackedPolicyTooLarge``.
    """
    refuse_unsupported("GetFederationToken", params)
    account, base = _holder(call, "GetFederationToken")
    name = params["Name"]
    session = new_session(call, "federated-user", account, base, name, default=43200)
    return {
        **issued(call, session),
        "FederatedUser": {
            "FederatedUserId": f"{account}:{name}",
            "Arn": f"arn:{partition(call)}:sts::{account}:federated-user/{name}",
        },
    }


def _holder(call: Authorized, operation: str) -> tuple[str, str]:
    """Return the caller's account, and the user's unique id (for root, the account id)."""
    if call.caller.account is None or call.caller.principal.kind not in ("user", "root"):
        raise _not_for_sessions(call)
    refuse_temporary(call)
    return call.caller.account, call.caller.user_id


def refuse_temporary(call: Authorized) -> None:
    """Raise ``AccessDenied`` for temporary credentials that may not call the operation (P-24).

    Those of GetSessionToken may only call AssumeRole and GetCallerIdentity, those of GetFederationToken only
    GetCallerIdentity.
    """
    kind = call.caller.principal.kind
    if kind == "federated-user" or (kind in ("user", "root") and "aws:tokenissuetime" in call.caller.keys):
        raise _not_for_sessions(call)


def _not_for_sessions(call: Authorized) -> S3Error:
    operation = call.parsed.operation
    return NOT_FOR_SESSIONS(
        Why(
            "sts-caller",
            f"{call.caller.arn} is a session, and {operation} does not accept its temporary credentials",
            "P-24",
            (f"call {operation} with the access key of a user", "call AssumeRole instead"),
        ),
        operation=operation,
    )


def refuse_unsupported(operation: str, params: Mapping[str, object]) -> None:
    """Raise ``NotSupported`` for members that mocks3 does not support."""
    for name in _UNSUPPORTED:
        if params.get(name):
            raise NotSupported(
                f"mocks3 does not support {name} of sts:{operation}; no credentials were issued"
            )
