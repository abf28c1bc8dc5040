"""STS operations. The credentials that they return are stored, and valid in later requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import NotSupported, RefusalRow, Row, Why
from mocks3.lib.limits import later
from mocks3.lib.partitions import partition_of
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, FREE, ROLE, Need, When
from mocks3.policy import PolicySyntaxError
from mocks3.rules import sts_mfa
from mocks3.rules.policy_documents import parse_document
from mocks3.storage.iam import SessionRecord
from mocks3.sts.stand_in_roles import stand_in_role

if TYPE_CHECKING:
    from types_boto3_sts.type_defs import (
        AssumeRoleRequestTypeDef,
        GetFederationTokenRequestTypeDef,
        GetSessionTokenRequestTypeDef,
    )

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

# API_AssumeRole, API_GetSessionToken "Errors" and the common errors of STS.
VALIDATION_ERROR = Row("ValidationError", 400, "{message}")
MALFORMED_POLICY_DOCUMENT = Row("MalformedPolicyDocument", 400, "{message}")
NOT_FOR_SESSIONS = RefusalRow("AccessDenied", 403, "Cannot call {operation} with session credentials")

# IAM user guide, "Pass session tags in AWS STS", section "Chaining roles with session tags".
INHERITED_TAG = Row(
    "InvalidParameterValue",
    400,
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
    "calling session.",
)

LONGEST_POLICY = 2048
"""The most characters of a session policy (API_AssumeRole)."""

MOST_MANAGED_POLICIES = 10
"""The most ARNs in ``PolicyArns`` (API_AssumeRole)."""

_UNSUPPORTED = ("MinimumSessionTokenSize", "ProvidedContexts")

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

    Raises ``MalformedPolicyDocument`` for an invalid session policy.
    """
    _refuse_unsupported("AssumeRole", params)
    role = call.world.iam.role(params["RoleArn"]) or stand_in_role(call.world.iam, params["RoleArn"])
    name = params["RoleSessionName"]
    _check_role_session(call, call.parsed.params, role.max_session)
    session = _session(call, "session", role.account, role.unique_id, name, default=3600)
    return {
        **_credentials(call, session),
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.unique_id}:{name}",
            "Arn": f"arn:{_partition(call)}:sts::{role.account}:assumed-role/{role.name}/{name}",
        },
        **({} if session.source_identity is None else {"SourceIdentity": session.source_identity}),
    }


@operation(Need("sts:GetSessionToken", ACCOUNT, mode=FREE), service="sts")
def get_session_token(call: Authorized, params: GetSessionTokenRequestTypeDef) -> Params:
    """Return temporary credentials of the calling user; needs no permission [API_GetSessionToken].

    Raises ``AccessDenied`` if the caller is a session.
    """
    _refuse_unsupported("GetSessionToken", params)
    account, base = _holder(call, "GetSessionToken")
    return _credentials(call, _session(call, "user", account, base, "", default=43200))


@operation(Need("sts:GetFederationToken", ACCOUNT), service="sts")
def get_federation_token(call: Authorized, params: GetFederationTokenRequestTypeDef) -> Params:
    """Return credentials of a federated user [API_GetFederationToken].

    Its permissions are those that both the caller and the session policy have (P-7). Raises ``AccessDenied`` if the
    caller is a session.
    """
    _refuse_unsupported("GetFederationToken", params)
    account, base = _holder(call, "GetFederationToken")
    name = params["Name"]
    session = _session(call, "federated-user", account, base, name, default=43200)
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
        raise NOT_FOR_SESSIONS(
            Why(
                "sts-caller",
                f"{call.caller.arn} is a session, and {operation} accepts only the keys of users and root users",
                "P-4",
                (f"call {operation} with the access key of a user", "call AssumeRole instead"),
            ),
            operation=operation,
        )
    return call.caller.account, call.caller.user_id


def _check_role_session(call: Authorized, params: Params, longest: int) -> None:
    """Raise ``ValidationError`` for a session that is too long, or for a session policy that is too large.

    API_AssumeRole: at most the role's ``MaxSessionDuration``, and one hour in a role chain. The sentences are those
    that users report. The model has no limit for the policy of AssumeRole, its page has.
    """
    seconds = params.get("DurationSeconds", 3600)
    if call.caller.principal.kind == "session" and seconds > 3600:
        raise VALIDATION_ERROR(
            message="The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > longest:
        raise VALIDATION_ERROR(
            message="The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    policy = params.get("Policy", "")
    if len(policy) > LONGEST_POLICY:
        raise VALIDATION_ERROR(
            message=f"1 validation error detected: Value '{policy}' at 'policy' failed to satisfy constraint: Member "
            f"must have length less than or equal to {LONGEST_POLICY}"
        )


def _session(
    call: Authorized, kind: str, account: str, base: str, name: str, *, default: int
) -> SessionRecord:
    params = call.parsed.params
    seconds = params.get("DurationSeconds", default)
    if call.caller.root:  # at most one hour (API_GetSessionToken, API_GetFederationToken)
        seconds = min(seconds, 3600)
    managed = _managed_session_policies(call, account)
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
        mfa=sts_mfa.has_mfa(call.world.iam, call.caller, params),
        managed_policies=managed,
        source_identity=_source_identity(call) if kind == "session" else None,
    )


def _source_identity(call: Authorized) -> str | None:
    """Return the source identity of the session. A session of a role chain keeps that of the calling session (P-20).

    Raises:
        S3Error: ``ValidationError``: the call names another one. The code and the sentence are inferred.
    """
    named: str | None = call.parsed.params.get("SourceIdentity")
    kept = call.caller.keys.get("aws:sourceidentity", (None,))[0]
    if kept is not None and named not in (None, kept):
        raise VALIDATION_ERROR(message=f"The source identity {kept} of the calling session cannot be changed")
    return kept or named


def _managed_session_policies(call: Authorized, account: str) -> tuple[str, ...]:
    """Return the ARNs of ``PolicyArns``: managed policies of the session's account, or of AWS.

    Raises:
        S3Error: ``ValidationError``: there are more than ten (API_AssumeRole). ``MalformedPolicyDocument``: one is not
            in the account; the code and the sentence are inferred.
    """
    arns = tuple(each.get("arn", "") for each in call.parsed.params.get("PolicyArns", ()))
    if len(arns) > MOST_MANAGED_POLICIES:
        raise VALIDATION_ERROR(message=f"A session has at most {MOST_MANAGED_POLICIES} managed policies")
    for arn in arns:
        record = call.world.iam.managed_policy(arn)
        if record is None or record.account not in (account, "aws"):
            raise MALFORMED_POLICY_DOCUMENT(message=f"The managed policy {arn} does not exist in {account}")
    return arns


def _credentials(call: Authorized, session: SessionRecord) -> Params:
    key = call.world.iam.issue_key(session)
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": session.expires,
        }
    }


def _refuse_unsupported(operation: str, params: Mapping[str, object]) -> None:
    for name in _UNSUPPORTED:
        if params.get(name):
            raise NotSupported(
                f"mocks3 does not support {name} of sts:{operation}; no credentials were issued"
            )
