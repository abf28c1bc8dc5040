"""Paths: names, indexes and wildcards that select parts of a record, or in a FROM clause parts of a document.

Rule 1: a part that does not exist is MISSING. Rule 2: a wildcard in a FROM clause returns one record for each part that
it finds, or one MISSING record if it finds none. A wildcard elsewhere returns a list.

Source: user guide, SQL reference for S3 Select, "SELECT command" ("FROM clause", "Attribute access").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from mocks3.select.faults import INVALID_KEY_PATH, INVALID_TABLE_ALIAS, PARSE_UNSUPPORTED_SYNTAX
from mocks3.select.grammar import Node, PathStep, PathWildcard, SelectStatement, place
from mocks3.select.sources import Evaluator, Name, RecordSource, field
from mocks3.select.values import MISSING, Value, parse_integer


def reader(node: Node, statement: SelectStatement, source: RecordSource) -> Evaluator:
    """Return the function that follows the path from a record.

    Raises ``InvalidTableAlias``, ``InvalidKeyPath``, and the errors of ``Source.reader``.
    """
    steps = path_steps(node, statement.text)
    first = steps[0]
    assert isinstance(first, Name)
    if _means_record(first, statement):
        if len(steps) == 1:
            return lambda record: record
        steps = steps[1:]
    elif len(steps) > 1 and not source.nested:
        raise INVALID_TABLE_ALIAS(place=first.place)
    return _following(steps, source)


def _means_record(name: Name, statement: SelectStatement) -> bool:
    if statement.explicit:
        return name.matches(statement.alias)
    return name.matches(statement.alias) or name.matches("S3Object")


def _following(steps: list[PathStep], source: RecordSource) -> Evaluator:
    first, rest = steps[0], steps[1:]
    if not isinstance(first, Name):
        if not source.nested:
            raise INVALID_KEY_PATH()
        return lambda record: follow_steps(record, steps)
    read = source.reader(first)
    if not rest:
        return read
    if not source.nested:
        raise INVALID_KEY_PATH()
    return lambda record: follow_steps(read(record), rest)


def path_steps(node: Node, text: str) -> list[PathStep]:
    """Return the steps of a path, which sqlglot's tree nests: columns, dots and brackets."""
    if isinstance(node, exp.Column):
        parts: list[PathStep] = [_part(part, text) for part in node.parts]
        return parts
    if isinstance(node, exp.Dot):
        return [*path_steps(node.this, text), _part(node.expression, text)]
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
        return [*path_steps(node.this, text), _item(node.expressions[0])]
    raise PARSE_UNSUPPORTED_SYNTAX()


def _part(node: Node, text: str) -> PathStep:
    if isinstance(node, exp.Star):
        return PathWildcard(members=True)
    if not isinstance(node, exp.Identifier):
        raise PARSE_UNSUPPORTED_SYNTAX()
    return Name(node.name, bool(node.args.get("quoted")), place(text, node.meta.get("start", 0)))


def _item(node: Node) -> PathStep:
    if isinstance(node, exp.Star):
        return PathWildcard(members=False)
    if isinstance(node, exp.Literal) and node.is_string:
        return Name(node.name, True, "")
    if isinstance(node, exp.Literal) and node.name.isdecimal():
        return parse_integer(node.name)
    raise PARSE_UNSUPPORTED_SYNTAX()


def follow_steps(value: Value, steps: Sequence[PathStep]) -> Value:
    """Return the part of a value that the steps select. With a wildcard, it is a list."""
    for position, step in enumerate(steps):
        if isinstance(step, PathWildcard):
            rest = steps[position + 1 :]
            found = [follow_steps(each, rest) for each in _all(value, step)]
            return [each for each in found if each is not MISSING]
        value = _one(value, step)
    return value


def _one(value: Value, step: Name | int) -> Value:
    if isinstance(step, Name):
        return field(value, step)
    return value[step] if isinstance(value, list) and step < len(value) else MISSING


def _all(value: Value, step: PathWildcard) -> list[Value]:
    if step.members:
        return list(value.values()) if isinstance(value, dict) else []
    return value if isinstance(value, list) else []


def expand_from(records: Iterator[Value], path: list[PathStep], *, nested: bool) -> Iterator[Value]:
    """Return the records that a FROM clause makes from the source's records. Its first ``[*]`` means the records.

    Raises ``InvalidKeyPath`` for a path into records without nested parts.
    """
    steps = path[1:] if path and path[0] == PathWildcard(members=False) else path
    if not steps:
        return records
    if not nested:
        raise INVALID_KEY_PATH()
    return (each for record in records for each in _unfolded(record, steps))


def _unfolded(value: Value, steps: list[PathStep]) -> Iterator[Value]:
    for position, step in enumerate(steps):
        if isinstance(step, PathWildcard):
            found = _all(value, step)
            for each in found or [MISSING]:
                yield from _unfolded(each, steps[position + 1 :])
            return
        value = _one(value, step)
    yield value
