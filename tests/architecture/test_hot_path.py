"""How much code a plain call enters. Times depend on the machine; the number of functions and files does not.

A new check belongs behind a condition that a plain call does not meet: a bucket without policy, ACLs, configurations,
organization and VPC endpoint enters nothing that is about these.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import mocks3
from mocks3 import MockAWS

ROOT = str(Path(mocks3.__file__).parent)
# Python 3.11 runs each of these as a function of its own.
INLINED = ("<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")

CALLS: dict[str, tuple[Callable[[Any], object], int, int]] = {
    "put": (lambda s3: s3.put_object(Bucket="data", Key="k", Body=b"x" * 1024), 288, 77),
    "get": (lambda s3: s3.get_object(Bucket="data", Key="k")["Body"].read(), 196, 66),
    "head": (lambda s3: s3.head_object(Bucket="data", Key="k"), 181, 62),
    "delete": (lambda s3: s3.delete_object(Bucket="data", Key="k"), 212, 62),
}
"""The calls, the most functions of mocks3 that each may enter, and the most files."""


def entered(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the functions of mocks3 that run, each time they do, with their files."""
    found = []

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ROOT) and code.co_name not in INLINED:
            found.append((code.co_filename, code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


@pytest.mark.parametrize("name", CALLS)
def test_a_plain_call_enters_few_functions(aws: MockAWS, name: str) -> None:
    call, most_functions, most_files = CALLS[name]
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="data")
    for _ in range(2):  # the first call compiles what is compiled once
        s3.put_object(Bucket="data", Key="k", Body=b"x" * 1024)
        functions = entered(lambda: call(s3))
    assert len(functions) <= most_functions, "\n".join(f"{file}: {each}" for file, each in functions)
    assert len({file for file, _ in functions}) <= most_files
