"""Copies of a bucket's index share what does not change, so that the first write after a restore is as fast as any."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mocks3.storage import Owner, Store, Version
from mocks3.storage import layered as layered_module
from mocks3.storage.layered import Layered, copy_of
from mocks3.storage.names import SortedNames, _SharedList

NOW = datetime(2030, 1, 1, tzinfo=UTC)
steps = st.lists(
    st.tuples(st.sampled_from(["add", "add", "add", "remove", "copy", "back"]), st.integers(0, 60)),
    max_size=120,
)


@given(steps)
def test_copies_of_names_are_sets(taken: list[tuple[str, int]]) -> None:
    class Small(_SharedList):
        """A list with pieces of a few names, so that they are split and joined."""

        def __init__(self, names: Any = None) -> None:
            super().__init__()
            self._load = 3
            self._update(names or ())

        def share(self) -> _SharedList:
            copied = super().share()
            copied.__class__, copied._load = Small, 3
            return copied

    names, naive = SortedNames(shared=Small()), set[str]()
    kept: list[tuple[SortedNames, set[str]]] = []
    for step, number in taken:
        name = f"{number:02}"
        if step == "add" and name not in naive:
            names.add(name)
            naive.add(name)
        elif step == "remove" and naive:
            name = sorted(naive)[number % len(naive)]
            names.remove(name)
            naive.remove(name)
        elif step == "copy":
            kept.append((names, naive))
            names, naive = names.copy(), set(naive)
        elif step == "back" and kept:
            names, naive = kept[number % len(kept)][0].copy(), set(kept[number % len(kept)][1])
        assert list(names) == sorted(naive)
    for each, expected in [*kept, (names, naive)]:
        assert list(each) == sorted(expected)
        assert len(each) == len(expected)
        assert list(each.between("20", True, "40")) == [n for n in sorted(expected) if "20" <= n < "40"]


@given(steps)
def test_layered_entries_are_dicts(taken: list[tuple[str, int]]) -> None:
    most, layered_module._MOST_CHANGES = layered_module._MOST_CHANGES, 5
    try:
        entries: Any = Layered({f"{n:02}": n for n in range(0, 60, 3)}, {}, 20)
        naive = {f"{n:02}": n for n in range(0, 60, 3)}
        kept = []
        for at, (step, number) in enumerate(taken):
            key = f"{number:02}"
            if step == "add":
                entries[key] = naive[key] = at + 1
            elif step == "remove" and key in naive:
                del entries[key]
                del naive[key]
            elif step == "copy":
                kept.append((entries, naive))
                entries, naive = copy_of(entries), dict(naive)
            elif step == "back" and kept:
                entries, naive = copy_of(kept[number % len(kept)][0]), dict(kept[number % len(kept)][1])
        for each, expected in [*kept, (entries, naive)]:
            assert len(each) == len(expected)
            for number in range(61):
                key = f"{number:02}"
                assert each.get(key) == expected.get(key)
                assert (key in each) == (key in expected)
    finally:
        layered_module._MOST_CHANGES = most


def test_the_first_write_after_a_restore_copies_little() -> None:
    store = Store()
    store.create_bucket("data", owner="123456789012", region="us-east-1", created=NOW)
    with store.editing("data") as bucket:
        for number in range(20_000):
            bucket.put(Version(f"{number:05}", NOW, Owner("me")))
    mark = store.snapshot()
    before = store.bucket("data")
    assert before is not None
    shared = before._keys
    for _ in range(3):
        store.restore(mark)
        with store.editing("data") as bucket:
            bucket.put(Version("10000-new", NOW, Owner("me")))
            bucket.remove("00005", "null")
            bucket.update(dataclasses.replace(bucket.current("00007"), tags={"a": "b"}))
        keys = bucket._keys
        assert isinstance(keys._current, Layered)
        assert keys._current._base is shared._current
        assert len(keys._current._changes) == 3
        pieces = shared._live._sorted._lists
        copied = [each for each in keys._live._sorted._lists if not any(each is piece for piece in pieces)]
        assert len(copied) == 2, "only the pieces with the new and with the removed key are copied"
        assert len(bucket.list_keys(limit=1 << 20).entries) == 20_000
        assert bucket.current("00005") is None
    store.restore(mark)
    bucket = store.bucket("data")
    assert bucket is not None
    assert bucket.current("00005") is not None
    assert bucket.current("10000-new") is None
