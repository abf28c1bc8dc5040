"""Write rows as text: tables for a terminal, CSV, Markdown, and the changes of a pull request."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Iterator, Sequence

from mocks3.matrix.rows import ALLOWED, DENIED, ERROR, Change, Changes, MatrixRow

FIELDS = ("principal", "operation", "bucket", "key", "verdict", "by", "explicit", "why", "statements")
_MARKS = {ALLOWED: "A", DENIED: ".", ERROR: "e"}
LEGEND = (
    "A allowed   . denied, because nothing allows it   D denied by a Deny or a rule of S3   e not decided"
)


def csv_of(rows: Iterable[MatrixRow]) -> str:
    """Return rows as CSV, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    for row in rows:
        record = row.record()
        record["statements"] = "; ".join(row.statements)
        record["explicit"] = str(row.explicit).lower()
        writer.writerow([_harmless(str(record[name])) for name in FIELDS])
    return text.getvalue()


def _harmless(text: str) -> str:
    """Return a text that spreadsheets do not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text != "-" else text


def tables_of(rows: Sequence[MatrixRow], notes: Sequence[str]) -> str:
    """Return a table for each bucket. Principals whose answers are all the same share a column."""
    blocks = [_table(bucket, [row for row in rows if row.bucket == bucket]) for bucket in _buckets(rows)]
    if not blocks:
        blocks = ["no calls were asked: there is no bucket or no principal"]
    tail = [LEGEND] if rows else []
    return "\n\n".join([*blocks, "\n".join([*tail, *(f"note: {each}" for each in notes)])]).rstrip()


def _buckets(rows: Iterable[MatrixRow]) -> list[str]:
    return list(dict.fromkeys(row.bucket for row in rows))


def _mark(row: MatrixRow | None) -> str:
    if row is None:
        return " "
    return "D" if row.verdict == DENIED and row.explicit else _MARKS[row.verdict]


def _table(bucket: str, rows: list[MatrixRow]) -> str:
    calls = list(dict.fromkeys((row.operation, row.key) for row in rows))
    groups = _groups(rows, calls)
    title = f"bucket {bucket}" if bucket else "calls on the account"
    lines = [title, ""]
    for number, principals in enumerate(groups.values(), 1):
        lines += [f"  {f'[{number}]' if name is principals[0] else '':>5} {name}" for name in principals]
    left = max(len(_call(*call)) for call in calls) + 2
    across = max(1, (max(60, shutil.get_terminal_size((120, 24)).columns) - left - 2) // 4)
    marks = list(groups)
    for start in range(0, len(marks), across):
        part = marks[start : start + across]
        lines += [
            "",
            " " * (left + 2) + "".join(f"{f'[{start + number}]':>4}" for number in range(1, len(part) + 1)),
        ]
        for place, call in enumerate(calls):
            lines.append(
                f"  {_call(*call):<{left}}" + "".join(f"{column[place]:>3} " for column in part).rstrip()
            )
    return "\n".join(line.rstrip() for line in lines)


def _groups(rows: list[MatrixRow], calls: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the marks of all calls as one text, and the principals that have them."""
    found = {(row.principal, row.operation, row.key): row for row in rows}
    groups: dict[str, list[str]] = {}
    for principal in dict.fromkeys(row.principal for row in rows):
        marks = "".join(_mark(found.get((principal, *call))) for call in calls)
        groups.setdefault(marks, []).append(principal)
    return groups


def _call(operation: str, key: str) -> str:
    return f"{operation} {key}" if key else operation


def markdown_of(rows: Sequence[MatrixRow]) -> str:
    """Return what is allowed, as one Markdown table for each bucket."""
    blocks = []
    for bucket in _buckets(rows):
        allowed = [row for row in rows if row.bucket == bucket and row.verdict == ALLOWED]
        lines = [f"### {_code(bucket) if bucket else 'The account'}", ""]
        lines += ["| principal | resource | allowed operations |", "| --- | --- | --- |"]
        for (principal, resource), operations in _by_resource(allowed).items():
            lines.append(f"| {_code(principal)} | {_code(resource)} | {', '.join(operations)} |")
        blocks.append("\n".join(lines if allowed else [lines[0], "", "Nothing is allowed."]))
    return "\n\n".join(blocks)


def _by_resource(rows: Iterable[MatrixRow]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.principal, row.resource), []).append(row.operation)
    return found


def _code(text: str) -> str:
    """Return a text as code in a cell of a Markdown table."""
    plain = text.replace("|", "\\|").replace("\n", " ").replace("\r", " ")
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def changes_of(changes: Changes) -> str:
    """Return what a change opens and closes, for a terminal."""
    lines = list(_headline(changes))
    for title, listed in (("opens", changes.opened), ("closes", changes.closed)):
        for (principal, resource, was, by), operations in _by_change(listed, title).items():
            lines += [
                "",
                f"{title} {resource} to {principal}",
                f"  {', '.join(operations)}",
                f"  {'before' if title == 'opens' else 'now'}: {was}",
                f"  {'now' if title == 'opens' else 'before'}: {by}",
            ]
    return "\n".join(lines)


def changes_markdown(changes: Changes) -> str:
    """Return what a change opens and closes, as Markdown for a pull request."""
    blocks = ["## S3 permissions", *_headline(changes)]
    for title, listed in (("Opened", changes.opened), ("Closed", changes.closed)):
        if not listed:
            continue
        rows = [
            f"| {_code(principal)} | {_code(resource)} | {', '.join(operations)} | {_cell(was)} | {_cell(by)} |"
            for (principal, resource, was, by), operations in _by_change(listed, title).items()
        ]
        names = ("before", "now") if title == "Opened" else ("now", "before")
        head = f"| principal | resource | operations | {names[0]} | {names[1]} |\n| --- | --- | --- | --- | --- |"
        blocks.append(f"### {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(blocks)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _headline(changes: Changes) -> Iterator[str]:
    yield f"{len(changes.opened)} calls opened, {len(changes.closed)} closed"
    if changes.unasked:
        yield f"{len(changes.unasked)} calls were asked in one of the two states only, and are not compared"


def _by_change(listed: Iterable[Change], title: str) -> dict[tuple[str, str, str, str], list[str]]:
    """Return the operations of changes that have the same principal, resource and reasons."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for change in listed:
        not_allowed = change.before if change.other is None else _shown(change.other)
        place = (change.row.principal, change.row.resource, not_allowed, _shown(change.row))
        found.setdefault(place, []).append(change.row.operation)
    return found


def _shown(row: MatrixRow) -> str:
    """Return the verdict and what decided it, without the action."""
    reason = row.why.partition(": ")[2] or row.why
    statements = f" ({'; '.join(row.statements)})" if row.statements else ""
    return f"{row.verdict}: {reason}{statements}"
