"""How the elements of a statement compare with a request: what the policy wants, and what the request has.

Rule: the tests are those of the decision (`compiling`, `conditions`, `principals`), also for one value of several. So a
check cannot disagree with the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from .compiling import CompiledStatement, Test, action_pattern, resource_patterns, resource_template
from .conditions import OPERATORS, Operator, arn, string
from .elements import Condition, PrincipalElement, Quantifier
from .principals import GrantKind, Name, PrincipalTest
from .variables import Template, Variable, expand, template

if TYPE_CHECKING:
    from .request import Request, Values

Element: TypeAlias = Literal["Principal", "Action", "Resource", "Condition"]
MOST_VALUES: Final = 6
"""The number of values that texts name; the number of the others follows."""

_TEMPLATED: Final = frozenset({*string.OPERATORS, *arn.OPERATORS})
"""The operators whose values can contain variables (C-60)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One element of a statement, or one key of its Condition, compared with the request.

    Args:
        element: The element.
        written: The element as written in the document: "NotAction", or the operator of a condition.
        wanted: The values in the document.
        seen: The values of the request. None if it does not have the key, or if the caller has no ARN.
        matched: Whether the element matches.
        key: The condition key.
        hits: The values of `wanted` that the request's values match. For a negated element these are the values that
            prevent a match.
        expansions: The values of `wanted` with variables, each with its text for this request. None instead of the
            text means that a variable has no value, so that the value matches nothing (C-65).
        unlisted: For NotPrincipal, the names of the caller that the list needs and does not have (PE-17).
        never_exempt: The caller has a permissions boundary, so that NotPrincipal never exempts it (PE-17).
        condition: The condition, with the parts of its operator.
        pointer: The JSON pointer of the element.
    """

    element: Element
    written: str
    wanted: tuple[str, ...]
    seen: tuple[str, ...] | None
    matched: bool
    key: str | None = None
    hits: tuple[str, ...] = ()
    expansions: tuple[tuple[str, str | None], ...] = ()
    unlisted: tuple[str, ...] = ()
    never_exempt: bool = False
    condition: Condition | None = None
    pointer: str = ""

    @property
    def negated(self) -> bool:
        """Return whether the element matches if no value matches: NotAction, StringNotEquals and so on."""
        if self.condition is not None:
            return OPERATORS[self.condition.base].negated
        return self.written == f"Not{self.element}"

    @property
    def what(self) -> str:
        """Return the element as it is written, a condition with its key."""
        return f"{self.written} {self.key}" if self.key else self.written

    @property
    def wants(self) -> str:
        """Return what the policy wants as text."""
        quantifier = None if self.condition is None else self.condition.quantifier
        if self.condition is not None and OPERATORS[self.condition.base].presence:
            meanings = {"true": "true: no such key", "false": "false: the key with any value"}
            return _joined([meanings.get(value.lower(), value) for value in self.wanted], "or")
        if self.negated:
            if not self.wanted:
                return "anything"
            start = "a value that is " if quantifier is Quantifier.FOR_ANY_VALUE else ""
            return f"{start}none of {self._listed(self.wanted)}"
        if (
            self.matched
            and 0 < len(self.hits) < len(self.wanted)
            and quantifier is not Quantifier.FOR_ALL_VALUES
        ):
            return f"{self._listed(self.hits)} ({len(self.hits)} of {len(self.wanted)} values)"
        start = "only " if quantifier is Quantifier.FOR_ALL_VALUES and self.wanted else ""
        return start + self._listed(self.wanted)

    @property
    def saw(self) -> str:
        """Return what the request had as text."""
        if self.seen is None:
            return f"nothing: {f'the request has no {self.key}' if self.key else 'the request is not signed'}"
        values = _joined([value or '""' for value in self.seen], "and")
        if self.matched and self.unlisted:
            return f"{values}; missing from the list: {' and '.join(self.unlisted)}"
        return values

    @property
    def note(self) -> tuple[str, str] | None:
        """Return why the element matches without a value that matches, and the rule. None if this is not the case."""
        if self.matched and self.never_exempt and not self.unlisted:
            return "NotPrincipal never exempts a caller that has a permissions boundary", "PE-17"
        if self.condition is None or self.seen is not None or not self.matched:
            return None
        condition, operator = self.condition, OPERATORS[self.condition.base]
        if operator.presence:
            return None
        if_exists = "C-33" if condition.if_exists else "C-34"
        rule = "C-41" if operator.negated else if_exists
        return f"{self.written} also matches requests without the key", rule

    def _listed(self, values: tuple[str, ...]) -> str:
        expansions = dict(self.expansions)
        texts = [value or '""' for value in values[:MOST_VALUES]]
        for number, value in enumerate(values[:MOST_VALUES]):
            if value in expansions:
                here = expansions[value]
                texts[number] += " (a variable has no value)" if here is None else f" (here {here})"
        if len(values) > MOST_VALUES:
            texts.append(f"{len(values) - MOST_VALUES} others")
        return _joined(texts, "or")

    def __str__(self) -> str:
        return f"{self.what} wants {self.wants} and saw {self.saw}"


def _joined(texts: list[str], word: str) -> str:
    return f" {word} ".join(texts) or "nothing"


def checks_of(statement: CompiledStatement, request: Request, bounded: bool) -> Iterator[Check]:
    """Yield the checks of all elements of a statement, in the order of the grammar.

    Args:
        statement: The statement.
        request: The request.
        bounded: Whether the caller has a permissions boundary.
    """
    view = statement.view
    if view.principal is not None:
        yield _principal_check(statement, view.principal, request, bounded)
    action = request.action.lower()
    yield Check(
        "Action",
        view.spelling("Action"),
        view.actions,
        (request.action,),
        statement.action(request.action),
        hits=tuple(pattern for pattern in view.actions if action_pattern(pattern)(action)),
        pointer=f"{view.pointer}/{view.spelling('Action')}",
    )
    if view.resources is not None:
        yield _resource_check(statement, view.resources, request)
    for condition, test in statement.conditions:
        yield _condition_check(statement, condition, test, request)


def _principal_check(
    statement: CompiledStatement, element: PrincipalElement, request: Request, bounded: bool
) -> Check:
    caller, view = request.principal, statement.view
    negated = "Principal" in view.negations
    unlisted = PrincipalTest(element).unlisted(caller) if negated else ()
    return Check(
        "Principal",
        view.spelling("Principal"),
        element.listed,
        (caller.arn,) if caller.arn else None,
        statement.everyone or bool(statement.named(request, bounded)),
        hits=tuple(
            text
            for text, alone in single_principals(element)
            if PrincipalTest(alone).kinds(caller, allowing=negated or not statement.denies)
        ),
        unlisted=tuple(map(_spelling, unlisted)),
        never_exempt=negated and bounded,
        pointer=f"{view.pointer}/{view.spelling('Principal')}",
    )


def single_principals(element: PrincipalElement) -> Iterator[tuple[str, PrincipalElement]]:
    """Yield each principal of an element that can match a caller: its text, and an element that names it alone."""
    if element.everyone:
        yield "*", PrincipalElement(everyone=True)
    yield from ((text, PrincipalElement(aws=(text,))) for text in element.aws)
    yield from ((text, PrincipalElement(canonical=(text,))) for text in element.canonical)
    yield from ((text, PrincipalElement(service=(text,))) for text in element.service)


def _spelling(level: frozenset[Name]) -> str:
    """Return the usual spelling of the names of one level: an ARN, if there is one. "*" for the anonymous caller."""
    if not level:
        return "*"
    order = [kind for kind in GrantKind if kind is not GrantKind.CANONICAL]
    return min(level, key=lambda name: (name[0] not in order, not name[1].startswith("arn:"), name[1]))[1]


def _resource_check(statement: CompiledStatement, patterns: tuple[str, ...], request: Request) -> Check:
    view, variables = statement.view, statement.variables
    return Check(
        "Resource",
        view.spelling("Resource"),
        patterns,
        (request.resource,),
        statement.resource is None or statement.resource(request),
        hits=tuple(text for text in patterns if resource_patterns((text,), variables)(request)),
        expansions=_expansions(patterns, lambda text: resource_template(text, variables), request),
        pointer=f"{view.pointer}/{view.spelling('Resource')}",
    )


def _condition_check(
    statement: CompiledStatement, condition: Condition, test: Test, request: Request
) -> Check:
    operator, variables = OPERATORS[condition.base], statement.variables
    values = request.values(condition.key.lower()) or ()
    templated = variables and condition.base in _TEMPLATED
    return Check(
        "Condition",
        condition.operator,
        condition.values,
        tuple(values) or None,
        test(request),
        condition.key,
        hits=tuple(_hits(condition.values, operator, variables, values, request)),
        expansions=_expansions(
            condition.values if templated else (),
            lambda text: template(text, variables=variables, wildcards=True),
            request,
        ),
        condition=condition,
        pointer=condition.pointer,
    )


def _hits(
    wanted: tuple[str, ...], operator: Operator, variables: bool, values: Values, request: Request
) -> Iterator[str]:
    """Yield the values of the policy that a value of the request matches."""
    compared = ("false" if values else "true",) if operator.presence else values
    for text in wanted:
        matches = operator.compile((text,), variables)
        if any(matches(value, request) for value in compared):
            yield text


def _expansions(
    texts: tuple[str, ...], parts_of: Callable[[str], Template], request: Request
) -> tuple[tuple[str, str | None], ...]:
    """Return the texts with variables, each with the text for this request."""
    found = ((text, parts_of(text)) for text in texts)
    return tuple(
        (text, expand(parts, request))
        for text, parts in found
        if any(isinstance(part, Variable) for part in parts)
    )
