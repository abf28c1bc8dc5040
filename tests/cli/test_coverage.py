"""``mocks3 coverage`` and ``mocks3 show``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3
from mocks3.coverage import reports
from mocks3.coverage.collecting import Collector
from mocks3.coverage.records import CoverageRecorder
from mocks3.lib.report_options import Report

Run = Callable[..., Any]
IAM = "arn:aws:iam::123456789012"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
        {"Sid": "NoPlan", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::data/plan"},
    ],
}


def collect(folder: Path, key: str) -> None:
    """Measure and record one test that reads a key."""
    path = folder / "reader.json"
    path.write_text(json.dumps(POLICY, indent=2), encoding="utf-8")
    collector = Collector(str(folder))
    recorder = CoverageRecorder(folder / f"{key}.jsonl")
    collector.listeners.append(recorder.write)
    collector.start()
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": b"v", "plan": b"v"})
        client = aws.account().create_user("eve", policies=path).client("s3")
        try:
            client.get_object(Bucket="data", Key=key)
        except ClientError:
            assert key == "plan"
        aws.client().get_object(Bucket="data", Key="k")
    collector.finish(f"test_{key}")
    collector.stop()
    recorder.close()
    reports.write([Report("json", folder / f"{key}.json")], collector.coverage)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for key in ("k", "plan"):
        collect(tmp_path, key)
    return tmp_path


def test_one_run(run: Run, folder: Path) -> None:
    done = run("coverage", "report", "k.json")
    assert done.code == 0
    assert "reader.json      2     1       0       0    50%  10\n" in done.out


def test_two_runs_cover_more(run: Run, folder: Path) -> None:
    done = run("coverage", "combine", "k.json", "plan.json", "-o", "all.json")
    assert (done.code, done.out) == (0, "The JSON report is in all.json\n")
    done = run("coverage", "report", "all.json", "--fail-under", "100")
    assert done.code == 0
    assert "TOTAL            2     0       0       0   100%\n" in done.out


def test_too_little(run: Run, folder: Path) -> None:
    done = run("coverage", "report", "k.json", "--fail-under", "90")
    assert done.code == 1
    assert done.out.endswith("FAIL Required policy coverage of 90% not reached. Total coverage: 50.00%\n")


def test_other_reports(run: Run, folder: Path) -> None:
    assert (
        run("coverage", "html", "k.json", "plan.json").out == "The HTML report is in mocks3-coverage.html\n"
    )
    assert "<title>Policy coverage: 100%</title>" in (folder / "mocks3-coverage.html").read_text("utf-8")
    assert run("coverage", "lcov", "k.json", "-o", "-").out.startswith("TN:mocks3\nSF:reader.json\n")
    assert run("coverage", "json", "k.json").json == json.loads((folder / "k.json").read_text("utf-8"))


def test_unusable_input(run: Run, folder: Path) -> None:
    done = run("coverage", "report")
    assert done.code == 2
    assert done.err.startswith("mocks3 coverage: mocks3-coverage.json cannot be read")
    assert run("coverage", "report", "reader.json").err == (
        "mocks3 coverage: reader.json is not a file of policy coverage (its format must be 'mocks3-coverage')\n"
    )
    assert run("coverage", "report", "--fail-under", "x").code == 2


def test_show_every_decision(run: Run, folder: Path) -> None:
    done = run("show", "plan.jsonl")
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            f"    1  denied   s3:GetObject on arn:aws:s3:::data/plan  {IAM}:user/eve  identity (NoPlan)",
            f"    2  allowed  s3:GetObject on arn:aws:s3:::data/k  {IAM}:root  owner",
        ],
    )


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ((), [1, 2]),
        (("--denied",), [1]),
        (("--allowed",), [2]),
        (("--principal", "*user/eve"), [1]),
        (("--action", "s3:Get*", "--resource", "*/k"), [2]),
        (("--sid", "NoPlan"), [1]),
        (("--by", "owner"), [2]),
        (("--operation", "GetObject", "--test", "test_plan"), [1, 2]),
        (("--test", "test_k"), []),
    ],
)
def test_show_filters(run: Run, folder: Path, filters: tuple[str, ...], numbers: list[int]) -> None:
    done = run("show", "plan.jsonl", *filters)
    shown = [int(line.split()[0]) for line in done.out.splitlines() if line[:5].strip().isdecimal()]
    assert (shown, done.code) == (numbers, 0 if numbers else 1)


def test_show_one_explained(run: Run, folder: Path) -> None:
    denied = run("show", "plan.jsonl", "--explain", "1").out
    assert denied.startswith("Test       test_plan\nOperation  GetObject\n\nDENIED  s3:GetObject")
    assert 'Statement[1] "NoPlan"' in denied
    allowed = run("show", "k.jsonl", "--explain", "1").out
    assert allowed.endswith("By         statement 1 (Read) of inline\n")
    done = run("show", "plan.jsonl", "--explain", "3")
    assert (done.code, done.err) == (2, "mocks3 show: plan.jsonl has no decision number 3\n")


def test_show_json(run: Run, folder: Path) -> None:
    (line,) = run("show", "plan.jsonl", "--denied", "--json").out.splitlines()
    found = json.loads(line)
    assert found["statements"] == [{"layer": "identity", "policy": "inline", "statement": 1, "sid": "NoPlan"}]
    assert "DENIED" in found["explanation"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}\n", "x.jsonl is not a record of decisions"),
        ('{"format": "mocks3-record", "version": 7}\n', "x.jsonl has version 7 of the format"),
        ('{"format": "mocks3-record", "version": 1}\n{"a": 1}\n', "x.jsonl:2 is not a decision"),
        ('{"format": "mocks3-record", "version": 1}\nnot json\n', "x.jsonl:2 is not JSON"),
    ],
)
def test_show_what_is_no_record(run: Run, folder: Path, text: str, message: str) -> None:
    (folder / "x.jsonl").write_text(text, encoding="utf-8")
    done = run("show", "x.jsonl")
    assert done.code == 2
    assert done.err.startswith(f"mocks3 show: {message}")
