"""One process per subject, so that no subject runs inside another's patches.

They are driven in turns, so that the machine's moods fall on all of them alike.

Times are CPU time of the worker's process, all of its threads together.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from statistics import median
from types import TracebackType
from typing import Any, Self

Task = Callable[[int], Callable[[], object]]
"""``task(count)`` prepares, untimed, and returns what is timed: ``count`` times the work."""

SPAWN = multiprocessing.get_context("spawn")


class Worker:
    """A process that holds one subject ready and times its tasks on request."""

    def __init__(self, subject: str, **options: Any) -> None:
        self.subject = subject
        self._pipe, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=_serve, args=(theirs, subject, options), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, method: str, *args: Any) -> Any:
        """Run a method of the subject in the worker; return what it returned."""
        self._pipe.send((method, args))
        try:
            answer = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            raise RuntimeError(f"the process that held {self.subject} died in {method}") from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def time(self, task: str, count: int) -> float:
        """CPU seconds for one of ``count`` repetitions of the task."""
        return float(self.ask("timed", task, count))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._pipe.send(None)
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()


def _serve(pipe: Connection, name: str, options: dict[str, Any]) -> None:
    for variable in [v for v in os.environ if v.startswith("AWS_")]:
        del os.environ[variable]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true"}
    from benchmarks.subjects import SUBJECTS

    subject = None
    while (message := pipe.recv()) is not None:
        method, args = message
        try:
            subject = subject or SUBJECTS[name](**options)
            answer = timed(subject, *args) if method == "timed" else getattr(subject, method)(*args)
        except Exception as error:
            traceback.print_exc()
            answer = RuntimeError(f"{name}, asked for {method}{args}: {type(error).__name__}: {error}")
        pipe.send(answer)


def timed(subject: Any, task: str, count: int) -> float:
    """CPU seconds for one of ``count`` repetitions, with no garbage collection started by what came before."""
    work = getattr(subject, task)(count)
    gc.collect()
    start = time.process_time()
    work()
    return (time.process_time() - start) / count


def in_turns(workers: list[Worker], task: str, *, count: int, rounds: int) -> dict[str, float]:
    """The median time of a task for each worker, over rounds in which every worker has one turn."""
    for worker in workers:
        worker.time(task, max(1, count // 4))
    times: dict[str, list[float]] = {worker.subject: [] for worker in workers}
    for turn in range(rounds):
        for worker in workers if turn % 2 else reversed(workers):
            times[worker.subject].append(worker.time(task, count))
    return {subject: median(measured) for subject, measured in times.items()}
