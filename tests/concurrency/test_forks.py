"""A process is forked while threads run: in the child the state is consistent and all locks are free."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.interceptors import custom_endpoints, refusal_log
from mocks3.lib import locking
from mocks3.model import habits

from .threads import A

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")

FORKS = 5
PATIENCE = 60
"""Seconds after which the system ends a child that hangs."""


def in_a_child(job: Callable[[], object]) -> int:
    """Run a job in a forked process, and return its exit code or signal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the warning about forks with threads
        child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(PATIENCE)
            job()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


def test_while_a_thread_edits(aws: MockAWS) -> None:
    """The fork waits for the edit to end."""
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    begun, forking = threading.Event(), threading.Event()
    once: list[threading.Event] = [forking]
    # The function that is registered last is called first, before mocks3 takes its locks.
    os.register_at_fork(before=lambda: once and once.pop().set())

    def edit() -> None:
        with aws.store.editing("bkt") as bucket:
            begun.set()
            forking.wait()
            bucket.configurations["half"] = True
            bucket.configurations["other half"] = True

    thread = threading.Thread(target=edit)
    thread.start()
    begun.wait()

    def use() -> None:
        client.put_object(Bucket="bkt", Key="k", Body=b"x")
        documents = client.get_object(Bucket="bkt", Key="k") and aws.store.bucket("bkt").configurations  # type: ignore[union-attr]
        assert {"half", "other half"} <= documents.keys()
        with mock_s3() as another:
            another.client().create_bucket(Bucket="bkt")

    ended = in_a_child(use)
    thread.join()
    assert ended == 0
    assert "Contents" not in client.list_objects_v2(Bucket="bkt")


def test_while_a_thread_edits_that_does_not_stop(aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fork waits for a limited time. The locks are free in the child."""
    monkeypatch.setattr(locking, "PATIENCE", 0.01)
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    begun, ended = threading.Event(), threading.Event()

    def edit() -> None:
        with aws.store.editing("bkt"):
            begun.set()
            ended.wait()

    thread = threading.Thread(target=edit)
    thread.start()
    begun.wait()

    def use() -> None:
        client.put_object(Bucket="bkt", Key="k", Body=b"x")
        mark = aws.snapshot()
        client.delete_object(Bucket="bkt", Key="k")
        aws.restore(mark)
        client.get_object(Bucket="bkt", Key="k")

    status = in_a_child(use)
    ended.set()
    thread.join()
    assert status == 0
    assert "Contents" not in client.list_objects_v2(Bucket="bkt")


@pytest.mark.parametrize("busy", ["requests", "principals", "mocks"])
def test_while_threads_are_busy(aws: MockAWS, busy: str) -> None:
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    stop, numbers = threading.Event(), iter(range(1 << 30))

    def mocks() -> None:
        from mocks3.mocking.mock import act_as

        act_as(aws, aws.account().root.access_key)

    jobs: dict[str, Callable[[], Any]] = {
        "requests": lambda: client.put_object(Bucket="bkt", Key="k", Body=b"x"),
        "principals": lambda: aws.account(A).create_user(f"u{next(numbers)}"),
        "mocks": mocks,
    }

    def work() -> None:
        while not stop.is_set():
            jobs[busy]()

    thread = threading.Thread(target=work)
    thread.start()

    def use() -> None:
        client.put_object(Bucket="bkt", Key="child", Body=b"x")
        aws.account(A).create_user("child")
        with mock_s3() as another:
            another.client().create_bucket(Bucket="bkt")

    ended = [in_a_child(use) for _ in range(FORKS)]
    stop.set()
    thread.join()
    assert ended == [0] * FORKS


@pytest.mark.parametrize("lock", [habits._lock, refusal_log._recording, custom_endpoints._adding])
def test_while_a_thread_has_the_lock_of_a_module(aws: MockAWS, lock: threading.Lock) -> None:
    """The fork waits for the few statements under the lock, and the child can take it."""
    begun, forking = threading.Event(), threading.Event()
    once: list[threading.Event] = [forking]
    os.register_at_fork(before=lambda: once and once.pop().set())

    def hold() -> None:
        with lock:
            begun.set()
            forking.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)  # the thread continues only if the fork waits for it

    def use() -> None:
        habits.counts()
        refusal_log.record_refusal("GetObject", {}, object())
        custom_endpoints.forget()
        with lock:
            aws.client("s3").list_buckets()

    try:
        ended = in_a_child(use)
    finally:
        sys.setswitchinterval(before)
    thread.join()
    assert ended == 0


def test_no_module_has_another_lock() -> None:
    """A lock of a module is known to forks: it is a ``leaf_lock``, or its module registers it itself."""
    own = {"mocks3.mocking.mock", "mocks3.interceptors.refusing_port", "mocks3.lib.locking"}
    kinds = (type(threading.Lock()), type(threading.RLock()), threading.Condition, threading.Semaphore)
    for name, module in list(sys.modules.items()):
        if name.startswith("mocks3.") and name not in own:
            for each in vars(module).values():
                assert not isinstance(each, kinds) or each in locking._leaves, name
