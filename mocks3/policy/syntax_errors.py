"""Find all errors in a policy, not only the first one that `Policy.parse` raises.

The element with an error is replaced by a valid one, and the rest is parsed again. The replacement is never checked:
errors and warnings about it are not those of the policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .errors import PolicySyntaxError
from .grammar import parse_statements
from .kinds import PolicyKind, kind_errors, sid_errors, value_errors
from .policy import Policy
from .reading import read, unescaped, write

MOST: Final = 100
"""The most errors in the structure of one document. The search stops there."""

_WHOLE_STATEMENT: Final = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
_VALID_PRINCIPALS: Final = {"AWS": "*", "CanonicalUser": "0" * 64, "Service": "x", "Federated": "x"}


@dataclass(frozen=True, slots=True)
class Checked:
    """The errors of a text, and the policy that remains.

    Args:
        errors: All errors, each with its pointer.
        policy: The policy with valid elements in place of those with errors. None if nothing can replace them.
        replaced: The pointers of the elements that were replaced.
    """

    errors: tuple[PolicySyntaxError, ...]
    policy: Policy | None
    replaced: tuple[str, ...]

    def is_own(self, pointer: str) -> bool:
        """Return whether a place is in the policy as it was written, and not in a replaced element."""
        return not any(pointer == each or pointer.startswith(f"{each}/") for each in self.replaced)

    def is_around(self, pointer: str) -> bool:
        """Return whether a place has a replaced element in it."""
        return any(each.startswith(f"{pointer}/") for each in self.replaced)


def find_errors(text: str, kind: PolicyKind | str | None = None, name: str | None = None) -> Checked:
    """Return all errors of a policy text.

    Args:
        text: JSON text.
        kind: The kind of the policy.
        name: The name of the policy.

    Returns:
        The errors, and the policy that remains.
    """
    checked = _in_grammar(text, name)
    if checked.policy is None:
        return checked
    statements = checked.policy.statements
    found = [
        *kind_errors(statements, PolicyKind(kind) if kind is not None else None),
        *sid_errors(statements),
        *(each for each in value_errors(statements) if not checked.is_around(each.pointer)),
    ]
    own = [each for each in found if checked.is_own(each.pointer)]
    return Checked((*checked.errors, *own), checked.policy, checked.replaced)


def _in_grammar(text: str, name: str | None) -> Checked:
    """Return the errors in the structure of a text, and the policy that remains."""
    try:
        return Checked((), Policy.parse_grammar(text, name), ())
    except PolicySyntaxError as first:
        try:
            document = read(text)
        except PolicySyntaxError:
            return Checked((first,), None, ())
    errors: list[PolicySyntaxError] = []
    replaced: list[str] = []
    while True:
        try:
            parse_statements(document)
        except PolicySyntaxError as error:
            errors.append(error)
            pointer = _replace(document, error) if len(errors) < MOST else None
            if pointer is None:
                return Checked(tuple(errors), None, tuple(replaced))
            replaced.append(pointer)
        else:
            return Checked(tuple(errors), Policy.parse_grammar(write(document), name), tuple(replaced))


def _replace(document: Any, error: PolicySyntaxError) -> str | None:
    """Replace the element with an error by a valid one. Return its pointer, or None if the rest cannot be read."""
    steps = [unescaped(each) for each in error.pointer.split("/")[1:]]
    replace = _REPLACEMENTS.get(error.reason)
    if not steps or replace is None:
        return None
    parent = document
    for step in steps[:-1]:
        parent = parent[int(step)] if isinstance(parent, list) else parent[step]
    last: Any = int(steps[-1]) if isinstance(parent, list) else steps[-1]
    member = replace(parent, last, steps)
    return None if member is None else f"{error.pointer}{member}"


Replacement = Callable[[Any, Any, list[str]], str | None]
"""Replaces the value `parent[last]`. Returns the pointer from there to the replaced element."""


def _with(value: Any) -> Replacement:
    def replace(parent: Any, last: Any, steps: list[str]) -> str:
        parent[last] = value
        return ""

    return replace


def _member(name: str, value: Any) -> Replacement:
    def replace(parent: Any, last: Any, steps: list[str]) -> str:
        parent[last][name] = value
        return f"/{name}"

    return replace


def _remove(parent: Any, last: Any, steps: list[str]) -> str:
    del parent[last]
    return ""


def _effect(parent: Any, last: Any, steps: list[str]) -> str:
    parent[last] = "Deny" if str(parent[last]).strip().lower() == "deny" else "Allow"
    return ""


def _statement(parent: Any, last: Any, steps: list[str]) -> str | None:
    if not isinstance(parent, list):
        return None  # Statement itself is no object
    parent[last] = dict(_WHOLE_STATEMENT)
    return ""


def _principal(parent: Any, last: Any, steps: list[str]) -> str:
    """Replace a principal: the whole element, the list of one kind, an item of it, or a kind that does not exist."""
    place = next(index for index, step in enumerate(steps) if step in ("Principal", "NotPrincipal"))
    inner = steps[place + 1 :]
    if not inner:
        parent[last] = "*"
    elif inner[0] in _VALID_PRINCIPALS:
        parent[last] = _VALID_PRINCIPALS[inner[0]]
    else:
        del parent[last]
        parent.setdefault("AWS", "*")
    return ""


def _not_principal(parent: Any, last: Any, steps: list[str]) -> str:
    del parent[last]
    parent["Principal"] = "*"
    return ""


def _condition(parent: Any, last: Any, steps: list[str]) -> str:
    if last == "Condition":
        parent[last] = {}
    else:
        del parent[last]
    return ""


_REPLACEMENTS: Final[dict[str, Replacement]] = {
    "bad-version": _with("2012-10-17"),
    "bad-id": _with(""),
    "bad-sid": _remove,
    "bad-statement": _statement,
    "unknown-member": _remove,
    "missing-effect": _member("Effect", "Allow"),
    "bad-effect": _effect,
    "both-forms": _remove,
    "empty-principal": _principal,
    "bad-principal": _principal,
    "not-principal-with-allow": _not_principal,
    "missing-action": _member("Action", "*"),
    "bad-action": _with("*"),
    "bad-resource": _with("*"),
    "bad-condition": _condition,
    "unknown-operator": _remove,
    "bad-condition-value": _with(""),
}
