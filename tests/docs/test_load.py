"""The page on loading names every output that is read."""

from __future__ import annotations

import re
from pathlib import Path

from mocks3.load.cli_output import SHAPES
from mocks3.load.naming import KINDS

PAGE = Path(__file__).parents[2].joinpath("docs/load.md").read_text("utf-8")


def test_every_command_is_on_the_page_and_the_other_way_round() -> None:
    table = PAGE.partition("| service | commands |")[2].partition("\n\n")[0]
    documented = set(re.findall(r"`((?:get|list|describe|head)-[a-z0-9-]+)`", table))
    known = {word.strip(",") for shape in SHAPES for word in shape.commands.split() if "-" in word}
    assert documented == known


def test_every_argument_that_names_a_resource_is_on_the_page() -> None:
    assert set(re.findall(r"`(\w+)=`", PAGE.partition("1. an argument")[2].partition("2. ")[0])) == set(KINDS)
