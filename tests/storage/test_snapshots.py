"""Snapshot and restore: marks in any order, against deep copies of what could be seen."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from mocks3.storage import Blob, Bucket, Initiator, Mark, Part, Store, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"
ROOT = Initiator(f"arn:aws:iam::{OWNER}:root", OWNER, "Root", OWNER)
buckets = st.sampled_from(["one", "two"])
names = st.sampled_from(["a", "b"])


def seen(bucket: Bucket) -> dict[str, Any]:
    """Everything that can be seen of a bucket, as plain values."""
    versions = bucket.list_versions().entries
    uploads = bucket.list_uploads().entries
    return {
        "versioning": bucket.versioning,
        "policy": bucket.policy,
        "documents": dict(bucket.documents),
        "keys": [version.key for version in bucket.list_keys().entries],
        "versions": [(v.key, v.version_id, v.etag, dict(v.tags), latest) for v, latest in versions],
        "uploads": [(u.id, u.conflicted, [(n, p.etag) for n, p in u.parts.items()]) for u in uploads],
        "ended": sorted(bucket._uploads.ended),
    }


class Snapshots(RuleBasedStateMachine):
    """A store that is written to, and goes back and forth; what it looked like at each mark is kept beside."""

    marks = Bundle("marks")

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.count = 0

    def look(self) -> dict[str, Any]:
        return {name: seen(bucket) for name, bucket in self.store.buckets().items()}

    @rule(target=marks)
    def snapshot(self) -> tuple[Mark, dict[str, Any]]:
        before = self.look()
        return self.store.snapshot(), before

    @rule(mark=marks)
    def restore(self, mark: tuple[Mark, dict[str, Any]]) -> None:
        self.store.restore(mark[0])
        assert self.look() == mark[1]

    @rule(name=buckets)
    def create_or_delete(self, name: str) -> None:
        if self.store.bucket(name) is None:
            self.store.create_bucket(name, owner=OWNER, region="us-east-1", created=NOW)
            return
        with self.store.editing(name) as bucket:
            for version, _ in bucket.list_versions().entries:
                bucket.remove(version.key, version.version_id)
            self.store.delete_bucket(name)

    @rule(
        name=buckets,
        key=names,
        step=st.sampled_from(["put", "remove", "tag", "set", "upload", "part", "end"]),
    )
    def write(self, name: str, key: str, step: str) -> None:
        if self.store.bucket(name) is None:
            return
        self.count += 1
        with self.store.editing(name) as bucket:
            getattr(self, f"_{step}")(bucket, key)

    def _put(self, bucket: Bucket, key: str) -> None:
        bucket.put(Version(key, NOW, OWNER, etag=str(self.count)))

    def _remove(self, bucket: Bucket, key: str) -> None:
        for version in bucket.versions_of(key)[-1:]:
            bucket.remove(key, version.version_id)

    def _tag(self, bucket: Bucket, key: str) -> None:
        for version in bucket.versions_of(key):
            bucket.update(replace(version, tags={"count": str(self.count)}))

    def _set(self, bucket: Bucket, key: str) -> None:
        bucket.versioning = "Enabled"
        bucket.policy = str(self.count)
        bucket.documents[key] = self.count

    def _upload(self, bucket: Bucket, key: str) -> None:
        bucket.start_upload(Version(key, NOW, OWNER), initiator=ROOT, initiated=NOW)

    def _part(self, bucket: Bucket, key: str) -> None:
        for upload in bucket.list_uploads(key).entries:
            bucket.put_part(upload.id, Part(self.count % 3 + 1, Blob.of(b"x"), str(self.count), NOW))

    def _end(self, bucket: Bucket, key: str) -> None:
        for upload in bucket.list_uploads(key).entries[:1]:
            if self.count % 2:
                bucket.abort_upload(upload.id)
            else:
                bucket.complete_upload(upload.id, Version(key, NOW, OWNER, etag=str(self.count)))

    @invariant()
    def looking_changes_nothing(self) -> None:
        assert self.look() == self.look()


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


def put(store: Store, key: str) -> None:
    with store.editing("data") as bucket:
        bucket.put(Version(key, NOW, OWNER))


def test_a_handle_from_before_keeps_showing_what_it_showed(store: Store) -> None:
    handle = store.bucket("data")
    assert handle is not None
    store.snapshot()
    put(store, "k")
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
        with pytest.raises(RuntimeError, match="no snapshot"):
            store.snapshot()
        with pytest.raises(RuntimeError, match="no restore"):
            store.restore(mark)


def test_a_mark_of_another_store_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="another store"):
        store.restore(Store().snapshot())


def test_the_size_of_a_bucket_does_not_matter_to_a_snapshot(store: Store) -> None:
    for number in range(100):
        put(store, str(number))
    before = store.bucket("data")
    mark = store.snapshot()
    store.restore(mark)
    assert store.bucket("data") is before
