"""Whole runs of pytest, each in a process of its own: suites of tiny tests, as users write them."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Hashable, Iterable
from pathlib import Path
from statistics import median
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

WITHOUT: tuple[str, ...] = ()
WITH: tuple[str, ...] = ("--mocks3-coverage=json",)

SUITE = """
import pytest

POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::data/*"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    aws_seed.account().create_bucket("data")
    aws_seed.account().create_user("eve", policies=[POLICY])
    return aws_seed

@pytest.fixture
def s3(aws):
    return aws.account().user("eve").client("s3")

@pytest.mark.parametrize("number", range(TESTS))
def test_tiny(s3, number):
    s3.put_object(Bucket="data", Key=f"{number}", Body=b"x")
    assert s3.get_object(Bucket="data", Key=f"{number}")["Body"].read() == b"x"
"""
"""Tests of one user, whose policy is decided, for policy coverage."""

BODY = """
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"x"
"""
DECORATED = """
import boto3
import pytest
from MODULE import MOCK

@pytest.mark.parametrize("number", range(TESTS))
@MOCK
def test_tiny(number):
    s3 = boto3.client("s3", region_name="us-east-1")
"""
FORMS = {
    "bare": """
import pytest

@pytest.mark.parametrize("number", range(TESTS))
def test_tiny(number):
    assert number >= 0
""",
    "moto": DECORATED.replace("MODULE", "moto").replace("MOCK", "mock_aws") + BODY,
    "decorator": DECORATED.replace("MODULE", "mocks3").replace("MOCK", "mock_s3") + BODY,
    "fixture": """
import pytest

@pytest.mark.parametrize("number", range(TESTS))
def test_tiny(s3, number):
"""
    + BODY,
    "no client": """
import pytest

@pytest.mark.parametrize("number", range(TESTS))
def test_tiny(aws, number):
    bucket = aws.account().create_bucket("data", objects={"k": b"x"})
    assert bucket.keys == ["k"]
""",
}
"""The same tiny test with each way to get an S3: create a bucket, put and get. ``bare`` is pytest alone."""

PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
    "-p",
    "no:xdist",
    "-p",
    "no:asyncio",
)


def cost(*options: tuple[str, ...], tests: int, rounds: int) -> dict[tuple[str, ...], float]:
    """Return the median CPU seconds of the suite with each set of options. They run in turns."""
    return _cost({each: (SUITE, each) for each in options}, tests, rounds)


def forms(names: Iterable[str], tests: int, rounds: int) -> dict[str, float]:
    """Return the median CPU seconds of a suite in each form. They run in turns."""
    return _cost({name: (FORMS[name], ()) for name in names}, tests, rounds)


def _cost(suites: dict[Name, tuple[str, tuple[str, ...]]], tests: int, rounds: int) -> dict[Name, float]:
    spent: dict[Name, list[float]] = {name: [] for name in suites}
    with tempfile.TemporaryDirectory() as root:
        for number, (source, _) in enumerate(suites.values()):
            folder = Path(root, str(number))
            folder.mkdir()
            (folder / "test_suite.py").write_text(source.replace("TESTS", str(tests)), encoding="utf-8")
            (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for _ in range(rounds):
            for number, (name, (_, options)) in enumerate(suites.items()):
                before = _cpu()
                command = [*PYTEST, *options]
                subprocess.run(command, cwd=Path(root, str(number)), check=True, stdout=subprocess.DEVNULL)
                spent[name].append(_cpu() - before)
    return {name: median(seconds) for name, seconds in spent.items()}


MUTATED = """
import pytest

POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": f"S{n}", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
     "Resource": f"arn:aws:s3:::data/{n}/*"} for n in range(TESTS)]}

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    aws_seed.account().create_bucket("data", objects={f"{n}/k": b"x" for n in range(TESTS)})
    aws_seed.account().create_user("eve", policies=[POLICY])
    return aws_seed

@pytest.fixture
def s3(aws):
    return aws.account().user("eve").client("s3")

@pytest.mark.parametrize("n", range(TESTS))
def test_reads(s3, n):
    assert s3.get_object(Bucket="data", Key=f"{n}/k")["Body"].read() == b"x"
"""


def mutants(tests: int) -> tuple[int, float]:
    """Return how many mutants of a policy were tried with tests of one call, and their CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_suite.py").write_text(MUTATED.replace("TESTS", str(tests)), encoding="utf-8")
        Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        spent = []
        for options in (WITH, ("--mocks3-mutate=json",)):
            before = _cpu()
            subprocess.run([*PYTEST, *options], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            spent.append(_cpu() - before)
        report = json.loads(Path(folder, "mocks3-mutation.json").read_text(encoding="utf-8"))
    return len(report["mutants"]), max(spent[1] - spent[0], 1e-9)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
