"""Versioning: any sequence of writes, compared with a model of plain lists."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from mocks3.storage import NULL, Bucket, NotEmpty, Store, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"
names = st.sampled_from(["a", "a/b", "b"])


class Model:
    """A bucket as a list of (id, etag or None) for each key, newest first."""

    def __init__(self) -> None:
        self.versioning: str | None = None
        self.keys: dict[str, list[tuple[str, str | None]]] = {}

    def put(self, key: str, version_id: str, etag: str | None) -> None:
        line = [entry for entry in self.keys.get(key, []) if entry[0] != version_id]
        self.keys[key] = [(version_id, etag), *line]

    def remove(self, key: str, version_id: str) -> None:
        self.keys[key] = [entry for entry in self.keys.get(key, []) if entry[0] != version_id]


class Versioning(RuleBasedStateMachine):
    """The real bucket and the model."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
        self.model = Model()
        self.count = 0

    @property
    def bucket(self) -> Bucket:
        bucket = self.store.bucket("data")
        assert bucket is not None
        return bucket

    @rule(status=st.sampled_from(["Enabled", "Suspended"]))
    def set_versioning(self, status: str) -> None:
        with self.store.editing("data") as bucket:
            bucket.versioning = self.model.versioning = status

    @rule(key=names, target=ids)
    def put(self, key: str) -> tuple[str, str]:
        self.count += 1
        with self.store.editing("data") as bucket:
            kept = bucket.put(Version(key, NOW, OWNER, etag=str(self.count)))
        assert (kept.version_id == NULL) == (self.model.versioning != "Enabled")
        self.model.put(key, kept.version_id, str(self.count))
        return key, kept.version_id

    @rule(key=names, target=ids)
    def delete(self, key: str) -> object:
        with self.store.editing("data") as bucket:
            if self.model.versioning is None:
                with pytest.raises(ValueError, match="cannot have delete markers"):
                    bucket.add_delete_marker(key, owner=OWNER, last_modified=NOW)
                bucket.remove(key, NULL)
                self.model.remove(key, NULL)
                return multiple()
            marker = bucket.add_delete_marker(key, owner=OWNER, last_modified=NOW)
        assert (marker.version_id == NULL) == (self.model.versioning != "Enabled")
        self.model.put(key, marker.version_id, None)
        return key, marker.version_id

    @rule(known=consumes(ids))
    def remove(self, known: tuple[str, str]) -> None:
        with self.store.editing("data") as bucket:
            removed = bucket.remove(*known)
        was_there = known[1] in dict(self.model.keys.get(known[0], []))
        assert (removed is not None) == was_there
        self.model.remove(*known)

    @rule()
    def delete_bucket_if_it_is_empty(self) -> None:
        if any(self.model.keys.values()):
            with pytest.raises(NotEmpty):
                self.store.delete_bucket("data")
        else:
            self.store.delete_bucket("data")
            self.store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
            self.model.versioning = None

    @invariant()
    def every_key_has_the_versions_of_the_model(self) -> None:
        for key, line in self.model.keys.items():
            versions = self.bucket.versions_of(key)
            assert [(v.version_id, None if v.is_delete_marker else v.etag) for v in versions] == line
            assert self.bucket.current(key) is (versions[0] if versions else None)
            for version in versions:
                assert self.bucket.version(key, version.version_id) is version
            assert sorted(versions, key=lambda v: -v.sequence) == versions

    @invariant()
    def there_is_a_null_version_where_the_model_has_one(self) -> None:
        for key, line in self.model.keys.items():
            assert (self.bucket.version(key, NULL) is not None) == (NULL in dict(line))

    @invariant()
    def listings_show_the_model(self) -> None:
        live = [key for key, line in sorted(self.model.keys.items()) if line and line[0][1] is not None]
        assert [version.key for version in self.bucket.list_keys().entries] == live
        everything = [
            (key, version_id, at == 0)
            for key, line in sorted(self.model.keys.items())
            for at, (version_id, _) in enumerate(line)
        ]
        entries = self.bucket.list_versions().entries
        assert [
            (entry.version.key, entry.version.version_id, entry.is_latest) for entry in entries
        ] == everything
        assert self.bucket.is_empty == (not everything)


TestVersioning = Versioning.TestCase
TestVersioning.settings = settings(stateful_step_count=40)


@pytest.fixture
def store() -> Store:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    return store


def test_ids_are_not_shown_until_versioning_is_first_set(store: Store) -> None:
    with store.editing("data") as bucket:
        version = bucket.put(Version("k", NOW, OWNER))
        assert bucket.shown_id(version) is None
        bucket.versioning = "Suspended"
        assert bucket.shown_id(version) == NULL


def test_a_version_id_is_32_characters_of_letters_digits_dot_and_underscore(store: Store) -> None:
    with store.editing("data") as bucket:
        bucket.versioning = "Enabled"
        ids = {bucket.put(Version("k", NOW, OWNER)).version_id for _ in range(200)}
    assert len(ids) == 200
    letters = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._")
    assert all(len(version_id) == 32 and set(version_id) <= letters for version_id in ids)


def test_a_version_that_is_kept_already_is_copied_when_it_is_put_again(store: Store) -> None:
    with store.editing("data") as bucket:
        first = bucket.put(Version("k", NOW, OWNER))
        bucket.versioning = "Enabled"
        second = bucket.put(first)
        assert bucket.versions_of("k") == [second, first]
        assert (first.version_id, len(second.version_id)) == (NULL, 32)


def test_a_null_version_that_came_back_to_the_top_and_went_is_gone(store: Store) -> None:
    with store.editing("data") as bucket:
        kept = []
        for versioning in ("Enabled", "Enabled", "Suspended", "Enabled"):
            bucket.versioning = versioning
            kept.append(bucket.put(Version("k", NOW, OWNER)))
        bucket.remove("k", kept[3].version_id)
        assert bucket.current("k") is kept[2]
        bucket.remove("k", NULL)
        assert bucket.version("k", NULL) is None
        assert bucket.versions_of("k") == [kept[1], kept[0]]
