"""sqlglot's tree into functions of a record.

Rule 1: a node is compiled once, and its function called for each record. Rule 2: a kind of node that is in no table is
not S3's (``ParseUnsupportedSyntax``); nothing is skipped in silence.

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
from mocks3.select.grammar import Node, Statement, place
from mocks3.select.sources import Read, Source
from mocks3.select.values import MISSING, Value, equal

_MEANT = frozenset({
    "this", "expression", "expressions", "is_string", "low", "high", "ifs", "true", "default", "to", "_type", "start",
    "length", "position", "field", "query", "unnest", "negate", "safe", "table", "db", "catalog",
})  # fmt: skip
"""What nodes may carry; with anything else the expression says something that would be skipped."""

_BINARY: dict[type, operators.Binary] = {
    exp.EQ: equal,
    exp.NEQ: operators.differs,
    exp.LT: operators.less,
    exp.LTE: operators.at_most,
    exp.GT: operators.more,
    exp.GTE: operators.at_least,
    exp.Add: operators.add,
    exp.Sub: operators.subtract,
    exp.Mul: operators.multiply,
    exp.Div: operators.divide,
    exp.Mod: operators.remainder,
    exp.DPipe: operators.joined,
    exp.Like: operators.like,
}


class Compiler(Calls):
    """Compiles the nodes of one statement against one source."""

    def __init__(self, statement: Statement, source: Source) -> None:
        super().__init__()
        self._statement = statement
        self._source = source

    def compile(self, node: Node) -> Read:
        """The function of a record that the node is."""
        if any(value and name not in _MEANT for name, value in node.args.items()):
            raise PARSE_UNSUPPORTED_SYNTAX()
        read = self._positive(node)
        if node.args.get("negate"):
            return lambda record: operators.negated(read(record))
        return read

    def _positive(self, node: Node) -> Read:
        """The function of the node without the NOT that sqlglot may have put into it."""
        compilers: dict[type, Callable[[Compiler, Node], Read]] = _COMPILERS
        operator = _BINARY.get(type(node))
        if operator is not None:
            return self._binary(operator, node.this, node.expression)
        found = compilers.get(type(node))
        if found is None:
            raise PARSE_UNSUPPORTED_SYNTAX()
        return found(self, node)

    def _binary(self, operator: operators.Binary, left: Node, right: Node) -> Read:
        first, second = self.compile(left), self.compile(right)
        return lambda record: operator(first(record), second(record))

    def _path(self, node: Node) -> Read:
        if _is_missing(node):
            return lambda record: MISSING
        read = paths.reader(node, self._statement, self._source)
        self.plain = True
        return read

    def _literal(self, node: Node) -> Read:
        value: Value = node.name if node.is_string else literals.number(node.name)
        return lambda record: value

    def _ion(self, node: Node) -> Read:
        value = literals.ion(node.name)
        return lambda record: value

    def _boolean(self, node: Node) -> Read:
        value = bool(node.this)
        return lambda record: value

    def _null(self, node: Node) -> Read:
        return lambda record: None

    def _paren(self, node: Node) -> Read:
        return self.compile(node.this)

    def _and(self, node: Node) -> Read:
        """What is false is false whatever follows, which is not looked at: a CAST may be guarded."""
        first, second = self.compile(node.this), self.compile(node.expression)

        def both(record: Value) -> Value:
            left = first(record)
            return False if left is False else operators.both(left, second(record))

        return both

    def _or(self, node: Node) -> Read:
        first, second = self.compile(node.this), self.compile(node.expression)

        def either(record: Value) -> Value:
            left = first(record)
            return True if left is True else operators.either(left, second(record))

        return either

    def _not(self, node: Node) -> Read:
        return self.called(operators.negated, node.this)

    def _negative(self, node: Node) -> Read:
        return self.called(operators.minus, node.this)

    def _is(self, node: Node) -> Read:
        """``IS NULL`` holds of MISSING too; ``IS MISSING`` only of that."""
        value = self.compile(node.this)
        if isinstance(node.expression, exp.Null):
            return lambda record: value(record) in (None, MISSING)
        if _is_missing(node.expression):
            return lambda record: value(record) is MISSING
        raise self._no_type(node.expression.sql())

    def _escape(self, node: Node) -> Read:
        if not isinstance(node.this, exp.Like):
            raise PARSE_UNSUPPORTED_SYNTAX()
        holds = self.called(operators.like, node.this.this, node.this.expression, node.expression)
        if node.this.args.get("negate"):
            return lambda record: operators.negated(holds(record))
        return holds

    def _between(self, node: Node) -> Read:
        return self.called(operators.between, node.this, node.args["low"], node.args["high"])

    def _in(self, node: Node) -> Read:
        value = self.compile(node.this)
        if node.args.get("query") is not None or node.args.get("unnest") is not None:
            raise UNSUPPORTED_STRUCTURE()
        if (field := node.args.get("field")) is not None:
            read = self.compile(field)
            return lambda record: _in_list(value(record), read(record))
        some = [self.compile(each) for each in node.expressions]
        return lambda record: operators.among(value(record), [each(record) for each in some])

    def _case(self, node: Node) -> Read:
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

    def _cast(self, node: Node) -> Read:
        target = SQL_TYPES.get(getattr(node.args["to"].this, "name", ""))
        if target is None:
            raise self._no_type(node.args["to"].sql())
        value = self.compile(node.this)
        return lambda record: cast(value(record), target)

    def _no_type(self, name: str) -> S3Error:
        """Where a type's name belongs, which is after AS or IS, there is this."""
        text = self._statement.text
        found = re.search(rf"(?i)\b(?:as|is(?:\s+not)?)\s+({re.escape(name)})", text)
        shown = (
            f"QUOTED_IDENTIFIER:'{name[1:-1]}'" if name.startswith('"') else f"IDENTIFIER:'{name.lower()}'"
        )
        return PARSE_EXPECTED_TYPE_NAME(token=shown, place=place(text, found.start(1) if found else 0))

    def _star(self, node: Node) -> Read:
        raise PARSE_INVALID_WILDCARD()

    def _subquery(self, node: Node) -> Read:
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


def _in_list(value: Value, some: Value) -> bool | None:
    return operators.among(value, some) if isinstance(some, list) else None
