"""The decisions of CloudTrail events and of the records of test runs, in the in-memory AWS of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocks3.calls.principals import find_principal
from mocks3.errors import Mocks3Error
from mocks3.interceptors import decision_log
from mocks3.leastprivilege.usage import Usage
from mocks3.replay import events_in, replay_events

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS

RECORD = "mocks3-record"
"""The format of the first line of a record: ``pytest --mocks3-record FILE`` writes it."""


def usage_of(aws: MockAWS, sources: list[Path]) -> tuple[Usage, list[str]]:
    """Return what calls used, and a line for each one that could not be taken.

    Args:
        aws: The in-memory AWS with the present policies.
        sources: Files and folders of CloudTrail events, and records of test runs.

    Raises:
        Mocks3Error: A source cannot be read, or has no event.
    """
    usage, notes = Usage(), []
    for source in sources:
        if _is_record(source):
            notes += _add_record(aws, source, usage)
        else:
            notes += _add_events(aws, source, usage)
    return usage, notes


def _is_record(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            head = json.loads(file.readline())
    except (OSError, ValueError):
        return False
    return isinstance(head, dict) and head.get("format") == RECORD


def _add_record(aws: MockAWS, path: Path, usage: Usage) -> list[str]:
    from mocks3.coverage.records import read

    notes: dict[str, None] = {}
    world: Any = aws
    for each in read(path):
        if not each["allowed"] or not str(each["principal"]).startswith("arn:"):
            continue
        mark = aws.snapshot()
        try:
            principal = find_principal(world, each["principal"]).principal
            context = {key: values or [] for key, values in each["context"].items()}
            usage.add([aws.explain(principal, each["action"], each["resource"], context)])
        except Mocks3Error as error:
            notes[f"{path}: {each['action']} on {each['resource']}: {error}"] = None
        finally:
            aws.restore(mark)
    return list(notes)


def _add_events(aws: MockAWS, path: Path, usage: Usage) -> list[str]:
    world: Any = aws
    decision_log.start()
    try:
        replayed = replay_events(world, events_in(path))
        usage.add(decision_log.take())
    finally:
        decision_log.stop()
    return [f"{path}: {number} events not used: {why}" for why, number in replayed.reasons().items()]
