"""Make callers from records: the principal, its policies, and the condition keys that depend only on its identity.

The values follow P-1 to P-11: ``aws:userid``, ``aws:username``, ``aws:PrincipalType``, ``aws:PrincipalArn``,
``aws:PrincipalAccount``, ``aws:PrincipalTag/…``. Temporary credentials add ``aws:TokenIssueTime`` and, except for
federated users, ``aws:MultiFactorAuthPresent``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

from mocks3.clock import TIMESTAMP
from mocks3.policy import Policy, RequestPrincipal
from mocks3.storage import LOG_DELIVERY
from mocks3.storage.iam.caller import Caller
from mocks3.storage.iam.records import (
    ANONYMOUS_CANONICAL_ID,
    AccountRecord,
    RoleRecord,
    ServiceRecord,
    SessionRecord,
    UserRecord,
)

Keys = dict[str, tuple[str, ...]]

LOG_WRITER = "logging.s3.amazonaws.com"
"""The service principal that delivers server access logs (P-9)."""


def _tags(tags: Mapping[str, str]) -> Keys:
    return {f"aws:principaltag/{key.lower()}": (value,) for key, value in tags.items()}


def _keys(account: str, arn: str, user_id: str, kind: str, tags: Mapping[str, str]) -> Keys:
    return {
        "aws:principalaccount": (account,),
        "aws:principalarn": (arn,),
        "aws:userid": (user_id,),
        "aws:principaltype": (kind,),
        "aws:principalisawsservice": ("false",),
        **_tags(tags),
    }


ANONYMOUS = Caller(
    principal=RequestPrincipal("anonymous", None, None),
    canonical_id=ANONYMOUS_CANONICAL_ID,
    user_id="anonymous",
    keys={
        "aws:principalaccount": ("anonymous",),
        "aws:userid": ("anonymous",),
        "aws:principaltype": ("Anonymous",),
    },
)
"""The caller of every unsigned request (P-11)."""


def _caller_of_root_session(account: AccountRecord, policies: IdentityPolicies) -> Caller:
    """Return the caller of a session of AssumeRoot: the root user, limited by the denials of a task policy (P-8)."""
    root = caller_of_root(account)
    arn = f"arn:aws:sts::{account.id}:assumed-root"
    return dataclasses.replace(
        root,
        principal=dataclasses.replace(root.principal, arn=arn),
        session=policies.session,
        keys={**root.keys, "aws:assumedroot": ("true",)},
    )


def caller_of_root(account: AccountRecord) -> Caller:
    """Return the caller of a root user. It has no identity policies, and full control of its own resources (P-1)."""
    return Caller(
        RequestPrincipal("root", account.root_arn, account.id, canonical_id=account.canonical_id),
        account.canonical_id,
        account.id,
        keys=_keys(account.id, account.root_arn, account.id, "Account", {}),
    )


class IdentityPolicies(NamedTuple):
    """The policies of a user or role: inline, attached and inherited ones (``identity``), and its boundary.

    ``session`` are the session policies, if the caller is a session.
    """

    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()


def caller_of_user(user: UserRecord, policies: IdentityPolicies, account: AccountRecord) -> Caller:
    """Return the caller of an IAM user, with its own policies and those of its groups (P-2)."""
    return Caller(
        RequestPrincipal(
            "user",
            user.arn,
            user.account,
            canonical_id=account.canonical_id,
            has_boundary=user.boundary is not None,
        ),
        account.canonical_id,
        user.unique_id,
        policies.identity,
        policies.boundaries,
        keys={
            **_keys(user.account, user.arn, user.unique_id, "User", user.tags),
            "aws:username": (user.name,),
        },
    )


def caller_of_service(service: ServiceRecord) -> Caller:
    """Return the caller of a service principal (P-9). It has no account and no policies.

    In ACLs, the LogDelivery group is the service that writes S3's access logs (A-60).
    """
    keys: Keys = {
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (service.name,),
    }
    if service.source_arn is not None:
        keys["aws:sourcearn"] = (service.source_arn,)
    if service.source_account is not None:
        keys["aws:sourceaccount"] = (service.source_account,)
    group = LOG_DELIVERY if service.name == LOG_WRITER else ""
    return Caller(RequestPrincipal("service", service.name, None), group, service.name, keys=keys)


def caller_of_session(
    session: SessionRecord,
    base: UserRecord | RoleRecord | None,
    policies: IdentityPolicies,
    account: AccountRecord,
) -> Caller:
    """Return the caller of a session: of a role (P-6), a federated user (P-7), GetSessionToken (P-3), AssumeRoot (P-8).

    ``base`` is the role or user whose permissions the session has. It is None for a session of a root user.
    """
    if session.kind == "root":
        plain = _caller_of_root_session(account, policies)
    elif session.kind == "user":
        plain = (
            caller_of_user(base, policies, account)
            if isinstance(base, UserRecord)
            else caller_of_root(account)
        )
    elif session.kind == "federated-user":
        plain = _federated_user(session, base, policies, account)
    else:
        assert isinstance(base, RoleRecord)
        plain = _role_session(session, base, policies, account)
    temporary: Keys = {"aws:tokenissuetime": (session.issued.strftime(TIMESTAMP),), **session.keys}
    if session.kind != "federated-user":
        temporary["aws:multifactorauthpresent"] = ("true" if session.mfa else "false",)
    if session.source_identity is not None:
        temporary["aws:sourceidentity"] = (session.source_identity,)
    if session.provider is not None:
        temporary["aws:federatedprovider"] = (session.provider,)
    transitive = {key: value for key, value in session.tags.items() if key.lower() in session.transitive}
    return dataclasses.replace(plain, keys={**plain.keys, **temporary}, transitive_tags=transitive)


def _role_session(
    session: SessionRecord, role: RoleRecord, policies: IdentityPolicies, account: AccountRecord
) -> Caller:
    arn = f"arn:aws:sts::{account.id}:assumed-role/{role.name}/{session.name}"
    user_id = f"{role.unique_id}:{session.name}"
    bounded = role.boundary is not None
    return Caller(
        RequestPrincipal("session", arn, account.id, role.arn, account.canonical_id, has_boundary=bounded),
        account.canonical_id,
        user_id,
        policies.identity,
        policies.boundaries,
        policies.session,
        _keys(account.id, role.arn, user_id, "AssumedRole", {**role.tags, **session.tags}),
    )


def _federated_user(
    session: SessionRecord,
    user: UserRecord | RoleRecord | None,
    policies: IdentityPolicies,
    account: AccountRecord,
) -> Caller:
    arn = f"arn:aws:sts::{account.id}:federated-user/{session.name}"
    user_id = f"{account.id}:{session.name}"
    return Caller(
        RequestPrincipal(
            "federated-user",
            arn,
            account.id,
            canonical_id=account.canonical_id,
            user_arn=None if user is None else user.arn,
            has_boundary=user is not None and user.boundary is not None,
        ),
        account.canonical_id,
        user_id,
        policies.identity,
        policies.boundaries,
        policies.session,
        _keys(account.id, arn, user_id, "FederatedUser", session.tags),
    )
