"""Whole runs of pytest, each in a process of its own: a suite of tiny tests, each a put and a get by a user."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

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
)


def cost(*options: tuple[str, ...], tests: int, rounds: int) -> dict[tuple[str, ...], float]:
    """Return the median CPU seconds of the suite with each set of options. They run in turns."""
    spent: dict[tuple[str, ...], list[float]] = {each: [] for each in options}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_suite.py").write_text(SUITE.replace("TESTS", str(tests)), encoding="utf-8")
        Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for _ in range(rounds):
            for each in options:
                before = _cpu()
                subprocess.run([*PYTEST, *each], cwd=folder, check=True, stdout=subprocess.DEVNULL)
                spent[each].append(_cpu() - before)
    return {each: median(seconds) for each, seconds in spent.items()}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
