"""Who calls: the principals of the in-memory AWS, a stranger, and the anonymous caller; and from where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mocks3.policy.conditions.ip import block
from mocks3.storage.iam import UserRecord

if TYPE_CHECKING:
    from mocks3.handles.principals import Principal
    from mocks3.invariants.world import CheckedWorld
    from mocks3.policy import Condition

EVERYTHING: Final[dict[str, Any]] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}

SOURCE_KEYS: Final = frozenset(
    {
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourcevpcarn",
        "aws:vpceaccount",
    }
    | {"aws:vpceorgid", "aws:vpceorgpaths"}
)
"""The condition keys that say where a request comes from."""


@dataclass(frozen=True)
class InvariantCaller:
    """A caller. ``code`` is the expression that makes it in a test; ``role`` is the ARN of a session's role."""

    principal: Principal
    code: str
    arn: str | None
    account: str | None
    role: str | None = None
    is_stranger: bool = False
    setup: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The ARN, or what the caller is."""
        if self.is_stranger:
            return (
                "the anonymous caller"
                if self.arn is None
                else "a stranger (of an account that no policy names)"
            )
        return str(self.arn)


def callers(world: CheckedWorld) -> Iterator[InvariantCaller]:
    """Yield all callers. The stranger and the sessions are created, so the caller restores a snapshot afterwards."""
    yield InvariantCaller(world.anonymous, "aws.anonymous", None, None, is_stranger=True)
    accounts = sorted(each.id for each in world.iam.accounts())
    stranger = _unused(accounts)
    user = world.account(stranger).create_user("stranger", policies=EVERYTHING)
    code = f'aws.account("{stranger}").create_user("stranger", policies=EVERYTHING)'
    everything = 'EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    yield InvariantCaller(user, code, user.arn, stranger, is_stranger=True, setup=(everything,))
    for record in sorted(world.iam.principals(), key=lambda each: each.arn):
        if record.account == stranger:
            continue
        account = world.account(record.account)
        if isinstance(record, UserRecord):
            code = f'aws.account("{record.account}").user("{record.name}")'
            yield InvariantCaller(account.user(record.name), code, record.arn, record.account)
        else:
            code = f'aws.account("{record.account}").role("{record.name}").assume()'
            session = account.role(record.name).assume()
            yield InvariantCaller(session, code, session.arn, record.account, role=record.arn)
    for each in accounts:
        root = world.account(each).root
        yield InvariantCaller(root, f'aws.account("{each}").root', root.arn, each)


def _unused(accounts: list[str]) -> str:
    return next(
        each for each in (str(number) for number in range(999999999999, 0, -1)) if each not in accounts
    )


def is_possible(
    caller: InvariantCaller, key: str, values: tuple[str, ...], named: Named, *, outside: bool
) -> bool:
    """Return whether requests of a stranger can have these values of a condition key.

    A stranger has no account, organization or address that a policy or the in-memory AWS names.
    """
    if not caller.is_stranger:
        return True
    if key == "aws:principalaccount":
        return named.accounts.isdisjoint(values)
    if key == "aws:principalarn":
        return not any(value.split(":")[4:5] and value.split(":")[4] in named.accounts for value in values)
    if key in ("aws:principalorgid", "aws:principalorgpaths"):
        return not any(value.partition("/")[0] in named.organizations for value in values)
    if outside and key == "aws:sourceip":
        return not any(_is_within(value, named) for value in values)
    return not (outside and key in SOURCE_KEYS and values)


def _is_within(address: str, named: Named) -> bool:
    found = block(address)
    return found is not None and any(
        found.version == each.version and found.subnet_of(each)  # type: ignore[arg-type]
        for each in map(block, named.addresses)
        if each is not None and each.prefixlen >= _NARROW[each.version]
    )


_NARROW: Final = {4: 8, 6: 32}
"""The shortest prefix of an address range that AWS does not call public, by IP version (B-42)."""


@dataclass(frozen=True)
class Named:
    """The accounts, organizations and address ranges that policies and the in-memory AWS name."""

    accounts: frozenset[str]
    organizations: frozenset[str]
    addresses: frozenset[str]


def named_by(conditions: list[Condition], accounts: list[str], organizations: list[str]) -> Named:
    """Return what conditions name, together with existing accounts and organizations."""

    def values(*keys: str) -> Iterator[str]:
        return (value for each in conditions if each.key.lower() in keys for value in each.values)

    arns = (value.split(":")[4] for value in values("aws:principalarn") if value.count(":") >= 4)
    literal = (each for each in (*values("aws:principalaccount"), *arns) if each.isdigit())
    paths = (value.partition("/")[0] for value in values("aws:principalorgid", "aws:principalorgpaths"))
    positive = [
        each for each in conditions if each.base == "IpAddress" and each.key.lower() == "aws:sourceip"
    ]
    return Named(
        frozenset([*literal, *accounts]),
        frozenset([*(each for each in paths if not {"*", "?"} & set(each)), *organizations]),
        frozenset(value for each in positive for value in each.values),
    )
