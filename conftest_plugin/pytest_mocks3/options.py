"""The options of a test's in-memory AWS: one table for markers, ini options and flags.

Rule 1: this file is imported by every pytest run, so it imports nothing beyond pytest. The table repeats the options of
``mocks3.mock_s3``; a test compares the two. Rule 2: every misspelt option is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pytest


class Option(NamedTuple):
    """One option: ``mocks3_NAME`` in an ini file, ``--mocks3-NAME`` on the command line.

    ``kind`` is pytest's type of the ini value, or ``number``. ``choices`` are the allowed values; empty allows all.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()
    kind: str = "string"
    metavar: str = "VALUE"

    @property
    def ini(self) -> str:
        """Return its name in ini files."""
        return f"mocks3_{self.name}"

    @property
    def flag(self) -> str:
        """Return its name on the command line."""
        return f"--mocks3-{self.name.replace('_', '-')}"


WORLD = (
    Option("region", "the Region of clients and buckets that name no Region (us-east-1)"),
    Option(
        "account",
        "the 12 digits of the default account (123456789012); ambient credentials are its root user's",
    ),
    Option("strict", "answer InvalidAccessKeyId for an access key that mocks3 did not issue", kind="bool"),
    Option(
        "enforce",
        "deny: refuse denied calls; report: answer them and only record the denial",
        ("deny", "report"),
    ),
    Option(
        "initiator_rule",
        "who may send an upload's parts: its initiator, or the account",
        ("strict", "account"),
    ),
    Option(
        "new_bucket_defaults", "Object Ownership and Block Public Access of new buckets", ("2026", "legacy")
    ),
    Option(
        "min_part_size",
        "the smallest size in bytes of all parts of an upload except the last (5 MiB)",
        kind="number",
    ),
    Option(
        "passthrough", "a host or service whose calls reach the real AWS; can be repeated", (), "args", "HOST"
    ),
    Option(
        "profiles",
        "the principal of a profile, such as prod=ops:role/reader; can be repeated",
        (),
        "args",
        "NAME=WHO",
    ),
    Option("nested", "a mock inside a mock: an empty S3, or the S3 of the open mock", ("fresh", "join")),
    Option("bucket_names", "s3: the names that S3 accepts; any: My_Bucket as well", ("s3", "any")),
    Option("regions", "aws: the Regions of AWS; any: buckets in test-1 as well", ("aws", "any")),
    Option(
        "location_constraint",
        "whether a bucket outside us-east-1 needs a LocationConstraint",
        ("required", "optional"),
    ),
    Option("roles", "trusting: a caller assumes roles that trust it; any: all roles", ("trusting", "any")),
    Option(
        "ambient_credentials", "the access key in the environment: AWS's format, or moto's", ("root", "moto")
    ),
    Option(
        "path",
        "direct: answer calls before they are signed, if no code can see the difference; wire: every call is HTTP",
        ("direct", "wire"),
    ),
    Option("deliver", "the destinations of notifications: any; moto: those of moto", ("any", "moto")),
    Option(
        "record_limit",
        "the most calls and decisions that aws.calls and aws.decisions keep (10000), or none to keep all",
        kind="number",
    ),
)
"""The options of ``mock_s3``."""

EXPLAIN = Option(
    "explain",
    "explain under each failed test: denied (the denied calls, the default), all (all decisions in full) or none",
    ("denied", "all", "none"),
)

COVERAGE = Option(
    "coverage",
    "measure which statements of policies decide something; the reports: term, html, json, lcov, each also as "
    "html:PATH (term)",
    kind="reports",
    metavar="REPORTS",
)
FAIL_UNDER = Option(
    "coverage_fail_under", "fail if less than this percentage of the policies is covered", kind="number"
)
APPEND = Option("coverage_append", "add the data to those of the JSON report of an earlier run", kind="bool")
RECORD = Option(
    "record", "write the decisions of the run to this file, one JSON object a line", metavar="FILE"
)
LIVE = Option(
    "live",
    "show the decisions in the terminal while the tests run; no effect if the output is not a terminal",
    kind="bool",
)
MUTATE = Option(
    "mutate",
    "change one thing in one policy at a time, and run the tests again that the change affects; the reports: term, "
    "html, json, each also as html:PATH (term)",
    kind="reports",
    metavar="REPORTS",
)
MUTATE_BUDGET = Option(
    "mutate_budget",
    "the time for all changes, such as 60s or 5m; the most important ones come first",
    metavar="TIME",
)
MUTATE_FAIL_UNDER = Option(
    "mutate_fail_under", "fail if the tests notice less than this percentage of the changes", kind="number"
)
POLICY_OUT = Option(
    "policy_out",
    "write the smallest identity policies that allow what the run allowed to this folder",
    metavar="DIR",
)
MEASURES = (COVERAGE, FAIL_UNDER, APPEND, RECORD, LIVE, MUTATE, MUTATE_BUDGET, MUTATE_FAIL_UNDER, POLICY_OUT)
"""The options that measure the run."""
MEASURING = (COVERAGE, RECORD, MUTATE, POLICY_OUT)
"""The options without which nothing is measured."""

OPTIONS = (*WORLD, EXPLAIN, *MEASURES)

INSTEAD = "--mocks3-instead-of-moto"
"""The flag that puts mocks3 in place of moto's mocks. It has no ini option: it shows what a move would change."""

PREFIX = "mocks3_fixture_prefix"
"""The ini option that renames the fixtures. It has no flag: tests and conftests request fixtures by their names."""

MARKERS = (
    f"mocks3(*, {', '.join(option.name for option in WORLD)}): run the test in an in-memory AWS with these options.",
    "s3_world(*files, strict, values, account, region, bucket, ...): create what files describe, as aws.load does.",
    's3_principal(who): run the test with the credentials of "ops:role/reader", "user/eve" or an ARN.',
)


def add(parser: pytest.Parser) -> None:
    """Add every ini option and flag to pytest."""
    group = parser.getgroup("mocks3", "Amazon S3 in memory (mocks3)")
    for option in OPTIONS:
        kind = "string" if option.kind in ("number", "reports") else option.kind
        parser.addini(option.ini, option.help, type=kind, default=None)  # type: ignore[arg-type]
        group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **_argparse(option))
    group.addoption(
        INSTEAD,
        dest="mocks3_instead_of_moto",
        action="store_true",
        help="answer calls inside moto's mock_aws (and mock_s3 of moto 4) with mocks3, without a changed file",
    )
    parser.addini(
        PREFIX, "what the names of all mocks3 fixtures begin with, such as mocks3_ (nothing)", default=""
    )


def _argparse(option: Option) -> dict[str, Any]:
    if option.kind == "bool":
        return {"action": "store_true"}
    if option.kind == "number":
        return {"metavar": "N"}
    if option.kind == "reports":
        return {"nargs": "?", "const": "term", "metavar": option.metavar}
    if option.kind == "args":
        return {"action": "append", "metavar": option.metavar}
    if option.choices:
        return {"choices": option.choices}
    return {"metavar": option.name.upper() if option.metavar == "VALUE" else option.metavar}


def check(config: pytest.Config) -> None:
    """Raise ``pytest.UsageError`` for an ini option that is misspelt or has a wrong value."""
    known = {option.ini: option for option in OPTIONS}
    names = (*known, PREFIX)
    for name in _written(config):
        if name.startswith("mocks3_") and name not in names:
            raise pytest.UsageError(f"there is no ini option {name!r}{_meant(name, names)}")
    if not fixture_name(config, "aws").isidentifier():
        raise pytest.UsageError(
            f"{PREFIX} is the start of a Python name, such as mocks3_, not {config.getini(PREFIX)!r}"
        )
    for option in known.values():
        value = config.getini(option.ini)
        if option.choices and value and value not in option.choices:
            there_are = ", ".join(map(repr, option.choices))
            hint = _meant(str(value), option.choices)
            raise pytest.UsageError(f"{option.ini} is one of {there_are}, not {value!r}{hint}")


def _written(config: pytest.Config) -> Iterable[str]:
    """Return the names in the ini file. ``getini`` returns only options that exist; pytest 9 made the rest private."""
    found: Iterable[str] = vars(config).get("_inicfg") or vars(config).get("inicfg") or ()
    return found


def check_flags(arguments: Sequence[str]) -> None:
    """Raise ``pytest.UsageError`` for a misspelt ``--mocks3`` flag."""
    known = [INSTEAD, *(option.flag for option in OPTIONS)]
    for argument in arguments:
        flag = str(argument).partition("=")[0]
        if flag.startswith("--mocks3") and flag not in known:
            raise pytest.UsageError(f"there is no flag {flag}{_meant(flag, known)}")


def _meant(name: str, known: Iterable[str]) -> str:
    import difflib  # rarely needed

    close = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]}?" if close else ""


def fixture_name(config: pytest.Config, name: str) -> str:
    """Return the name of a fixture in this run: the ini option ``mocks3_fixture_prefix`` and its own name."""
    return f"{config.getini(PREFIX)}{name}"


def value(config: pytest.Config, option: Option) -> Any:
    """Return the value of an option: its flag's, otherwise the ini file's, otherwise None."""
    given = config.getoption(option.ini)
    if given is not None:
        return given
    return config.getini(option.ini)


def percentage(config: pytest.Config, option: Option) -> float:
    """Return the value of an option that is a percentage; 0 if it is not given.

    Raises:
        pytest.UsageError: It is not a percentage.
    """
    given = value(config, option)
    if given is None:
        return 0.0
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise pytest.UsageError(f"{option.flag} is a percentage from 0 to 100, such as 90, not {given!r}")
    return number


def explain(config: pytest.Config) -> str:
    """Return ``denied``, ``all`` or ``none``."""
    return value(config, EXPLAIN) or "denied"


def for_run(config: pytest.Config) -> dict[str, Any]:
    """Return the options of ``mock_s3`` that flags or the ini file set for the whole run."""
    found = {option.name: value(config, option) for option in WORLD}
    size = found["min_part_size"]
    if size is not None:
        found["min_part_size"] = int(size) if size.isdecimal() else size
    if found["profiles"] is not None:
        found["profiles"] = {
            name: who for name, _, who in (each.partition("=") for each in found["profiles"])
        }
    options = {name: given for name, given in found.items() if given is not None}
    limit = options.get("record_limit", "")
    if limit:
        options["record_limit"] = int(limit) if limit.isdecimal() else None if limit == "none" else limit
    return options


def for_test(node: pytest.Item) -> dict[str, Any]:
    """Return the options of ``mock_s3`` for one test: the run's, overridden by its markers; the closest marker wins."""
    options = for_run(node.config)
    for mark in reversed(list(node.iter_markers("mocks3"))):
        if mark.args:
            pytest.fail("the marker mocks3 takes options by name, as in mocks3(strict=True)", pytrace=False)
        options.update(mark.kwargs)
    return options
