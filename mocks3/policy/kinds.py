"""The differences between the kinds of policies: which elements they must and must not have (PE-18, E-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from .conditions import OPERATORS
from .elements import Statement
from .errors import PolicySyntaxError


class Layer(StrEnum):
    """The layers of policies (E-1 to E-7), in the order in which AWS names an explicit deny (X-44)."""

    SCP = "scp"
    RCP = "rcp"
    VPC_ENDPOINT = "vpc-endpoint"
    RESOURCE = "resource"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"


class PolicyKind(StrEnum):
    """The kinds of policies. The kind of the policies of a layer has the layer's name."""

    SCP = "scp"
    RCP = "rcp"
    VPC_ENDPOINT = "vpc-endpoint"
    RESOURCE = "resource"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    TRUST = "trust"


NAMES_PRINCIPALS: Final = frozenset(
    {PolicyKind.RCP, PolicyKind.VPC_ENDPOINT, PolicyKind.RESOURCE, PolicyKind.TRUST}
)


_WITHOUT_PRINCIPALS: Final = {
    PolicyKind.SCP: "An SCP",
    PolicyKind.IDENTITY: "An identity policy",
    PolicyKind.BOUNDARY: "A permissions boundary",
    PolicyKind.SESSION: "A session policy",
}


def check_kind(statements: Iterable[Statement], kind: PolicyKind | None) -> None:
    """Raise PolicySyntaxError for the first statement that a policy of this kind cannot have.

    Without a kind, check only that each statement has a Resource, which all kinds except trust policies require.
    """
    _raise_first(kind_errors(statements, kind))


def check_sids(statements: Iterable[Statement]) -> None:
    """Raise PolicySyntaxError (duplicate-sid) if two statements have the same Sid (V-20)."""
    _raise_first(sid_errors(statements))


def check_values(statements: Iterable[Statement]) -> None:
    """Raise PolicySyntaxError (bad-number, bad-date, ...) for a value that its operator cannot parse (V-18)."""
    _raise_first(value_errors(statements))


def _raise_first(errors: Iterable[PolicySyntaxError]) -> None:
    for error in errors:
        raise error


def kind_errors(statements: Iterable[Statement], kind: PolicyKind | None) -> Iterator[PolicySyntaxError]:
    """Yield the errors of `check_kind`."""
    for statement in statements:
        if kind is not None:
            yield from _principal_errors(statement, kind)
        if kind is PolicyKind.RCP and "Action" in statement.negations:
            yield PolicySyntaxError(
                "bad-action", "An RCP cannot have NotAction", f"{statement.pointer}/NotAction"
            )
        if statement.resources is None and kind is not PolicyKind.TRUST:
            yield PolicySyntaxError("missing-resource", "Missing Resource or NotResource", statement.pointer)


def _principal_errors(statement: Statement, kind: PolicyKind) -> Iterator[PolicySyntaxError]:
    place = f"{statement.pointer}/{statement.spelling('Principal')}"
    if statement.principal is None:
        if kind in NAMES_PRINCIPALS:
            yield PolicySyntaxError("missing-principal", "Missing Principal", statement.pointer)
    elif kind not in NAMES_PRINCIPALS:
        yield PolicySyntaxError(
            "principal-not-allowed", f"{_WITHOUT_PRINCIPALS[kind]} cannot have Principal", place
        )
    elif kind is PolicyKind.RCP and ("Principal" in statement.negations or not statement.principal.everyone):
        yield PolicySyntaxError("bad-principal", 'The Principal of an RCP must be "*"', place)


def sid_errors(statements: Iterable[Statement]) -> Iterator[PolicySyntaxError]:
    """Yield the errors of `check_sids`."""
    seen: set[str] = set()
    for statement in statements:
        if statement.sid in seen:
            yield PolicySyntaxError(
                "duplicate-sid", f"Sid {statement.sid!r} is taken", f"{statement.pointer}/Sid"
            )
        if statement.sid:
            seen.add(statement.sid)


def value_errors(statements: Iterable[Statement]) -> Iterator[PolicySyntaxError]:
    """Yield the errors of `check_values`."""
    for statement in statements:
        for condition in statement.conditions:
            for value in condition.values:
                if reason := OPERATORS[condition.base].problem(value):
                    detail = f"{condition.base} cannot read {value!r}"
                    yield PolicySyntaxError(reason, detail, condition.pointer)
