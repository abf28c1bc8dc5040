"""Multipart uploads: parts, listings, ends, and the records of ended uploads."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.storage import NULL, Blob, Bucket, Initiator, Part, Store, Upload, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"
DAVE = Initiator(f"arn:aws:iam::{OWNER}:user/dave", OWNER, "User", "AIDADAVE")

names = st.sampled_from(["a", "a/b", "a/c", "a--b", "b"])


@pytest.fixture
def store() -> Store:
    return make_store()


def make_store() -> Store:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    return store


def begin(bucket: Bucket, key: str) -> Upload:
    return bucket.start_upload(Version(key, NOW, OWNER, tags={"k": "v"}), initiator=DAVE, initiated=NOW)


def part(number: int, data: bytes = b"x") -> Part:
    return Part(number, Blob.of(data), f"etag{number}", NOW)


def test_a_part_replaces_the_one_with_its_number(store: Store) -> None:
    with store.editing("data") as bucket:
        upload = begin(bucket, "k")
        for number, data in [(3, b"c"), (1, b"a"), (3, b"C"), (2, b"b")]:
            bucket.put_part(upload.id, part(number, data))
        assert [(number, held.blob.read()) for number, held in upload.parts.items()] == [
            (1, b"a"),
            (2, b"b"),
            (3, b"C"),
        ]


def test_parts_are_listed_after_a_number_up_to_a_limit(store: Store) -> None:
    with store.editing("data") as bucket:
        upload = begin(bucket, "k")
        for number in (5, 1, 9):
            bucket.put_part(upload.id, part(number))
        page = bucket.list_parts(upload.id, limit=2)
        assert ([held.number for held in page.entries], page.truncated) == ([1, 5], True)
        page = bucket.list_parts(upload.id, after=5)
        assert ([held.number for held in page.entries], page.truncated) == ([9], False)
        page = bucket.list_parts(upload.id, limit=0)
        assert (page.entries, page.truncated) == ([], False)


def test_completion_puts_the_version_and_ends_the_upload(store: Store) -> None:
    with store.editing("data") as bucket:
        upload = begin(bucket, "k")
        parts = part(1, b"one"), part(2, b"two")
        for held in parts:
            bucket.put_part(upload.id, held)
        whole = Blob.join(held.blob for held in parts)
        kept = bucket.complete_upload(upload.id, replace(upload.draft, blob=whole, etag="e-2", parts=parts))
        assert bucket.current("k") is kept
        assert (kept.blob.read(), kept.size, kept.tags) == (b"onetwo", 6, {"k": "v"})
        assert bucket.upload(upload.id) is None
        ended = bucket.ended_upload(upload.id)
    assert ended is not None
    assert (ended.completed, ended.version_id, ended.etag) == (True, NULL, "e-2")
    assert ended.parts == ((1, "etag1"), (2, "etag2"))
    assert (ended.key, ended.initiator, ended.owner) == ("k", DAVE, OWNER)


def test_an_aborted_upload_is_remembered_and_one_never_issued_is_not(store: Store) -> None:
    with store.editing("data") as bucket:
        upload = begin(bucket, "k")
        bucket.abort_upload(upload.id)
        assert dict(bucket.uploads) == {}
        ended = bucket.ended_upload(upload.id)
        assert ended is not None
        assert not ended.completed
        assert bucket.ended_upload("never") is None
        for change in (
            lambda: bucket.abort_upload(upload.id),
            lambda: bucket.put_part(upload.id, part(1)),
            lambda: bucket.complete_upload(upload.id, Version("k", NOW, OWNER)),
            lambda: bucket.list_parts(upload.id),
        ):
            with pytest.raises(KeyError):
                change()
        assert bucket.is_empty


def test_an_upload_is_completed_under_its_own_key(store: Store) -> None:
    with store.editing("data") as bucket:
        upload = begin(bucket, "k")
        with pytest.raises(ValueError, match="began with the key"):
            bucket.complete_upload(upload.id, Version("other", NOW, OWNER))
        assert bucket.is_empty


def test_uploads_do_not_hinder_the_deletion_of_a_bucket(store: Store) -> None:
    with store.editing("data") as bucket:
        begin(bucket, "k")
    store.delete_bucket("data")
    assert not store.buckets()


def test_a_write_of_the_key_is_noted_on_its_uploads(store: Store) -> None:
    with store.editing("data") as bucket:
        older, other = begin(bucket, "k"), begin(bucket, "other")
        bucket.put(Version("k", NOW, OWNER))
        newer = begin(bucket, "k")
        assert [upload.conflicted for upload in (older, newer, other)] == [True, False, False]


def test_a_delete_of_the_key_is_noted_on_its_uploads(store: Store) -> None:
    with store.editing("data") as bucket:
        bucket.put(Version("k", NOW, OWNER))
        upload = begin(bucket, "k")
        bucket.remove("k", "x" * 32)
        before = upload.conflicted
        bucket.remove("k", NULL)
        assert (before, upload.conflicted) == (False, True)


def test_a_delete_marker_on_the_key_is_noted_on_its_uploads(store: Store) -> None:
    with store.editing("data") as bucket:
        bucket.versioning = "Enabled"
        upload = begin(bucket, "k")
        bucket.add_delete_marker("k", owner=OWNER, last_modified=NOW)
        assert upload.conflicted


def test_a_delete_of_an_older_version_is_no_conflict(store: Store) -> None:
    with store.editing("data") as bucket:
        bucket.versioning = "Enabled"
        older, _ = (bucket.put(Version("k", NOW, OWNER)) for _ in range(2))
        upload = begin(bucket, "k")
        bucket.remove("k", older.version_id)
        assert not upload.conflicted


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_ended_marker_keeps_its_place_among_the_uploads(store: Store, place: int) -> None:
    with store.editing("data") as bucket:
        ids = [begin(bucket, "k").id for _ in range(3)]
        bucket.abort_upload(ids[place])
        after = bucket.list_uploads("", "", "k", ids[place]).entries
        assert [upload.id for upload in after] == ids[place + 1 :]


def test_a_marker_outside_the_prefix_lists_none_of_its_uploads(store: Store) -> None:
    with store.editing("data") as bucket:
        ids = [begin(bucket, "b").id for _ in range(2)]
        assert bucket.list_uploads("a", "", "b", ids[0]).entries == []


@given(
    st.lists(names, max_size=12),
    st.sampled_from(["", "a", "a/", "a-", "z"]),
    st.sampled_from(["", "/", "--"]),
    st.integers(1, 4),
    st.data(),
)
def test_pages_put_together_are_the_whole(
    begun: list[str], prefix: str, delimiter: str, limit: int, data: st.DataObject
) -> None:
    store = make_store()
    with store.editing("data") as bucket:
        uploads = [begin(bucket, name) for name in begun]
        expected: list[str] = []
        groups: list[str] = []
        for upload in sorted(uploads, key=lambda upload: upload.key):
            head, found, _ = upload.key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
            if upload.key.startswith(prefix):
                (groups if found else expected).append(prefix + head + found if found else upload.id)
        seen: list[str] = []
        common: list[str] = []
        marker, id_marker, more = "", "", True
        while more:
            page = bucket.list_uploads(prefix, delimiter, marker, id_marker, limit)
            seen += [upload.id for upload in page.entries]
            common += page.common_prefixes
            marker, id_marker, more = page.last_key or "", page.last_id or "", page.truncated
            for upload in page.entries:
                if data.draw(st.booleans(), "abort it before the next page"):
                    bucket.abort_upload(upload.id)
    assert (seen, common) == (expected, list(dict.fromkeys(groups)))


def test_a_key_marker_alone_lists_what_comes_after_all_uploads_of_the_key(store: Store) -> None:
    with store.editing("data") as bucket:
        ids = [begin(bucket, key).id for key in ("a", "a", "b")]
        assert [upload.id for upload in bucket.list_uploads("", "", "a").entries] == ids[2:]
        assert [upload.id for upload in bucket.list_uploads("", "", "a", ids[0]).entries] == ids[1:]
        assert [upload.id for upload in bucket.list_uploads("", "", "", ids[0]).entries] == ids
