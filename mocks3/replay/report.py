"""Write the answers of a replay as text."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator

from mocks3.replay.results import Replay, ReplayedEvent

COLUMNS = ("time", "principal", "operation", "resource", "AWS", "mocks3", "why")
_SHOWN_AS = {True: "", False: " !", None: ""}
_WIDEST = {"principal": 52, "resource": 48}


def describe(event: ReplayedEvent) -> str:
    """Return one answer in several lines."""
    return "\n".join(_lines(event))


def table(replay: Replay) -> str:
    """Return all answers: a table, then the events that differ, then a summary."""
    if len(replay) == 1:
        return describe(replay[0])
    replayed = [each for each in replay if each.agrees is not None]
    blocks = []
    if replayed:
        blocks.append("\n".join(_rows(replayed)))
    blocks.extend(describe(each) for each in replay.differing)
    blocks.append(summary(replay))
    return "\n\n".join(blocks)


def summary(replay: Replay) -> str:
    """Return how many events were decided as AWS decided them, and why others were not replayed."""
    same, other, none = len(replay.agreeing), len(replay.differing), len(replay.not_replayed)
    lines = [f"{len(replay)} events: {same} as AWS decided, {other} differ, {none} not replayed"]
    lines += [f"  {number} not replayed: {reason}" for reason, number in replay.reasons().most_common()]
    return "\n".join(lines)


def _lines(event: ReplayedEvent) -> Iterator[str]:
    yield f"{event.event_name} on {event.resource} by {event.principal} at {event.time or 'an unknown time'}"
    message = f": {event.aws.message}" if event.aws.message else ""
    code = f" ({event.aws.code}{message})" if event.aws.code else ""
    yield f"  AWS:     {event.aws.kind}{code}"
    yield (
        f"  mocks3:  {event.mocks3}: {event.why}"
        if event.agrees is not None
        else f"  mocks3:  not replayed: {event.why}"
    )
    if event.agrees is not None:
        yield f"  result:  {event.verdict}"
    for title, sentences in (("assumed", event.assumed),):
        yield from _listed(title, sentences)
    if event.lacks:
        yield "  The files lack one of these:" if len(event.lacks) > 1 else "  The files lack:"
        for lack in event.lacks:
            yield f"    {lack.what}"
            yield from (f"      {command}" for command in lack.commands)


def _listed(title: str, sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        yield f"  {title}: {sentence}"


def _rows(events: list[ReplayedEvent]) -> Iterator[str]:
    cells = [_cells(event) for event in events]
    widths = [
        max(len(COLUMNS[column]), *(len(row[column]) for row in cells)) for column in range(len(COLUMNS) - 1)
    ]
    left = sum(widths) + 2 * len(widths)
    last = max(60, shutil.get_terminal_size((160, 24)).columns - left)
    for row in (COLUMNS, *cells):
        start = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield f"{start}  {textwrap.shorten(row[-1], last, placeholder='…')}".rstrip()


def _cells(event: ReplayedEvent) -> tuple[str, ...]:
    return (
        event.time,
        _short(event.principal, _WIDEST["principal"]),
        event.event_name,
        _short(event.resource, _WIDEST["resource"]),
        event.aws.kind,
        event.mocks3 + _SHOWN_AS[event.agrees],
        event.why,
    )


def _short(text: str, width: int) -> str:
    """Return a text with its end, which tells names apart."""
    return text if len(text) <= width else "…" + text[1 - width :]
