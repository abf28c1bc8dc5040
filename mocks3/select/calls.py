"""Compile calls of functions and aggregates from sqlglot's tree.

Rule: a name that is in no table raises ``UnsupportedFunction``. The number of arguments is checked before any record is
read.

Source: user guide, SQL reference for S3 Select, "SQL functions".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from sqlglot import exp

from mocks3.select.aggregates import AGGREGATES, Aggregate
from mocks3.select.faults import (
    INVALID_ARGUMENTS,
    PARSE_CALL_WITH_STAR,
    PARSE_EXPECTED_DATE_PART,
    PARSE_NON_UNARY_AGGREGATE,
    UNSUPPORTED_FUNCTION,
    UNSUPPORTED_STRUCTURE,
)
from mocks3.select.functions import DATE_ADD, DATE_DIFF, EXTRACT, FUNCTIONS, TRIM
from mocks3.select.grammar import Node
from mocks3.select.sources import Evaluator
from mocks3.select.values import Value


class Calls(ABC):
    """The part of the compiler for calls.

    ``aggregates`` collects the calls of aggregate functions while ``aggregating`` is true; otherwise they are rejected.
    ``plain`` becomes true if a column is read outside of them.
    """

    def __init__(self) -> None:
        self.aggregates: list[Aggregate] = []
        self.aggregating = False
        self.plain = False

    @abstractmethod
    def compile(self, node: Node) -> Evaluator:
        """Return the function that evaluates the node for a record."""

    def called(self, function: Callable[..., Value], *nodes: Node) -> Evaluator:
        """Return the function that evaluates the nodes for a record and calls ``function`` with the results."""
        arguments = [self.compile(node) for node in nodes]
        return lambda record: function(*[argument(record) for argument in arguments])

    def extract_call(self, node: Node) -> Evaluator:
        """Compile EXTRACT(part FROM timestamp)."""
        return self.called(_of_part(EXTRACT, node.this), node.expression)

    def substring_call(self, node: Node) -> Evaluator:
        """Compile SUBSTRING, with commas or with FROM and FOR."""
        arguments = (node.this, node.args.get("start"), node.args.get("length"))
        return self._named("substring", [each for each in arguments if each is not None])

    def trim_call(self, node: Node) -> Evaluator:
        """Compile TRIM([[side] [characters] FROM] string)."""
        side = str(node.args.get("position") or "BOTH").upper()
        return self.called(TRIM[side], node.this, node.expression or exp.Literal.string(" "))

    def function_call(self, node: Node) -> Evaluator:
        """Compile a call of a function or of an aggregate function by name."""
        name, arguments = str(node.this).lower(), node.expressions
        if name in AGGREGATES:
            return self._aggregate(name, arguments)
        if any(isinstance(each, exp.Star) for each in arguments):
            raise PARSE_CALL_WITH_STAR()
        if name in ("date_add", "date_diff"):
            if len(arguments) != 3:
                raise INVALID_ARGUMENTS()
            functions = DATE_ADD if name == "date_add" else DATE_DIFF
            return self.called(_of_part(functions, arguments[0]), *arguments[1:])
        return self._named(name, arguments)

    def _named(self, name: str, arguments: list[Node]) -> Evaluator:
        function = FUNCTIONS.get(name)
        if function is None:
            raise UNSUPPORTED_FUNCTION()
        if not function.least <= len(arguments) <= function.most:
            raise INVALID_ARGUMENTS()
        if name == "utcnow":
            # UTCNOW is the same for all records of a query.
            now = function.call()
            return lambda record: now
        return self.called(function.call, *arguments)

    def _aggregate(self, name: str, arguments: list[Node]) -> Evaluator:
        if not self.aggregating:
            raise UNSUPPORTED_STRUCTURE()
        if len(arguments) != 1:
            raise PARSE_NON_UNARY_AGGREGATE()
        starred = isinstance(arguments[0], exp.Star)
        if starred and name != "count":
            raise PARSE_CALL_WITH_STAR()
        plain, self.aggregating = self.plain, False
        argument = (lambda record: True) if starred else self.compile(arguments[0])
        self.plain, self.aggregating = plain, True
        aggregate = AGGREGATES[name](argument)
        self.aggregates.append(aggregate)
        return lambda record: aggregate.result()


def _of_part(functions: dict[str, Callable[..., Value]], node: Node) -> Callable[..., Value]:
    found = functions.get(node.name.lower())
    if found is None:
        raise PARSE_EXPECTED_DATE_PART()
    return found
