"""One process for each subject, so that the patches of one subject do not affect another.

They run in turns, so that changes in the load of the machine affect all of them.

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
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median, quantiles
from types import TracebackType
from typing import Any, Self

Task = Callable[[int], Callable[[], object]]
"""``task(count)`` prepares without a timer, and returns the timed function, which does the work ``count`` times."""

SPAWN = multiprocessing.get_context("spawn")


class Worker:
    """A process with one subject that times its tasks on request."""

    def __init__(self, subject: str, **options: Any) -> None:
        self.subject = subject
        self._pipe, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=_serve, args=(theirs, subject, options), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, method: str, *args: Any) -> Any:
        """Run a method of the subject in the worker, and return its result."""
        self._pipe.send((method, args))
        try:
            answer = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            raise RuntimeError(f"the process that held {self.subject} died in {method}") from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def time(self, task: str, count: int) -> float:
        """Return the CPU seconds for one of ``count`` repetitions of the task."""
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


def without_credentials() -> None:
    """Remove what boto3 reads from the environment."""
    for variable in [v for v in os.environ if v.startswith("AWS_")]:
        del os.environ[variable]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true"}


def _serve(pipe: Connection, name: str, options: dict[str, Any]) -> None:
    without_credentials()
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
    """Return the CPU seconds for one of ``count`` repetitions, without garbage collection of earlier work."""
    work = getattr(subject, task)(count)
    gc.collect()
    start = time.process_time()
    work()
    return (time.process_time() - start) / count


@dataclass(frozen=True, slots=True)
class Spent:
    """The median of several measurements in seconds, and half the distance between their quartiles."""

    median: float
    spread: float


def in_turns(workers: list[Worker], task: str, *, count: int, rounds: int) -> dict[str, Spent]:
    """Return the time of a task for each worker, over rounds in which every worker has one turn."""
    for worker in workers:
        worker.time(task, max(1, count // 4))
    times: dict[str, list[float]] = {worker.subject: [] for worker in workers}
    for turn in range(rounds):
        for worker in workers if turn % 2 else reversed(workers):
            times[worker.subject].append(worker.time(task, count))
    return {subject: Spent(median(measured), _spread(measured)) for subject, measured in times.items()}


def _spread(measured: list[float]) -> float:
    if len(measured) < 2:
        return 0
    first, _, third = quantiles(measured, n=4)
    return (third - first) / 2
