"""Listings page by page, through a client, against lists made by hand: naive, and obviously right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import mock_s3

ALPHABET = "ab/~+ ü\U0001f600"
NAMES = st.text(ALPHABET, min_size=1, max_size=4)
KEYS = st.lists(NAMES, max_size=12, unique=True)
PREFIXES = st.text(ALPHABET, max_size=2)
DELIMITERS = st.sampled_from(["", "/", "a", "ü", "//"])
LIMITS = st.integers(1, 5)

quick = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)


@contextmanager
def bucket_of(keys: list[str], **options: Any) -> Iterator[Any]:
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects=dict.fromkeys(keys, b""), **options)
        yield aws.client()


def naive(keys: list[str], prefix: str, delimiter: str) -> list[str]:
    """What a listing holds, in order: keys, and each common prefix once, where its first key stands."""
    found: list[str] = []
    for key in sorted(keys, key=str.encode):
        if not key.startswith(prefix):
            continue
        rest = key[len(prefix) :]
        if delimiter and delimiter in rest:
            group = prefix + rest[: rest.index(delimiter) + len(delimiter)] + "\0group"
            if group not in found:
                found.append(group)
        else:
            found.append(key)
    return found


def shown(page: dict[str, Any], entries: str = "Contents") -> list[str]:
    names = [entry["Key"] for entry in page.get(entries, [])]
    names += [entry["Prefix"] + "\0group" for entry in page.get("CommonPrefixes", [])]
    return sorted(names, key=lambda name: name.removesuffix("\0group").encode())


@quick
@given(KEYS, PREFIXES, DELIMITERS, LIMITS)
def test_v2_page_by_page(keys: list[str], prefix: str, delimiter: str, limit: int) -> None:
    with bucket_of(keys) as s3:
        pages, token = [], None
        while True:
            more: dict[str, str] = {"ContinuationToken": token} if token else {}
            page = s3.list_objects_v2(
                Bucket="data", Prefix=prefix, Delimiter=delimiter, MaxKeys=limit, **more
            )
            assert page["KeyCount"] == len(shown(page)) <= limit
            pages.append(shown(page))
            token = page.get("NextContinuationToken")
            assert page["IsTruncated"] == (token is not None)
            if token is None:
                break
        assert [name for page in pages for name in page] == naive(keys, prefix, delimiter)
        assert all(len(page) == limit for page in pages[:-1])


@quick
@given(KEYS, PREFIXES, DELIMITERS, LIMITS)
def test_v1_page_by_page(keys: list[str], prefix: str, delimiter: str, limit: int) -> None:
    with bucket_of(keys) as s3:
        found: list[str] = []
        marker = ""
        while True:
            page = s3.list_objects(
                Bucket="data", Prefix=prefix, Delimiter=delimiter, MaxKeys=limit, Marker=marker
            )
            found += shown(page)
            if not page["IsTruncated"]:
                break
            marker = page.get("NextMarker") or page["Contents"][-1]["Key"]
        assert found == naive(keys, prefix, delimiter)


@quick
@given(KEYS, NAMES, DELIMITERS)
def test_start_after(keys: list[str], start: str, delimiter: str) -> None:
    with bucket_of(keys) as s3:
        page = s3.list_objects_v2(Bucket="data", StartAfter=start, Delimiter=delimiter)
        later = [key for key in keys if key.encode() > start.encode()]
        assert shown(page) == naive(later, "", delimiter)


@quick
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=10), LIMITS)
def test_versions_page_by_page(writes: list[tuple[str, bool]], limit: int) -> None:
    with bucket_of([], versioning=True) as s3:
        history: dict[str, list[str]] = {"a": [], "b": [], "c": []}
        for key, deletes in writes:
            done = (
                s3.delete_object(Bucket="data", Key=key) if deletes else s3.put_object(Bucket="data", Key=key)
            )
            history[key].insert(0, done["VersionId"])
        expected = {
            (key, version): version == versions[0]
            for key, versions in history.items()
            for version in versions
        }
        found: dict[tuple[str, str], bool] = {}
        for page in s3.get_paginator("list_object_versions").paginate(
            Bucket="data", PaginationConfig={"PageSize": limit}
        ):
            entries = page.get("Versions", []) + page.get("DeleteMarkers", [])
            assert len(entries) <= limit
            for entry in entries:
                assert (entry["Key"], entry["VersionId"]) not in found
                found[entry["Key"], entry["VersionId"]] = entry["IsLatest"]
        assert found == expected
