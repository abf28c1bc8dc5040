"""The principal of an event in the in-memory AWS: one that was loaded, or a stand-in.

Rule: a stand-in has the permissions that the event implies. If the files have no identity policy of an account at all,
its callers are assumed to have all permissions there, unless AWS's message says that an identity policy denied.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocks3.handles.principals import FederatedUser, KeyedPrincipal, Role, RoleSession, User
from mocks3.lib.limits import later
from mocks3.replay.identities import ANONYMOUS, FEDERATED, FOREIGN, ROOT, SERVICE, USER, Identity, Session
from mocks3.replay.outcomes import AwsOutcome
from mocks3.rules.policy_documents import parse_documents
from mocks3.storage.iam import GroupRecord, RoleRecord, SessionRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.calls import CallWorld
    from mocks3.handles.accounts import Account
    from mocks3.handles.principals import Principal
    from mocks3.policy import Policy

EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
_LIFETIME = 36 * 3600
"""How many seconds a session lasts in a replay. AWS accepted its credentials, so it had not expired."""


@dataclass(frozen=True)
class EventCaller:
    """The principal that makes the call again.

    Attributes:
        principal: The principal.
        assumed: What no file describes, in sentences.
        trusts: The services that the caller's role trusts.
        is_loaded: Whether the files describe identity policies of its account.
    """

    principal: Principal
    assumed: tuple[str, ...] = ()
    trusts: frozenset[str] = frozenset()
    is_loaded: bool = True


def caller_of(
    aws: CallWorld, identity: Identity, outcome: AwsOutcome, moment: datetime.datetime, owner: str | None
) -> EventCaller:
    """Return the caller of an event. One that does not exist is created.

    Args:
        aws: The in-memory AWS.
        identity: The caller, as the event has it.
        outcome: What AWS answered.
        moment: The time of the event.
        owner: The account for which a service calls.
    """
    if identity.kind == ANONYMOUS:
        return EventCaller(aws.anonymous)
    if identity.kind == SERVICE:
        assumed = f"{identity.name} calls for a resource of the account {owner} (aws:SourceAccount)"
        service = aws.service(identity.name, source_account=owner)
        return EventCaller(service, (assumed,) if owner else ())
    return _Finder(aws, identity, outcome, moment).find()


class _Finder:
    """Finds or creates one caller."""

    def __init__(
        self, aws: CallWorld, identity: Identity, outcome: AwsOutcome, moment: datetime.datetime
    ) -> None:
        self.aws, self.identity, self.outcome, self.moment = aws, identity, outcome, moment
        self.account: Account = aws.account(identity.account)
        self.is_loaded = _has_identity_policies(aws, self.account.id)
        self.assumed: list[str] = []

    def find(self) -> EventCaller:
        """Find or create it."""
        kind = self.identity.kind
        if kind == ROOT:
            return self._answer(
                self._with_session(self.account.root, "user", self.account.id, self.identity.session)
            )
        if kind == USER:
            return self._user_caller(self._user(self.identity.name))
        if kind == FEDERATED:
            return self._federated()
        if kind == FOREIGN:
            return self._foreign()
        return self._role_caller(self._role(self.identity.name), self.identity.session or Session("session"))

    def _answer(self, principal: Principal, trusts: frozenset[str] = frozenset()) -> EventCaller:
        return EventCaller(principal, tuple(self.assumed), trusts, self.is_loaded)

    def _user_caller(self, user: User) -> EventCaller:
        return self._answer(self._with_session(user, "user", user.unique_id, self.identity.session))

    def _role_caller(self, role: Role, session: Session) -> EventCaller:
        principal = self._issue("session", role.unique_id, session)
        return self._answer(principal, _trusted_services(role.record))

    def _federated(self) -> EventCaller:
        session = self.identity.session or Session("session")
        issuer = (session.issuer or "").partition(":user/")[2]
        by_root = bool(session.issuer) and not issuer
        base = self.account.id if by_root else self._user(issuer or self.identity.name).unique_id
        self.assumed.append(
            "the session policy of the federated user allows the call: CloudTrail does not log it"
        )
        policies = tuple(parse_documents(EVERYTHING, "session-policy").values())
        return self._answer(self._issue("federated-user", base, session, policies))

    def _foreign(self) -> EventCaller:
        """Find a caller by its unique id. CloudTrail shows nothing else of callers of other accounts."""
        unique_id, session = self.identity.unique_id or "", self.identity.session
        record = self.aws.iam.principal(unique_id)
        if isinstance(record, UserRecord) and record.account == self.account.id:
            return self._user_caller(self._user_of(record))
        if isinstance(record, RoleRecord) and record.account == self.account.id:
            return self._role_caller(Role(self.aws, unique_id), session or Session("session"))
        name = unique_id if unique_id.isalnum() and unique_id else "caller"
        if unique_id.startswith("AROA"):
            return self._role_caller(self._role(name), session or Session("session"))
        return self._user_caller(self._user(name))

    def _user(self, name: str) -> User:
        path, last = _split(name)
        record = self.aws.iam.by_arn(f"arn:aws:iam::{self.account.id}:user/{name}")
        record = record or self.aws.iam.user_named(self.account.id, last)
        if isinstance(record, UserRecord):
            self._grant(record)
            return self._user_of(record)
        user = self.account.create_user(last, path=path)
        self._describe(f"the user {name}", user.record)
        return user

    def _user_of(self, record: UserRecord) -> User:
        return User(self.aws, record.unique_id, self.aws.iam.usable_key(record.unique_id).id)

    def _role(self, name: str) -> Role:
        path, last = _split(name)
        record = self.aws.iam.by_arn(f"arn:aws:iam::{self.account.id}:role/{name}")
        record = record or self.aws.iam.role_named(self.account.id, last)
        if isinstance(record, RoleRecord):
            self._grant(record)
            return Role(self.aws, record.unique_id)
        role = self.account.create_role(last, path=path)
        self._describe(f"the role {name}", role.record)
        return role

    def _describe(self, what: str, record: UserRecord | RoleRecord) -> None:
        if self._is_granted:
            self._grant(record)
        else:
            self.assumed.append(
                f"{what} of the account {self.account.id} has no policies: no file describes it"
            )

    @property
    def _is_granted(self) -> bool:
        return not self.is_loaded and self.outcome.layer != "identity-policy"

    def _grant(self, record: UserRecord | RoleRecord) -> None:
        """Give a caller all permissions if the files have no identity policy of its account."""
        if not self._is_granted:
            return
        handle = (
            User(self.aws, record.unique_id, "")
            if isinstance(record, UserRecord)
            else Role(self.aws, record.unique_id)
        )
        handle.put_policy(EVERYTHING, name="assumed-by-replay")
        self.assumed.append(
            f"the identity policies of {record.arn} allow the call: the files have no identity policy of the "
            f"account {self.account.id}"
        )

    def _with_session(
        self, principal: KeyedPrincipal, kind: str, base: str, session: Session | None
    ) -> KeyedPrincipal:
        """Return the principal with temporary credentials if the event has a session."""
        return principal if session is None else self._issue(kind, base, session)

    def _issue(
        self, kind: str, base: str, session: Session, policies: tuple[Policy, ...] = ()
    ) -> KeyedPrincipal:
        record = SessionRecord(
            kind,
            self.account.id,
            base,
            session.name or "session",
            session.issued or self.moment,
            later(self.moment, seconds=_LIFETIME),
            policies,
            mfa=session.mfa,
            source_identity=session.source_identity,
        )
        key = self.aws.iam.issue_key(record).id
        classes = {"session": RoleSession, "federated-user": FederatedUser}
        return classes.get(kind, KeyedPrincipal)(self.aws, key)


def _has_identity_policies(aws: CallWorld, account: str) -> bool:
    holders: tuple[UserRecord | RoleRecord | GroupRecord, ...] = (
        *aws.iam.principals_of(account, UserRecord),
        *aws.iam.principals_of(account, RoleRecord),
        *aws.iam.groups(account),
    )
    return any(aws.iam.own_policies(each) for each in holders)


def _trusted_services(record: RoleRecord) -> frozenset[str]:
    return frozenset(
        name
        for statement in record.trust.statements
        if statement.principal is not None
        for name in statement.principal.service
    )


def _split(name: str) -> tuple[str, str]:
    path, _, last = name.rpartition("/")
    return (f"/{path}/" if path else "/"), last
