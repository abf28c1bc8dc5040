"""Checks of conditions: values that match nothing, and the effect on requests without the key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Final

from mocks3.policy.conditions import OPERATORS
from mocks3.policy.elements import Condition, Quantifier
from mocks3.policy.glob import Wildcard
from mocks3.policy.variables import template

from .finding import CheckedStatement, LintCheck, LintWarning, shown
from .statement_checks import is_short_arn, variables_mean_something

_WITH_VARIABLES: Final = ("String", "Arn")  # the families whose values may hold variables (C-60)


def empty_values(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of a key without values, which no request value matches."""
    for condition in subject.statement.conditions:
        if not condition.values and not OPERATORS[condition.base].negated:
            yield subject.warn("empty-list", condition.pointer, f"No value is listed for {condition.key}")


def literal_wildcards(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of wildcards under operators without wildcards."""
    for condition in subject.statement.conditions:
        if condition.base.startswith("String") and not condition.base.endswith("Like"):
            for index, value in enumerate(condition.values):
                if any(
                    isinstance(part, Wildcard) for part in template(value, variables=True, wildcards=True)
                ):
                    message = f"{condition.base} takes {shown(value)} literally; StringLike has wildcards"
                    yield subject.warn("literal-wildcard", subject.value(condition, index), message)


def readable_values(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of values that their operator cannot parse."""
    for condition in subject.statement.conditions:
        for index, value in enumerate(condition.values):
            if OPERATORS[condition.base].problem(value):
                message = f"{condition.base} cannot read {shown(value)}"
                yield subject.warn("unreadable-value", subject.value(condition, index), message)


def short_arn_values(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of ARNs with fewer than six parts under operators for text. Under a negated operator every ARN matches."""
    for condition in subject.statement.conditions:
        if not condition.base.startswith("String"):
            continue
        for index, value in enumerate(condition.values):
            if is_short_arn(value, wildcards=condition.base.endswith("Like")):
                effect = "exempts nothing" if OPERATORS[condition.base].negated else "matches nothing"
                message = f"{shown(value)} has fewer than six parts, so it {effect}"
                yield subject.warn("short-arn", subject.value(condition, index), message)


def value_variables(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of wrong variables in condition values."""
    for condition in subject.statement.conditions:
        if condition.base.startswith(_WITH_VARIABLES):
            for index, value in enumerate(condition.values):
                if "${" in value:
                    yield from variables_mean_something(
                        subject, value, partial(subject.value, condition, index)
                    )


def keys_exist(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of condition keys that are not in the tables."""
    tables = subject.tables
    for condition in subject.statement.conditions:
        if not tables.knows_key(condition.key):
            hint = subject.document.hint(condition.key, tables.keys)
            yield subject.warn(
                "unknown-key", condition.pointer, f"No key is called {shown(condition.key)}{hint}"
            )


def keys_are_supported(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of condition keys that the requests of an action never have."""
    statement, tables = subject.statement, subject.tables
    if "Action" in statement.negations:
        return
    found: dict[Collection[str], str | None] = {}  # many keys have the same actions
    for condition in statement.conditions:
        supporting = tables.supporting(condition.key)
        if supporting is None or condition.if_exists:
            continue
        if supporting not in found:
            found[supporting] = _first_without(subject, supporting)
        without = found[supporting]
        if without is not None:
            message = f"A request for {shown(without)} never has {condition.key}"
            yield subject.warn("unsupported-key", condition.pointer, message)


def _first_without(subject: CheckedStatement, supporting: Collection[str]) -> str | None:
    """Return the first element of Action that matches known actions, but none of `supporting`."""
    for pattern in subject.statement.actions:
        actions = subject.document.expansions(pattern)
        if actions and not any(action.lower() in supporting for action in actions):
            return pattern
    return None


def contradictions(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of keys that must be missing and must have a value."""
    must_be_missing = _demanded(subject, "true")
    for condition in subject.statement.conditions:
        if _needs_the_key(condition) and condition.key.lower() in must_be_missing:
            message = f"{condition.key} must be missing and must have a value"
            yield subject.warn("contradiction", condition.pointer, message)


def missing_keys(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of conditions with an unexpected result for requests without the key."""
    explicit = _demanded(subject, "false") | _demanded(subject, "true")
    for condition in subject.statement.conditions:
        key = condition.key
        if condition.base == "Null" or subject.tables.always_present(key):
            continue
        if key.lower() in explicit:
            continue
        if subject.allows:
            if condition.quantifier is Quantifier.FOR_ALL_VALUES:
                message = f"{condition.operator} also allows requests without {key}"
                yield subject.warn("missing-key-allows", condition.pointer, message)
        elif _needs_the_key(condition):
            message = f"Requests without {key} are not denied"
            yield subject.warn("missing-key-spared", condition.pointer, message)
        elif OPERATORS[condition.base].negated:
            message = f"Requests without {key} are denied too"
            yield subject.warn("missing-key-denied", condition.pointer, message)


def _needs_the_key(condition: Condition) -> bool:
    """Return whether the condition is false for a missing key: see the table in `conditions.quantify`."""
    if condition.base == "Null" or condition.if_exists or condition.quantifier is Quantifier.FOR_ALL_VALUES:
        return False
    return condition.quantifier is Quantifier.FOR_ANY_VALUE or not OPERATORS[condition.base].negated


def _demanded(subject: CheckedStatement, value: str) -> set[str]:
    """Return the keys, in lower case, whose presence ("false") or absence ("true") the statement requires."""
    return {
        condition.key.lower()
        for condition in subject.statement.conditions
        if condition.base == "Null" and [text.lower() for text in condition.values] == [value]
    }


CONDITION_CHECKS: Final[tuple[LintCheck, ...]] = (
    empty_values,
    literal_wildcards,
    readable_values,
    short_arn_values,
    value_variables,
    keys_exist,
    keys_are_supported,
    contradictions,
    missing_keys,
)
