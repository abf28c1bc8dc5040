"""Short names of principals, as in ``s3_principal("ops:role/reader")`` and ``profiles={"prod": "role/reader"}``.

    [ACCOUNT:]user/NAME    [ACCOUNT:]role/NAME    [ACCOUNT:]root    an ARN

``ACCOUNT`` is an id or a name. Without it, the name means the default account. A role means a session of the role.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.handles.principals import Anonymous, KeyedPrincipal, Principal, Role
from mocks3.storage.iam import RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage.iam import AccessKeyRecord

_ARN = re.compile(r"arn:aws:iam::(?P<account>\d{12}):(?P<rest>.+)")


def find(world: AwsState, who: str, session_name: str = "test") -> AccessKeyRecord | None:
    """Return an access key of the principal, or None if there is no such principal yet."""
    account, rest = _parts(world, who)
    if account is None:
        return None
    if rest == "root":
        return world.iam.root_key(account)
    record = _record(world, account, rest)
    if isinstance(record, RoleRecord):
        return Role(world, record.unique_id).assume(session_name=session_name).access_key
    return None if record is None else world.iam.usable_key(record.unique_id)


def existing(world: AwsState, who: str) -> Principal:
    """Return the principal as a caller; for a role, a session of it. ``anonymous`` is the caller without credentials.

    Raises:
        Mocks3Error: There is no such principal.
    """
    if who == "anonymous":
        return Anonymous(world)
    key = find(world, who)
    if key is None:
        raise Mocks3Error(not_found_message(world, who))
    return KeyedPrincipal(world, key.id)


def not_found_message(world: AwsState, who: str) -> str:
    """Return the message for a principal that does not exist, with the existing ones."""
    names = _names(world)
    close = difflib.get_close_matches(who, names, 1, 0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"the principals are {', '.join(names)}"
    return f"there is no principal {who!r}; {hint}"


def _parts(world: AwsState, who: str) -> tuple[str | None, str]:
    """Return the account's id, or None if there is no such account, and the name within the account."""
    arn = _ARN.fullmatch(who)
    account, rest = (arn["account"], arn["rest"]) if arn else ("", who)
    if not arn and ":" in who:
        account, _, rest = who.partition(":")
    if not account:
        return world.settings.account, rest
    if world.iam.account(account) is not None:
        return account, rest
    return None if arn else account_named(world, account), rest


def account_named(world: AwsState, name: str) -> str | None:
    """Return the id of the account with this name, or None. Raise Mocks3Error if several accounts have the name."""
    known = [each.id for each in world.iam.accounts_named(name)]
    if len(known) > 1:
        raise Mocks3Error(
            f"the accounts {', '.join(known)} are all named {name!r}; use the account id instead"
        )
    return known[0] if known else None


def _record(world: AwsState, account: str, named: str) -> UserRecord | RoleRecord | None:
    iam = world.iam
    record = iam.by_arn(f"arn:aws:iam::{account}:{named}")
    kind, _, name = named.partition("/")
    if record is None and kind == "role":
        record = iam.role_named(account, name)
    return record


def _names(world: AwsState) -> list[str]:
    """Return the short names of all principals."""
    found = []
    for account in world.iam.accounts():
        own = account.id == world.settings.account
        prefix = "" if own else f"{account.name}:"
        arns = (record.arn for record in world.iam.principals() if record.account == account.id)
        found += [f"{prefix}{arn.rpartition(':')[2]}" for arn in arns]
        found.append(f"{prefix}root")
    return found
