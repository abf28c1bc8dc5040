"""The code of the README runs, and prints what the README shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the README's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_its_examples_are_tests_that_pass(pytester: pytest.Pytester) -> None:
    examples = blocks("python")
    for number, example in enumerate(examples):
        pytester.path.joinpath(f"test_example_{number}.py").write_text(example, encoding="utf-8")
    tests = sum(example.count("\ndef test_") for example in examples)
    pytester.runpytest_inprocess().assert_outcomes(passed=tests - 1, failed=1)


def test_its_report_is_what_the_test_that_fails_prints(pytester: pytest.Pytester) -> None:
    (failing,) = (example for example in blocks("python") if "def test_that_fails" in example)
    pytester.makepyfile(failing)
    lines = pytester.runpytest_inprocess("-k", "test_that_fails", "--color=no").outlines
    start = next(number for number, line in enumerate(lines) if " why S3 denied this " in line)
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith("====="))
    (shown,) = (block for block in blocks("console") if "why S3 denied this" in block)
    if os.environ.get("MOCKS3_WRITE_GOLDEN"):
        new = README.replace(shown, "\n".join(lines[start:end]) + "\n")
        (Path(__file__).parents[2] / "README.md").write_text(new, encoding="utf-8")
    assert lines[start:end] == shown.splitlines()


def test_its_outputs_are_what_is_printed(pytester: pytest.Pytester) -> None:
    (printing,) = (example for example in blocks("python") if "print(" in example)
    pytester.makepyfile(printing)
    printed = pytester.runpytest_inprocess("-s", "-q").outlines
    shown = blocks("text")[-1].splitlines()
    assert printed[: len(shown)] == shown
