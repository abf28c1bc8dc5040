"""The hooks of the plugin: options, markers, the in-memory AWS of marked tests, and the section in failure reports.

Rule: this file is imported by every pytest run on the machine, so it imports nothing beyond pytest; mocks3 and botocore
are imported by the first test that needs them. The fixtures are in ``fixtures.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

from pytest_mocks3 import fixtures, options

HABITS = "mocks3.model.habits"
"""The module that counts what options allowed. If no test used mocks3, it is not imported."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options and flags."""
    options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Raise ``pytest.UsageError`` for a misspelt flag, before pytest itself reports an unknown argument.

    With ``--mocks3-instead-of-moto``, replace moto's mocks before a conftest imports them.
    """
    options.check_flags(args)
    if early_config.known_args_namespace.mocks3_instead_of_moto:
        from pytest_mocks3 import instead_of_moto

        instead_of_moto.replace()


def pytest_configure(config: pytest.Config) -> None:
    """Check the ini options, add the markers, and register the fixtures under the names of this run."""
    options.check(config)
    if HABITS in sys.modules:
        from pytest_mocks3 import instead_of_moto

        instead_of_moto.begin(config)
    if options.value(config, options.LIVE):
        from pytest_mocks3 import live

        live.register(config)
    if any(options.value(config, option) for option in options.MEASURING):
        from pytest_mocks3 import measuring

        measuring.register(config)
    for marker in options.MARKERS:
        config.addinivalue_line("markers", marker)
    fixtures.register(config, options.fixture_name(config, ""))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Run a marked test in an in-memory AWS, also if the test requests no fixture of the plugin."""
    refusal_log = sys.modules.get("mocks3.interceptors.refusal_log")
    if refusal_log is not None:
        refusal_log.clear()
    if any(map(item.get_closest_marker, ("s3_principal", "s3_world", "mocks3"))):
        from pytest_mocks3 import worlds

        worlds.add_aws_fixture(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Find the principal of the marker ``s3_principal`` if a fixture created it after the test's AWS was opened."""
    if item.get_closest_marker("s3_principal"):
        from pytest_mocks3 import worlds

        worlds.find_late_principal(item)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Record what each definition of ``aws_seed`` created, and fail a wider fixture that changes it."""
    seed_name = options.fixture_name(request.config, "aws_seed")
    is_seed = fixturedef.argname == seed_name
    if not is_seed and (fixturedef.scope == "function" or seed_name not in fixturedef.argnames):
        return (yield)
    from pytest_mocks3 import worlds

    if not is_seed:
        with worlds.check_unchanged(fixturedef, request):
            return (yield)
    with worlds.seeding(fixturedef, request) as record:
        return record((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the section "why S3 denied this" to the report of a failed test."""
    report = yield
    if report.failed and "mocks3.interceptors.refusal_log" in sys.modules:
        from pytest_mocks3 import section

        section.attach(item, call, report)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Add colours to the sections before the terminal shows the reports. A worker of xdist sends its counts."""
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is not None and HABITS in sys.modules:
        from pytest_mocks3 import instead_of_moto

        instead_of_moto.send(session.config, workeroutput)
    if session.testsfailed:
        from pytest_mocks3 import terminal

        terminal.decorate(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the counts of a worker of xdist that has ended."""
    found = getattr(node, "workeroutput", None)
    if found:
        from pytest_mocks3 import instead_of_moto

        instead_of_moto.receive(node.config, found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what options allowed although AWS refuses it, one line for each habit."""
    if HABITS not in sys.modules and "pytest_mocks3.instead_of_moto" not in sys.modules:
        return
    from pytest_mocks3 import instead_of_moto

    lines = instead_of_moto.lines(config)
    if lines:
        terminalreporter.section("mocks3: what AWS refuses and an option allowed")
        terminalreporter.write("\n".join(lines) + "\n")
