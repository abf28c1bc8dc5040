"""Inserted versions of another bucket keep their version ids and their positions in time."""

from __future__ import annotations

import pytest

from mocks3 import clock
from mocks3.storage import ENABLED, Blob, Store, Version, record_changes

OWNER = "123456789012"


@pytest.fixture
def store():
    made = Store()
    for name in ("src", "dst"):
        made.create_bucket(name, owner=OWNER, region="us-east-1", created=clock.now())
        with made.editing(name) as bucket:
            bucket.versioning = ENABLED
    return made


def put(store, name, key="k"):
    with store.editing(name) as bucket:
        return bucket.put(Version(key, clock.now(), OWNER, Blob.of(b"")))


def adopt(store, version):
    with store.editing("dst") as bucket:
        bucket.insert(version)


def ids(store):
    return [version.version_id for version in store.bucket("dst").versions_of("k")]


def test_they_stand_in_the_order_in_which_they_were_written_anywhere(store):
    first = put(store, "src")
    second = put(store, "dst")
    third = put(store, "src")
    fourth = put(store, "dst")
    adopt(store, third)
    adopt(store, first)
    in_order = [version.version_id for version in (fourth, third, second, first)]
    assert ids(store) == in_order
    for version_id in in_order:
        assert store.bucket("dst").version("k", version_id).version_id == version_id
    with store.editing("dst") as bucket:
        bucket.remove("k", fourth.version_id)
    assert store.bucket("dst").current("k").version_id == third.version_id


def test_a_newer_one_becomes_current_and_listed(store):
    put(store, "dst")
    newer = put(store, "src")
    adopt(store, newer)
    assert store.bucket("dst").current("k") is newer
    assert [version.key for version in store.bucket("dst").list_keys().entries] == ["k"]


def test_none_comes_twice_or_without_an_id(store):
    version = put(store, "src")
    adopt(store, version)
    with pytest.raises(ValueError, match="it exists"):
        adopt(store, version)
    with pytest.raises(ValueError, match="cannot insert version 'null'"):
        adopt(store, Version("k", clock.now(), OWNER))


def test_changes_are_recorded_for_who_asks_and_for_nobody_else(store):
    put(store, "dst")
    with record_changes() as made:
        version = put(store, "dst")
        with store.editing("dst") as bucket:
            bucket.remove("k", version.version_id)
    put(store, "dst")
    assert [(change.before, change.after) for change in made] == [(None, version), (version, None)]


def test_snapshots_forget_what_was_adopted_later(store):
    kept = put(store, "dst")
    older = put(store, "src")
    mark = store.snapshot()
    adopt(store, older)
    store.restore(mark)
    assert ids(store) == [kept.version_id]
