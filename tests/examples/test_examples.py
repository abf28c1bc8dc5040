"""The examples run, and print what the files next to them have. ``MOCKS3_WRITE_GOLDEN=1`` writes the files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
TITLE = "why S3 denied this"


def matches(file: Path, said: str) -> None:
    if os.environ.get("MOCKS3_WRITE_GOLDEN"):
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


def run(*arguments: str, folder: Path = EXAMPLES) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A copy of the project outside this repository, so that it does not use the repository's settings."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(EXAMPLES / "upload-service", tmp_path / "upload-service", ignore=ignored)
    (tmp_path / "upload-service" / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return tmp_path / "upload-service"


def test_each_role_does_what_it_may(service: Path) -> None:
    # botocore before 1.41 asks for the time in a way that Python 3.12 warns of.
    strict = ("-W", "error", "-W", "ignore:datetime.datetime.utc:DeprecationWarning")
    done = run("pytest", "-q", *strict, "-p", "no:cacheprovider", "-p", "no:asyncio", folder=service)
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout


def test_the_test_that_fails_on_purpose(service: Path) -> None:
    arguments = ("-q", "--color=no", "-p", "no:cacheprovider", "failing_on_purpose.py")
    done = run("pytest", *arguments, folder=service)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    (start,) = (number for number, line in enumerate(lines) if f" {TITLE} " in line)
    end = next(n for n, line in enumerate(lines) if n > start and line.startswith("====="))
    matches(EXAMPLES / "upload-service" / "report.txt", "\n".join(lines[start:end]) + "\n")


def test_its_policies_are_clean(service: Path) -> None:
    done = run("mocks3", "lint", "policies", folder=service)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_why_the_partner_is_denied() -> None:
    done = run("mocks3", "why", "denied")
    assert done.returncode == 0, done.stderr
    matches(EXAMPLES / "denied" / "why.txt", done.stdout)


def test_from_the_office_the_partner_can() -> None:
    assert run("mocks3", "can", "denied").returncode == 1
    done = run("mocks3", "can", "denied", "--context", "aws:SourceIp=203.0.113.9")
    assert done.returncode == 0
    assert done.stdout.startswith("allowed s3:GetObject on arn:aws:s3:::acme-exports/2026/11/orders.csv to ")
