"""Buckets and their settings: where they may be changed, and how a version is updated."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from mocks3.storage import NULL, Acl, AclGrantee, Grant, PublicAccessBlock, Store, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"


@pytest.fixture
def store() -> Store:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    return store


def test_a_new_bucket_has_what_s3_gives_new_buckets(store: Store) -> None:
    bucket = store.bucket("data")
    assert bucket is not None
    assert (bucket.name, bucket.owner, bucket.region, bucket.created) == ("data", OWNER, "us-east-1", NOW)
    assert (bucket.versioning, bucket.acl, bucket.policy, dict(bucket.configurations)) == (
        None,
        None,
        None,
        {},
    )
    assert bucket.ownership == "BucketOwnerEnforced"
    assert bucket.public_access_block == PublicAccessBlock(True, True, True, True)
    assert bucket.is_empty


def test_a_bucket_is_changed_only_while_it_is_edited(store: Store) -> None:
    with store.editing("data") as bucket:
        version = bucket.put(Version("k", NOW, OWNER))
        bucket.policy = "{}"
        bucket.configurations["cors"] = "…"
    assert (bucket.policy, bucket.configurations["cors"]) == ("{}", "…")
    for change in (
        lambda: setattr(bucket, "policy", None),
        lambda: bucket.put(Version("k", NOW, OWNER)),
        lambda: bucket.add_delete_marker("k", owner=OWNER, last_modified=NOW),
        lambda: bucket.remove("k", NULL),
        lambda: bucket.update(version),
        lambda: bucket.abort_upload("u"),
        lambda: bucket.configurations.clear(),
    ):
        with pytest.raises((TypeError, ValueError, AttributeError)):
            change()
    assert bucket.current("k") is version
    assert (bucket.policy, bucket.configurations["cors"]) == ("{}", "…")


def test_a_block_that_raises_still_ends(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.editing("data") as bucket:
        _ = 1 / 0
    with pytest.raises(TypeError, match=r"only inside Store\.editing\('data'\)"):
        bucket.policy = "{}"
    store.snapshot()


def test_blocks_nest_also_for_two_buckets(store: Store) -> None:
    store.create_bucket("other", owner=OWNER, region="us-east-1", created=NOW)
    with store.editing("data") as bucket:
        with store.editing("data") as again, store.editing("other") as other:
            assert again is bucket
            other.put(Version("k", NOW, OWNER))
        bucket.put(Version("k", NOW, OWNER))


def test_editing_what_is_not_there_is_a_key_error_and_holds_no_lock(store: Store) -> None:
    with pytest.raises(KeyError), store.editing("nothing"):
        pass
    assert store.lock.acquire(blocking=False)
    store.lock.release()
    store.snapshot()
    with pytest.raises(KeyError):
        store.delete_bucket("nothing")
    assert store.bucket("nothing") is None


def test_a_name_is_taken_once(store: Store) -> None:
    with pytest.raises(ValueError, match="exists"):
        store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)


def test_buckets_are_listed_by_name_and_cannot_be_changed_there(store: Store) -> None:
    for name in ("zebra", "ant", "dash-1", "dash.1"):
        store.create_bucket(name, owner=OWNER, region="us-east-1", created=NOW)
    assert list(store.buckets()) == ["ant", "dash-1", "dash.1", "data", "zebra"]
    with pytest.raises(TypeError):
        store.buckets()["x"] = None  # type: ignore[index]


def test_a_changed_version_takes_the_place_of_the_old_one(store: Store) -> None:
    acl = Acl((Grant(AclGrantee("CanonicalUser", "c" * 64), "READ"),))
    with store.editing("data") as bucket:
        bucket.versioning = "Enabled"
        old, new = (bucket.put(Version("k", NOW, OWNER)) for _ in range(2))
        for version in (old, new):
            bucket.update(replace(version, tags={"a": "b"}, acl=acl))
        line = bucket.versions_of("k")
    assert [version.version_id for version in line] == [new.version_id, old.version_id]
    assert all(version.tags == {"a": "b"} and version.acl == acl for version in line)
    assert old.tags == {}


def test_a_version_that_is_gone_is_not_changed(store: Store) -> None:
    with store.editing("data") as bucket:
        first = bucket.put(Version("k", NOW, OWNER))
        second = bucket.put(Version("k", NOW, OWNER))
        for gone in (first, replace(first, key="never")):
            with pytest.raises(KeyError):
                bucket.update(replace(gone, tags={"a": "b"}))
        with pytest.raises(ValueError, match="delete marker"):
            bucket.update(replace(second, is_delete_marker=True))
        assert bucket.current("k") is second


def test_a_noncurrent_null_version_can_be_changed_and_found(store: Store) -> None:
    with store.editing("data") as bucket:
        null = bucket.put(Version("k", NOW, OWNER))
        bucket.versioning = "Enabled"
        bucket.put(Version("k", NOW, OWNER))
        bucket.update(replace(null, tags={"a": "b"}))
        found = bucket.version("k", NULL)
        assert found is not None
        assert found.tags == {"a": "b"}
        assert bucket.remove("k", NULL) is found
        assert bucket.version("k", NULL) is None


def test_a_version_shares_nothing_that_can_change() -> None:
    version = Version("k", NOW, OWNER)
    with pytest.raises(TypeError):
        version.tags["a"] = "b"  # type: ignore[index]
