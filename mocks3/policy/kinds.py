"""The differences between the kinds of policies: which elements they must and must not have (PE-18, E-2)."""

from __future__ import annotations

from collections.abc import Iterable
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


def check_kind(statements: Iterable[Statement], kind: PolicyKind | None) -> None:
    """Raise PolicySyntaxError for the first statement that a policy of this kind cannot have.

    Without a kind, check only that each statement has a Resource, which all kinds except trust policies require.
    """
    for statement in statements:
        if kind is not None:
            _check_principal(statement, kind)
        if kind is PolicyKind.RCP and "Action" in statement.negations:
            raise PolicySyntaxError(
                "bad-action", "An RCP cannot have NotAction", f"{statement.pointer}/NotAction"
            )
        if statement.resources is None and kind is not PolicyKind.TRUST:
            raise PolicySyntaxError("missing-resource", "Missing Resource or NotResource", statement.pointer)


def _check_principal(statement: Statement, kind: PolicyKind) -> None:
    place = f"{statement.pointer}/{statement.spelling('Principal')}"
    if statement.principal is None:
        if kind in NAMES_PRINCIPALS:
            raise PolicySyntaxError("missing-principal", "Missing Principal", statement.pointer)
    elif kind not in NAMES_PRINCIPALS:
        raise PolicySyntaxError(
            "principal-not-allowed", f"A policy of kind {kind} cannot have Principal", place
        )
    elif kind is PolicyKind.RCP and ("Principal" in statement.negations or not statement.principal.everyone):
        raise PolicySyntaxError("bad-principal", 'The Principal of an RCP must be "*"', place)


def check_sids(statements: Iterable[Statement]) -> None:
    """Raise PolicySyntaxError (duplicate-sid) if two statements have the same Sid (V-20)."""
    seen: set[str] = set()
    for statement in statements:
        if statement.sid in seen:
            raise PolicySyntaxError(
                "duplicate-sid", f"Sid {statement.sid!r} is taken", f"{statement.pointer}/Sid"
            )
        if statement.sid:
            seen.add(statement.sid)


def check_values(statements: Iterable[Statement]) -> None:
    """Raise PolicySyntaxError (bad-number, bad-date, ...) for a value that its operator cannot parse (V-18)."""
    for statement in statements:
        for condition in statement.conditions:
            for value in condition.values:
                if reason := OPERATORS[condition.base].problem(value):
                    detail = f"{condition.base} cannot read {value!r}"
                    raise PolicySyntaxError(reason, detail, condition.pointer)
