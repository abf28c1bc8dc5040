"""Run a statement over a source: filter the records and compute the columns.

Source: user guide, SQL reference for S3 Select, "SELECT command", "Aggregate functions".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlglot import exp

from mocks3.select import paths
from mocks3.select.expressions import Compiler
from mocks3.select.faults import (
    PARSE_ASTERISK_NOT_ALONE,
    PARSE_INVALID_WILDCARD,
    UNSUPPORTED_STRUCTURE,
)
from mocks3.select.grammar import Node, PathStep, PathWildcard, SelectStatement
from mocks3.select.sources import Evaluator, Name, RecordSource
from mocks3.select.values import Value
from mocks3.select.writing import Pairs


def rows(statement: SelectStatement, source: RecordSource) -> Iterator[Pairs]:
    """Return the records of the result. Errors of the expression are raised here, those of the content on iteration."""
    compiler = Compiler(statement, source)
    where = None if statement.where is None else compiler.compile(statement.where)
    compiler.aggregating, compiler.plain = True, False
    columns = [_column(node, position, compiler, statement) for position, node in enumerate(statement.items)]
    if len(columns) > 1 and any(isinstance(node, exp.Star) for node in statement.items):
        raise PARSE_ASTERISK_NOT_ALONE()
    wild = any(name is None for name, _ in columns)
    if compiler.aggregates and (compiler.plain or wild):
        raise UNSUPPORTED_STRUCTURE()
    records = _filtered(paths.expand_from(source.records(), statement.path, nested=source.nested), where)
    if compiler.aggregates:
        return _totals(records, compiler, columns, statement.limit)
    return (_row(record, columns, source) for record in islice(records, statement.limit))


def _column(
    node: Node, position: int, compiler: Compiler, statement: SelectStatement
) -> tuple[str | None, Evaluator]:
    """Return the name of a column and its function. For ``*`` the name is None and the function returns the record."""
    alias = f"_{position + 1}"
    if isinstance(node, exp.Alias):
        return node.alias, compiler.compile(node.this)
    if isinstance(node, exp.Star):
        return None, lambda record: record
    if isinstance(node, (exp.Column, exp.Dot, exp.Bracket)):
        steps = paths.path_steps(node, statement.text)
        last = steps[-1]
        if last == PathWildcard(members=True):
            return None, _starred(steps, statement)
        alias = last.text if isinstance(last, Name) else alias
    return alias, compiler.compile(node)


def _starred(steps: list[PathStep], statement: SelectStatement) -> Evaluator:
    """Return the function for ``s.*``. Only the record itself is allowed before ``.*``."""
    first = steps[0]
    if len(steps) == 2 and isinstance(first, Name) and first.matches(statement.alias):
        return lambda record: record
    raise PARSE_INVALID_WILDCARD()


def _filtered(records: Iterator[Value], where: Evaluator | None) -> Iterator[Value]:
    return records if where is None else (record for record in records if where(record) is True)


def _row(record: Value, columns: list[tuple[str | None, Evaluator]], source: RecordSource) -> Pairs:
    pairs: Pairs = []
    for name, read in columns:
        if name is None:
            pairs.extend(source.pairs(record))
        else:
            pairs.append((name, read(record)))
    return pairs


def _totals(
    records: Iterator[Value],
    compiler: Compiler,
    columns: list[tuple[str | None, Evaluator]],
    limit: int | None,
) -> Iterator[Pairs]:
    for record in records:
        for aggregate in compiler.aggregates:
            aggregate.add(record)
    if limit != 0:
        yield [(name or "", read(None)) for name, read in columns]
