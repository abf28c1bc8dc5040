"""Answer a described call: make its calls in the world of the files, and what they would be otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocks3.calls import EVERYTHING_EXISTS, Assumptions, Played, ServiceCall, play
from mocks3.calls.alternatives import Alternative, alternatives
from mocks3.calls.command_line import read_command
from mocks3.calls.expression import operation_named, read_call
from mocks3.calls.samples import calls_that_need, complete
from mocks3.cli import case
from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.calls.command_line import Command
    from mocks3.cli.case import Case
    from mocks3.cli.described_call import DescribedCall
    from mocks3.load.descriptions import Unread


@dataclass(frozen=True)
class Answer:
    """A call that was made.

    Attributes:
        played: The call, and what came of it.
        otherwise: The assumptions that decide.
        action: The permission that was asked about; None if a call was asked about.
        completed: The required parameters that got a value because the call did not say them.
    """

    played: Played
    otherwise: tuple[Alternative, ...] = ()
    action: str | None = None
    completed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """The answers to a described call.

    Attributes:
        answers: One for each call, in their order.
        unread: What was not understood in the files.
        assumed: What the load assumed.
        notes: What the calls stand for.
    """

    answers: tuple[Answer, ...]
    unread: tuple[Unread, ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether every call is allowed."""
        return all(each.played.allowed for each in self.answers)


@dataclass(frozen=True)
class _Asked:
    """The calls that were asked about."""

    calls: tuple[ServiceCall, ...]
    command: Command | None = None
    action: str | None = None
    completed: tuple[str, ...] = ()


def answer(described: DescribedCall) -> Answers:
    """Make the calls.

    Raises:
        FileError: A file cannot be used.
        Mocks3Error: The call, the caller or a file is not valid, or S3 refuses the call before it decides permissions.
    """
    asked = _asked(described)
    command = asked.command
    found = case.build(described, asked.calls[0], command is not None and command.anonymous)
    if asked.action is not None:
        answers: tuple[Answer, ...] = (_for_action(found, described, asked.action, asked.calls[0]),)
    else:
        answers = tuple(_answer(found, described, call, asked) for call in asked.calls)
    notes = () if command is None else command.notes
    return Answers(answers, found.unread, found.assumed, notes)


def _asked(described: DescribedCall) -> _Asked:
    members = described.members
    if described.words:
        command = read_command(described.words)
        return _Asked(command.calls, command)
    if "Action" in members:
        action = members["Action"]
        first, _ = next(calls_that_need(action, members.get("Bucket"), members.get("Key")))
        return _Asked((first,), action=action)
    if "Call" in members:
        call = read_call(members["Call"])
    else:
        call = ServiceCall("s3", operation_named("s3", members["Operation"]))
    for name in ("Bucket", "Key", "VersionId"):
        if name in members and name in call.members and name not in call.parameters:
            call = call.with_parameters(**{name: members[name]})
    call = call.with_parameters(**members.get("Params", {}))
    call.check()
    key = members.get("Key")
    completed: tuple[str, ...] = ()
    if "Call" not in members:
        call, completed = complete(call, key)
    call.check()
    return _Asked((call,), completed=completed)


def _for_action(found: Case, described: DescribedCall, action: str, first: ServiceCall) -> Answer:
    """Return the answer of the first call that decides the action."""
    members = described.members
    refused: Mocks3Error | None = None
    for each, _ in calls_that_need(action, members.get("Bucket"), members.get("Key")):
        try:
            version = {"VersionId": members["VersionId"]} if "VersionId" in members else {}
            call, completed = complete(each.with_parameters(**version), members.get("Key"))
            made = _answer(found, described, call, _Asked((call,), action=action, completed=completed))
        except Mocks3Error as fault:
            if each.operation == first.operation:
                raise
            refused = refused or fault
            continue
        if any(decision.action.lower() == action.lower() for decision in made.played.decisions):
            return made
    raise refused or Mocks3Error(f"no call that the files allow to be made decides {action}; use --call")


def _answer(found: Case, described: DescribedCall, call: ServiceCall, asked: _Asked) -> Answer:
    command, keys = asked.command, dict(described.members.get("Context", {}))
    assumptions = EVERYTHING_EXISTS
    if command is not None:
        keys = {**command.keys, **keys}
        assumptions = command.assumptions

    def again(other: Assumptions) -> Played:
        return play(
            found.aws,
            found.who,
            call,
            keys=keys,
            session=found.session,
            owner=described.members.get("Owner"),
            assumptions=other,
        )

    played = again(assumptions)
    if not played.decided:
        raise Mocks3Error(f"S3 refuses {played.call.operation} before it decides permissions: {played.error}")
    return Answer(played, alternatives(played, assumptions, again), asked.action, asked.completed)
