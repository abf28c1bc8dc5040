"""``mocks3 show``: read the record of a run, which ``pytest --mocks3-record FILE`` wrote."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mocks3.errors import Mocks3Error

HELP = "read the decisions that a test run recorded"
DESCRIPTION = """\
Print the decisions in a record, one line each, and explain one of them. 'pytest --mocks3-record FILE' writes records.
"""
EPILOG = """\
Filters are texts with the wildcards * and ?. Several filters must all match.

examples:
  pytest --mocks3-record run.jsonl
  mocks3 show run.jsonl
  mocks3 show run.jsonl --denied --action 's3:Put*'
  mocks3 show run.jsonl --test '*test_upload*' --json
  mocks3 show run.jsonl --explain 17
"""

FILTERS = {
    "test": "the test's id",
    "principal": "the caller's ARN",
    "action": "the IAM action",
    "resource": "the resource's ARN",
    "operation": "the operation, such as PutObject",
    "by": "what decided, such as identity",
    "sid": "the Sid of a statement that decided",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file and the filters."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the record")
    verdict = parser.add_mutually_exclusive_group()
    verdict.add_argument("--denied", action="store_true", help="only denied calls")
    verdict.add_argument("--allowed", action="store_true", help="only allowed calls")
    for name, text in FILTERS.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=text)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--explain", type=int, metavar="N", help="explain the decision with this number")
    form.add_argument("--json", action="store_true", help="print the decisions as JSON lines")


def run(options: argparse.Namespace) -> int:
    """Print the decisions. Return 1 if no decision matches the filters, else 0."""
    from mocks3.coverage import records

    numbered = enumerate(records.read(options.file), 1)
    if options.explain is not None:
        found = next((each for number, each in numbered if number == options.explain), None)
        if found is None:
            raise Mocks3Error(f"{options.file} has no decision number {options.explain}")
        print("\n".join(explained(found)))
        return 0
    matching = ((number, each) for number, each in numbered if _matches(options, each))
    count = 0
    for number, each in matching:
        count += 1
        print(json.dumps(each, ensure_ascii=False) if options.json else line(number, each))
    if not count and not options.json:
        print("no decision matches")
    return 0 if count else 1


def _matches(options: argparse.Namespace, decision: dict[str, Any]) -> bool:
    if (options.denied and decision["allowed"]) or (options.allowed and not decision["allowed"]):
        return False
    for name in FILTERS:
        wanted = getattr(options, name)
        if wanted is not None and not any(fnmatchcase(text, wanted) for text in _values(decision, name)):
            return False
    return True


def _values(decision: dict[str, Any], name: str) -> list[str]:
    """Return the values of a decision that a filter looks at."""
    if name == "sid":
        return [each["sid"] or "" for each in decision["statements"]]
    return [decision[name] or ""]


def line(number: int, decision: dict[str, Any]) -> str:
    """Return one decision in one line: its number, the verdict, the call, the caller, and what decided."""
    verdict = "allowed" if decision["allowed"] else "denied "
    sids = ", ".join(each["sid"] for each in decision["statements"] if each["sid"])
    by = f"{decision['by']} ({sids})" if sids else decision["by"]
    return f"{number:>5}  {verdict}  {decision['action']} on {decision['resource']}  {decision['principal']}  {by}"


def explained(decision: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of one decision: the report of a denial; for an allowed call, why it is allowed."""
    yield f"Test       {decision['test']}"
    if decision["operation"]:
        yield f"Operation  {decision['operation']}"
    for key, values in decision["context"].items():
        yield f"Context    {key} = {', '.join(values) if values else '(missing)'}"
    yield ""
    if decision["explanation"]:
        yield decision["explanation"]
        return
    yield f"allowed {decision['action']} on {decision['resource']} to {decision['principal']}"
    yield decision["reason"]
    for each in decision["statements"]:
        sid = f" ({each['sid']})" if each["sid"] else ""
        yield f"By         statement {each['statement'] + 1}{sid} of {each['policy'] or each['layer']}"
