"""The files in which people hold CloudTrail events."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.replay import events_in
from tests.replay.conftest import event, lines, session

GET, LIST = event(), event("ListObjects", sent={"list-type": "2", "prefix": "p/"})


def struct(value: Any) -> str:
    """Return a value as Athena prints a struct."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name.lower()}={struct(each)}" for name, each in value.items()) + "}"
    return "null" if value is None else str(value)


def athena_row(each: dict[str, Any]) -> dict[str, str]:
    return {
        name.lower(): struct(value)
        if name == "userIdentity"
        else json.dumps(value)
        if isinstance(value, dict | list)
        else ""
        if value is None
        else str(value)
        for name, value in each.items()
    }


def athena_result(*events: dict[str, Any]) -> dict[str, Any]:
    rows = [athena_row(each) for each in events]
    data = [list(rows[0]), *(list(row.values()) for row in rows)]
    return {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": cell} for cell in row]} for row in data]}}


def athena_csv(*events: dict[str, Any]) -> str:
    rows = [athena_row(each) for each in events]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def lake(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "QueryResultRows": [
            [
                {name: json.dumps(value) if isinstance(value, dict | list) else str(value)}
                for name, value in each.items()
                if value is not None
            ]
            for each in events
        ]
    }


ENVELOPES: dict[str, Callable[[], str]] = {
    "log file": lambda: json.dumps({"Records": [GET, LIST]}),
    "lookup-events": lambda: json.dumps(
        {"Events": [{"EventId": "1", "CloudTrailEvent": json.dumps(each)} for each in (GET, LIST)]}
    ),
    "EventBridge": lambda: json.dumps(
        [{"detail-type": "AWS API Call via CloudTrail", "detail": each} for each in (GET, LIST)]
    ),
    "CloudWatch Logs": lambda: json.dumps(
        {"events": [{"message": json.dumps(each)} for each in (GET, LIST)]}
    ),
    "a subscription of CloudWatch Logs": lambda: json.dumps(
        {"messageType": "DATA_MESSAGE", "logEvents": [{"message": json.dumps(each)} for each in (GET, LIST)]}
    ),
    "CloudTrail Lake": lambda: json.dumps(lake(GET, LIST)),
    "Athena": lambda: json.dumps(athena_result(GET, LIST)),
    "Athena's CSV": lambda: athena_csv(GET, LIST),
    "JSON lines": lambda: lines(GET, LIST),
    "a list": lambda: json.dumps([GET, LIST]),
    "values after each other": lambda: f"{json.dumps(GET, indent=2)}\n{json.dumps(LIST, indent=2)}",
}


@pytest.mark.parametrize("kind", ENVELOPES)
def test_events_of_every_envelope_are_replayed(aws: MockAWS, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "events.json"
    path.write_text(ENVELOPES[kind](), "utf-8")
    found = aws.replay(path)
    assert [(each.event_name, each.resource, each.mocks3, each.agrees) for each in found] == [
        ("GetObject", "s3://data/k", "allowed", True),
        ("ListObjects", "s3://data/p/", "denied", False),
    ]
    assert {each.principal for each in found} == {"arn:aws:iam::111122223333:user/team/dave"}
    assert [each.place for each in found] == [f"{path}, event 1", f"{path}, event 2"]


@pytest.mark.parametrize("kind", ["Athena", "Athena's CSV", "CloudTrail Lake"])
def test_a_session_in_a_row_of_a_query_keeps_its_details(aws: MockAWS, tmp_path: Path, kind: str) -> None:
    """The struct of userIdentity has structs in it."""
    who = session(mfa=True)
    write = {
        "Athena": lambda each: json.dumps(athena_result(each)),
        "Athena's CSV": athena_csv,
        "CloudTrail Lake": lambda each: json.dumps(lake(each)),
    }[kind]
    path = tmp_path / "rows"
    path.write_text(write(event(who=who)), "utf-8")
    (found,) = events_in(path)
    assert found.event["userIdentity"] == who
    assert found.event["requestParameters"]["bucketName"] == "data"
    assert aws.replay(path)[0].agrees


def test_compressed_files_and_folders_are_read_in_the_order_of_their_names(
    aws: MockAWS, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.json.gz").write_bytes(gzip.compress(json.dumps({"Records": [LIST]}).encode()))
    (tmp_path / "a.json").write_text(json.dumps(GET), "utf-8")
    (tmp_path / "notes.txt").write_text("not events", "utf-8")
    assert [each.event_name for each in aws.replay(tmp_path)] == ["GetObject", "ListObjects"]


def test_events_are_taken_as_values(aws: MockAWS) -> None:
    assert aws.replay(GET)[0].agrees
    assert [each.event_name for each in aws.replay([GET, {"Records": [LIST]}])] == [
        "GetObject",
        "ListObjects",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"events\.json:1:1: this is not JSON"),
        ("hello", r"events\.json:1:1: this is not JSON; a CloudTrail event has the members"),
        ('{"Records": [}', r"events\.json:1:14: this is not JSON"),
        ("[" * 100_000, r"events\.json:1:1: this is not JSON: it is nested too deeply"),
        ("{}", r"events\.json:1:1: this has no CloudTrail event"),
        ('{"Records": []}', r"this has no CloudTrail event"),
        ('{"Records": [1, null, "x", {"CloudTrailEvent": "{"}]}', r"this has no CloudTrail event"),
        ('{"ResultSet": {"Rows": [{"Data": 5}, 7]}}', r"this has no CloudTrail event"),
        ('{"QueryResultRows": [5, [7]]}', r"this has no CloudTrail event"),
        ('{"Policy": "{}"}', r"this has no CloudTrail event"),
    ],
)
def test_a_file_without_events_is_an_error(aws: MockAWS, tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "events.json"
    path.write_text(content, "utf-8")
    with pytest.raises(Mocks3Error, match=message):
        aws.replay(path)


def test_files_that_cannot_be_read_are_errors(aws: MockAWS, tmp_path: Path) -> None:
    with pytest.raises(Mocks3Error, match="the file does not exist"):
        aws.replay(tmp_path / "missing.json")
    (tmp_path / "cut.json.gz").write_bytes(gzip.compress(b"{}")[:12])
    with pytest.raises(Mocks3Error, match=r"cut\.json\.gz:1:1: the file cannot be read"):
        aws.replay(tmp_path / "cut.json.gz")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Mocks3Error, match=r"has no \.json, \.jsonl, \.csv or \.gz file"):
        aws.replay(tmp_path / "empty")
    with pytest.raises(Mocks3Error, match="must be a mapping or the path of a file, not 5"):
        aws.replay(5)
