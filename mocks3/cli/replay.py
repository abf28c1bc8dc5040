"""``mocks3 replay``: make the calls of CloudTrail events again, and compare the decisions with those of AWS."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HELP = "make the calls of CloudTrail events again: were they decided as AWS decided them, and why"
DESCRIPTION = """\
Make the calls of CloudTrail events again in an in-memory AWS that is created from files. Print for each call what AWS
and mocks3 decided, and why. An event that is decided otherwise says what the files lack, and the AWS CLI commands that
print it.
"""
EPILOG = """\
events: a log file of a trail (also .json.gz), a folder of them, the output of 'aws cloudtrail lookup-events', one
event, JSON lines, EventBridge events, or the result of a query of Athena or CloudTrail Lake; - is the standard input

exit codes: 0 all calls were decided as AWS decided them, 1 some were not, 2 nothing could be replayed

examples:
  mocks3 replay event.json account.json bucket-policy.json
  mocks3 replay trail/ infra/ --json
  mocks3 replay event.json infra/ --context aws:PrincipalTag/team=data

  aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=PutBucketPolicy > events.json
  aws iam get-account-authorization-details > infra/account.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("events", metavar="EVENTS", help="the file or folder with CloudTrail events, or -")
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="files and folders that describe the accounts and buckets",
    )
    parser.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a condition key that CloudTrail does not log, such as aws:PrincipalTag/team=data; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Replay the events. Return 0, 1 or 2."""
    from mocks3.cli.loading import condition_keys_of, world_of
    from mocks3.replay import events_in, events_in_text, replay_events

    events = (
        events_in_text(sys.stdin.read(), "standard input")
        if options.events == "-"
        else events_in(options.events)
    )
    found = replay_events(world_of(options.files), events, keys=condition_keys_of(options.context))
    print(json.dumps([each.record() for each in found], indent=2) if options.json else found)
    if len(found.not_replayed) == len(found):
        return 2
    return 1 if found.differing else 0
