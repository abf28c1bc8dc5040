"""Collect the worked examples of a module, so that each is a test of its own: ``pytest -k W-73``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Example = Callable[[Any], None]


class Examples:
    """The worked examples of a module, by their ids in ``docs/rules/worked-examples.md``.

    examples = Examples()

    @examples.add("W-3")
    def _(world): example_1(world).get_object("k").gives("200 by bucket policy")

    @pytest.mark.parametrize("example", examples.all)
    def test_walkthroughs(example, world): example(world)
    """

    def __init__(self) -> None:
        self.all: list[Any] = []

    def add(self, name: str) -> Callable[[Example], Example]:
        """Add the decorated function under the id of its example."""

        def add(example: Example) -> Example:
            self.all.append(pytest.param(example, id=name))
            return example

        return add
