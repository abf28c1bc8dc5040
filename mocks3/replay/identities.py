"""Who made the call of an event: its ``userIdentity``.

    Root, IAMUser                the account's root user; a user, with temporary credentials if it has a session
    AssumedRole                  a session of a role: MFA, time of issue and source identity as the event says
    FederatedUser                the user that called GetFederationToken, with a session policy that is not logged
    AWSAccount                   a caller of another account: CloudTrail shows only its account and unique id
    AWSAccount, anonymous        a request that is not signed
    AWSService                   a service that calls for itself
    IdentityCenterUser, SAMLUser, WebIdentityUser, Directory, Unknown    no principal that can call S3 itself

Source: CloudTrail user guide, "CloudTrail userIdentity element"; AWS Security Blog, "AWS CloudTrail now tracks
cross-account activity to its origin".
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.utils import parse_timestamp

from mocks3.replay.events import Event

ROOT, USER, ROLE, FEDERATED, FOREIGN = "root", "user", "role", "federated-user", "foreign"
SERVICE, ANONYMOUS = "service", "anonymous"

_ANONYMOUS_ACCOUNTS = frozenset({"anonymous", "anonymous_principal"})
_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?:iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>root|user|role|assumed-role|federated-user)(?:/(?P<name>.+))?",
    re.ASCII,
)
_SERVICE = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)", re.ASCII)
_CONSOLES = frozenset({"signin.amazonaws.com", "console.amazonaws.com"})
_CANNOT_CALL = {
    "IdentityCenterUser": "IAM Identity Center calls S3 with a session of a role, whose events are AssumedRole",
    "SAMLUser": "a SAML user calls AssumeRoleWithSAML; the calls of S3 are events of the role's session",
    "WebIdentityUser": (
        "a web identity calls AssumeRoleWithWebIdentity; the calls of S3 are events of the role's session"
    ),
    "Directory": "a directory is not a principal of IAM",
}


class NotReplayable(Exception):
    """An event cannot be replayed. The text says why."""


@dataclass(frozen=True)
class Session:
    """The temporary credentials of a call.

    ``issuer`` is the ARN of the role or user that they belong to, ``issuer_id`` its unique id, ``issued`` the time at
    which they began. ``keys`` are condition keys that the identity provider set.
    """

    name: str = ""
    issuer: str | None = None
    issuer_id: str | None = None
    issued: datetime.datetime | None = None
    mfa: bool = False
    source_identity: str | None = None
    keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Identity:
    """The caller of an event.

    ``kind`` is one of the constants of this module. ``arn`` is the one that the event has. ``name`` is the name of the
    user or role, with its path; of a service, its principal. ``invoked_by`` is the service that forwards the call.
    """

    kind: str
    arn: str | None = None
    account: str | None = None
    name: str = ""
    unique_id: str | None = None
    session: Session | None = None
    invoked_by: str | None = None

    @property
    def shown(self) -> str:
        """The ARN, the name of a service, ``anonymous``, or the account and unique id of a foreign caller."""
        if self.arn:
            return self.arn
        if self.kind == SERVICE:
            return self.name
        if self.kind == ANONYMOUS:
            return "anonymous"
        return f"{self.account} ({self.unique_id})" if self.unique_id else str(self.account)


def identity_of(event: Event) -> Identity:
    """Return the caller of an event.

    Raises:
        NotReplayable: The identity is not one that can call S3.
    """
    given = event.get("userIdentity")
    given = given if isinstance(given, Mapping) else {}
    kind, account = str(given.get("type") or "Unknown"), str(given.get("accountId") or "")
    unique_id = str(given.get("principalId") or "") or None
    if account.lower() in _ANONYMOUS_ACCOUNTS or str(unique_id).lower() in _ANONYMOUS_ACCOUNTS:
        return Identity(ANONYMOUS)
    service = given.get("invokedBy")
    invoked_by = service if isinstance(service, str) and service not in _CONSOLES else None
    arn = _ARN.fullmatch(str(given.get("arn") or ""))
    if arn is not None:
        return _of_arn(arn, given, unique_id, invoked_by)
    if kind == "AWSService" or (invoked_by and not account):
        if not invoked_by or not _SERVICE.fullmatch(invoked_by):
            raise NotReplayable("the event does not say which service called")
        return Identity(SERVICE, name=invoked_by)
    if kind in _CANNOT_CALL:
        raise NotReplayable(f"the caller is of the type {kind}: {_CANNOT_CALL[kind]}")
    if not re.fullmatch(r"\d{12}", account, re.ASCII):
        raise NotReplayable(
            f"the event does not say who called: its userIdentity has the type {kind} and no account"
        )
    if kind == "Root" or unique_id == account:
        return Identity(ROOT, f"arn:aws:iam::{account}:root", account, invoked_by=invoked_by)
    return _foreign(given, account, unique_id, invoked_by)


def _of_arn(
    arn: re.Match[str], given: Mapping[str, Any], unique_id: str | None, invoked_by: str | None
) -> Identity:
    kind, account, name = arn["kind"], arn["account"], arn["name"] or ""
    session = _session_of(given)
    if kind == "root":
        return Identity(ROOT, arn[0], account, session=session, invoked_by=invoked_by)
    if kind == "user":
        return Identity(USER, arn[0], account, name, unique_id, session, invoked_by)
    if kind == "federated-user":
        details = session or Session()
        return Identity(
            FEDERATED, arn[0], account, name, session=_named(details, name), invoked_by=invoked_by
        )
    role, _, session_name = (name, "", "session") if kind == "role" else name.partition("/")
    details = session or Session()
    issuer = _ARN.fullmatch(details.issuer or "")
    if issuer is not None and issuer["kind"] == "role":  # it has the path of the role
        role = issuer["name"] or role
    role_id = details.issuer_id or (unique_id or "").partition(":")[0] or None
    return Identity(ROLE, arn[0], account, role, role_id, _named(details, session_name), invoked_by)


def _foreign(
    given: Mapping[str, Any], account: str, unique_id: str | None, invoked_by: str | None
) -> Identity:
    """Return a caller of which CloudTrail shows the account and the unique id, with the session's name if any."""
    identifier, colon, session_name = (unique_id or "").partition(":")
    session = _named(_session_of(given) or Session(), session_name) if colon else _session_of(given)
    return Identity(FOREIGN, None, account, "", identifier or None, session, invoked_by)


def _session_of(given: Mapping[str, Any]) -> Session | None:
    context = given.get("sessionContext")
    if not isinstance(context, Mapping) or not context:
        return None
    attributes, issuer = _mapping(context.get("attributes")), _mapping(context.get("sessionIssuer"))
    identity = context.get("sourceIdentity")
    return Session(
        issuer=_text(issuer.get("arn")),
        issuer_id=_text(issuer.get("principalId")),
        issued=time_of(attributes.get("creationDate")),
        mfa=str(attributes.get("mfaAuthenticated")).lower() == "true",
        source_identity=str(identity) if identity else None,
        keys=_federation_keys(_mapping(context.get("webIdFederationData"))),
    )


def _federation_keys(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the condition keys of a web identity: the provider and the claims of its token."""
    keys = {name: value for name, value in _mapping(data.get("attributes")).items() if ":" in str(name)}
    if data.get("federatedProvider"):
        keys["aws:FederatedProvider"] = data["federatedProvider"]
    return keys


def _named(session: Session, name: str) -> Session:
    return Session(
        name or "session",
        session.issuer,
        session.issuer_id,
        session.issued,
        session.mfa,
        session.source_identity,
        session.keys,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def time_of(value: object) -> datetime.datetime | None:
    """Return a time of an event in UTC, or None: ``2024-11-28T15:22:39Z``, or ``20131102T010628Z``."""
    if not isinstance(value, str) or not value:
        return None
    try:
        moment: datetime.datetime = parse_timestamp(value)
    except (ValueError, OverflowError, RuntimeError):
        return None
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
