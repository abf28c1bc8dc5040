"""Statements to tests: everything that can be settled before a request comes is settled here, once a document.

A statement applies when principal, action, resource and every condition match (C-1). Whether the action matches is
asked of the *document*, which remembers the answer by action: there are few actions and many requests.
"""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from .conditions import OPERATORS, OperatorName, compile_condition
from .elements import Condition, Effect, PrincipalElement, Statement
from .glob import TextTest, Wildcard, compile_tokens, glob_of, tokens
from .principals import NO_GRANTS, WILDCARD, GrantKind, PrincipalTest
from .variables import Template, Variable, resolve, template

if TYPE_CHECKING:
    from .request import Request

Test: TypeAlias = Callable[["Request"], bool]

_EVERYONE: Final = PrincipalElement(everyone=True)
_ARN_PREFIX_COLONS: Final = 5


class CompiledStatement:
    """The tests of one statement, each callable alone, so that an explanation asks what the decision asked.

    `applies(request)` says whether resource and conditions match; the action is known to (`CompiledDocument`).
    """

    __slots__ = ("action", "applies", "conditions", "denies", "everyone", "principal", "resource", "view")

    def __init__(self, view: Statement, variables: bool) -> None:
        self.view: Final = view
        self.denies: Final = view.effect is Effect.DENY
        self.principal: Final = PrincipalTest(view.principal) if view.principal else None
        self.everyone: Final = view.principal == _EVERYONE and "Principal" not in view.negations
        self.action: Final = _action_test(view)
        self.resource: Final = _resource_test(view, variables)
        self.conditions: Final = tuple((c, _condition_test(c, variables)) for c in view.conditions)
        tests = [test for _, test in self.conditions]
        self.applies: Final = _conjunction([self.resource, *tests] if self.resource else tests)

    def named(self, request: Request, bounded: bool) -> frozenset[GrantKind]:
        """The forms in which the statement's Principal or NotPrincipal takes in the caller; empty if it does not.

        Who asks often looks at `everyone` first.
        """
        if self.principal is None:
            return NO_GRANTS
        if "Principal" in self.view.negations:
            return NO_GRANTS if self.principal.exempts(request.principal, bounded=bounded) else WILDCARD
        return self.principal.kinds(request.principal, allowing=not self.denies)


def _conjunction(tests: list[Test]) -> Test:
    """All of the tests, in order, as one. Two is the usual number: a resource and a condition."""
    if not tests:
        return lambda request: True
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda request: first(request) and second(request)

    def every(request: Request) -> bool:
        for test in tests:
            if not test(request):
                return False
        return True

    return every


Candidates: TypeAlias = tuple[tuple[CompiledStatement, ...], tuple[CompiledStatement, ...]]


class CompiledDocument:
    """A document's statements, found by action."""

    __slots__ = ("_by_action", "statements")

    # Beyond this many different actions somebody makes them up; then the memory is forgotten and starts anew.
    REMEMBERED: Final = 4096

    def __init__(self, statements: tuple[Statement, ...], variables: bool) -> None:
        self.statements: Final = tuple(CompiledStatement(view, variables) for view in statements)
        self._by_action: dict[str, Candidates] = {}

    def candidates(self, action: str) -> Candidates:
        """The Deny and the Allow statements whose Action or NotAction takes in `action`."""
        found = self._by_action.get(action)
        if found is None:
            if len(self._by_action) >= self.REMEMBERED:
                self._by_action.clear()
            matching = [statement for statement in self.statements if statement.action(action)]
            found = tuple(s for s in matching if s.denies), tuple(s for s in matching if not s.denies)
            self._by_action[action] = found
        return found


def _action_test(view: Statement) -> TextTest:
    """Case-insensitive globs; a bare `*` is every action of every service (C-2)."""
    tests = [compile_tokens(tokens(pattern.lower())) for pattern in view.actions]
    wanted = "Action" not in view.negations
    return lambda action: any(test(action.lower()) for test in tests) is wanted


def _condition_test(condition: Condition, variables: bool) -> Test:
    operator = OPERATORS[condition.base]
    name = OperatorName(condition.base, condition.quantifier, condition.if_exists, operator)
    return compile_condition(condition, name, variables=variables)


def _resource_test(view: Statement, variables: bool) -> Test | None:
    """Case-sensitive globs over the whole ARN (C-3, C-4). None when every resource matches."""
    if view.resources is None:
        return None
    templates = [_resource_template(text, variables) for text in view.resources]
    negated = "Resource" in view.negations
    if (Wildcard.ANY,) in templates and not negated:
        return None
    test = _or_service_wide(_any_of(templates), view.resources)
    return (lambda request: not test(request)) if negated else test


def _or_service_wide(test: Test, patterns: tuple[str, ...]) -> Test:
    """A call on no resource, "*", is also matched by `arn:aws:SERVICE:::*` of the action's service (C-5)."""
    services = {fields[2].lower() for text in patterns if (fields := text.split(":"))[3:] == ["", "", "*"]}
    if not services:
        return test
    return lambda request: (
        test(request) or (request.resource == "*" and request.action.partition(":")[0].lower() in services)
    )


def _resource_template(text: str, variables: bool) -> Template:
    """Variables are only variables in the resource part, after the fifth colon (C-60)."""
    if not variables or "${" not in text:
        return tokens(text)
    parts = text.split(":", _ARN_PREFIX_COLONS)
    if len(parts) <= _ARN_PREFIX_COLONS:
        return tokens(text)
    head = ":".join(parts[:-1]) + ":"
    return tokens(head) + template(parts[-1], variables=True, wildcards=True)


def _any_of(templates: list[Template]) -> Test:
    """The test that the request's resource matches one of the patterns.

    Names without wildcards and patterns that end in their only star are most of what is written; each lot of them is
    one lookup.
    """
    names: set[str] = set()
    prefixes: list[str] = []
    tests: list[TextTest] = []
    changing: list[Template] = []
    for parts in templates:
        fixed = tuple(part for part in parts if not isinstance(part, Variable))
        if len(fixed) < len(parts):
            changing.append(parts)
        elif all(isinstance(part, str) for part in fixed):
            names.add("".join(part for part in fixed if isinstance(part, str)))
        elif len(fixed) == 2 and isinstance(fixed[0], str) and fixed[1] is Wildcard.ANY:
            prefixes.append(fixed[0])
        else:
            tests.append(compile_tokens(fixed))
    return _joined(frozenset(names), tuple(prefixes), tests, changing)


def _joined(
    names: frozenset[str], prefixes: tuple[str, ...], tests: list[TextTest], changing: list[Template]
) -> Test:
    if not tests and not changing:
        if not prefixes:
            return lambda request: request.resource in names
        if not names:
            return lambda request: request.resource.startswith(prefixes)
        return lambda request: request.resource.startswith(prefixes) or request.resource in names

    def matches(request: Request) -> bool:
        resource = request.resource
        if resource in names or resource.startswith(prefixes):
            return True
        for test in tests:
            if test(resource):
                return True
        for parts in changing:
            resolved = resolve(parts, request)
            if resolved is not None and glob_of(resolved)(resource):
                return True
        return False

    return matches
