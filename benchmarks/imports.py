"""How long an import takes on top of what is imported already, in a fresh interpreter each time."""

from __future__ import annotations

import subprocess
import sys
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
MOCKS3_FIRST_CALL = (MOCKS3[0], MOCKS3[1] + FIRST_CALL.format(mock="mock_s3"))
MOTO_FIRST_CALL = (MOTO[0], MOTO[1] + FIRST_CALL.format(mock="mock_aws"))


def cost(*pairs: tuple[str, str], rounds: int) -> list[float]:
    """The median CPU seconds of each pair's second half, taken in turns; each runs once before, for its caches."""
    times: list[list[float]] = [[] for _ in pairs]
    for turn in range(-1, rounds):
        for measured, (before, imports) in zip(times, pairs, strict=True):
            program = PROGRAM.format(before=before, measured=imports)
            output = subprocess.run(
                [sys.executable, "-c", program], check=True, capture_output=True, text=True
            ).stdout
            if turn >= 0:
                measured.append(float(output))
    return [median(measured) for measured in times]
