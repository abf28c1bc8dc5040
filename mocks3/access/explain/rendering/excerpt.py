"""Show a statement in its policy, as it was written, with the deciding lines marked.

      8    "Resource": "arn:aws:s3:::data/*",
    > 9    "Condition": {"Bool": {"aws:SecureTransport": "false"}}
     10  }

A policy that was given as Python values, or on one line, is first formatted on several lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mocks3.access.explain.elements import denying_statements
from mocks3.policy.reading import locate

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.policy import Policy, Statement, StatementEvidence, StatementRef

MAX_LINES = 9
LINES_AROUND = 2
"""The number of lines before and after each marked one that are shown of a longer statement."""
SHORT = 80


def excerpt_of_statement(decision: Decision, ref: StatementRef) -> list[str]:
    """Return the lines of a statement that decided, with the deciding elements of a Deny marked."""
    policy, statement = _find(decision, ref)
    denying = next((each for each in denying_statements(decision) if each.ref == ref), None)
    marked = (
        [f"{statement.pointer}/Effect"] if denying is None else [check.pointer for check in denying.deciding]
    )
    return list(_excerpt(policy.text, statement.pointer, marked))


def excerpt_of_miss(decision: Decision, miss: StatementEvidence) -> list[str]:
    """Return the lines of a statement that missed by one element, with that element marked."""
    policy, statement = _find(decision, miss.ref)
    return list(_excerpt(policy.text, statement.pointer, [check.pointer for check in miss.failures]))


def line_of(decision: Decision, ref: StatementRef) -> int | None:
    """Return the line on which a statement begins in the given text; None if that text is one line."""
    policy, statement = _find(decision, ref)
    return locate(policy.text, statement.pointer)[0] if "\n" in policy.text.strip() else None


def _find(decision: Decision, ref: StatementRef) -> tuple[Policy, Statement]:
    policy = decision.policies.of(ref.layer)[ref.document]
    return policy, policy.statements[ref.statement]


def _excerpt(text: str, statement: str, marked: Iterable[str]) -> Iterator[str]:
    text = on_several_lines(text)
    first, last = _span(text, statement)
    marks = {locate(text, pointer)[0] for pointer in marked}
    lines = text.splitlines()
    shown = [number for number in range(first, last + 1) if _is_near(number, first, last, marks)]
    indent = min(len(line) - len(line.lstrip()) for line in lines[first - 1 : last] if line.strip())
    wide = len(str(last))
    before = first - 1
    for number in shown:
        if number != before + 1:
            yield f"    {'':>{wide}}  ..."
        before = number
        yield f"  {'>' if number in marks else ' '} {number:>{wide}}  {lines[number - 1][indent:]}"


def _is_near(number: int, first: int, last: int, marks: set[int]) -> bool:
    return last - first < MAX_LINES or any(abs(number - mark) <= LINES_AROUND for mark in marks)


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
    """Return JSON with short lists of strings, and short objects with one value inside, on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    if isinstance(value, dict) and not (_is_single(value) and len(indent) + len(flat) <= SHORT):
        members = (f"{inner}{json.dumps(name)}: {_formatted(each, inner)}" for name, each in value.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    nested = isinstance(value, list) and any(isinstance(each, dict) for each in value)
    if isinstance(value, list) and (nested or len(indent) + len(flat) > SHORT):
        return "[\n" + ",\n".join(inner + _formatted(each, inner) for each in value) + f"\n{indent}]"
    return flat


def _is_single(value: object) -> bool:
    """Return whether objects in objects have one member each, such as a Condition with one key."""
    return not isinstance(value, dict) or (len(value) == 1 and all(map(_is_single, value.values())))
