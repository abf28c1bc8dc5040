"""Compile sqlglot's tree to functions of a record.

Rule 1: a node is compiled once, and its function is called for each record. Rule 2: a type of node that is in no table
raises ``ParseUnsupportedSyntax``. No part of an expression is silently ignored.

Source: user guide, SQL reference for S3 Select, "SELECT command", "Operators", "SQL functions".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from mocks3.errors import S3Error
from mocks3.select import literals, operators, paths
from mocks3.select.calls import Calls
from mocks3.select.casts import SQL_TYPES, cast
from mocks3.select.faults import (
    PARSE_EXPECTED_TYPE_NAME,
    PARSE_INVALID_WILDCARD,
    PARSE_UNSUPPORTED_SYNTAX,
    UNSUPPORTED_STRUCTURE,
)
from mocks3.select.grammar import Node, SelectStatement, place
from mocks3.select.sources import Evaluator, RecordSource
from mocks3.select.values import MISSING, Value, equal

_KNOWN_ARGUMENTS = frozenset({
    "this", "expression", "expressions", "is_string", "low", "high", "ifs", "true", "default", "to", "_type", "start",
    "length", "position", "field", "query", "unnest", "negate", "safe", "table", "db", "catalog",
})  # fmt: skip
"""The arguments of nodes that the compiler uses. Any other argument would be silently ignored."""

_BINARY: dict[type, operators.Binary] = {
    exp.EQ: equal,
    exp.NEQ: operators.not_equal,
    exp.LT: operators.less_than,
    exp.LTE: operators.less_or_equal,
    exp.GT: operators.greater_than,
    exp.GTE: operators.greater_or_equal,
    exp.Add: operators.add,
    exp.Sub: operators.subtract,
    exp.Mul: operators.multiply,
    exp.Div: operators.divide,
    exp.Mod: operators.remainder,
    exp.DPipe: operators.concatenate,
    exp.Like: operators.like,
}


class Compiler(Calls):
    """Compiles the nodes of one statement for one source."""

    def __init__(self, statement: SelectStatement, source: RecordSource) -> None:
        super().__init__()
        self._statement = statement
        self._source = source

    def compile(self, node: Node) -> Evaluator:
        """Return the function that evaluates the node for a record."""
        if any(value and name not in _KNOWN_ARGUMENTS for name, value in node.args.items()):
            raise PARSE_UNSUPPORTED_SYNTAX()
        read = self._positive(node)
        if node.args.get("negate"):
            return lambda record: operators.logical_not(read(record))
        return read

    def _positive(self, node: Node) -> Evaluator:
        """Return the function of the node without the NOT that sqlglot may have added to it."""
        compilers: dict[type, Callable[[Compiler, Node], Evaluator]] = _COMPILERS
        operator = _BINARY.get(type(node))
        if operator is not None:
            return self._binary(operator, node.this, node.expression)
        found = compilers.get(type(node))
        if found is None:
            raise PARSE_UNSUPPORTED_SYNTAX()
        return found(self, node)

    def _binary(self, operator: operators.Binary, left: Node, right: Node) -> Evaluator:
        first, second = self.compile(left), self.compile(right)
        return lambda record: operator(first(record), second(record))

    def _path(self, node: Node) -> Evaluator:
        if _is_missing(node):
            return lambda record: MISSING
        read = paths.reader(node, self._statement, self._source)
        self.plain = True
        return read

    def _literal(self, node: Node) -> Evaluator:
        value: Value = node.name if node.is_string else literals.number(node.name)
        return lambda record: value

    def _ion(self, node: Node) -> Evaluator:
        value = literals.ion(node.name)
        return lambda record: value

    def _boolean(self, node: Node) -> Evaluator:
        value = bool(node.this)
        return lambda record: value

    def _null(self, node: Node) -> Evaluator:
        return lambda record: None

    def _paren(self, node: Node) -> Evaluator:
        return self.compile(node.this)

    def _and(self, node: Node) -> Evaluator:
        """Compile AND. If the first operand is false, the second is not evaluated: the first can guard a CAST."""
        first, second = self.compile(node.this), self.compile(node.expression)

        def both(record: Value) -> Value:
            left = first(record)
            return False if left is False else operators.logical_and(left, second(record))

        return both

    def _or(self, node: Node) -> Evaluator:
        first, second = self.compile(node.this), self.compile(node.expression)

        def either(record: Value) -> Value:
            left = first(record)
            return True if left is True else operators.logical_or(left, second(record))

        return either

    def _not(self, node: Node) -> Evaluator:
        return self.called(operators.logical_not, node.this)

    def _negative(self, node: Node) -> Evaluator:
        return self.called(operators.negate, node.this)

    def _is(self, node: Node) -> Evaluator:
        """Compile IS. ``IS NULL`` is also true for MISSING; ``IS MISSING`` only for MISSING."""
        value = self.compile(node.this)
        if isinstance(node.expression, exp.Null):
            return lambda record: value(record) in (None, MISSING)
        if _is_missing(node.expression):
            return lambda record: value(record) is MISSING
        raise self._no_type(node.expression.sql())

    def _escape(self, node: Node) -> Evaluator:
        if not isinstance(node.this, exp.Like):
            raise PARSE_UNSUPPORTED_SYNTAX()
        holds = self.called(operators.like, node.this.this, node.this.expression, node.expression)
        if node.this.args.get("negate"):
            return lambda record: operators.logical_not(holds(record))
        return holds

    def _between(self, node: Node) -> Evaluator:
        return self.called(operators.between, node.this, node.args["low"], node.args["high"])

    def _in(self, node: Node) -> Evaluator:
        value = self.compile(node.this)
        if node.args.get("query") is not None or node.args.get("unnest") is not None:
            raise UNSUPPORTED_STRUCTURE()
        if (field := node.args.get("field")) is not None:
            read = self.compile(field)
            return lambda record: _in_list(value(record), read(record))
        choices = [self.compile(each) for each in node.expressions]
        return lambda record: operators.is_in(value(record), [each(record) for each in choices])

    def _case(self, node: Node) -> Evaluator:
        subject = None if node.this is None else self.compile(node.this)
        branches = [(self.compile(each.this), self.compile(each.args["true"])) for each in node.args["ifs"]]
        otherwise = (
            self._null(node) if node.args.get("default") is None else self.compile(node.args["default"])
        )

        def choose(record: Value) -> Value:
            for condition, result in branches:
                found = condition(record)
                if (found if subject is None else equal(subject(record), found)) is True:
                    return result(record)
            return otherwise(record)

        return choose

    def _cast(self, node: Node) -> Evaluator:
        target = SQL_TYPES.get(getattr(node.args["to"].this, "name", ""))
        if target is None:
            raise self._no_type(node.args["to"].sql())
        value = self.compile(node.this)
        return lambda record: cast(value(record), target)

    def _no_type(self, name: str) -> S3Error:
        """Return the error for a wrong type name after AS or IS."""
        text = self._statement.text
        found = re.search(rf"(?i)\b(?:as|is(?:\s+not)?)\s+({re.escape(name)})", text)
        shown = (
            f"QUOTED_IDENTIFIER:'{name[1:-1]}'" if name.startswith('"') else f"IDENTIFIER:'{name.lower()}'"
        )
        return PARSE_EXPECTED_TYPE_NAME(token=shown, place=place(text, found.start(1) if found else 0))

    def _star(self, node: Node) -> Evaluator:
        raise PARSE_INVALID_WILDCARD()

    def _subquery(self, node: Node) -> Evaluator:
        raise UNSUPPORTED_STRUCTURE()


_COMPILERS: dict[type, Any] = {
    exp.Column: Compiler._path,
    exp.Dot: Compiler._path,
    exp.Bracket: Compiler._path,
    exp.Literal: Compiler._literal,
    exp.RawString: Compiler._ion,
    exp.Boolean: Compiler._boolean,
    exp.Null: Compiler._null,
    exp.Paren: Compiler._paren,
    exp.And: Compiler._and,
    exp.Or: Compiler._or,
    exp.Not: Compiler._not,
    exp.Neg: Compiler._negative,
    exp.Is: Compiler._is,
    exp.Escape: Compiler._escape,
    exp.Between: Compiler._between,
    exp.In: Compiler._in,
    exp.Case: Compiler._case,
    exp.Cast: Compiler._cast,
    exp.Extract: Compiler.extract_call,
    exp.Substring: Compiler.substring_call,
    exp.Trim: Compiler.trim_call,
    exp.Anonymous: Compiler.function_call,
    exp.Star: Compiler._star,
    exp.Select: Compiler._subquery,
    exp.Subquery: Compiler._subquery,
    exp.Exists: Compiler._subquery,
}


def _is_missing(node: Node) -> bool:
    return (
        isinstance(node, exp.Column)
        and not node.table
        and not node.this.args.get("quoted")
        and node.name.upper() == "MISSING"
    )


def _in_list(value: Value, values: Value) -> bool | None:
    return operators.is_in(value, values) if isinstance(values, list) else None
