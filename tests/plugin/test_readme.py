"""The code of the README runs, and prints what the README shows."""

from __future__ import annotations

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
    pytester.runpytest_inprocess().assert_outcomes(passed=tests)


def test_its_outputs_are_what_is_printed(pytester: pytest.Pytester) -> None:
    (printing,) = (example for example in blocks("python") if "print(" in example)
    pytester.makepyfile(printing)
    printed = pytester.runpytest_inprocess("-s", "-q").outlines
    shown = blocks("text")[-1].splitlines()
    assert printed[: len(shown)] == shown


def test_it_is_short() -> None:
    """Pages that one looks things up in are in docs/."""
    assert len(README.splitlines()) < 150
