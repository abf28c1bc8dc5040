"""``mocks3 coverage``: combine the data of several runs, and write reports of policy coverage."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "combine the policy coverage of several test runs, and write reports"
DESCRIPTION = """\
Read what 'pytest --mocks3-coverage=json' wrote, and report which statements of policies decided something.
"""
EPILOG = """\
examples:
  pytest --mocks3-coverage=json:unit.json tests/unit
  pytest --mocks3-coverage=json:system.json tests/system
  mocks3 coverage combine unit.json system.json -o all.json
  mocks3 coverage report all.json --fail-under 90
  mocks3 coverage html all.json -o policies.html
"""

DATA = "mocks3-coverage.json"
_OUTPUTS = {"html": "mocks3-coverage.html", "lcov": "mocks3-coverage.info"}
_KINDS = {
    "report": "print the table",
    "html": "write one HTML file with every policy line by line",
    "json": "print the data, also of several files",
    "lcov": "write an lcov tracefile of the policies that are files",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands."""
    commands = parser.add_subparsers(dest="report", required=True, metavar="WHAT")
    combine = commands.add_parser("combine", help="write the data of several files into one")
    combine.add_argument("files", nargs="+", type=Path, metavar="FILE")
    combine.add_argument("-o", "--output", type=Path, default=Path(DATA), metavar="FILE")
    for kind, text in _KINDS.items():
        own = commands.add_parser(kind, help=text)
        own.add_argument("files", nargs="*", type=Path, metavar="FILE", help=f"default: {DATA}")
        if kind == "report":
            own.add_argument(
                "--fail-under",
                type=_percentage,
                default=0.0,
                metavar="N",
                help="exit with 1 if less is covered",
            )
        else:
            own.add_argument("-o", "--output", type=Path, metavar="FILE", help="- prints the report")


def _percentage(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"a percentage from 0 to 100, such as 90, not {text!r}")
    return number


def run(options: argparse.Namespace) -> int:
    """Combine or report. Return 1 if less is covered than ``--fail-under`` requires."""
    from mocks3.coverage import reports
    from mocks3.coverage.data import Coverage

    coverage = Coverage()
    for file in options.files or [Path(DATA)]:
        coverage.add(reports.read(file))
    if options.report == "combine":
        return _write("json", reports.text_of("json", coverage), options.output)
    if options.report != "report":
        output = options.output or Path(_OUTPUTS.get(options.report, "-"))
        return _write(options.report, reports.text_of(options.report, coverage), output)
    sys.stdout.write(reports.text_of("term", coverage))
    if reports.is_under(coverage, options.fail_under):
        print(reports.under_message(coverage, options.fail_under))
        return 1
    return 0


def _write(kind: str, text: str, output: Path) -> int:
    if str(output) == "-":
        sys.stdout.write(text)
        return 0
    output.write_text(text, encoding="utf-8")
    print(f"The {kind.upper() if kind != 'lcov' else kind} report is in {output}")
    return 0
