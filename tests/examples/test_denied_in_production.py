"""The example from a CloudTrail event to a fix: its tests pass, and replay prints what it shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .test_examples import EXAMPLES, matches, run

EXAMPLE = EXAMPLES / "denied-in-production"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the example outside this repository, so that it does not use the repository's settings."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(EXAMPLE, tmp_path / "example", ignore=ignored)
    (tmp_path / "example" / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return tmp_path / "example"


def test_its_tests_pass(copy: Path) -> None:
    # botocore before 1.41 asks for the time in a way that Python 3.12 warns of.
    strict = ("-W", "error", "-W", "ignore:datetime.datetime.utc:DeprecationWarning")
    done = run("pytest", "-q", *strict, "-p", "no:cacheprovider", "-p", "no:asyncio", folder=copy)
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_without_the_fix_its_tests_fail(copy: Path) -> None:
    shutil.rmtree(copy / "fixed")
    shutil.copytree(copy / "deployed", copy / "fixed")
    done = run("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", folder=copy)
    assert done.returncode == 1, done.stdout
    assert "2 failed, 3 passed" in done.stdout


def test_replay_prints_what_the_example_shows() -> None:
    done = run("mocks3", "replay", "event.json", "deployed", "names", folder=EXAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    matches(EXAMPLE / "replay.txt", done.stdout)


def test_with_the_fix_replay_says_that_the_event_is_allowed() -> None:
    done = run("mocks3", "replay", "event.json", "fixed", "names", folder=EXAMPLE)
    assert done.returncode == 1
    assert "mocks3:  allowed" in done.stdout


def test_the_fix_changes_one_export_and_one_statement() -> None:
    def template(folder: str, name: str) -> dict:
        return json.loads((EXAMPLE / folder / f"{name}.template.json").read_text("utf-8"))

    storage = template("fixed", "StorageStack")
    (output,) = storage.pop("Outputs").values()
    assert storage == template("deployed", "StorageStack")
    report = template("fixed", "ReportStack")
    policy = report["Resources"]["ReporterServiceRoleDefaultPolicy3E90A5C7"]["Properties"]["PolicyDocument"]
    assert policy["Statement"].pop()["Resource"] == {"Fn::ImportValue": output["Export"]["Name"]}
    assert report == template("deployed", "ReportStack")
