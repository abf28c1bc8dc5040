"""A warning, and the input of the checks that find one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from mocks3.policy.elements import Condition, Effect, Statement
from mocks3.policy.reading import unescaped

from .tables import Tables

if TYPE_CHECKING:
    from mocks3.policy.policy import Policy

CODES: Final[dict[str, str]] = {
    "empty-list": "an empty list matches nothing (C-7)",
    "duplicate-sid": "two statements have the same Sid (V-20)",
    "action-without-service": "an action without `service:` matches nothing (C-2)",
    "unknown-action": "no action with this name exists, so it matches nothing (V-52)",
    "action-resource-mismatch": "the action works on none of the statement's resources (E-22, V-14)",
    "resource-not-arn": "a resource that is neither an ARN nor a wildcard matches nothing (C-3)",
    "short-arn": "an ARN has six parts between colons; a text with fewer parts is no ARN and matches none (C-3, C-40)",
    "template-variable": "a policy variable is `${prefix:name}`; this is a variable of a template (C-60)",
    "not-principal-level": "NotPrincipal must also list the account of a principal, and the role of a session (PE-17)",
    "deleted-principal": "a unique id in place of an ARN is a deleted principal and matches no caller (PE-14)",
    "variables-in-2008": "a document of 2008-10-17 has no variables: the text is literal (C-6)",
    "broken-variable": "a malformed `${` is a variable that never has a value (C-66)",
    "literal-wildcard": "`*` and `?` are literal under this operator; only StringLike has wildcards (C-48)",
    "unreadable-value": "the operator cannot read the value, so it matches nothing (C-40)",
    "unknown-key": "no condition key with this name exists, so it is always missing (V-17)",
    "unsupported-key": "the action does not support the condition key, so it is always missing (V-44)",
    "contradiction": "the key must be missing and must have a value (C-32)",
    "missing-key-allows": "ForAllValues is true if the key is missing; add Null false (C-43)",
    "missing-key-spared": "the Deny does not apply to requests without the key; add IfExists to deny them (C-42)",
    "missing-key-denied": "the Deny applies to requests without the key; add Null false to exempt them (C-41)",
}


@dataclass(frozen=True, slots=True)
class LintWarning:
    """A likely mistake in a policy.

    Args:
        code: One of `CODES`.
        pointer: The JSON pointer of the mistake.
        message: The warning for people.
        sid: The Sid of the statement, or None.
    """

    code: str
    pointer: str
    message: str
    sid: str | None = None

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message} [{self.code}]"


Fact = TypeVar("Fact")
"""What a check finds out about a whole policy."""

MOST_SHOWN: Final = 500
MOST_HINTS: Final = 50
"""The most hints for one document. A search for a similar name is slow, and a real document has few unknown names."""


@dataclass(slots=True)
class LintedPolicy:
    """A policy, with the data that the checks of its statements share."""

    policy: Policy
    tables: Tables
    first_with_sid: dict[str | None, int]
    hints: int = 0
    _expansions: dict[str, list[str]] = field(default_factory=dict)
    _facts: dict[Callable[[Policy], Any], Any] = field(default_factory=dict)
    _written: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, tables: Tables) -> LintedPolicy:
        """Collect the shared data of a policy."""
        positions = {statement.sid: statement.position for statement in reversed(policy.statements)}
        return cls(policy, tables, positions)

    def item(self, pointer: str, index: int) -> str:
        """Return the JSON pointer of an item of an element, which can be a list or its only item."""
        if not self._written:
            self._written = self.policy.document
        value: Any = self._written
        for step in pointer.split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[unescaped(step)]
        return f"{pointer}/{index}" if isinstance(value, list) else pointer

    def hint(self, name: str, known: Collection[str]) -> str:
        """Return a hint with the most similar known name, or an empty text."""
        self.hints += 1
        return self.tables.hint_similar(name, known) if self.hints <= MOST_HINTS else ""

    def fact(self, find: Callable[[Policy], Fact]) -> Fact:
        """Return `find(policy)`, which is called only once: a check of each statement may need all statements."""
        if find not in self._facts:
            self._facts[find] = find(self.policy)
        found: Fact = self._facts[find]
        return found

    def expansions(self, pattern: str) -> list[str]:
        """Return the actions that match a pattern: `Tables.expansions`, once for each pattern of the document."""
        found = self._expansions.get(pattern)
        if found is None:
            found = self._expansions[pattern] = self.tables.expansions(pattern)
        return found


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """The input of a check: a statement, and its document."""

    statement: Statement
    document: LintedPolicy

    @property
    def tables(self) -> Tables:
        return self.document.tables

    @property
    def allows(self) -> bool:
        return self.statement.effect is Effect.ALLOW

    def item(self, element: str, index: int) -> str:
        """Return the JSON pointer of an item of an element of the statement."""
        return self.document.item(f"{self.statement.pointer}/{element}", index)

    def value(self, condition: Condition, index: int) -> str:
        """Return the JSON pointer of a value of a condition."""
        return self.document.item(condition.pointer, index)

    def warn(self, code: str, pointer: str, message: str) -> LintWarning:
        """Return a warning. A relative `pointer` is relative to the statement."""
        place = pointer if pointer.startswith("/") else f"{self.statement.pointer}/{pointer}"
        return LintWarning(code, place, message, self.statement.sid)


def shown(text: str) -> str:
    """Return a text of the policy in quotes. A very long text is truncated."""
    return repr(text) if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]!r}..."


LintCheck: TypeAlias = Callable[[CheckedStatement], Iterator[LintWarning]]
