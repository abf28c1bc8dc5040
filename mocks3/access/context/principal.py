"""Condition keys about the caller: its identity, its credentials, and the resource on whose behalf a service calls.

``identity`` computes the keys that depend only on the identity (``Caller.keys``, P-1 to P-11). The value of a test is
used only if the request can carry the key: the MFA keys exist with temporary credentials, the source keys with a
service principal.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, TagConditionKey, Values
from mocks3.clock import TIMESTAMP

_TAG = "aws:principaltag/"


def _own(key: str) -> Callable[[AuthorizationInfo], Values | None]:
    """Return a function that gives the caller's own value of a key."""
    name = key.lower()

    def derive(auth: AuthorizationInfo) -> Values | None:
        return auth.request_info.caller.keys.get(name)

    return derive


def _source(key: str, field: str) -> Callable[[AuthorizationInfo], Values | None]:
    """Return a function that gives the source of a service's call: the request context's, or the principal's (P-9)."""
    own = _own(key)

    def derive(auth: AuthorizationInfo) -> Values | None:
        if auth.request_info.caller.principal.kind != "service":
            return None
        value = getattr(auth.request_info.context, field)
        return own(auth) if value is None else (value,)

    return derive


source_account = _source("aws:SourceAccount", "source_account")


_NO_SERVICE = "the caller is not an AWS service"
_NOT_FORWARDED = "no AWS service forwarded it"


def without_account(auth: AuthorizationInfo) -> str:
    """Say why the caller has no account: it is anonymous, or it is a service."""
    return "it is not signed" if auth.request_info.caller.anonymous else "the caller is an AWS service"


def no_source(auth: AuthorizationInfo) -> str:
    """Say why the request has no source: only services have one, and not all their requests."""
    service = auth.request_info.caller.principal.kind == "service"
    return "the service does not name the resource that it acts for" if service else _NO_SERVICE


def _no_user(auth: AuthorizationInfo) -> str:
    return "it is not signed" if auth.request_info.caller.anonymous else "the caller is not an IAM user"


def _principal_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    keys = auth.request_info.caller.keys
    return {key[len(_TAG) :]: values[0] for key, values in keys.items() if key.startswith(_TAG)}


def _service_names(auth: AuthorizationInfo) -> Values | None:
    """Return the service's name, and its name in the mock's Region."""
    caller = auth.request_info.caller.principal
    if caller.kind != "service" or caller.arn is None:
        return None
    service, dot, suffix = caller.arn.partition(".")
    return caller.arn, f"{service}.{auth.request_info.region}{dot}{suffix}"


def _source_identity(auth: AuthorizationInfo) -> Values | None:
    """Return the source identity of a role session: what a test says, or what AssumeRole was called with (P-20)."""
    if auth.request_info.caller.principal.kind != "session":
        return None
    given = auth.request_info.context.source_identity
    return auth.request_info.caller.keys.get("aws:sourceidentity") if given is None else (given,)


def _mfa_present(auth: AuthorizationInfo) -> Values | None:
    context = auth.request_info.context
    own = auth.request_info.caller.keys.get("aws:multifactorauthpresent")
    if own is None:  # long-term keys, federated users and the anonymous caller have no such key (C-42)
        return None
    if context.mfa is not None:
        return ("true" if context.mfa else "false",)
    return own if context.mfa_age is None else ("true",)


def _mfa_age(auth: AuthorizationInfo) -> Values | None:
    """Return the seconds since the MFA device was used. By default it was used when the session started."""
    if _mfa_present(auth) != ("true",):
        return None
    if auth.request_info.context.mfa_age is not None:
        return (str(auth.request_info.context.mfa_age),)
    (issued,) = auth.request_info.caller.keys["aws:tokenissuetime"]
    since = datetime.datetime.strptime(issued, TIMESTAMP).replace(tzinfo=datetime.UTC)
    return (str(max(0, int((auth.request_info.arrived - since).total_seconds()))),)


def _called_via(auth: AuthorizationInfo) -> Values | None:
    return auth.request_info.context.called_via or None if auth.request_info.context.forwarded else None


def _called_via_first(auth: AuthorizationInfo) -> Values | None:
    chain = _called_via(auth)
    return chain and chain[:1]


def _called_via_last(auth: AuthorizationInfo) -> Values | None:
    chain = _called_via(auth)
    return chain and chain[-1:]


def _via_service(auth: AuthorizationInfo) -> Values:
    return ("true" if auth.request_info.context.forwarded else "false",)


ROWS = (
    ConditionKey(
        "aws:PrincipalAccount", "String", _own("aws:PrincipalAccount"), "P-11", missing=without_account
    ),
    ConditionKey("aws:PrincipalArn", "ARN", _own("aws:PrincipalArn"), "P-6", missing=without_account),
    ConditionKey("aws:PrincipalType", "String", _own("aws:PrincipalType"), "9.4", missing=without_account),
    ConditionKey("aws:userid", "String", _own("aws:userid"), "9.4", missing=without_account),
    ConditionKey("aws:username", "String", _own("aws:username"), "C-70", missing=_no_user),
    ConditionKey(
        "aws:PrincipalIsAWSService",
        "Bool",
        _own("aws:PrincipalIsAWSService"),
        "P-9",
        missing="it is not signed",
    ),
    ConditionKey(
        "aws:PrincipalServiceName", "String", _own("aws:PrincipalServiceName"), "P-9", missing=_NO_SERVICE
    ),
    ConditionKey(
        "aws:PrincipalServiceNamesList",
        "String",
        _service_names,
        "P-9",
        multivalued=True,
        missing=_NO_SERVICE,
    ),
    ConditionKey(
        "aws:SourceArn", "ARN", _source("aws:SourceArn", "source_arn"), "P-9, W-121", missing=no_source
    ),
    ConditionKey("aws:SourceAccount", "String", source_account, "P-9", missing=no_source),
    ConditionKey(
        "aws:SourceOwner", "String", _source("aws:SourceOwner", "source_owner"), "P-9", missing=no_source
    ),
    ConditionKey(
        "aws:SourceIdentity",
        "String",
        _source_identity,
        "global condition keys",
        missing="the session has no source identity",
    ),
    ConditionKey(
        "aws:AssumedRoot",
        "Bool",
        _own("aws:AssumedRoot"),
        "P-8",
        missing="the caller is not a session of AssumeRoot",
    ),
    ConditionKey(
        "aws:FederatedProvider",
        "String",
        _own("aws:FederatedProvider"),
        "P-21",
        missing="the caller is not a session of AssumeRoleWithWebIdentity or AssumeRoleWithSAML",
    ),
    ConditionKey(
        "aws:TokenIssueTime",
        "Date",
        _own("aws:TokenIssueTime"),
        "P-3",
        missing="it was not signed with temporary credentials",
    ),
    ConditionKey(
        "aws:MultiFactorAuthPresent",
        "Bool",
        _mfa_present,
        "P-3, C-42",
        missing="it was not signed with temporary credentials of a role or of GetSessionToken",
    ),
    ConditionKey("aws:MultiFactorAuthAge", "Numeric", _mfa_age, "P-3", missing="it was signed without MFA"),
    ConditionKey("aws:CalledVia", "String", _called_via, "P-10", multivalued=True, missing=_NOT_FORWARDED),
    ConditionKey("aws:CalledViaFirst", "String", _called_via_first, "P-10", missing=_NOT_FORWARDED),
    ConditionKey("aws:CalledViaLast", "String", _called_via_last, "P-10", missing=_NOT_FORWARDED),
    ConditionKey("aws:ViaAWSService", "Bool", _via_service, "P-10"),
)

TAG_ROWS = (
    TagConditionKey(
        "aws:PrincipalTag/<key>", _principal_tags, "P-6, C-45", missing="the caller has no tag <key>"
    ),
)
