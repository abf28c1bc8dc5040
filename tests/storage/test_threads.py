"""Threads on one bucket: no write is lost, no state is incomplete, and a check with its write is atomic."""

from __future__ import annotations

import datetime
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from mocks3.storage import NULL, Blob, Initiator, Part, Store, Version

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWNER = "123456789012"
ROOT = Initiator(f"arn:aws:iam::{OWNER}:root", OWNER, "Root", OWNER)
THREADS, ROUNDS = 6, 150


@pytest.fixture(autouse=True)
def impatient_interpreter() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def store() -> Store:
    store = Store()
    store.create_bucket("data", owner=OWNER, region="us-east-1", created=NOW)
    return store


def together(*jobs: Callable[[int], None]) -> None:
    """Run each job in its own thread at the same time. Raise the exception of a job."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(number: int, job: Callable[[int], None]) -> None:
        barrier.wait()
        try:
            job(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_no_write_is_lost(store: Store) -> None:
    def write(number: int) -> None:
        for turn in range(ROUNDS):
            with store.editing("data") as bucket:
                bucket.put(Version(f"{turn:03}/{number}", NOW, OWNER))

    together(*[write] * THREADS)
    bucket = store.bucket("data")
    assert bucket is not None
    assert len(bucket.list_keys(limit=10_000).entries) == THREADS * ROUNDS


def test_no_version_is_lost_and_readers_see_whole_listings(store: Store) -> None:
    with store.editing("data") as bucket:
        bucket.versioning = "Enabled"
        bucket.put(Version("always", NOW, OWNER))

    def write(number: int) -> None:
        for _ in range(ROUNDS):
            with store.editing("data") as bucket:
                bucket.put(Version("k", NOW, OWNER))
                kept = bucket.put(Version(f"k{number}", NOW, OWNER))
                bucket.remove(kept.key, kept.version_id)

    def read(_: int) -> None:
        for _ in range(ROUNDS):
            view = store.bucket("data")
            assert view is not None
            entries = view.list_versions().entries
            keys = [entry.version.key for entry in entries]
            assert keys[0] == "always"
            assert keys == sorted(keys)
            assert sum(entry.is_latest for entry in entries) == len(set(keys))
            assert [v.key for v in view.list_keys(delimiter="/").entries] in (["always"], ["always", "k"])

    together(*[write] * THREADS, read, read)
    with store.editing("data") as bucket:
        assert len(bucket.versions_of("k")) == THREADS * ROUNDS


def test_a_check_and_its_write_are_one_step(store: Store) -> None:
    winners: list[int] = []

    def put_if_none(number: int) -> None:
        for turn in range(ROUNDS):
            with store.editing("data") as bucket:
                if bucket.current(str(turn)) is None:
                    bucket.put(Version(str(turn), NOW, OWNER))
                    winners.append(turn)

    together(*[put_if_none] * THREADS)
    assert sorted(winners) == list(range(ROUNDS))


def test_an_object_is_never_torn(store: Store) -> None:
    def write(number: int) -> None:
        for turn in range(ROUNDS):
            blob = store.blob([f"{number}.{turn}".encode()])
            with store.editing("data") as bucket:
                bucket.put(Version("k", NOW, OWNER, blob=blob, etag=f"{number}.{turn}"))

    def read(_: int) -> None:
        for _ in range(ROUNDS * 4):
            bucket = store.bucket("data")
            assert bucket is not None
            version = bucket.current("k")
            assert version is None or version.blob.read().decode() == version.etag

    together(*[write] * THREADS, read, read)


def test_snapshots_and_restores_beside_writers_lose_no_bucket_and_mix_no_states(store: Store) -> None:
    mark = store.snapshot()

    def write(number: int) -> None:
        for turn in range(ROUNDS):
            with store.editing("data") as bucket:
                bucket.put(Version(f"a{number}.{turn}", NOW, OWNER))
                bucket.put(Version(f"b{number}.{turn}", NOW, OWNER))

    def travel(_: int) -> None:
        for turn in range(ROUNDS):
            if turn % 3:
                store.restore(mark)
            here = store.snapshot()
            store.restore(here)

    together(*[write] * 3, travel)
    bucket = store.bucket("data")
    assert bucket is not None
    keys = [version.key for version in bucket.list_keys(limit=10_000).entries]
    assert [key[1:] for key in keys if key[0] == "a"] == [key[1:] for key in keys if key[0] == "b"]
    store.restore(mark)
    bucket = store.bucket("data")
    assert bucket is not None
    assert bucket.is_empty


def test_parts_of_one_upload_come_from_many_threads(store: Store) -> None:
    with store.editing("data") as bucket:
        upload = bucket.start_upload(Version("k", NOW, OWNER), initiator=ROOT, initiated=NOW)

    def send(number: int) -> None:
        for turn in range(ROUNDS):
            part = Part(turn * THREADS + number + 1, Blob.of(b"x"), "e", NOW)
            with store.editing("data") as bucket:
                bucket.put_part(upload.id, part)

    together(*[send] * THREADS)
    with store.editing("data") as bucket:
        page = bucket.list_parts(upload.id, limit=10_000)
        assert [part.number for part in page.entries] == list(range(1, THREADS * ROUNDS + 1))
        bucket.complete_upload(upload.id, Version("k", NOW, OWNER))
        assert bucket.remove("k", NULL) is not None
