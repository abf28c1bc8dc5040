"""The table of condition keys against AWS's own list of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mocks3.access.bucket_policies.vocabulary import vocabulary
from mocks3.access.context import MULTIVALUED, ROWS, TAG_ROWS, UNDERIVED

HERE = Path(__file__).parent
LISTED = json.loads((HERE / "facts/condition_keys.json").read_text("utf-8"))["keys"]
DERIVED = {row.key: row for row in (*ROWS.values(), *TAG_ROWS.values())}


def test_every_key_is_derived_or_says_why_not() -> None:
    """C-82."""
    assert set(DERIVED) | set(UNDERIVED) == set(LISTED)
    assert not set(DERIVED) & set(UNDERIVED)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.key)
def test_type_and_multiplicity_are_those_of_the_reference(row) -> None:
    assert row.type in LISTED[row.key]["type"].split("|")
    assert row.multivalued == LISTED[row.key]["multivalued"]
    assert (row.key.lower() in MULTIVALUED) == row.multivalued  # C-67


UNSEEN = {"s3:getobjectattributes", "s3:getobjectversionattributes"}
"""Policies may name existing tags with these actions, and they never match (V-16)."""


@pytest.mark.parametrize("row", [row for row in DERIVED.values() if row.actions], ids=lambda row: row.key)
def test_a_key_comes_with_the_actions_that_support_it(row) -> None:
    """What bucket policies may say (V-15) is what requests carry, but for V-16."""
    known = vocabulary()
    for action in known.actions:
        carried = action.name in row.actions
        if row.key.startswith("s3:") and action.name not in UNSEEN:
            assert known.supports(action, row.key) == carried, action.name


@pytest.mark.parametrize("key", [key for key in DERIVED if key in LISTED])
def test_every_key_has_a_test_that_names_it(key: str) -> None:
    tests = "".join(
        path.read_text("utf-8") for path in HERE.glob("test_*.py") if path.name != Path(__file__).name
    )
    name = key.removesuffix("<key>")
    assert re.search(re.escape(name) + (r"(?![\w-])" if name == key else ""), tests, re.IGNORECASE)


def test_every_row_says_where_it_comes_from() -> None:
    assert [row.key for row in DERIVED.values() if not row.source] == []
