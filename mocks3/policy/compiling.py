"""Compile statements to tests. All work that does not depend on a request is done here, once for each document.

A document is compiled when its first request is decided: a linter, or a check of syntax, needs no tests.

A statement applies if its principal, action, resource and all its conditions match (C-1). The *document* selects the
statements whose action matches, and caches the result by action: there are few actions and many requests.
"""

# ruff: noqa: SIM110 -- a loop takes half the time of any() and all(), and this is asked in every decision

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
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
    """The tests of one statement. Each can be called alone, so an explanation uses the same tests as the decision.

    `applies(request)` returns whether resource and conditions match. `CompiledDocument` has already checked the action.
    """

    __slots__ = (
        "action",
        "applies",
        "conditions",
        "denies",
        "everyone",
        "principal",
        "resource",
        "variables",
        "view",
    )

    def __init__(self, view: Statement, variables: bool) -> None:
        self.view: Final = view
        self.variables: Final = variables
        self.denies: Final = view.effect is Effect.DENY
        self.principal: Final = PrincipalTest(view.principal) if view.principal else None
        self.everyone: Final = view.principal == _EVERYONE and "Principal" not in view.negations
        self.action: Final = _action_test(view.actions, "Action" in view.negations)
        self.resource: Final = _resource_test(view, variables)
        self.conditions: Final = tuple((c, _condition_test(c, variables)) for c in view.conditions)
        tests = [test for _, test in self.conditions]
        self.applies: Final = _conjunction([self.resource, *tests] if self.resource else tests)

    def named(self, request: Request, bounded: bool) -> frozenset[GrantKind]:
        """Return the forms in which the statement's Principal or NotPrincipal names the caller; empty if it does not.

        For speed, check `everyone` before this method.
        """
        if self.principal is None:
            return NO_GRANTS
        if "Principal" in self.view.negations:
            return NO_GRANTS if self.principal.exempts(request.principal, bounded=bounded) else WILDCARD
        return self.principal.kinds(request.principal, allowing=not self.denies)


def _conjunction(tests: list[Test]) -> Test:
    """Return one test for all of the tests, in order. Two is the usual number: a resource and a condition."""
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
    """The statements of a document, by action."""

    # More different actions than this are invented. Then the cache is cleared.
    REMEMBERED: Final = 4096

    def __init__(self, statements: tuple[Statement, ...], variables: bool) -> None:
        self._views: Final = statements
        self._variables: Final = variables
        self._by_action: dict[str, Candidates] = {}

    @cached_property
    def statements(self) -> tuple[CompiledStatement, ...]:
        """The compiled statements, in the order of the document."""
        return tuple([CompiledStatement(view, self._variables) for view in self._views])

    def candidates(self, action: str) -> Candidates:
        """Return the Deny and the Allow statements whose Action or NotAction matches `action`."""
        found = self._by_action.get(action)
        if found is None:
            if len(self._by_action) >= self.REMEMBERED:
                self._by_action.clear()
            matching = [statement for statement in self.statements if statement.action(action)]
            found = tuple(s for s in matching if s.denies), tuple(s for s in matching if not s.denies)
            self._by_action[action] = found
        return found


@lru_cache(maxsize=1024)
def _action_test(patterns: tuple[str, ...], negated: bool) -> TextTest:
    """Return the test of an action: case-insensitive globs. `*` matches every action of every service (C-2).

    Many statements have the same actions, so the tests are cached.
    """
    tests = [action_pattern(pattern) for pattern in patterns]

    def matches(action: str) -> bool:
        lower = action.lower()
        for test in tests:
            if test(lower):
                return not negated
        return negated

    return matches


def action_pattern(pattern: str) -> TextTest:
    """Return the test that an action, in lower case, matches one pattern of Action or NotAction."""
    return compile_tokens(tokens(pattern.lower()))


def _condition_test(condition: Condition, variables: bool) -> Test:
    operator = OPERATORS[condition.base]
    name = OperatorName(condition.base, condition.quantifier, condition.if_exists, operator)
    return compile_condition(condition, name, variables=variables)


def _resource_test(view: Statement, variables: bool) -> Test | None:
    """Return the test of a resource: case-sensitive globs over the whole ARN (C-3, C-4). None if all match."""
    if view.resources is None:
        return None
    negated = "Resource" in view.negations
    if "*" in view.resources and not negated:
        return None
    test = resource_patterns(view.resources, variables)
    return (lambda request: not test(request)) if negated else test


def resource_patterns(patterns: tuple[str, ...], variables: bool) -> Test:
    """Return the test that the resource of the request matches one of the patterns of Resource or NotResource."""
    templates = [resource_template(text, variables) for text in patterns]
    return _or_service_wide(_any_of(templates), patterns)


def _or_service_wide(test: Test, patterns: tuple[str, ...]) -> Test:
    """Extend a test: `arn:aws:SERVICE:::*` of the action's service also matches "*", a call on no resource (C-5)."""
    services = {fields[2].lower() for text in patterns if (fields := text.split(":"))[3:] == ["", "", "*"]}
    if not services:
        return test
    return lambda request: (
        test(request) or (request.resource == "*" and request.action.partition(":")[0].lower() in services)
    )


def resource_template(text: str, variables: bool) -> Template:
    """Return the parts of a resource pattern. Variables are possible only after the fifth colon (C-60)."""
    if not variables or "${" not in text:
        return tokens(text)
    parts = text.split(":", _ARN_PREFIX_COLONS)
    if len(parts) <= _ARN_PREFIX_COLONS:
        return tokens(text)
    head = ":".join(parts[:-1]) + ":"
    return tokens(head) + template(parts[-1], variables=True, wildcards=True)


def _any_of(templates: list[Template]) -> Test:
    """Return the test that the resource of the request matches one of the patterns.

    Most patterns are names without wildcards, or end in their only star. Each of these two groups is tested at once.
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
