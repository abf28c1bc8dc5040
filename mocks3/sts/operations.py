"""STS operations. The credentials that they return are stored, and valid in later requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import NotSupported, Row
from mocks3.lib.limits import later
from mocks3.lib.partitions import partition_of
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, FREE, ROLE, Need, When
from mocks3.policy import PolicySyntaxError
from mocks3.rules.policy_documents import parse_document
from mocks3.storage.iam import SessionRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

# API_AssumeRole, API_GetSessionToken "Errors" and the common errors of STS.
VALIDATION_ERROR = Row("ValidationError", 400, "{message}")
MALFORMED_POLICY_DOCUMENT = Row("MalformedPolicyDocument", 400, "{message}")
ROOT_MAY_NOT_ASSUME = Row("AccessDenied", 403, "Roles may not be assumed by root accounts.")
NOT_FOR_SESSIONS = Row("AccessDenied", 403, "Cannot call {operation} with session credentials")

# IAM user guide, "Pass session tags in AWS STS", section "Chaining roles with session tags".
INHERITED_TAG = Row(
    "InvalidParameterValue",
    400,
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
    "calling session.",
)

_UNSUPPORTED = (
    "MinimumSessionTokenSize",
    "PolicyArns",
    "ProvidedContexts",
    "SerialNumber",
    "SourceIdentity",
    "TokenCode",
)

TAGGED = When("Tags are given", lambda parsed, target: bool(parsed.params.get("Tags")))


@operation(Need("sts:GetCallerIdentity", ACCOUNT, mode=FREE), service="sts")
def get_caller_identity(call: Authorized, params: Params) -> Params:
    """Return the caller's ``UserId``, ``Account`` and ``Arn``; needs no permission [API_GetCallerIdentity]."""
    return {"UserId": call.caller.user_id, "Account": call.caller.account, "Arn": call.caller.arn}


@operation(
    Need("sts:AssumeRole", ROLE),
    Need("sts:TagSession", ROLE, when=TAGGED),
    service="sts",
)
def assume_role(call: Authorized, params: Params) -> Params:
    """Return temporary credentials of a role whose trust policy allows the caller [API_AssumeRole].

    Raises ``MalformedPolicyDocument`` for an invalid session policy; :class:`NotSupported` for MFA devices, managed
    session policies and source identities.
    """
    if call.caller.root:
        raise ROOT_MAY_NOT_ASSUME()
    _refuse_unsupported("AssumeRole", params)
    role = call.world.iam.role(params["RoleArn"])
    assert role is not None, "authorization has found the role"
    name = params["RoleSessionName"]
    session = _session(call, "session", role.account, role.unique_id, name, params, default=3600)
    return {
        **_credentials(call, session),
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.unique_id}:{name}",
            "Arn": f"arn:{_partition(call)}:sts::{role.account}:assumed-role/{role.name}/{name}",
        },
    }


@operation(Need("sts:GetSessionToken", ACCOUNT, mode=FREE), service="sts")
def get_session_token(call: Authorized, params: Params) -> Params:
    """Return temporary credentials of the calling user; needs no permission [API_GetSessionToken].

    Raises ``AccessDenied`` if the caller is a session.
    """
    _refuse_unsupported("GetSessionToken", params)
    account, base = _holder(call, "GetSessionToken")
    return _credentials(call, _session(call, "user", account, base, "", params, default=43200))


@operation(Need("sts:GetFederationToken", ACCOUNT), service="sts")
def get_federation_token(call: Authorized, params: Params) -> Params:
    """Return credentials of a federated user [API_GetFederationToken].

    Its permissions are those that both the caller and the session policy have (P-7). Raises ``AccessDenied`` if the
    caller is a session.
    """
    _refuse_unsupported("GetFederationToken", params)
    account, base = _holder(call, "GetFederationToken")
    name = params["Name"]
    session = _session(call, "federated-user", account, base, name, params, default=43200)
    return {
        **_credentials(call, session),
        "FederatedUser": {
            "FederatedUserId": f"{account}:{name}",
            "Arn": f"arn:{_partition(call)}:sts::{account}:federated-user/{name}",
        },
    }


def _partition(call: Authorized) -> str:
    """Return the partition of the endpoint, which the ARNs in its answers have."""
    return partition_of(call.parsed.address.region or call.settings.region)


def _holder(call: Authorized, operation: str) -> tuple[str, str]:
    """Return the caller's account, and the user's unique id (for root, the account id)."""
    if call.caller.account is None or call.caller.principal.kind not in ("user", "root"):
        raise NOT_FOR_SESSIONS(operation=operation)
    return call.caller.account, call.caller.user_id


def _session(
    call: Authorized, kind: str, account: str, base: str, name: str, params: Params, *, default: int
) -> SessionRecord:
    seconds = params.get("DurationSeconds", default)
    try:
        policies = (parse_document(params["Policy"], "session policy"),) if params.get("Policy") else ()
    except PolicySyntaxError as error:
        raise MALFORMED_POLICY_DOCUMENT(message=str(error)) from error
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
    transitive = frozenset(key.lower() for key in params.get("TransitiveTagKeys", ()))
    inherited = call.caller.transitive_tags if kind == "session" else {}
    if not transitive <= {key.lower() for key in tags}:
        raise VALIDATION_ERROR(
            message="The specified transitive tag key must be included in the requested tags."
        )
    if {key.lower() for key in inherited} & {key.lower() for key in tags}:
        raise INHERITED_TAG()
    now = clock.now().replace(microsecond=0)
    return SessionRecord(
        kind,
        account,
        base,
        name,
        now,
        later(now, seconds=seconds),
        policies,
        {**inherited, **tags},
        transitive | {key.lower() for key in inherited},
    )


def _credentials(call: Authorized, session: SessionRecord) -> dict[str, Any]:
    key = call.world.iam.issue_key(session)
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": session.expires,
        }
    }


def _refuse_unsupported(operation: str, params: Params) -> None:
    for name in _UNSUPPORTED:
        if params.get(name):
            raise NotSupported(
                f"mocks3 does not support {name} of sts:{operation}; no credentials were issued"
            )
