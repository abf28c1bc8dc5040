"""The section "why S3 denied this" of a failing test's report.

Rule 1: the section is plain text, so that it reaches xdist's controller and JUnit files unchanged; ``terminal.py`` adds
colours and GitHub's log groups at the end of the session. Rule 2: a refusal that the test expected (``aws.denied``) is
not explained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from mocks3.access.explain.rendering import explain
from mocks3.interceptors import refusal_log
from pytest_mocks3 import options
from pytest_mocks3.terminal import TITLE, TITLE_OF_ALL

PROPERTY = "mocks3"
NOTES = "what mocks3 took for granted"
FAULTS = "faults that the test injected"
MOST_FAULTS = 20
"""The number of different faults that are shown."""
MOST = 3
"""The number of refusals that are shown of each kind, without ``--mocks3-explain=all``."""
NOT_RAISED = " (no exception reached the test)"
HIDDEN = ("Body", "ChecksumMode")
"""Parameters that are not shown. botocore itself adds ChecksumMode."""
LONGEST = 60
"""The number of characters of a parameter that are shown."""
EXPLAINED = pytest.StashKey[set[int]]()


def attach(item: pytest.Item, call: pytest.CallInfo[Any], report: pytest.TestReport) -> None:
    """Add the section to the report of a phase that failed, if there is anything to explain."""
    notes = [note for world in refusal_log.worlds() for note in world.notes]
    _add(report, NOTES, "\n".join(dict.fromkeys(notes)))
    _add(report, FAULTS, "\n".join(_faults()))
    mode = options.explain(item.config)
    if mode == "none":
        return
    raised = list(_decisions_of(call.excinfo.value if call.excinfo else None))
    explained = item.stash.setdefault(EXPLAINED, set())
    refusals = [each for each in _refusals(raised) if id(each.decision) not in explained]
    explained.update(id(each.decision) for each in refusals)
    if refusals:
        item.user_properties.append((PROPERTY, refusals[-1].decision.headline))
        report.user_properties.append((PROPERTY, refusals[-1].decision.headline))
    if mode == "all":
        _add(report, TITLE_OF_ALL, "\n\n".join(_everything(refusals)))
    elif refusals:
        _add(report, TITLE, "\n\n".join(_brief(refusals, raised)))


def _faults() -> Iterator[str]:
    """Yield one line for each fault that calls of the test got, in order; equal ones are counted."""
    counted = Counter(str(each) for world in refusal_log.worlds() for each in world.faults.injected)
    for text, times in list(counted.items())[:MOST_FAULTS]:
        yield f"{text}{_again(times)}"
    if len(counted) > MOST_FAULTS:
        yield f"({len(counted) - MOST_FAULTS} more are in aws.faults.injected)"


def _refusals(raised: list[Any]) -> list[refusal_log.RefusedCall]:
    """Return the refused calls. The refusal that failed the test is the last."""
    known = list(refusal_log.refusals())
    missed = [each for each in raised if not any(each is one.decision for one in known)]
    known += [refusal_log.RefusedCall("", {}, decision) for decision in missed]
    return sorted(known, key=lambda each: any(each.decision is decision for decision in raised))


def _decisions_of(error: BaseException | None) -> Iterator[Any]:
    """Yield the decisions of an exception and of its causes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        decision = getattr(error, "mocks3_decision", None)
        if decision is not None:
            yield decision
        error = error.__cause__ or error.__context__


def _brief(refusals: list[refusal_log.RefusedCall], raised: list[Any]) -> Iterator[str]:
    """Yield the refusals whose exception failed the test in full, and the others in one line each.

    If no exception reached the test, the last refusal is explained in full.
    """
    different = _different(refusals)
    reached = [each for each in different if any(each[0].decision is decision for decision in raised)]
    in_full = reached[-MOST:] or different[-1:]
    yield from _list([each for each in different if each not in in_full])
    for refusal, times in in_full:
        caught = "" if reached else NOT_RAISED
        call = f"{_call(refusal)}{caught}{_again(times)}"
        yield f"{call}\n{explain(refusal.decision, fixes=1)}".lstrip("\n")


def _list(others: list[tuple[refusal_log.RefusedCall, int]]) -> Iterator[str]:
    """Yield one line for each of the latest refusals that are not explained in full."""
    if not others:
        return
    lines = [f"Also refused{NOT_RAISED}"]
    folded = len(others) - MOST
    if folded > 0:
        lines.append(f"  ({folded} before these are shown by --mocks3-explain=all)")
    lines += [
        f"  - {each.operation}{_again(times)}: {each.decision.headline}" for each, times in others[-MOST:]
    ]
    yield "\n".join(lines)


def _again(times: int) -> str:
    return f" ({times} times)" if times > 1 else ""


def _different(refusals: Iterable[refusal_log.RefusedCall]) -> list[tuple[refusal_log.RefusedCall, int]]:
    """Return the refusals without repetitions, such as retries, and how often each occurred."""
    found: dict[tuple[str, str], tuple[refusal_log.RefusedCall, int]] = {}
    for refusal in refusals:
        key = refusal.operation, refusal.decision.headline
        found[key] = (refusal, found.pop(key, (refusal, 0))[1] + 1)
    return list(found.values())


def _everything(refusals: list[refusal_log.RefusedCall]) -> Iterator[str]:
    """Yield every decision of the test's worlds in full, with the call if it was refused."""
    calls = {id(each.decision): _call(each) for each in refusals}
    for world in refusal_log.worlds():
        for decision in world.decisions:
            call = calls.get(id(decision))
            yield f"{call}\n{explain(decision)}" if call else explain(decision)


def _call(refusal: refusal_log.RefusedCall) -> str:
    """Return the call as it would be written in code, without bodies."""
    if not refusal.operation:
        return ""
    shown = (f"{name}={_value(value)}" for name, value in refusal.params.items() if name not in HIDDEN)
    return f"Call    {refusal.operation}({', '.join(shown)})"


def _value(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _add(report: pytest.TestReport, title: str, text: str) -> None:
    if not text:
        return
    add = getattr(report.longrepr, "addsection", None)
    if add is not None:
        add(title, text)
    else:
        report.sections.append((title, text))
