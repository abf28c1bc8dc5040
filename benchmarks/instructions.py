"""``python -m benchmarks.instructions SUBJECT``: the process whose instructions Valgrind's callgrind counts.

The number of instructions of a call is the same on a busy machine and on a quiet one. The process reads lines from
standard input: a task and a count prepare the task, the next line starts it, and each step is answered by a line. The
counter is set to zero before the task and read after it.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAMS = ("valgrind", "callgrind_control")
CONTROL = "callgrind_control"


def is_installed() -> bool:
    """Return whether Valgrind is installed."""
    return all(map(shutil.which, PROGRAMS))


class Counted:
    """A process with one subject, under callgrind.

    Args:
        subject: The name of the subject.
        keys: How many objects to create for the tasks that list; none if it is 0.
    """

    def __init__(self, subject: str, keys: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        # Python's hashes are random, so the numbers would differ from run to run.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        output = f"--callgrind-out-file={self._folder.name}/count"
        command = ["valgrind", "--quiet", "--tool=callgrind", output, sys.executable, "-m", __name__, subject]
        self._process = subprocess.Popen(
            [*command, str(keys)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._ask()

    def count(self, task: str, repetitions: int) -> float:
        """Return the instructions of one of the repetitions of a task."""
        self._ask(f"{task} {repetitions}")
        self._control("--zero")
        self._ask("")
        self._control("--dump")
        dump = max(Path(self._folder.name).glob("count.*"), key=lambda path: int(path.suffix[1:]))
        found = re.search(r"^totals: (\d+)$", dump.read_text("utf-8"), re.MULTILINE)
        assert found is not None
        return int(found[1]) / repetitions

    def _ask(self, line: str | None = None) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if line is not None:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        if not self._process.stdout.readline():
            raise RuntimeError(f"the process that was counted ended with {self._process.wait()}")

    def _control(self, option: str) -> None:
        command = [CONTROL, option, str(self._process.pid)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


def _serve(name: str, keys: int) -> None:
    from benchmarks.subjects import SUBJECTS
    from benchmarks.worker import without_credentials

    without_credentials()
    subject = SUBJECTS[name]()
    if keys:
        subject.fill(keys)
    print("ready", flush=True)
    for line in sys.stdin:
        task, count = line.split()
        getattr(subject, task)(1)()
        work = getattr(subject, task)(int(count))
        gc.collect()
        gc.disable()
        print("prepared", flush=True)
        sys.stdin.readline()
        work()
        print("done", flush=True)
        gc.enable()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
