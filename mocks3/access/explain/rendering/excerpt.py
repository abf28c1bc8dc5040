"""Show a statement in its policy, as it was written, with the deciding line marked.

      4      "Sid": "DenyPlainHttp",
    > 5      "Effect": "Deny",
      6      "Principal": "*",

A policy that was given as Python values, or on one line, is first formatted on several lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mocks3.policy.reading import locate

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.policy import Check, Policy, Statement, StatementEvidence, StatementRef

MAX_LINES = 16
LINES_AROUND = 4
"""The number of lines before and after the marked one that are shown of a longer statement."""
WIDTH = 100


def excerpt_of_statement(decision: Decision, ref: StatementRef) -> list[str]:
    """Return the lines of a statement that decided, with its Effect marked."""
    policy, statement = _find(decision, ref)
    return list(_excerpt(policy.text, statement.pointer, f"{statement.pointer}/Effect"))


def excerpt_of_miss(decision: Decision, miss: StatementEvidence) -> list[str]:
    """Return the lines of a statement that missed by one element, with that element marked."""
    policy, statement = _find(decision, miss.ref)
    assert miss.failure is not None
    return list(_excerpt(policy.text, statement.pointer, _place(statement, miss.failure)))


def line_of(decision: Decision, ref: StatementRef) -> int | None:
    """Return the line on which a statement begins in the given text; None if that text is one line."""
    policy, statement = _find(decision, ref)
    return locate(policy.text, statement.pointer)[0] if "\n" in policy.text.strip() else None


def _find(decision: Decision, ref: StatementRef) -> tuple[Policy, Statement]:
    policy = decision.policies.of(ref.layer)[ref.document]
    return policy, policy.statements[ref.statement]


def _place(statement: Statement, check: Check) -> str:
    if check.element != "Condition":
        return f"{statement.pointer}/{check.written}"
    return next(
        condition.pointer
        for condition in statement.conditions
        if (condition.operator, condition.key) == (check.written, check.key)
    )


def _excerpt(text: str, statement: str, marked: str) -> Iterator[str]:
    text = on_several_lines(text)
    first, last = _span(text, statement)
    mark = locate(text, marked)[0]
    lines = text.splitlines()
    shown = [number for number in range(first, last + 1) if _is_near(number, first, last, mark)]
    indent = min(len(line) - len(line.lstrip()) for line in lines[first - 1 : last] if line.strip())
    wide = len(str(last))
    before = first - 1
    for number in shown:
        if number != before + 1:
            yield f"    {'':>{wide}}  ..."
        before = number
        yield f"  {'>' if number == mark else ' '} {number:>{wide}}  {lines[number - 1][indent:]}"


def _is_near(number: int, first: int, last: int, mark: int) -> bool:
    return last - first < MAX_LINES or number in (first, last) or abs(number - mark) <= LINES_AROUND


def _span(text: str, pointer: str) -> tuple[int, int]:
    """Return the first and the last line of a value."""
    line, column = locate(text, pointer)
    start = sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column - 1
    end = json.JSONDecoder().raw_decode(text, start)[1]
    return line, text.count("\n", 0, end) + 1


def on_several_lines(text: str) -> str:
    """Return the text on several lines: unchanged, or formatted if it is one line."""
    return text if "\n" in text.strip() else _formatted(json.loads(text))


def _formatted(value: object, indent: str = "") -> str:
    """Return JSON with lists of strings, and objects with one string, on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    if isinstance(value, dict) and (len(value) > 1 or any(isinstance(each, dict) for each in value.values())):
        members = (f"{inner}{json.dumps(name)}: {_formatted(each, inner)}" for name, each in value.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    nested = isinstance(value, list) and any(isinstance(each, dict) for each in value)
    if isinstance(value, list) and (nested or len(indent) + len(flat) > WIDTH):
        return "[\n" + ",\n".join(inner + _formatted(each, inner) for each in value) + f"\n{indent}]"
    return flat
