"""Measure an import in addition to imports that came before, each time in a new interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from statistics import median

PROGRAM = """
import time
{before}
start = time.process_time()
{measured}
print(time.process_time() - start)
"""

MOCKS3 = ("import botocore.session", "from mocks3 import mock_s3")
MOTO = ("import botocore.session", "from moto import mock_aws")
PLUGIN = ("import pytest", "import pytest_mocks3.plugin")
FIRST_CALL = """
with {mock}():
    import boto3
    boto3.client("s3", region_name="us-east-1").list_buckets()
"""
FLOOR_FIRST_CALL = (
    MOCKS3[0],
    """
import boto3
from botocore.awsrequest import AWSResponse

class Raw:
    def stream(self, *_, **__):
        yield b"<ListAllMyBucketsResult/>"

def answer(request, **_):
    return AWSResponse(request.url, 200, {}, Raw())

keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x" * 40}
client = boto3.client("s3", region_name="us-east-1", **keys)
client.meta.events.register_first("before-send.s3", answer)
client.list_buckets()
""",
)
MOCKS3_FIRST_CALL = (MOCKS3[0], MOCKS3[1] + FIRST_CALL.format(mock="mock_s3"))
MOTO_FIRST_CALL = (MOTO[0], MOTO[1] + FIRST_CALL.format(mock="mock_aws"))


def cost(*pairs: tuple[str, str], rounds: int) -> list[float]:
    """Return the median CPU seconds of the second program of each pair, run in turns, with compiled byte code."""
    times: list[list[float]] = [[] for _ in pairs]
    with tempfile.TemporaryDirectory() as compiled:
        for turn in range(-1, rounds):
            for measured, (before, imports) in zip(times, pairs, strict=True):
                spent = _run(PROGRAM.format(before=before, measured=imports), compiled)
                if turn >= 0:
                    measured.append(spent)
    return [median(measured) for measured in times]


def _run(program: str, compiled: str) -> float:
    # Without byte code on disk every run would compile it again, which does not happen in real test runs.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = compiled
    command = [sys.executable, "-c", program]
    return float(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    )
