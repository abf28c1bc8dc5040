"""Compare wildcard matching with a reference that tracks all positions at once and cannot backtrack."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mocks3.policy.glob import glob
from tests.steps import steps

from .naive_policy import fits, symbols

MANY = settings(max_examples=settings.default.max_examples * 20)


@MANY
@given(st.text("ab*?\n", max_size=10), st.text("ab\n", max_size=14))
@example("a*", "a\nb")
@example("*a?b*", "aab")
@example("*?*", "")
@example("?" * 3 + "*" + "?" * 3, "aaaaa")
def test_glob_and_reference_agree(pattern: str, text: str) -> None:
    assert glob(pattern)(text) == fits(symbols(pattern, None), text)


@MANY
@given(st.lists(st.text("ab?", min_size=1, max_size=4), min_size=3, max_size=5), st.text("ab", max_size=40))
def test_floating_chunks_and_reference_agree(chunks: list[str], text: str) -> None:
    """Patterns of many parts with gaps, for which the automaton searches."""
    pattern = "*".join(chunks)
    assert glob(pattern)(text) == fits(symbols(pattern, None), text)


@pytest.mark.parametrize(
    "pattern", ["a*" * 7 + "b", "*a" * 7 + "b", "*a?a" * 7 + "b", "*" * 7, "*" + "a?" * 100 + "b*"]
)
def test_seven_stars_read_a_thousand_characters_once(pattern: str) -> None:
    text, test = "a" * 1000, glob(pattern)
    assert steps(lambda: test(text)) < 5 * len(text)


def test_steps_grow_with_the_text_and_no_faster() -> None:
    test = glob("*a?a*b?c*a?c*")

    def taken(length: int) -> int:
        text = "ab" * (length // 2)
        return steps(lambda: test(text))

    assert taken(4_000) > 4_000  # the automaton runs, whose steps can be counted
    assert taken(64_000) < 17 * taken(4_000)  # 16 times the text; quadratic would be 256 times
