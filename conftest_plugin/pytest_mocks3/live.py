"""``--mocks3-live``: show the decisions of the run in the terminal while the tests run, as ``mocks3 watch`` does.

Rule 1: this file is imported only if the flag is given, or its ini option. Rule 2: without a terminal it does nothing.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_mocks3 import options

KEY = "mocks3_record"
"""The key under which a worker of pytest-xdist gets the path of the record."""
TERMINAL = "/dev/tty"
"""The terminal of this process, also while pytest replaces its standard input."""


def register(config: pytest.Config) -> None:
    """Register the page. Without ``--mocks3-record``, the run is recorded in a temporary file.

    Raises:
        pytest.UsageError: Another option needs the terminal, or it is not a terminal of Unix.
    """
    workerinput = getattr(config, "workerinput", None)
    if workerinput is not None:
        if KEY in workerinput:
            config.option.mocks3_record = workerinput[KEY]
        return
    if not os.isatty(1):
        return
    for name, flag in (("usepdb", "--pdb"), ("trace", "--trace")):
        if config.getoption(name):
            raise pytest.UsageError(f"{options.LIVE.flag} and {flag} both need the terminal: omit one")
    if config.getoption("capture") == "no":
        raise pytest.UsageError(f"{options.LIVE.flag} and -s both write to the terminal: omit one")
    if not os.path.exists(TERMINAL):
        raise pytest.UsageError(f"{options.LIVE.flag} does not support the terminals of this system")
    if not options.value(config, options.RECORD):
        folder = tempfile.mkdtemp(prefix="mocks3-")
        config.option.mocks3_record = os.path.join(folder, "run.jsonl")
    config.pluginmanager.register(Live(config), "mocks3-live")


class Live:
    """The hooks of the page: another process shows it, and what pytest prints meanwhile is printed afterwards."""

    def __init__(self, config: pytest.Config) -> None:
        self._record = Path(config.rootpath, options.value(config, options.RECORD))
        self._terminal: Any = None
        self._file: Any = None
        self._page: subprocess.Popen[bytes] | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the path of the record to a worker of pytest-xdist."""
        node.workerinput[KEY] = str(self._record)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Show the page while the tests run."""
        with self._shown(session):
            return (yield)

    @contextmanager
    def _shown(self, session: pytest.Session) -> Iterator[None]:
        self._terminal = session.config.get_terminal_writer()
        self._file = self._terminal._file  # pytest has no other way to keep its output back
        command = [sys.executable, "-m", "mocks3", "watch", str(self._record)]
        with open(TERMINAL, "r+b", buffering=0) as terminal:
            self._page = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=terminal, stdout=terminal, stderr=subprocess.DEVNULL
            )
        self._terminal._file = io.StringIO()
        try:
            yield
        finally:
            self._page.terminate()  # not SIGINT, which a process in the background may ignore
            self._page.wait()
            self._print()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self) -> None:
        """Print what pytest prints from now on, if the page was closed with q."""
        if self._page is not None and self._page.poll() is not None:
            self._print()

    def _print(self) -> None:
        held, self._terminal._file = self._terminal._file, self._file
        if held is not self._file:
            self._file.write(held.getvalue())
            self._file.flush()
