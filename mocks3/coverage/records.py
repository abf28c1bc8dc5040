"""The record of a run: its decisions as JSON lines. ``--mocks3-record FILE`` writes it, ``mocks3 show FILE`` reads it.

The first line names the format and its version. Each other line is one decision. docs/policy-coverage.md documents the
members.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mocks3.access import Decision, Refusal
from mocks3.access.explain.rendering import explain
from mocks3.access.explain.report import deciding_statements
from mocks3.coverage.deciding import keys_of
from mocks3.errors import Mocks3Error

FORMAT = "mocks3-record"
VERSION = 1


class CoverageRecorder:
    """Writes the record of one process.

    Args:
        path: The file. An existing one is replaced.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")
        self._file.write(_line({"format": FORMAT, "version": VERSION}))
        self._file.flush()

    def write(self, test: str | None, decisions: list[Any]) -> None:
        """Write the decisions of a test; None for those of a server."""
        self._file.writelines(_line(record_of(test, decision)) for decision in decisions)
        self._file.flush()

    def append(self, text: str) -> None:
        """Write lines of the record of another process of the run."""
        self._file.write(text)
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def join(recorder: CoverageRecorder, part: str) -> None:
    """Move the decisions in the record of a worker to the record of the run."""
    try:
        text = Path(part).read_text(encoding="utf-8")
    except FileNotFoundError:  # the worker runs on another machine
        return
    recorder.append(text.partition("\n")[2])
    os.unlink(part)


def record_of(test: str | None, decision: Decision | Refusal) -> dict[str, Any]:
    """Return a decision as JSON values.

    Args:
        test: The test in which it was made; None for a server's.
        decision: The decision, or the refusal by a rule.
    """
    parsed = decision.parsed
    found: dict[str, Any] = {
        "test": test,
        "service": None if parsed is None else parsed.service,
        "operation": decision.operation,
        "principal": decision.principal,
        "action": decision.action,
        "resource": decision.resource,
        "allowed": decision.allowed,
        "verdict": str(decision.verdict),
        "by": decision.layer,
        "reason": decision.reason,
        "rules": decision.lookup.split()[2:],
    }
    if isinstance(decision, Decision):
        found["statements"] = [
            {"layer": str(ref.layer), "policy": ref.name, "statement": ref.statement, "sid": ref.sid}
            for part in decision.parts
            if part.allowed is decision.allowed
            for ref in deciding_statements(part)
        ]
        found["context"] = context_of(decision)
    else:
        found["statements"], found["context"] = [], {}
    found["explanation"] = None if decision.allowed else explain(decision)
    return found


def context_of(decision: Decision) -> dict[str, list[str] | None]:
    """Return the condition keys that the consulted policies look at, with the request's values; None: it has none."""
    policies, request = decision.policies, decision.request
    documents = [
        *policies.identity,
        *([] if policies.resource is None else [policies.resource]),
        *policies.boundaries,
        *policies.session,
        *(policy for level in (*policies.scps, *policies.rcps) for policy in level),
        *policies.vpc_endpoint,
    ]
    keys = sorted({key for policy in documents for key in keys_of(policy)})
    return {key: list(values) if (values := request.values(key)) else None for key in keys}


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


def read(path: str | os.PathLike[str]) -> Iterator[dict[str, Any]]:
    """Yield the decisions of a record.

    Raises:
        Mocks3Error: The file cannot be read, or is not a record of this version.
    """
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if number == 1:
                    _check_head(line, name)
                else:
                    yield _decision(line, f"{name}:{number}")
    except (OSError, UnicodeError) as error:
        raise Mocks3Error(f"{name} cannot be read: {error}") from None


def decisions_in(text: str, name: str, *, first: bool) -> list[dict[str, Any]]:
    """Return the decisions in a part of a record.

    Args:
        text: Whole lines of the record.
        name: The name of the file, for messages.
        first: It is the beginning of the record.

    Raises:
        Mocks3Error: It is not a record of this version.
    """
    lines = text.split("\n")[:-1]
    if first and lines:
        _check_head(lines.pop(0), name)
    return [_decision(line, name) for line in lines]


def _decision(line: str, place: str) -> dict[str, Any]:
    values = _value(line, place)
    if not isinstance(values, dict) or "action" not in values:
        raise Mocks3Error(f"{place} is not a decision")
    return values


def _value(line: str, place: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Mocks3Error(f"{place} is not JSON: {error}") from None


def _check_head(line: str, name: str) -> None:
    values = _value(line, f"{name}:1")
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise Mocks3Error(
            f"{name} is not a record of decisions (its first line must have the format {FORMAT!r})"
        )
    if values.get("version") != VERSION:
        raise Mocks3Error(
            f"{name} has version {values.get('version')!r} of the format, and this mocks3 reads {VERSION}"
        )
