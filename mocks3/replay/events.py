"""Read CloudTrail events, in every envelope in which people hold them.

    one event                          {"eventSource": "s3.amazonaws.com", "eventName": ...}
    a log file of a trail              {"Records": [...]}, usually compressed with gzip
    aws cloudtrail lookup-events       {"Events": [{"CloudTrailEvent": "{...}"}]}
    EventBridge                        {"detail-type": "AWS API Call via CloudTrail", "detail": {...}}
    CloudWatch Logs                    {"events": [{"message": "{...}"}]} and {"logEvents": [...]}
    CloudTrail Lake                    {"QueryResultRows": [[{"eventName": "GetObject"}, ...]]}
    Athena                             {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": ...}]}]}}, or CSV
    JSON lines                         any of these, one after the other

Sources: the CloudTrail user guide, "CloudTrail record contents" and "CloudTrail log file examples"; API_LookupEvents.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.replay import athena

Event = Mapping[str, Any]

WANTED = (
    "a CloudTrail event has the members eventSource and eventName; "
    "'aws cloudtrail lookup-events' and the log files of a trail contain such events"
)


class Placed(NamedTuple):
    """An event, and the place that it came from, such as ``trail.json.gz, event 3``."""

    event: Event
    place: str


def events_in(source: object) -> list[Placed]:
    """Return the events in a file, a folder, a JSON text or a JSON value.

    Args:
        source: The path of a file or folder; a mapping in one of the shapes above; or a list of such mappings.

    Returns:
        The events, in their order. The files of a folder are read in the order of their paths.

    Raises:
        Mocks3Error: There is no such file, it is not JSON or CSV, or it contains no event.
    """
    if isinstance(source, Mapping):
        return _numbered([source], "the event")
    if isinstance(source, str | Path):
        return _from_path(source)
    if isinstance(source, Iterable) and not isinstance(source, bytes):
        return [placed for each in source for placed in events_in(each)]
    raise Mocks3Error(f"an event must be a mapping or the path of a file, not {source!r}")


def events_in_text(text: str, place: str) -> list[Placed]:
    """Return the events in the text of a file. Raise Mocks3Error if it has none."""
    if text.lstrip().startswith(("{", "[")):
        return _numbered(_documents(text, place), place)
    rows = list(csv.DictReader(io.StringIO(text)))
    if rows and any(str(name).lower() == "eventname" for name in rows[0]):
        return _numbered(rows, place)
    raise Mocks3Error(f"{place}:1:1: this is not JSON; {WANTED}")


def _from_path(source: str | Path) -> list[Placed]:
    path = Path(source)
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file() and _looks_like_a_log(each))
        if not files:
            raise Mocks3Error(f"the folder {path} has no .json, .jsonl, .csv or .gz file")
        return [placed for each in files for placed in _from_path(each)]
    return events_in_text(_text_of(path), str(path))


def _looks_like_a_log(path: Path) -> bool:
    return path.suffix.lower() in (".json", ".jsonl", ".ndjson", ".gz", ".csv")


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise Mocks3Error(f"{path}:1:1: the file does not exist") from None
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise Mocks3Error(f"{path}:1:1: the file cannot be read: {error}") from None


def _documents(text: str, place: str) -> Iterator[Any]:
    """Yield the JSON values of a text, which may contain several."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] == ",":
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            where = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
            what = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
            raise Mocks3Error(f"{place}:{where[0]}:{where[1]}: this is not JSON: {what}") from None
        yield value


def _numbered(documents: Iterable[Any], place: str) -> list[Placed]:
    found = [event for document in documents for event in _unwrapped(document)]
    if not found:
        raise Mocks3Error(f"{place}:1:1: this has no CloudTrail event; {WANTED}")
    if len(found) == 1:
        return [Placed(found[0], place)]
    return [Placed(event, f"{place}, event {number}") for number, event in enumerate(found, 1)]


def _unwrapped(value: Any) -> Iterator[Event]:
    """Yield the events in one JSON value."""
    if isinstance(value, list):
        for each in value:
            yield from _unwrapped(each)
        return
    if isinstance(value, str):  # an event as JSON text, as lookup-events and CloudWatch Logs have it
        yield from _unwrapped(_parsed(value))
        return
    if not isinstance(value, Mapping):
        return
    event = athena.with_usual_names(value)
    if _is_event(event):
        yield event
        return
    for name in (
        "Records",
        "Events",
        "events",
        "logEvents",
        "CloudTrailEvent",
        "detail",
        "message",
        "eventJson",
    ):
        if name in value:
            yield from _unwrapped(value[name])
            return
    yield from filter(_is_event, map(athena.with_usual_names, athena.rows_of(value)))


def _is_event(value: Event) -> bool:
    return isinstance(value.get("eventName"), str) and "eventSource" in value


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return None if isinstance(value, str) else value
