"""Print answers: the report of what decided, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.elements import wrapped
from mocks3.access.explain.rendering import explain, record
from mocks3.load.faults import located

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal
    from mocks3.calls import Played
    from mocks3.cli.answers import Answer, Answers

MOST = 5
"""The largest number of things that were not read that are printed."""


def text_of(found: Answers) -> str:
    """Return the answers of ``mocks3 why``. S3's error names the first permission that is missing."""
    blocks = []
    for number, answer in enumerate(found.answers, 1):
        if len(found.answers) > 1:
            blocks.append(f"{number}. {answer.played.call}")
        blocks += [explain(each) for each in _shown(answer)] or [_without_decision(answer.played)]
        blocks += _sections(answer)
    blocks += _of_files(found)
    return "\n\n".join(blocks)


def lines_of(found: Answers) -> Iterator[str]:
    """Yield the lines of ``mocks3 can``: one for each permission, and what was taken for granted."""
    for answer in found.answers:
        decisions = _in_order(answer)
        yield from (each.headline for each in decisions)
        if not decisions:
            yield _without_decision(answer.played)
        for section in _sections(answer):
            yield from section.splitlines()
    for section in _of_files(found):
        yield from section.splitlines()


def records_of(found: Answers) -> dict[str, Any]:
    """Return the answers as JSON values. The names are stable; unknown values are None."""
    return {
        "allowed": found.allowed,
        "calls": [_record(each) for each in found.answers],
        "assumed": list(found.assumed),
        "unread": [
            {"what": each.what, "place": located(each.place), "reason": each.reason} for each in found.unread
        ],
        "notes": list(found.notes),
    }


def _record(answer: Answer) -> dict[str, Any]:
    played = answer.played
    return {
        "call": str(played.call),
        "operation": played.call.operation,
        "principal": played.principal,
        "allowed": played.allowed,
        "error": _error(played),
        "deniedBy": None if played.denial is None else record(played.denial),
        "decisions": [record(each) for each in _in_order(answer)],
        "assumed": list(played.assumed),
        "otherwise": [
            {
                "if": each.sentence,
                "allowed": each.played.allowed,
                "error": _error(each.played),
                "deniedBy": None if each.played.denial is None else record(each.played.denial),
            }
            for each in answer.otherwise
        ],
    }


def _error(played: Played) -> dict[str, Any] | None:
    error = played.error
    return None if error is None else {"code": error.code, "status": error.status, "message": error.message}


def _shown(answer: Answer) -> Sequence[Decision | Refusal]:
    """Return the decisions of the report: the one that denied, or all that allowed."""
    if answer.played.denial is not None:
        return (answer.played.denial,)
    return [each for each in _in_order(answer) if each.allowed]


def _in_order(answer: Answer) -> list[Decision | Refusal]:
    """Return the decisions, those of the permission that was asked about first."""
    asked = (answer.action or "").lower()
    return sorted(answer.played.decisions, key=lambda each: each.action.lower() != asked)


def _without_decision(played: Played) -> str:
    return f"ALLOWED {played.call.operation}: the call needs no permission"


def _sections(answer: Answer) -> list[str]:
    played = answer.played
    answered = _answered(answer)
    return [
        *([answered] if answered else []),
        *_list("Taken for granted", played.assumed),
        *_list("What if not", [_otherwise(each.sentence, each.played) for each in answer.otherwise]),
    ]


def _answered(answer: Answer) -> str:
    """Return S3's answer, and for a permission alone the call that needs it."""
    played = answer.played
    lines = []
    if answer.action is not None:
        lines += wrapped("Call    ", f"{played.call.operation}, which needs {answer.action}")
    if played.error is not None and (played.denial is not None or not answer.completed):
        lines += wrapped("Answer  ", str(played.error))
    if played.denial is None:
        omitted = dict.fromkeys(each.action for each in played.decisions if not each.allowed)
        for action in omitted:
            lines += wrapped("Omitted ", f"the answer omits what {action} would show")
    return "\n".join(lines)


def _otherwise(sentence: str, played: Played) -> str:
    if played.denial is not None:
        return f"if {sentence}: denied, {played.error or ''} ({played.denial.reason})"
    return f"if {sentence}: allowed" + ("" if played.error is None else f", and the answer is {played.error}")


def _of_files(found: Answers) -> list[str]:
    unread = [f"{located(each.place)}: {each.what}: {each.reason}" for each in found.unread]
    more = [f"and {len(unread) - MOST} more"] if len(unread) > MOST else []
    return [
        *_list("About the command", found.notes),
        *_list("Taken for granted about the files", found.assumed),
        *_list("Not read, so that the answer can be another", [*unread[:MOST], *more]),
    ]


def _list(title: str, sentences: Sequence[str]) -> list[str]:
    lines = [line for each in sentences for line in wrapped("  - ", each, "    ")]
    return ["\n".join([title, *lines])] if lines else []
