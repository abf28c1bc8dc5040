"""``--mocks3-mutate``: after the tests, run those that a mutant of a policy affects again, with the mutant in place.

The tests are not collected again, and fixtures of a wider scope stay as they are: they are set up without a mutant. So
one run of a test costs what the test costs.

Rule: this file is imported only if the flag is given, or its ini option.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from mocks3.access.bucket_policies.public import is_public
from mocks3.errors import Mocks3Error
from mocks3.interceptors import decision_log, refusal_log
from mocks3.mutation import reports
from mocks3.mutation.equivalence import is_equivalent
from mocks3.mutation.recording import Candidate, MutantRecorder
from mocks3.mutation.results import MutantResults, Status, from_json, to_json
from mocks3.policy import storing
from pytest_mocks3 import options
from pytest_mocks3.measuring import Measuring

KEY = "mocks3_mutation"
"""The key under which a worker of pytest-xdist sends its results."""
PATIENCE = 5.0
"""A test that runs longer, in seconds, and 20 times as long as without a mutant, is stopped: it fails."""

QUIET = {"tbstyle": "line", options.EXPLAIN.ini: "none"}
"""Options of pytest while mutants run: the reports of tests that fail with a mutant are not printed."""


def register(config: pytest.Config, measuring: Measuring) -> None:
    """Register the mutation of this process.

    Raises:
        pytest.UsageError: A value of the options is not valid.
    """
    if config.getoption("usepdb", False):
        raise pytest.UsageError(f"{options.MUTATE.flag} runs tests that are expected to fail: omit --pdb")
    try:
        config.pluginmanager.register(Mutating(config, measuring), "mocks3-mutating")
    except Mocks3Error as error:
        raise pytest.UsageError(f"{options.MUTATE.flag}: {error}") from None


class TooLong(Exception):
    """A test takes too long with a mutant."""


class Mutating:
    """The hooks of the mutation."""

    def __init__(self, config: pytest.Config, measuring: Measuring) -> None:
        self._config = config
        self._worker = hasattr(config, "workerinput")
        self._reports = reports.parse(options.value(config, options.MUTATE), config.rootpath)
        self._budget = reports.budget_of(options.value(config, options.MUTATE_BUDGET))
        self._fail_under = options.percentage(config, options.MUTATE_FAIL_UNDER)
        self._recorder = MutantRecorder(measuring.collector)
        measuring.collector.listeners.append(self._recorder.add)
        self._durations: dict[str, float] = {}
        self._bad: set[str] = set()
        self._results = MutantResults()
        self._stack: ExitStack | None = None
        self._candidate: Candidate | None = None
        self._found: list[pytest.TestReport] = []

    # The run without a mutant.
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the tests that pass, and how long they take."""
        if report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
            self._durations[report.nodeid] = report.duration
        if not report.passed:
            self._bad.add(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Run the mutants after the tests."""
        result = yield
        is_controller = not self._worker and bool(getattr(session.config.option, "dist", "no") != "no")
        if not session.config.option.collectonly and not is_controller:
            self._run(session)
        return result

    # The runs with a mutant.
    def _run(self, session: pytest.Session) -> None:
        items = {item.nodeid: item for item in session.items if item.nodeid in self._passing()}
        self._results.failed = len(self._bad)
        candidates = self._recorder.candidates()
        option = self._config.option
        usual = {name: getattr(option, name) for name in QUIET}
        vars(option).update(QUIET)
        progress = Progress(self._config, len(candidates), self._budget)
        try:
            with refusal_log.unheard(), decision_log.unheard(), storing.unheard():
                for candidate in candidates:
                    if not progress.is_over():
                        self._try(candidate, items)
                    self._results.add([candidate.result])
                    progress.step(self._results)
        finally:
            vars(option).update(usual)
            session._setupstate.teardown_exact(None)
            progress.end()

    def _passing(self) -> set[str]:
        return self._durations.keys() - self._bad

    def _try(self, candidate: Candidate, items: Mapping[str, pytest.Item]) -> None:
        """Run the tests that a mutant affects until one fails."""
        result = candidate.result
        tests = [test for test in candidate.tests if test in items]
        result.affected = len(tests)
        for test in tests:
            if self._fails(candidate, items[test]):
                result.status, result.test = Status.NOTICED, test
                return
        result.status = Status.EQUIVALENT if is_equivalent(candidate) else Status.SURVIVED

    def _fails(self, candidate: Candidate, item: pytest.Item) -> bool:
        """Run a test with a mutant in place. Return whether it fails."""
        parent: Any = item.parent
        session = item.session
        session._setupstate.teardown_exact(item)
        self._candidate = candidate
        self._put()
        try:
            with limited(max(PATIENCE, 20 * self._durations[item.nodeid])):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=parent)
        finally:
            self._remove()
            self._candidate = None
        return any(report.failed for report in self._found)

    def _put(self) -> None:
        assert self._candidate is not None
        is_public.cache_clear()
        self._stack = ExitStack()
        self._stack.enter_context(self._candidate.in_place())

    def _remove(self) -> None:
        if self._stack is not None:
            self._stack.close()
            self._stack = None
            is_public.cache_clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> object:
        """Run a test without reporting it, if a mutant is tried."""
        if self._candidate is None:
            return None
        self._found = runtestprotocol(item, log=False, nextitem=nextitem)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Set up fixtures of a wider scope without the mutant, because other mutants use them too."""
        if self._stack is None or fixturedef.scope == "function":
            return (yield)
        self._remove()
        try:
            return (yield)
        finally:
            self._put()

    # The results.
    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the results of a worker of pytest-xdist that has ended."""
        sent = (getattr(node, "workeroutput", None) or {}).get(KEY)
        if sent is not None:
            found = from_json(sent)
            self._results.failed += found.failed
            self._results.add(found.found.values())

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run if too few mutants are noticed. A worker of pytest-xdist sends its results."""
        if self._worker:
            session.config.workeroutput[KEY] = to_json(self._results)  # type: ignore[attr-defined]
        elif reports.is_under(self._results, self._fail_under) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the reports."""
        lines = reports.write(self._reports, self._results)
        if reports.is_under(self._results, self._fail_under):
            lines.append(reports.under_message(self._results, self._fail_under))
        terminalreporter.section("mocks3: policy mutation")
        terminalreporter.write("\n".join(lines) + "\n")


class Progress:
    """The progress bar, if the output is a terminal, and the time that is left.

    Args:
        config: pytest's configuration.
        total: The number of mutants.
        budget: The time for all mutants, in seconds; None for no limit.
    """

    def __init__(self, config: pytest.Config, total: int, budget: float | None) -> None:
        terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._writer = terminal._tw if terminal is not None and terminal.isatty else None
        self._total = total
        self._budget = budget
        self._start = time.perf_counter()
        self._done = 0
        self._shown = 0.0

    def is_over(self) -> bool:
        """Return whether the time for the mutants is over."""
        return self._budget is not None and time.perf_counter() - self._start > self._budget

    def step(self, results: MutantResults) -> None:
        """Count a mutant, and show the progress at most ten times a second."""
        self._done += 1
        spent = time.perf_counter() - self._start
        if self._writer is None or (spent - self._shown < 0.1 and self._done < self._total):
            return
        self._shown = spent
        left = spent / self._done * (self._total - self._done)
        if self._budget is not None:
            left = min(left, max(0.0, self._budget - spent))
        filled = 30 * self._done // max(1, self._total)
        self._writer.write(
            f"\rmutants [{'#' * filled}{'.' * (30 - filled)}] {self._done}/{self._total}, "
            f"{results.counted(Status.SURVIVED)} survived, {left:.0f} s left ",
            flush=True,
        )

    def end(self) -> None:
        """End the line of the progress bar."""
        if self._writer is not None and self._total:
            self._writer.line()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TooLong in the test after some seconds, where the system can interrupt it."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> None:
        raise TooLong(f"the test takes longer than {seconds:.0f} seconds with this mutant")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
