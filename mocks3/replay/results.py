"""The answers of a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3.replay.outcomes import DENIED, Outcome

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
    aws: Outcome
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
        from mocks3.replay.report import describe

        return describe(self)


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
        from mocks3.replay.report import table

        return table(self)
