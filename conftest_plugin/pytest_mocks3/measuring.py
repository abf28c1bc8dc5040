"""``--mocks3-coverage`` and ``--mocks3-record``: collect the decisions of each test, and write the reports at the end.

Rule: this file is imported only if one of the flags is given, or its ini option.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from mocks3.coverage import reports
from mocks3.coverage.collecting import Collector
from mocks3.coverage.data import Coverage, from_json, to_json
from mocks3.coverage.records import CoverageRecorder, join
from mocks3.errors import Mocks3Error
from pytest_mocks3 import options

KEY = "mocks3_coverage"
"""The key under which a worker of pytest-xdist sends its data."""


def register(config: pytest.Config) -> None:
    """Register the measurement of this process: of a whole run, of a worker of pytest-xdist, or of its controller.

    Raises:
        pytest.UsageError: A value of the options is not valid.
    """
    try:
        measuring = Measuring(config)
    except Mocks3Error as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(measuring, "mocks3-measuring")
    if options.value(config, options.MUTATE):
        from pytest_mocks3 import mutating

        mutating.register(config, measuring)
    if options.value(config, options.POLICY_OUT):
        from pytest_mocks3 import minimizing

        minimizing.register(config, measuring)


class Measuring:
    """The hooks of the measurement."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker: str | None = getattr(config, "workerinput", {}).get("workerid")
        self._test = "(before the first test)"
        given = options.value(config, options.COVERAGE)
        self._reports = reports.parse(given, config.rootpath) if given else []
        self._fail_under = options.percentage(config, options.FAIL_UNDER)
        self._coverage = Coverage()
        if options.value(config, options.APPEND) and self._worker is None:
            self._coverage.add(reports.earlier(self._reports, config.rootpath))
        self.collector = Collector(str(config.rootpath))
        self._record = self._record_of_run()
        self.collector.start()

    def _record_of_run(self) -> CoverageRecorder | None:
        """Open the record of this process. The controller of pytest-xdist joins those of its workers."""
        given = options.value(self._config, options.RECORD)
        if not given:
            return None
        path = Path(self._config.rootpath, given)
        recorder = CoverageRecorder(
            path if self._worker is None else path.with_name(f"{path.name}.{self._worker}")
        )
        self.collector.listeners.append(recorder.write)
        return recorder

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Give the decisions to the test in which they happened."""
        self._test = item.nodeid
        result = yield
        self.collector.finish(item.nodeid)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Give the decisions in a fixture of a wider scope to the fixture: any test may be the first that uses it."""
        if fixturedef.scope == "function":
            return (yield)
        self.collector.finish(self._test)
        try:
            return (yield)
        finally:
            self.collector.finish(f"({fixturedef.scope} fixture {fixturedef.argname})", shared=True)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the data of a worker of pytest-xdist that has ended."""
        sent = (getattr(node, "workeroutput", None) or {}).get(KEY)
        if sent is None:
            return
        self._coverage.add(from_json(sent))
        if self._record is not None:
            join(self._record, f"{self._record.path}.{node.workerinput['workerid']}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, and fail the run if too little is covered. A worker of pytest-xdist sends its data."""
        self.collector.finish("(after the last test)")
        if self._record is not None:
            self._record.close()
        self._coverage.add(self.collector.coverage)
        if self._worker is not None:
            session.config.workeroutput[KEY] = to_json(self._coverage)  # type: ignore[attr-defined]
            return
        reports.write(self._reports, self._coverage, session.config.rootpath)
        if self._too_little() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """Stop to record, also if another option was wrong and no test ran."""
        self.collector.stop()

    def _too_little(self) -> bool:
        return bool(self._reports) and reports.is_under(self._coverage, self._fail_under)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table, and the paths of the files."""
        lines = reports.lines(self._reports, self._coverage)
        if self._record is not None:
            path = reports.shown(self._record.path)
            lines.append(f"The decisions of the run are in {path}. To read them: mocks3 show {path}")
        if self._too_little():
            lines.append(reports.under_message(self._coverage, self._fail_under))
        if lines:
            terminalreporter.section("mocks3: policy coverage")
            terminalreporter.write("\n".join(lines) + "\n")
