"""What one statement did for a request: the tests of its elements and of the entries of its lists, compiled once.

Rule: the tests are those of the decision (``compiling``, ``principals`` and ``conditions`` of ``mocks3.policy``), so
that a probe cannot disagree with the decision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.coverage.data import CoverageMark, Hit
from mocks3.policy.checks import single_principals
from mocks3.policy.compiling import CompiledStatement, action_pattern, resource_patterns
from mocks3.policy.conditions import OPERATORS
from mocks3.policy.principals import PrincipalTest
from mocks3.policy.reading import unescaped

if TYPE_CHECKING:
    from mocks3.policy import Condition, PrincipalElement, Request

Test = Callable[["Request"], object]
Entries = tuple[tuple[Hit, Test], ...]
NONE: tuple[Hit, ...] = ()


class StatementResult(NamedTuple):
    """What a statement did for a request.

    Attributes:
        matched: Whether it matches.
        seen: What its conditions and the entries of negated lists did, whether or not it decided.
        used: The entries that are used if it decided.
    """

    matched: bool
    seen: tuple[Hit, ...] = NONE
    used: tuple[Hit, ...] = NONE


NO_MATCH = StatementResult(False)


class _Element(NamedTuple):
    """A Principal, Action or Resource, negated or not, and the entries of its list."""

    matches: Callable[[Request, bool], object]
    negated: bool
    entries: Entries


class _ConditionProbe(NamedTuple):
    """A condition: its test, its key in lower case if it has the result "missing", and the entries of its values."""

    pointer: str
    test: Test
    key: str | None
    negated: bool
    entries: Entries

    def mark(self, request: Request, matches: object) -> CoverageMark:
        """Return the result: MISSING if the request does not have the key, else TRUE or FALSE."""
        if self.key is not None and not request.values(self.key):
            return CoverageMark.MISSING
        return CoverageMark.TRUE if matches else CoverageMark.FALSE


class Probe:
    """The tests of one statement.

    Args:
        statement: The statement.
        written: The statement in the document.
    """

    def __init__(self, statement: CompiledStatement, written: dict[str, Any]) -> None:
        self.pointer = statement.view.pointer
        self.denies = statement.denies
        self._elements = tuple(_elements(statement, written))
        self._conditions = tuple(
            _condition(statement, condition, test, written) for condition, test in statement.conditions
        )
        lists = [each.entries for each in self._elements if not each.negated]
        lists += [each.entries for each in self._conditions if not each.negated]
        self._usable: Entries = tuple(entry for entries in lists for entry in entries)

    def result(self, request: Request, bounded: bool) -> StatementResult:
        """Return what the statement did for a request.

        Args:
            request: The request.
            bounded: Whether the caller has a permissions boundary.
        """
        excluding: _Element | None = None
        for element in self._elements:
            if not element.matches(request, bounded):
                if excluding is not None or not element.negated:
                    return NO_MATCH
                excluding = element
        results = [(condition, condition.test(request)) for condition in self._conditions]
        failed = [condition for condition, matches in results if not matches]
        if excluding is not None:  # without this element, the statement would match
            return NO_MATCH if failed else StatementResult(False, tuple(_hits(excluding.entries, request)))
        seen = [Hit(condition.pointer, condition.mark(request, matches)) for condition, matches in results]
        if failed:
            if len(failed) == 1 and failed[0].negated:
                seen += _hits(failed[0].entries, request)
            return StatementResult(False, tuple(seen))
        return StatementResult(True, tuple(seen), tuple(_hits(self._usable, request)))


def _hits(entries: Entries, request: Request) -> list[Hit]:
    return [hit for hit, test in entries if test(request)]


def _elements(statement: CompiledStatement, written: dict[str, Any]) -> Iterator[_Element]:
    """Yield the action first: it excludes most statements."""
    view, variables = statement.view, statement.variables
    yield _Element(
        lambda request, bounded: statement.action(request.action),
        "Action" in view.negations,
        _entries(statement, view.spelling("Action"), written, _action_test),
    )
    if view.principal is not None:
        tests = dict(_principal_tests(statement, view.principal))
        yield _Element(
            lambda request, bounded: statement.everyone or statement.named(request, bounded),
            "Principal" in view.negations,
            _entries(statement, view.spelling("Principal"), written, lambda text: tests.get(text, _never)),
        )
    if view.resources is not None:
        test = statement.resource
        yield _Element(
            lambda request, bounded: test is None or test(request),
            "Resource" in view.negations,
            _entries(
                statement,
                view.spelling("Resource"),
                written,
                lambda text: resource_patterns((text,), variables),
            ),
        )


def _entries(
    statement: CompiledStatement, name: str, written: dict[str, Any], test_of: Callable[[str], Test]
) -> Entries:
    found = entries_of(f"{statement.view.pointer}/{name}", written.get(name, ""))
    return tuple((Hit(pointer, CoverageMark.USED), test_of(text)) for pointer, text in found)


def _never(request: Request) -> bool:
    """A principal that matches no caller here, such as a federated one."""
    return False


def _action_test(text: str) -> Test:
    test = action_pattern(text)
    return lambda request: test(request.action.lower())


def _principal_tests(statement: CompiledStatement, element: PrincipalElement) -> Iterator[tuple[str, Test]]:
    allowing = "Principal" in statement.view.negations or not statement.denies
    for text, alone in single_principals(element):
        yield text, _principal_test(PrincipalTest(alone), allowing)


def _principal_test(test: PrincipalTest, allowing: bool) -> Test:
    return lambda request: test.kinds(request.principal, allowing=allowing)


def _condition(
    statement: CompiledStatement, condition: Condition, test: Test, written: dict[str, Any]
) -> _ConditionProbe:
    operator, key = OPERATORS[condition.base], condition.key.lower()
    value: Any = written
    for step in condition.pointer.removeprefix(statement.view.pointer).split("/")[1:]:
        value = value[unescaped(step)]
    entries = entries_of(condition.pointer, value)
    return _ConditionProbe(
        condition.pointer,
        test,
        None if operator.presence else key,
        operator.negated,
        tuple(
            (Hit(pointer, CoverageMark.USED), _value_test(statement, condition, key, text))
            for pointer, text in entries
        ),
    )


def _value_test(statement: CompiledStatement, condition: Condition, key: str, text: str) -> Test:
    """Return the test whether a value of the request matches one value of a condition."""
    operator = OPERATORS[condition.base]
    matches = operator.compile((text,), statement.variables)

    def test(request: Request) -> bool:
        values = request.values(key) or ()
        compared = ("false" if values else "true",) if operator.presence else values
        return any(matches(value, request) for value in compared)

    return test


def entries_of(pointer: str, value: Any) -> list[tuple[str, str]]:
    """Return the entries of an element with at least two of them: the pointer and the text of each.

    Args:
        pointer: The pointer of the element: of Action, Resource or Principal, or of a condition key.
        value: The element's value.
    """
    if isinstance(value, dict):  # Principal
        found = [entry for kind, inner in value.items() for entry in _listed(f"{pointer}/{kind}", inner)]
    else:
        found = _listed(pointer, value)
    return found if len(found) > 1 else []


def _listed(pointer: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [(f"{pointer}/{number}", _text(each)) for number, each in enumerate(value)]
    return [(pointer, _text(value))]


def _text(value: Any) -> str:
    """Return a value as a :class:`~mocks3.policy.Condition` has it: numbers and booleans as in JSON."""
    return value if isinstance(value, str) else json.dumps(value)
