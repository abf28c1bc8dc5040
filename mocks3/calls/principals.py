"""Find the principal that makes a call, or create it without policies.

    arn:aws:iam::111122223333:user/team/dave          [ACCOUNT:]user/dave
    arn:aws:iam::111122223333:role/reader             [ACCOUNT:]role/reader            a session of the role
    arn:aws:sts::111122223333:assumed-role/reader/s   [ACCOUNT:]assumed-role/reader/s
    arn:aws:sts::111122223333:federated-user/dave     [ACCOUNT:]federated-user/dave
    arn:aws:iam::111122223333:root                    [ACCOUNT:]root, or the account id alone
    cloudtrail.amazonaws.com                          anonymous

``ACCOUNT`` is an id or the name of an account. Without it, the name means the default account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.handles import principal_names
from mocks3.handles.principals import FederatedUser, KeyedPrincipal, Role, User
from mocks3.storage.iam import RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.calls.world import CallWorld
    from mocks3.handles.accounts import Account
    from mocks3.handles.principals import Principal
    from mocks3.rules.policy_documents import Document

_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):(?:iam|sts)::(?P<account>\d{12}):(?P<name>.+)", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)", re.ASCII)
FORMS = (
    "the ARN of a user, role, session, federated user or root user, an account id, [ACCOUNT:]user/NAME, "
    '[ACCOUNT:]role/NAME, a service such as cloudtrail.amazonaws.com, or "anonymous"'
)


@dataclass(frozen=True)
class FoundPrincipal:
    """A principal that can call. ``assumed`` says what no file describes; ``partition`` is the one of its ARN."""

    principal: Principal
    assumed: tuple[str, ...] = ()
    partition: str = "aws"

    @property
    def name(self) -> str:
        """The ARN, the name of a service, or ``anonymous``."""
        return self.principal.arn or "anonymous"


@dataclass(frozen=True)
class SessionDetails:
    """What the call that started a session said: session policies and session tags.

    ``temporary`` says that a user or root user has the temporary credentials of GetSessionToken.
    """

    policies: tuple[Document, ...] = ()
    tags: Mapping[str, str] | None = None
    temporary: bool = False


NO_DETAILS = SessionDetails()


def find_principal(aws: CallWorld, who: str, session: SessionDetails = NO_DETAILS) -> FoundPrincipal:
    """Return the principal. One that does not exist is created, without policies.

    Args:
        aws: The in-memory AWS.
        who: The principal, in one of the forms at the top of this module.
        session: The details of a session.

    Raises:
        Mocks3Error: It is in none of the forms, or the details are not possible for it.
    """
    if who == "anonymous":
        return FoundPrincipal(aws.anonymous)
    if _SERVICE.fullmatch(who):
        return FoundPrincipal(aws.service(who))
    account, name = parts_of(who)
    arn = _ARN.fullmatch(who)
    return _in_account(aws, _account(aws, account), name, session, "aws" if arn is None else arn["partition"])


def find_holder(aws: CallWorld, who: str) -> User | Role | None:
    """Return the user or role whose policies a principal has. One that does not exist is created.

    Returns:
        The user or role; None for a root user, a service and the anonymous caller.

    Raises:
        Mocks3Error: The principal is in none of the forms at the top of this module.
    """
    account, name = parts_of(who)
    kind, _, rest = name.partition("/")
    if kind in ("user", "federated-user"):
        return _user(aws, _account(aws, account), rest)[0]
    if kind in ("role", "assumed-role"):
        return _role(aws, _account(aws, account), rest.partition("/")[0] if kind == "assumed-role" else rest)[
            0
        ]
    return None


def parts_of(who: str) -> tuple[str | None, str]:
    """Return the account of a principal, an id or a name, and its name within the account, such as ``role/reader``.

    The account is None if the principal has none, or does not name it.

    Raises:
        Mocks3Error: The principal is in none of the forms at the top of this module.
    """
    if who == "anonymous" or _SERVICE.fullmatch(who):
        return None, who
    arn = _ARN.fullmatch(who)
    if arn is not None:
        account, name = arn["account"], arn["name"]
    elif re.fullmatch(r"\d{12}", who, re.ASCII):
        account, name = who, "root"
    else:
        account, _, name = who.rpartition(":")
    if not re.fullmatch(r"root|(user|role|assumed-role|federated-user)/[^:\s]+", name) or "arn:" in account:
        raise Mocks3Error(f"the principal must be {FORMS}, not {who!r}")
    return account or None, name


def _account(aws: CallWorld, name: str | None) -> Account:
    if name is None or re.fullmatch(r"\d{12}", name, re.ASCII):
        return aws.account(name)
    found = principal_names.account_named(aws, name)
    if found is None:
        raise Mocks3Error(f"there is no account named {name!r}; use its id of 12 digits")
    return aws.account(found)


def _in_account(
    aws: CallWorld, account: Account, name: str, session: SessionDetails, partition: str
) -> FoundPrincipal:
    kind, _, rest = name.partition("/")
    if kind == "root":
        root: Principal = _temporary_root(aws, account) if session.temporary else account.root
        return FoundPrincipal(root, partition=partition)
    if kind == "user":
        user, assumed = _user(aws, account, rest)
        return FoundPrincipal(user.session_token() if session.temporary else user, assumed, partition)
    if kind == "federated-user":
        return _federated(aws, account, rest, session, partition)
    session_name = "session"
    if kind == "assumed-role":
        rest, _, session_name = rest.partition("/")
    role, assumed = _role(aws, account, rest)
    return FoundPrincipal(_session(role, session_name or "session", session), assumed, partition)


def _user(aws: CallWorld, account: Account, name: str) -> tuple[User, tuple[str, ...]]:
    record = aws.iam.by_arn(f"arn:aws:iam::{account.id}:user/{name}")
    if record is None and "/" not in name:
        record = next(
            (each for each in aws.iam.principals_of(account.id, UserRecord) if each.name == name), None
        )
    if isinstance(record, UserRecord):
        return User(aws, record.unique_id, aws.iam.usable_key(record.unique_id).id), ()
    path, last = split_path(name)
    return account.create_user(last, path=path), (_without_policies(f"the user {name}", account),)


def _role(aws: CallWorld, account: Account, name: str) -> tuple[Role, tuple[str, ...]]:
    record = aws.iam.by_arn(f"arn:aws:iam::{account.id}:role/{name}")
    path, last = split_path(name)
    if record is None and path == "/":
        record = aws.iam.role_named(account.id, last)
    if isinstance(record, RoleRecord):
        return Role(aws, record.unique_id), ()
    return account.create_role(last, path=path), (_without_policies(f"the role {name}", account),)


def _without_policies(what: str, account: Account) -> str:
    return f"{what} of the account {account.id} exists and has no policies: no file describes it"


def _session(role: Role, name: str, session: SessionDetails) -> Principal:
    if len(session.policies) > 1:
        raise Mocks3Error("AssumeRole takes one session policy; put the statements into one file")
    policy = session.policies[0] if session.policies else None
    return role.assume(session_name=name, policy=policy, tags=session.tags)


def _federated(
    aws: CallWorld, account: Account, name: str, session: SessionDetails, partition: str
) -> FoundPrincipal:
    """Return a federated user. Its ARN does not say which user called GetFederationToken."""
    user, assumed = _user(aws, account, name)
    federated: FederatedUser = user.federate(name, policy=session.policies, tags=session.tags)
    issuer = f"the user {user.record.name} called GetFederationToken for the federated user {name}"
    return FoundPrincipal(federated, (*assumed, issuer), partition)


def _temporary_root(aws: CallWorld, account: Account) -> KeyedPrincipal:
    answer = account.root.client("sts").get_session_token()
    return KeyedPrincipal(aws, answer["Credentials"]["AccessKeyId"])


def split_path(name: str) -> tuple[str, str]:
    """Return the path and the name of ``team/blue/dave``: ``/team/blue/`` and ``dave``."""
    path, _, last = name.rpartition("/")
    return (f"/{path}/" if path else "/"), last
