"""Compare the table of condition keys with AWS's own list."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mocks3.access.context import MULTIVALUED, ROWS, TAG_ROWS, UNDERIVED
from mocks3.access.vocabulary import vocabulary

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


@pytest.mark.parametrize(
    "row", [row for row in DERIVED.values() if row.key.startswith("s3:")], ids=lambda row: row.key
)
def test_one_place_says_which_actions_support_a_key_of_s3(row) -> None:
    """The check of bucket policies (V-15) and the requests use the same table of keys."""
    known = vocabulary()
    assert row.actions == frozenset()
    assert known.has_key(row.key)


@pytest.mark.parametrize("key", [key for key in DERIVED if key in LISTED])
def test_every_key_has_a_test_that_names_it(key: str) -> None:
    tests = "".join(
        path.read_text("utf-8") for path in HERE.glob("test_*.py") if path.name != Path(__file__).name
    )
    name = key.removesuffix("<key>")
    assert re.search(re.escape(name) + (r"(?![\w-])" if name == key else ""), tests, re.IGNORECASE)


def test_every_row_says_where_it_comes_from() -> None:
    assert [row.key for row in DERIVED.values() if not row.source] == []
