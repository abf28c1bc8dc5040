"""``--mocks3-policy-out``: write the smallest identity policies that allow what the run allowed.

Rule: this file is imported only if the flag is given, or its ini option.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from mocks3.leastprivilege.reports import lines, smaller, write
from mocks3.leastprivilege.usage import Usage
from pytest_mocks3 import options
from pytest_mocks3.measuring import Measuring

KEY = "mocks3_usage"
"""The key under which a worker of pytest-xdist sends its usage."""


def register(config: pytest.Config, measuring: Measuring) -> None:
    """Register the writer of the policies: of a whole run, of a worker of pytest-xdist, or of its controller."""
    config.pluginmanager.register(Minimizing(config, measuring), "mocks3-minimizing")


class Minimizing:
    """The hooks."""

    def __init__(self, config: pytest.Config, measuring: Measuring) -> None:
        self._root = config.rootpath
        self._folder = Path(self._root, options.value(config, options.POLICY_OUT))
        self._usage = Usage()
        measuring.collector.listeners.append(self._add)

    def _add(self, test: str, decisions: list[Any]) -> None:
        self._usage.add(decisions)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the usage, if this is a worker of pytest-xdist. Policies are sent as their texts."""
        workeroutput = getattr(session.config, "workeroutput", None)
        if workeroutput is not None:
            workeroutput[KEY] = pickle.dumps(self._usage)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the usage of a worker of pytest-xdist that has ended."""
        sent = (getattr(node, "workeroutput", None) or {}).get(KEY)
        if sent is not None:
            self._usage.merge(pickle.loads(sent))  # noqa: S301 - from a process of this run

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the policies, and report what they leave out."""
        found = smaller(self._usage)
        paths = write(found, self._folder)
        terminalreporter.section("mocks3: least privilege")
        if not found:
            terminalreporter.write("No user and no role made a call.\n")
            return
        terminalreporter.write(
            "\n".join([*lines(found), *(f"written: {self._shown(path)}" for path in paths)]) + "\n"
        )

    def _shown(self, path: Path) -> str:
        """Return a path relative to the root of the run, if it is inside."""
        inside = path.is_relative_to(self._root)
        return (path.relative_to(self._root) if inside else path).as_posix()
