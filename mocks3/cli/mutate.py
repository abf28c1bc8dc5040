"""``mocks3 mutate``: run tests with pytest, and report changes of policies that no test notices."""

from __future__ import annotations

import argparse
import subprocess
import sys

HELP = "run tests, and report changes of policies that no test notices"
DESCRIPTION = """\
Run tests with pytest. Then change one thing in one policy at a time, and run the tests again that the change affects.
Report the changes that no test notices. The same as pytest --mocks3-mutate; the exit code is pytest's.
"""
EPILOG = """\
examples:
  mocks3 mutate -- pytest tests/
  mocks3 mutate -n 4 --budget 60s --fail-under 90 -- pytest tests/
  mocks3 mutate --reports term,html:build/mutants.html -- pytest -k upload
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and the command of the tests."""
    parser.add_argument("-n", type=int, metavar="N", help="the number of processes; needs pytest-xdist")
    parser.add_argument("--budget", metavar="TIME", help="the time for all changes, such as 60s or 5m")
    parser.add_argument(
        "--fail-under", metavar="N", help="fail if the tests notice less than this percentage of the changes"
    )
    parser.add_argument(
        "--reports", default="term", help="term, html, json, each also with a path: html:PATH (default: term)"
    )
    parser.add_argument(
        "tests", nargs=argparse.REMAINDER, metavar="-- pytest ...", help="the arguments of pytest"
    )


def run(options: argparse.Namespace) -> int:
    """Run pytest. Return its exit code."""
    given = options.tests[1:] if options.tests[:1] == ["--"] else options.tests
    given = given[1:] if given[:1] in (["pytest"], ["py.test"]) else given
    flags = [f"--mocks3-mutate={options.reports}"]
    if options.budget is not None:
        flags.append(f"--mocks3-mutate-budget={options.budget}")
    if options.fail_under is not None:
        flags.append(f"--mocks3-mutate-fail-under={options.fail_under}")
    if options.n is not None:
        flags += ["-n", str(options.n)]
    return subprocess.run([sys.executable, "-m", "pytest", *flags, *given], check=False).returncode  # noqa: S603
