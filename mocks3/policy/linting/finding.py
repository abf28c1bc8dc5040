"""The shape of a warning, and of what finds one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from mocks3.policy.elements import Effect, Statement

from .tables import Tables

if TYPE_CHECKING:
    from mocks3.policy.policy import Policy

CODES: Final[dict[str, str]] = {
    "empty-list": "an empty list matches nothing (C-7)",
    "duplicate-sid": "two statements have one Sid (V-20)",
    "action-without-service": "an action without `service:` matches nothing (C-2)",
    "unknown-action": "no action of that name exists, so none matches (V-52)",
    "action-resource-mismatch": "the action works on none of the statement's resources (E-22, V-14)",
    "resource-not-arn": "a resource that is neither an ARN nor a wildcard matches nothing (C-3)",
    "not-principal-level": "NotPrincipal spares nobody whose account, and role, it leaves out (PE-17)",
    "deleted-principal": "a unique id in place of an ARN names nobody any more (PE-14)",
    "variables-in-2008": "a document of 2008 has no variables: the text is literal (C-6)",
    "broken-variable": "a `${` that is no variable never has a value (C-66)",
    "literal-wildcard": "the operator takes `*` and `?` literally; StringLike does not (C-48)",
    "unreadable-value": "the operator cannot read the value, which therefore matches nothing (C-40)",
    "unknown-key": "no condition key of that name exists, so it is always missing (V-17)",
    "contradiction": "the key must be missing and have a value at once (C-32)",
    "missing-key-allows": "ForAllValues holds when the key is missing; add Null false (C-43)",
    "missing-key-spared": "the Deny spares requests without the key; IfExists catches them (C-42)",
    "missing-key-denied": "the Deny hits requests without the key; Null false spares them (C-41)",
}


@dataclass(frozen=True, slots=True)
class LintWarning:
    """Something probably not meant. `code` is one of CODES, `pointer` the JSON pointer of the place."""

    code: str
    pointer: str
    message: str
    sid: str | None = None

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message} [{self.code}]"


MOST_SHOWN: Final = 500
MOST_HINTS: Final = 50
"""Finding a similar name is slow. A document with more unknown names than this was not written by hand."""


@dataclass(slots=True)
class Document:
    """What the checks of all statements of a policy share."""

    policy: Policy
    tables: Tables
    first_with_sid: dict[str | None, int]
    hints: int = 0

    @classmethod
    def of(cls, policy: Policy, tables: Tables) -> Document:
        """Look through the policy once."""
        positions = {statement.sid: statement.position for statement in reversed(policy.statements)}
        return cls(policy, tables, positions)

    def hint(self, name: str, known: Collection[str]) -> str:
        """Return a hint at the known name that was probably meant, or nothing."""
        self.hints += 1
        return self.tables.hint_similar(name, known) if self.hints <= MOST_HINTS else ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at: a statement, and the document it is in."""

    statement: Statement
    document: Document

    @property
    def tables(self) -> Tables:
        return self.document.tables

    @property
    def allows(self) -> bool:
        return self.statement.effect is Effect.ALLOW

    def warn(self, code: str, pointer: str, message: str) -> LintWarning:
        """A warning at a place below the statement; an absolute pointer is taken as it is."""
        place = pointer if pointer.startswith("/") else f"{self.statement.pointer}/{pointer}"
        return LintWarning(code, place, message, self.statement.sid)


def shown(text: str) -> str:
    """Return a text of the policy in quotes; of a very long one only the beginning."""
    return repr(text) if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]!r}..."


LintCheck: TypeAlias = Callable[[Subject], Iterator[LintWarning]]
