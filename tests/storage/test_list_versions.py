"""List versions: with every marker, every limit, and with markers that have been deleted."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.storage import NULL, Bucket, ListedVersion, Store, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"

names = st.sampled_from(["a", "a/b", "a/c", "a--b", "b", "b/c/d", "é"])
steps = st.lists(
    st.tuples(st.sampled_from(["put", "put", "delete", "Enabled", "Suspended"]), names), max_size=24
)
prefixes = st.sampled_from(["", "a", "a/", "a-", "b/c"])
delimiters = st.sampled_from(["", "/", "--"])


def store_after(history: list[tuple[str, str]]) -> Store:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    with store.editing("data") as bucket:
        for step, name in history:
            if step == "put":
                bucket.put(Version(name, NOW, OWNER))
            elif step != "delete":
                bucket.versioning = step
            elif bucket.versioning:
                bucket.add_delete_marker(name, owner=OWNER, last_modified=NOW)
    return store


def naive(bucket: Bucket, prefix: str, delimiter: str) -> tuple[list[ListedVersion], list[str]]:
    entries: list[ListedVersion] = []
    groups: list[str] = []
    for name in sorted({entry.version.key for entry in bucket.list_versions(limit=10_000).entries}):
        if not name.startswith(prefix):
            continue
        head, found, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
        if found:
            groups.append(prefix + head + found)
        else:
            versions = bucket.versions_of(name)
            entries += [ListedVersion(version, version is bucket.current(name)) for version in versions]
    return entries, list(dict.fromkeys(groups))


def pages(
    store: Store, prefix: str, delimiter: str, limit: int, between: Callable[[Any], None] = lambda page: None
) -> tuple[list[ListedVersion], list[str]]:
    entries: list[ListedVersion] = []
    groups: list[str] = []
    marker, id_marker, more = "", "", True
    while more:
        bucket = store.bucket("data")
        assert bucket is not None
        page = bucket.list_versions(prefix, delimiter, marker, id_marker, limit)
        entries += page.entries
        groups += page.common_prefixes
        marker, id_marker, more = page.last_key or "", page.last_id or "", page.truncated
        between(page)
    return entries, groups


@given(steps, prefixes, delimiters, st.integers(1, 5))
def test_pages_put_together_are_the_whole(
    history: list[tuple[str, str]], prefix: str, delimiter: str, limit: int
) -> None:
    store = store_after(history)
    bucket = store.bucket("data")
    assert bucket is not None
    assert pages(store, prefix, delimiter, limit) == naive(bucket, prefix, delimiter)


@given(steps, prefixes)
def test_every_marker_lists_exactly_what_comes_after_it(history: list[tuple[str, str]], prefix: str) -> None:
    bucket = store_after(history).bucket("data")
    assert bucket is not None
    whole = bucket.list_versions(prefix).entries
    for at, (version, _) in enumerate(whole):
        page = bucket.list_versions(prefix, "", version.key, version.version_id)
        assert page.entries == whole[at + 1 :]
        page = bucket.list_versions(prefix, "", version.key)
        assert page.entries == [entry for entry in whole if entry.version.key > version.key]


@given(steps, st.integers(1, 4), st.data())
def test_nothing_is_missed_or_repeated_when_listed_versions_are_deleted(
    history: list[tuple[str, str]], limit: int, data: st.DataObject
) -> None:
    store = store_after(history)
    whole, _ = pages(store, "", "", 10_000)
    nulls_stay = data.draw(st.booleans())

    def delete_some(page: Any) -> None:
        with store.editing("data") as bucket:
            for version, _ in page.entries:
                # The position of a deleted null version is lost. No entry is missed, but entries may repeat.
                if not (nulls_stay and version.is_null) and data.draw(st.booleans()):
                    bucket.remove(version.key, version.version_id)

    seen = [entry.version for entry in pages(store, "", "", limit, delete_some)[0]]
    assert list(dict.fromkeys(seen)) == [entry.version for entry in whole]
    if nulls_stay:
        assert len(set(seen)) == len(seen)


@given(steps, st.integers(1, 4))
def test_a_bucket_is_emptied_page_by_page(history: list[tuple[str, str]], limit: int) -> None:
    store = store_after(history)

    def delete_all(page: Any) -> None:
        with store.editing("data") as bucket:
            for version, _ in page.entries:
                bucket.remove(version.key, version.version_id)

    pages(store, "", "", limit, delete_all)
    store.delete_bucket("data")
    assert store.bucket("data") is None


def test_an_id_of_nobodys_lists_all_versions_of_the_marker_key() -> None:
    store = store_after([("Enabled", ""), ("put", "a"), ("put", "a"), ("put", "b")])
    bucket = store.bucket("data")
    assert bucket is not None
    assert len(bucket.list_versions("", "", "a", NULL).entries) == 3
    assert len(bucket.list_versions("", "", "a", "x" * 32).entries) == 3


def test_a_marker_outside_the_prefix_lists_none_of_its_versions() -> None:
    store = store_after([("Enabled", ""), ("put", "a"), ("put", "b"), ("put", "b")])
    bucket = store.bucket("data")
    assert bucket is not None
    version = bucket.versions_of("b")[0]
    assert bucket.list_versions("a", "", "b", version.version_id).entries == []


def test_a_marker_hidden_by_the_delimiter_lists_none_of_its_versions() -> None:
    store = store_after([("Enabled", ""), ("put", "a/b"), ("put", "a/b"), ("put", "c")])
    bucket = store.bucket("data")
    assert bucket is not None
    newest = bucket.versions_of("a/b")[0]
    page = bucket.list_versions("", "/", "a/b", newest.version_id)
    assert [entry.version.key for entry in page.entries] == ["c"]
    assert page.common_prefixes == []


def test_a_common_prefix_that_comes_last_leaves_no_version_marker() -> None:
    store = store_after([("put", "a/b"), ("put", "c")])
    bucket = store.bucket("data")
    assert bucket is not None
    page = bucket.list_versions("", "/", limit=1)
    assert (page.truncated, page.last_key, page.last_id) == (True, "a/", None)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_deleted_marker_keeps_its_place_among_the_versions(place: int) -> None:
    store = store_after([("Enabled", ""), *[("put", "a")] * 4])
    with store.editing("data") as bucket:
        line = bucket.versions_of("a")
        bucket.remove("a", line[place].version_id)
        after = bucket.list_versions("", "", "a", line[place].version_id).entries
    assert [entry.version for entry in after] == line[place + 1 :]
