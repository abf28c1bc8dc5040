"""Snapshot and restore: marks in any order, compared with deep copies of the visible state."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from mocks3.storage import NULL, Blob, Bucket, Initiator, Part, Store, StoreMark, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"
ROOT = Initiator(f"arn:aws:iam::{OWNER}:root", OWNER, "Root", OWNER)
buckets = st.sampled_from(["one", "one", "one", "two"])
names = st.sampled_from(["a", "b", "c"])

Write = Callable[[Bucket, str, int], None]


def put(bucket: Bucket, key: str, count: int) -> None:
    bucket.put(Version(key, NOW, OWNER, etag=str(count)))


def delete(bucket: Bucket, key: str, count: int) -> None:
    if bucket.versioning:
        bucket.add_delete_marker(key, owner=OWNER, last_modified=NOW)


def remove_oldest(bucket: Bucket, key: str, count: int) -> None:
    for version in bucket.versions_of(key)[-1:]:
        bucket.remove(key, version.version_id)


def remove_null(bucket: Bucket, key: str, count: int) -> None:
    bucket.remove(key, NULL)


def tag(bucket: Bucket, key: str, count: int) -> None:
    for version in bucket.versions_of(key):
        bucket.update(replace(version, tags={"count": str(count)}))


def set_up(bucket: Bucket, key: str, count: int) -> None:
    bucket.versioning = "Enabled" if count % 3 else "Suspended"
    bucket.policy = str(count)
    bucket.configurations[key] = count


def upload(bucket: Bucket, key: str, count: int) -> None:
    bucket.start_upload(Version(key, NOW, OWNER), initiator=ROOT, initiated=NOW)


def put_part(bucket: Bucket, key: str, count: int) -> None:
    for under_way in bucket.list_uploads(key).entries:
        bucket.put_part(under_way.id, Part(count % 3 + 1, Blob.of(b"x"), str(count), NOW))


def end_upload(bucket: Bucket, key: str, count: int) -> None:
    for under_way in bucket.list_uploads(key).entries[:1]:
        if count % 2:
            bucket.abort_upload(under_way.id)
        else:
            bucket.complete_upload(under_way.id, Version(key, NOW, OWNER, etag=str(count)))


WRITES = [put, put, delete, remove_oldest, remove_null, tag, set_up, upload, put_part, put_part, end_upload]


def create(store: Store, name: str) -> None:
    """A bucket with a noncurrent null version, delete markers and uploads."""
    store.create_bucket(name, owner=OWNER, region="us-east-1", created=NOW)
    with store.editing(name) as bucket:
        for key in ("a", "b", "a"):
            put(bucket, key, 0)
            upload(bucket, key, 0)
            bucket.versioning = "Enabled"
        for _ in range(2):
            put(bucket, "a", 0)
        delete(bucket, "c", 0)


def seen(bucket: Bucket) -> dict[str, Any]:
    """Return the visible state of a bucket as plain values."""
    versions = bucket.list_versions().entries
    uploads = bucket.list_uploads().entries
    return {
        "versioning": bucket.versioning,
        "policy": bucket.policy,
        "documents": dict(bucket.configurations),
        "keys": [version.key for version in bucket.list_keys().entries],
        "versions": [(v.key, v.is_null, v.etag, dict(v.tags), latest) for v, latest in versions],
        "nulls": [key for key in ("a", "b", "c") if bucket.version(key, NULL)],
        "uploads": [(u.key, u.conflicted, [(n, p.etag) for n, p in u.parts.items()]) for u in uploads],
        "ended": sorted((u.key, u.etag or "") for u in bucket._uploads.ended.values()),
        "ids": [v.version_id for v, _ in versions] + [u.id for u in uploads],
    }


class Snapshots(RuleBasedStateMachine):
    """A store with writes and restores. The test stores the visible state at each mark.

    At the end every mark is restored once more. No later change may have changed it.
    """

    marks = Bundle("marks")

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.count = 0
        self.taken: list[tuple[StoreMark, dict[str, Any]]] = []
        create(self.store, "one")

    def look(self) -> dict[str, Any]:
        return {name: seen(bucket) for name, bucket in self.store.buckets().items()}

    @rule(target=marks)
    def snapshot(self) -> tuple[StoreMark, dict[str, Any]]:
        before = self.look()
        self.taken.append((self.store.snapshot(), before))
        return self.taken[-1]

    @rule(mark=marks)
    def restore(self, mark: tuple[StoreMark, dict[str, Any]]) -> None:
        self.store.restore(mark[0])
        assert self.look() == mark[1]

    def teardown(self) -> None:
        for mark, before in self.taken:
            self.store.restore(mark)
            assert self.look() == before

    @rule(name=buckets, key=names, write=st.sampled_from(WRITES))
    def write(self, name: str, key: str, write: Write) -> None:
        self.count += 1
        if self.store.bucket(name) is None:
            self.create_or_delete(name)
        with self.store.editing(name) as bucket:
            write(bucket, key, self.count)

    @rule(name=buckets)
    def create_or_delete(self, name: str) -> None:
        if self.store.bucket(name) is None:
            create(self.store, name)
            return
        with self.store.editing(name) as bucket:
            for version, _ in bucket.list_versions().entries:
                bucket.remove(version.key, version.version_id)
            self.store.delete_bucket(name)


TestSnapshots = Snapshots.TestCase
TestSnapshots.settings = settings(stateful_step_count=40)


@pytest.fixture
def store() -> Store:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    return store


def keys(store: Store) -> list[str]:
    bucket = store.bucket("data")
    return [] if bucket is None else [version.key for version in bucket.list_keys().entries]


def write_to(store: Store, key: str) -> None:
    with store.editing("data") as bucket:
        put(bucket, key, 0)


def test_a_handle_from_before_keeps_showing_what_it_showed(store: Store) -> None:
    handle = store.bucket("data")
    assert handle is not None
    store.snapshot()
    write_to(store, "k")
    assert handle.is_empty
    assert keys(store) == ["k"]


def test_a_write_after_a_snapshot_copies_only_the_bucket_it_touches(store: Store) -> None:
    other = store.create_bucket("other", owner=OWNER, region="us-east-1", created=NOW)
    store.snapshot()
    with store.editing("data") as bucket:
        bucket.policy = "{}"
        assert bucket._keys.edit is not bucket.edit, "the key index is copied only when it is written to"
    assert store.bucket("other") is other


def test_ids_are_not_issued_again_after_a_restore(store: Store) -> None:
    with store.editing("data") as bucket:
        bucket.versioning = "Enabled"
    mark = store.snapshot()
    ids = []
    for _ in range(3):
        store.restore(mark)
        with store.editing("data") as bucket:
            ids.append(bucket.put(Version("k", NOW, OWNER)).sequence)
    assert len(set(ids)) == 3


def test_no_snapshot_and_no_restore_while_a_bucket_is_edited(store: Store) -> None:
    mark = store.snapshot()
    with store.editing("data"):
        with pytest.raises(RuntimeError, match="cannot take a snapshot"):
            store.snapshot()
        with pytest.raises(RuntimeError, match="cannot restore"):
            store.restore(mark)


def test_a_mark_of_another_store_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="another store"):
        store.restore(Store().snapshot())


def test_the_size_of_a_bucket_does_not_matter_to_a_snapshot(store: Store) -> None:
    for number in range(100):
        write_to(store, str(number))
    before = store.bucket("data")
    mark = store.snapshot()
    store.restore(mark)
    assert store.bucket("data") is before


@given(st.lists(st.tuples(st.sampled_from(WRITES), names), max_size=25))
def test_writes_go_on_after_a_snapshot_as_if_there_had_been_none(writes: list[tuple[Write, str]]) -> None:
    looks = []
    for snapshots in (False, True):
        store = Store()
        create(store, "data")
        for count, (write, key) in enumerate(writes):
            if snapshots:
                store.snapshot()
            with store.editing("data") as bucket:
                write(bucket, key, count)
        with store.editing("data") as bucket:
            looks.append({name: look for name, look in seen(bucket).items() if name != "ids"})
    assert looks[0] == looks[1]


def test_an_upload_stays_conflicted_after_a_snapshot(store: Store) -> None:
    with store.editing("data") as bucket:
        upload(bucket, "k", 0)
        put(bucket, "k", 0)
    store.snapshot()
    with store.editing("data") as bucket:
        put_part(bucket, "k", 0)
        assert [under_way.conflicted for under_way in bucket.list_uploads().entries] == [True]
