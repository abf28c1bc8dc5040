"""sqlglot's tree into functions of a record.

Rule 1: a node is compiled once, and its function called for each record. Rule 2: a kind of node that is in no table is
not S3's (``ParseUnsupportedSyntax``); nothing is skipped in silence.

Source: user guide, SQL reference for S3 Select, "SELECT command", "Operators", "SQL functions".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from mocks3.errors import S3Error
from mocks3.select import operators, paths, timestamps
from mocks3.select.aggregates import AGGREGATES, Aggregate
from mocks3.select.casts import cast
from mocks3.select.faults import (
    INVALID_ARGUMENTS,
    LEXER_INVALID_ION_LITERAL,
    PARSE_CALL_WITH_STAR,
    PARSE_EXPECTED_DATE_PART,
    PARSE_EXPECTED_TYPE_NAME,
    PARSE_INVALID_WILDCARD,
    PARSE_NON_UNARY_AGGREGATE,
    PARSE_UNSUPPORTED_SYNTAX,
    UNSUPPORTED_FUNCTION,
    UNSUPPORTED_STRUCTURE,
)
from mocks3.select.functions import DATE_ADD, DATE_DIFF, EXTRACT, FUNCTIONS, TRIM
from mocks3.select.grammar import Node, Statement, place
from mocks3.select.sources import Read, Source
from mocks3.select.values import MISSING, Value, equal, whole

_TYPES = {
    "BOOLEAN": "BOOL",
    "SMALLINT": "INTEGER",
    "INT": "INTEGER",
    "BIGINT": "INTEGER",
    "FLOAT": "FLOAT",
    "DOUBLE": "FLOAT",
    "DECIMAL": "DECIMAL",
    "CHAR": "STRING",
    "VARCHAR": "STRING",
    "TEXT": "STRING",
    "TIMESTAMP": "TIMESTAMP",
}
"""sqlglot's names of types, and the kinds of value they are."""

_BINARY: dict[type, operators.Binary] = {
    exp.And: operators.both,
    exp.Or: operators.either,
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


class Compiler:
    """Compiles the nodes of one statement against one source.

    ``aggregates`` collects the calls of aggregate functions where ``aggregating`` is set; elsewhere they are refused.
    """

    def __init__(self, statement: Statement, source: Source) -> None:
        self._statement = statement
        self._source = source
        self.aggregates: list[Aggregate] = []
        self.aggregating = False
        self.plain = False

    def compile(self, node: Node) -> Read:
        """The function of a record that the node is."""
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

    def _call(self, function: Callable[..., Value], *nodes: Node) -> Read:
        arguments = [self.compile(node) for node in nodes]
        return lambda record: function(*[argument(record) for argument in arguments])

    def _path(self, node: Node) -> Read:
        if _is_missing(node):
            return lambda record: MISSING
        read = paths.reader(node, self._statement, self._source)
        self.plain = True
        return read

    def _literal(self, node: Node) -> Read:
        value: Value = node.name if node.is_string else _number(node.name)
        return lambda record: value

    def _ion(self, node: Node) -> Read:
        value = _ion_value(node.name)
        return lambda record: value

    def _boolean(self, node: Node) -> Read:
        value = bool(node.this)
        return lambda record: value

    def _null(self, node: Node) -> Read:
        return lambda record: None

    def _paren(self, node: Node) -> Read:
        return self.compile(node.this)

    def _not(self, node: Node) -> Read:
        return self._call(operators.negated, node.this)

    def _negative(self, node: Node) -> Read:
        return self._call(operators.minus, node.this)

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
        return self._call(operators.like, node.this.this, node.this.expression, node.expression)

    def _between(self, node: Node) -> Read:
        return self._call(operators.between, node.this, node.args["low"], node.args["high"])

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
        target = _TYPES.get(getattr(node.args["to"].this, "name", ""))
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

    def _extract(self, node: Node) -> Read:
        return self._call(_of_part(EXTRACT, node.this), node.expression)

    def _substring(self, node: Node) -> Read:
        arguments = (node.this, node.args.get("start"), node.args.get("length"))
        return self._named("substring", [each for each in arguments if each is not None])

    def _trim(self, node: Node) -> Read:
        side = str(node.args.get("position") or "BOTH").upper()
        return self._call(TRIM[side], node.this, node.expression or exp.Literal.string(" "))

    def _function(self, node: Node) -> Read:
        name, arguments = str(node.this).lower(), node.expressions
        if name in AGGREGATES:
            return self._aggregate(name, arguments)
        if any(isinstance(each, exp.Star) for each in arguments):
            raise PARSE_CALL_WITH_STAR()
        if name in ("date_add", "date_diff"):
            if len(arguments) != 3:
                raise INVALID_ARGUMENTS()
            functions = DATE_ADD if name == "date_add" else DATE_DIFF
            return self._call(_of_part(functions, arguments[0]), *arguments[1:])
        return self._named(name, arguments)

    def _named(self, name: str, arguments: list[Node]) -> Read:
        function = FUNCTIONS.get(name)
        if function is None:
            raise UNSUPPORTED_FUNCTION()
        if not function.least <= len(arguments) <= function.most:
            raise INVALID_ARGUMENTS()
        if name == "utcnow":
            # One query has one now, whatever record it looks at.
            now = function.call()
            return lambda record: now
        return self._call(function.call, *arguments)

    def _aggregate(self, name: str, arguments: list[Node]) -> Read:
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
    exp.Not: Compiler._not,
    exp.Neg: Compiler._negative,
    exp.Is: Compiler._is,
    exp.Escape: Compiler._escape,
    exp.Between: Compiler._between,
    exp.In: Compiler._in,
    exp.Case: Compiler._case,
    exp.Cast: Compiler._cast,
    exp.Extract: Compiler._extract,
    exp.Substring: Compiler._substring,
    exp.Trim: Compiler._trim,
    exp.Anonymous: Compiler._function,
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


def _of_part(functions: dict[str, Callable[..., Value]], node: Node) -> Callable[..., Value]:
    found = functions.get(node.name.lower())
    if found is None:
        raise PARSE_EXPECTED_DATE_PART()
    return found


def _number(text: str) -> Value:
    return whole(int(text)) if text.isdecimal() else Decimal(text)


def _ion_value(text: str) -> Value:
    """The scalars of Ion: its timestamps are why backticks are used at all ("Date functions")."""
    named = {"null": None, "true": True, "false": False}
    if text in named:
        return named[text]
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    try:
        return timestamps.parse(text)
    except ValueError:
        pass
    try:
        return _number(text)
    except InvalidOperation:
        raise LEXER_INVALID_ION_LITERAL(text=text) from None
