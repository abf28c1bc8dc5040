"""List keys: compare with a naive implementation, page by page, and count the steps."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.storage import Bucket, Store, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"

# Few letters and a delimiter of two characters, so that prefixes, groups and markers often overlap.
texts = st.text(alphabet="ab/-\U0010ffff", max_size=6)
keys = st.lists(st.text(alphabet="ab/-\U0010ffff", min_size=1, max_size=8), unique=True, max_size=14)
prefixes = st.text(alphabet="ab/-\U0010ffff", max_size=3)
delimiters = st.sampled_from(["", "/", "-", "--", "a/", "/a/", "\U0010ffff"])
limits = st.integers(1, 6)


def bucket_of(*names: str) -> Bucket:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    with store.editing("data") as bucket:
        for name in names:
            bucket.put(Version(name, NOW, OWNER))
        return bucket


def naive(
    names: list[str], prefix: str, delimiter: str, after: str, limit: int, regroup: bool = False
) -> dict[str, Any]:
    """List keys in the simplest way."""

    def group(name: str) -> str | None:
        head, found, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
        return prefix + head + found if found and name.startswith(prefix) else None

    def behind(name: str) -> bool:
        return name <= after or (
            not regroup and group(name) is not None and after.startswith(str(group(name)))
        )

    left = [name for name in sorted(names, key=str.encode) if name.startswith(prefix) and not behind(name)]
    shown = list(dict.fromkeys((group(name) or name, group(name) is None) for name in left))
    page = shown[:limit]
    return {
        "keys": [name for name, is_key in page if is_key],
        "prefixes": [name for name, is_key in page if not is_key],
        "truncated": 0 < limit < len(shown),
        "last": page[-1][0] if page else None,
    }


def listed(bucket: Bucket, *args: Any, **options: Any) -> dict[str, Any]:
    page = bucket.list_keys(*args, **options)
    return {
        "keys": [version.key for version in page.entries],
        "prefixes": page.common_prefixes,
        "truncated": page.truncated,
        "last": page.last_key,
    }


@given(keys, prefixes, delimiters, texts, limits, st.booleans())
def test_a_page_is_what_the_naive_twin_says(
    names: list[str], prefix: str, delimiter: str, after: str, limit: int, regroup: bool
) -> None:
    bucket = bucket_of(*names)
    expected = naive(names, prefix, delimiter, after, limit, regroup)
    assert listed(bucket, prefix, delimiter, after, limit, regroup=regroup) == expected


@given(keys, prefixes, delimiters, limits)
def test_pages_put_together_are_the_whole(names: list[str], prefix: str, delimiter: str, limit: int) -> None:
    bucket = bucket_of(*names)
    whole = listed(bucket, prefix, delimiter)
    found: dict[str, list[str]] = {"keys": [], "prefixes": []}
    after, more = "", True
    while more:
        page = listed(bucket, prefix, delimiter, after, limit)
        found["keys"] += page["keys"]
        found["prefixes"] += page["prefixes"]
        after, more = page["last"], page["truncated"]
        assert len(page["keys"]) + len(page["prefixes"]) == limit or not more
    assert found == {"keys": whole["keys"], "prefixes": whole["prefixes"]}


@given(st.lists(st.text(min_size=1), unique=True))
def test_keys_stand_in_the_order_of_their_utf8_bytes(names: list[str]) -> None:
    assert listed(bucket_of(*names))["keys"] == [raw.decode() for raw in sorted(map(str.encode, names))]


def test_a_marker_that_is_a_common_prefix_has_the_group_behind_it() -> None:
    bucket = bucket_of("a/1", "a/2", "b")
    assert listed(bucket, "", "/", "a/")["prefixes"] == []


def test_a_marker_inside_a_group_has_the_group_behind_it_unless_regrouped() -> None:
    bucket = bucket_of("a/1", "a/2", "b")
    assert listed(bucket, "", "/", "a/1")["prefixes"] == []
    assert listed(bucket, "", "/", "a/1", regroup=True)["prefixes"] == ["a/"]
    assert listed(bucket, "", "/", "a/2", regroup=True)["prefixes"] == []


def test_a_prefix_that_ends_inside_a_delimiter_does_not_complete_it() -> None:
    bucket = bucket_of("a--b", "a-b--c")
    assert listed(bucket, "a-", "--") == {
        "keys": ["a--b"],
        "prefixes": ["a-b--"],
        "truncated": False,
        "last": "a-b--",
    }


def test_a_limit_of_0_is_an_empty_page_and_not_truncated() -> None:
    assert listed(bucket_of("a"), limit=0) == {"keys": [], "prefixes": [], "truncated": False, "last": None}


@pytest.mark.parametrize(
    "key", ["a b", "a//b", "../a", "/", "%2F", "\x00", "\x7f\n", "é", "日本", "\U0001f600"]
)
def test_odd_keys_are_kept_as_they_are(key: str) -> None:
    bucket = bucket_of(key)
    assert listed(bucket)["keys"] == [key]
    assert bucket.current(key) is not None


def test_a_key_that_utf8_cannot_hold_is_refused_and_nothing_stored() -> None:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    with store.editing("data") as bucket:
        with pytest.raises(UnicodeEncodeError):
            bucket.put(Version("\udcff", NOW, OWNER))
        assert bucket.is_empty


class Counted(str):
    """A key that counts its comparisons."""

    __slots__ = ()
    looks = 0

    def __lt__(self, other: str) -> bool:
        Counted.looks += 1
        return str.__lt__(self, other)

    def __gt__(self, other: str) -> bool:
        Counted.looks += 1
        return str.__gt__(self, other)

    def find(self, *args: Any) -> int:
        Counted.looks += 1
        return str.find(self, *args)

    def startswith(self, *args: Any) -> bool:
        Counted.looks += 1
        return str.startswith(self, *args)


@pytest.mark.parametrize("hidden", ["by a delimiter", "by delete markers", "by nothing"])
def test_a_page_of_ten_looks_at_few_keys_whatever_the_size_of_the_bucket(hidden: str) -> None:
    size = 20_000
    names = [Counted(f"a/{number:05}") for number in range(size)]
    names += [Counted(f"z{number}") for number in range(10)]
    bucket = bucket_of(*names)
    if hidden == "by delete markers":
        store = Store()
        store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
        with store.editing("data") as bucket:
            bucket.versioning = "Enabled"
            for name in names[:size]:
                bucket.add_delete_marker(name, owner=OWNER, last_modified=NOW)
            for name in names[size:]:
                bucket.put(Version(name, NOW, OWNER))
    Counted.looks = 0
    page = bucket.list_keys("", "/" if hidden == "by a delimiter" else "", limit=10)
    assert len(page.entries) + len(page.common_prefixes) == 10
    assert Counted.looks < 150
