"""Checks of Sid, principals, actions and resources."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from mocks3.policy.principals import GrantKind, aws_form
from mocks3.policy.variables import variables_in

from .finding import CheckedStatement, LintCheck, LintWarning, shown
from .overlap import overlaps
from .tables import has_wildcards


def empty_lists(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of an empty Action or Resource, which matches nothing."""
    statement = subject.statement
    for element, texts in (("Action", statement.actions), ("Resource", statement.resources)):
        if texts == () and element not in statement.negations:
            yield subject.warn("empty-list", element, f"{element} is empty: the statement never applies")


def duplicate_sids(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of a Sid that an earlier statement has."""
    statement = subject.statement
    if statement.sid and subject.document.first_with_sid[statement.sid] < statement.position:
        yield subject.warn("duplicate-sid", "Sid", f"Sid {statement.sid!r} is used by another statement")


def actions_exist(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of actions that are not in the tables, and of actions without a service."""
    statement, tables = subject.statement, subject.tables
    element = statement.spelling("Action")
    for index, pattern in enumerate(statement.actions):
        if ":" not in pattern and not has_wildcards(pattern):
            message = f"{shown(pattern)} names no service"
            yield subject.warn("action-without-service", subject.item(element, index), message)
        elif not subject.document.expansions(pattern) and tables.lists_service_of(pattern):
            hint = tables.hint_operation(pattern) or subject.document.hint(pattern, tables.actions)
            message = f"No action is called {shown(pattern)}{hint}"
            yield subject.warn("unknown-action", subject.item(element, index), message)


def actions_fit_resources(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of actions that do not work on the statement's resources: on objects or on what contains them."""
    statement, tables = subject.statement, subject.tables
    if "Action" in statement.negations or "Resource" in statement.negations or not statement.resources:
        return
    unfit = _unfit_types(subject)
    for index, action in enumerate(statement.actions if unfit else ()):
        expansions = subject.document.expansions(action)
        if expansions and all(tuple(tables.actions[found]) in unfit for found in expansions):
            kinds = " or ".join(sorted({name for found in expansions for name in tables.actions[found]}))
            wanted = f"works on {kinds}" if kinds else 'works on no resource: it needs "*"'
            place = subject.item("Action", index)
            yield subject.warn("action-resource-mismatch", place, f"{shown(action)} {wanted}")


def _unfit_types(subject: CheckedStatement) -> set[tuple[str, ...]]:
    """Return the resource types of the statement's actions of which the statement names no resource.

    Few actions have types of their own, so each combination of types is compared with the resources only once.
    """
    tables = subject.tables
    types = {
        tuple(tables.actions[found])
        for action in dict.fromkeys(subject.statement.actions)
        for found in subject.document.expansions(action)
    }
    return {names for names in types if not _names_one_of(subject, names)}


def _names_one_of(subject: CheckedStatement, types: tuple[str, ...]) -> bool:
    resources, tables = subject.statement.resources or (), subject.tables
    if not types:
        return any(text == "*" or text.endswith(":::*") for text in resources)  # C-5
    forms = [tables.resources[name] for name in types if name in tables.resources]
    return not forms or any(overlaps(text, form) for form in forms for text in resources)


def resources_are_arns(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of resources that no ARN can match, and of ARNs with fewer than six parts (C-3)."""
    for index, text in enumerate(subject.statement.resources or ()):
        if text.startswith("arn:"):
            if text.count(":") < 5 and is_short_arn(text, wildcards=True):
                yield _short_arn(subject, index, text)
            continue
        literal = re.split(r"[*?]", text, maxsplit=1)[0]
        if not "arn:".startswith(literal):
            place = subject.item(subject.statement.spelling("Resource"), index)
            yield subject.warn("resource-not-arn", place, f"{shown(text)} is not an ARN")


def _short_arn(subject: CheckedStatement, index: int, text: str) -> LintWarning:
    effect = "exempts nothing" if "Resource" in subject.statement.negations else "matches nothing"
    place = subject.item(subject.statement.spelling("Resource"), index)
    return subject.warn("short-arn", place, f"{shown(text)} has fewer than six parts, so it {effect}")


def is_short_arn(text: str, *, wildcards: bool) -> bool:
    """Return whether a text begins as an ARN and has fewer than six parts, whatever its wildcards stand for (C-40)."""
    open_ended = "${" in text or (wildcards and "*" in text)
    return text.startswith("arn:") and text.count(":") < 5 and not open_ended


def resource_variables(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of wrong variables in resources."""
    element = subject.statement.spelling("Resource")
    for index, text in enumerate(subject.statement.resources or ()):
        if "${" in text:
            yield from variables_mean_something(subject, text, partial(subject.item, element, index))


def variables_mean_something(
    subject: CheckedStatement, text: str, place: Callable[[], str]
) -> Iterator[LintWarning]:
    """Warn of wrong variables in a text."""
    if "${" not in text:
        return
    if subject.document.policy.version == "2008-10-17":
        yield subject.warn(
            "variables-in-2008", place(), f"{shown(text)} is literal without Version 2012-10-17"
        )
        return
    # One warning for each wrong variable of a text.
    for key in dict.fromkeys(variable.key for variable in variables_in(text)):
        if not key:
            yield subject.warn(
                "broken-variable", place(), f"{shown(text)} has a '${{' that is not a variable"
            )
        elif ":" not in key or "::" in key:
            message = f"{shown(text)} has a variable of a template that nothing replaced: {shown(key)}"
            yield subject.warn("template-variable", place(), message)
        elif not subject.tables.knows_key(key):
            hint = subject.document.hint(key, subject.tables.keys)
            yield subject.warn("unknown-key", place(), f"No key is called {shown(key)}{hint}")


def principals_exist(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of deleted principals."""
    statement = subject.statement
    for index, text in enumerate(statement.principal.aws if statement.principal else ()):
        if aws_form(text) is None:
            place = subject.item(f"{statement.spelling('Principal')}/AWS", index)
            yield subject.warn("deleted-principal", place, f"{text} is the unique id of a deleted principal")


def not_principal_levels(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of principals that NotPrincipal lists but does not exempt."""
    statement = subject.statement
    if statement.principal is None or "Principal" not in statement.negations:
        return
    listed = statement.principal
    names = frozenset(listed.aws)
    # A role may be listed with its path.
    roles = {
        (head, path.rpartition("/")[2]) for head, role, path in (_split_role(name) for name in names) if role
    }
    for index, text in enumerate(listed.aws):
        for level in _levels_above(text):
            head, role, name = _split_role(level)
            if role:
                is_listed = (head, name) in roles
            else:
                account = level.split(":", 5)[4]
                is_listed = account in names or bool(listed.canonical) or listed.names_everyone
            if level not in names and not is_listed:
                message = f"{text} is still denied, because {level} is not listed"
                yield subject.warn("not-principal-level", subject.item("NotPrincipal/AWS", index), message)


def _split_role(arn: str) -> tuple[str, str, str]:
    return arn.partition(":role/")


def _levels_above(text: str) -> Iterator[str]:
    """Yield what NotPrincipal must also list to exempt this principal. A session's ARN has no path of the role."""
    form = aws_form(text)
    if form in (None, GrantKind.WILDCARD, GrantKind.ACCOUNT):
        return
    _, partition, _, _, account, name = text.split(":", 5)
    if form is GrantKind.SESSION:
        yield f"arn:{partition}:iam::{account}:role/{name.split('/')[1]}"
    yield f"arn:{partition}:iam::{account}:root"


STATEMENT_CHECKS: Final[tuple[LintCheck, ...]] = (
    empty_lists,
    duplicate_sids,
    actions_exist,
    actions_fit_resources,
    resources_are_arns,
    resource_variables,
    principals_exist,
    not_principal_levels,
)
