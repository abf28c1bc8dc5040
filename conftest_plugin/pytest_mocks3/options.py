"""How a test's in-memory AWS can be told to behave: one table behind markers, ini options and flags.

Rule 1: loaded by every pytest run, so nothing is imported but pytest. The table repeats ``mocks3.mock_s3``'s options;
a test holds the two against each other. Rule 2: nothing misspelt passes in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pytest


class Option(NamedTuple):
    """One option: ``mocks3_NAME`` in an ini file, ``--mocks3-NAME`` on the command line.

    ``kind`` is pytest's type of the ini value, or ``number``; ``choices`` are the values there are, none meaning any.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()
    kind: str = "string"
    metavar: str = "VALUE"

    @property
    def ini(self) -> str:
        """Its name in ini files."""
        return f"mocks3_{self.name}"

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return f"--mocks3-{self.name.replace('_', '-')}"


WORLD = (
    Option("region", "Region of clients and buckets that name none (us-east-1)"),
    Option("account", "the default account's 12 digits (123456789012); ambient credentials are its root"),
    Option("strict", "an access key that mocks3 did not issue is InvalidAccessKeyId", kind="bool"),
    Option("enforce", "deny, or report: refused calls pass and are only recorded", ("deny", "report")),
    Option(
        "initiator_rule",
        "who may send an upload's parts: its initiator, or the account",
        ("strict", "account"),
    ),
    Option(
        "new_bucket_defaults", "Object Ownership and Block Public Access of new buckets", ("2026", "legacy")
    ),
    Option(
        "min_part_size", "bytes that all parts of an upload but the last must have (5 MiB)", kind="number"
    ),
    Option("passthrough", "a host or service that may reach the real AWS; several times", (), "args", "HOST"),
    Option(
        "profiles", "a profile's principal, as in prod=ops:role/reader; several times", (), "args", "NAME=WHO"
    ),
)
"""What ``mock_s3`` takes."""

EXPLAIN = Option(
    "explain",
    "under failing tests, explain: denied calls (the default), all decisions in full, or none",
    ("denied", "all", "none"),
)

MARKERS = (
    f"mocks3(*, {', '.join(option.name for option in WORLD)}): run the test in an in-memory AWS that behaves so.",
    's3_principal(who): run the test as "ops:role/reader", "user/eve" or an ARN; ambient credentials are theirs.',
)


def add(parser: pytest.Parser) -> None:
    """Tell pytest of every option."""
    group = parser.getgroup("mocks3", "Amazon S3 in memory (mocks3)")
    for option in (*WORLD, EXPLAIN):
        kind = "string" if option.kind == "number" else option.kind
        parser.addini(option.ini, option.help, type=kind, default=None)  # type: ignore[arg-type]
        group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **_argparse(option))


def _argparse(option: Option) -> dict[str, Any]:
    if option.kind == "bool":
        return {"action": "store_true"}
    if option.kind == "number":
        return {"metavar": "N"}
    if option.kind == "args":
        return {"action": "append", "metavar": option.metavar}
    if option.choices:
        return {"choices": option.choices}
    return {"metavar": option.name.upper()}


def check(config: pytest.Config) -> None:
    """Raise ``pytest.UsageError`` for an ini option that is misspelt, or has a value it cannot take."""
    known = {option.ini: option for option in (*WORLD, EXPLAIN)}
    for name in _written(config):
        if name.startswith("mocks3_") and name not in known:
            raise pytest.UsageError(f"there is no ini option {name!r}{_meant(name, known)}")
    for option in known.values():
        value = config.getini(option.ini)
        if option.choices and value and value not in option.choices:
            there_are = ", ".join(map(repr, option.choices))
            hint = _meant(str(value), option.choices)
            raise pytest.UsageError(f"{option.ini} is one of {there_are}, not {value!r}{hint}")


def _written(config: pytest.Config) -> Iterable[str]:
    """The names in the ini file. ``getini`` knows those that exist only; pytest 9 calls the rest private."""
    found: Iterable[str] = vars(config).get("_inicfg") or vars(config).get("inicfg") or ()
    return found


def check_flags(arguments: Sequence[str]) -> None:
    """Raise ``pytest.UsageError`` for a flag of ours that is misspelt."""
    known = [option.flag for option in (*WORLD, EXPLAIN)]
    for argument in arguments:
        flag = str(argument).partition("=")[0]
        if flag.startswith("--mocks3") and flag not in known:
            raise pytest.UsageError(f"there is no flag {flag}{_meant(flag, known)}")


def _meant(name: str, known: Iterable[str]) -> str:
    import difflib  # wanted seldom

    close = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]}?" if close else ""


def value(config: pytest.Config, option: Option) -> Any:
    """What a run was told: by its flag, else in its ini file; None when by neither."""
    given = config.getoption(option.ini)
    if given is not None:
        return given
    return config.getini(option.ini)


def explain(config: pytest.Config) -> str:
    """``denied``, ``all`` or ``none``."""
    return value(config, EXPLAIN) or "denied"


def for_run(config: pytest.Config) -> dict[str, Any]:
    """The options of ``mock_s3`` that the whole run was told."""
    told = {option.name: value(config, option) for option in WORLD}
    size = told["min_part_size"]
    if size is not None:
        told["min_part_size"] = int(size) if size.isdecimal() else size
    if told["profiles"] is not None:
        told["profiles"] = {name: who for name, _, who in (each.partition("=") for each in told["profiles"])}
    return {name: given for name, given in told.items() if given is not None}


def for_test(node: pytest.Item) -> dict[str, Any]:
    """The options of ``mock_s3`` for one test: the run's, and over them its markers', the closest last."""
    options = for_run(node.config)
    for mark in reversed(list(node.iter_markers("mocks3"))):
        if mark.args:
            pytest.fail("the marker mocks3 takes options by name, as in mocks3(strict=True)", pytrace=False)
        options.update(mark.kwargs)
    return options
