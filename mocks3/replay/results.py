"""The answers of a replay, and their text."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3.replay.outcomes import DENIED, AwsOutcome

if TYPE_CHECKING:
    from mocks3.calls import Played
    from mocks3.replay.missing import Lack

NOT_REPLAYED = "not replayed"


@dataclass(frozen=True)
class ReplayedEvent:
    """One event, and the same call in the in-memory AWS.

    Attributes:
        place: The file and the number of the event.
        time: The ``eventTime``, as the event has it.
        principal: The caller: an ARN, a service, ``anonymous``, or the account and unique id of a foreign caller.
        event_name: The ``eventName``.
        resource: The bucket or object, such as ``s3://data/k``; ``-`` for a call on the account.
        aws: What AWS answered.
        mocks3: ``allowed``, ``denied``, ``error CODE``, or ``not replayed``.
        agrees: Whether both decided the same; None if the event was not replayed.
        why: The reason for mocks3's decision, or the reason why the event was not replayed.
        assumed: What the event does not say and was assumed, in sentences.
        lacks: What the files lack, if the decisions differ.
        played: The call that was made, with its decisions; None if the event was not replayed.
    """

    place: str
    time: str
    principal: str
    event_name: str
    resource: str
    aws: AwsOutcome
    mocks3: str
    agrees: bool | None
    why: str
    assumed: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    played: Played | None = None

    @property
    def verdict(self) -> str:
        """``as AWS decided``, ``differs`` or ``not replayed``."""
        return {True: "as AWS decided", False: "differs", None: NOT_REPLAYED}[self.agrees]

    def record(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {
            "event": self.place,
            "time": self.time,
            "principal": self.principal,
            "operation": self.event_name,
            "resource": self.resource,
            "aws": {
                "decision": self.aws.kind,
                "code": self.aws.code,
                "message": self.aws.message,
                "layer": self.aws.layer,
            },
            "mocks3": self.mocks3,
            "agrees": self.agrees,
            "why": self.why,
            "assumed": list(self.assumed),
            "lacks": [{"what": each.what, "commands": list(each.commands)} for each in self.lacks],
        }

    def __str__(self) -> str:
        """The answer in several lines."""
        return "\n".join(_lines(self))


@dataclass(frozen=True)
class Replay(Sequence[ReplayedEvent]):
    """The answers for all events of a file, in their order. ``print`` it to read it."""

    events: tuple[ReplayedEvent, ...]

    @property
    def agreeing(self) -> tuple[ReplayedEvent, ...]:
        """The events that mocks3 decided as AWS did."""
        return tuple(each for each in self.events if each.agrees)

    @property
    def differing(self) -> tuple[ReplayedEvent, ...]:
        """The events that mocks3 decided otherwise than AWS."""
        return tuple(each for each in self.events if each.agrees is False)

    @property
    def not_replayed(self) -> tuple[ReplayedEvent, ...]:
        """The events that could not be replayed, each with the reason in ``why``."""
        return tuple(each for each in self.events if each.agrees is None)

    @property
    def denied_by_aws(self) -> tuple[ReplayedEvent, ...]:
        """The events that AWS denied."""
        return tuple(each for each in self.events if each.aws.kind == DENIED)

    def reasons(self) -> Counter[str]:
        """Return why events were not replayed, with the number of events for each reason."""
        return Counter(each.why for each in self.not_replayed)

    def __getitem__(self, index: Any) -> Any:
        return self.events[index]

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[ReplayedEvent]:
        return iter(self.events)

    def __str__(self) -> str:
        return _table(self)


COLUMNS = ("time", "principal", "operation", "resource", "AWS", "mocks3", "why")
_SHOWN_AS = {True: "", False: " !", None: ""}
_WIDEST = {"principal": 52, "resource": 48}


def _table(replay: Replay) -> str:
    """Return all answers: a table, then the events that differ, then a summary."""
    if len(replay) == 1:
        return str(replay[0])
    replayed = [each for each in replay if each.agrees is not None]
    blocks = []
    if replayed:
        blocks.append("\n".join(_rows(replayed)))
    blocks.extend(map(str, replay.differing))
    blocks.append(_summary(replay))
    return "\n\n".join(blocks)


def _summary(replay: Replay) -> str:
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
    yield f"  mocks3:  {event.mocks3}: {event.why}"
    if event.agrees is not None:
        yield f"  result:  {event.verdict}"
    yield from (f"  assumed: {sentence}" for sentence in event.assumed)
    if event.lacks:
        yield "  The files lack one of these:" if len(event.lacks) > 1 else "  The files lack:"
        for lack in event.lacks:
            yield f"    {lack.what}"
            yield from (f"      {command}" for command in lack.commands)


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
