"""Write the pages that are made of tables of the code: ``python docs/generate.py``.

    coverage.md       every operation, what it does, how faithfully, and who is the witness
    permissions.md    every operation, the actions that its caller needs, when, and which ACL does as well

The rows themselves are read, so that a page can't say other than what is decided by. A test holds the pages against
them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from mocks3.access import acl
from mocks3.cli import rulebook
from mocks3.model.operation import Operation
from mocks3.model.permissions import Mode, Need
from mocks3.operations import registered
from mocks3.operations.configurations import BY_ID, DOCUMENTS
from mocks3.operations.configurations.document import STORED_ONLY
from mocks3.wire.known import table

HERE = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py of the code's own tables; change those. -->"

WITNESSES = json.loads((HERE / "witnesses.json").read_text(encoding="utf-8"))
"""Who says so. ``observed``: operations of which the real service's answers were recorded, errors above all; of the
others AWS's documents tell. What neither of them says is ``reported`` by callers of the service, or ``inferred``: by
what it is about, operations. ``everywhere``: what is inferred of all. Rule ids are those that the code cites."""

LIMITS = {
    "SelectObjectContent": "SQL with the extra `select`, Parquet with `parquet`",
}
"""What an operation refuses with ``NotSupported``."""

MODES = {
    Mode.REQUIRED: "",
    Mode.PER_KEY: "for each entry by itself",
    Mode.REVEAL: "else a missing key is a 403",
    Mode.OPTIONAL: "else a part of the answer is left out",
    Mode.FREE: "never asked",
    Mode.LATER: "else the table fails",
}


VERBS = {
    "get": "Read",
    "put": "Put, checked, in place of any other:",
    "create": "Put, checked, where there is none:",
    "update": "Change, checked, the",
    "delete": "Delete",
}


class Entry(NamedTuple):
    """What an operation on a configuration does, and what the configuration makes happen."""

    does: str
    effect: str


def configured() -> dict[str, Entry]:
    """Operations that read, write, list or delete one configuration of a bucket."""
    found: dict[str, Entry] = {}
    for row in DOCUMENTS:
        for name in (*row.get, *row.put, *row.delete):
            verb = VERBS[name.partition("_")[0]]
            part = "" if row.get else f" `{row.member}` of"
            found[_camel(name)] = Entry(f"{verb}{part} the bucket's `{row.name}` configuration.", row.effect)
    for many in BY_ID:
        for verb, does, several in (
            ("get", "Read", ""),
            ("put", "Put, checked,", ""),
            ("delete", "Delete", ""),
            ("list", "List, by pages,", "s"),
        ):
            name = _camel(f"{verb}_bucket_{many.noun}_configuration{several}")
            found[name] = Entry(f"{does} `{many.name}` configurations by id.", many.effect)
    return found


def coverage() -> str:
    """The page of operations."""
    rows = configured()
    lines = [
        MADE,
        "",
        "# What mocks3 plays",
        "",
        "Every operation of S3's API, what it does, how faithfully, and who is the witness. *Whole* means: all of what",
        "the API reference says of it. *Observed*: answers of the real service were recorded, the errors above all;",
        "*documented*: it goes by AWS's documents. What neither says is *reported* by callers of the service, or",
        "*inferred*; ids such as OQ-1 are rules of the [rule book](rules/README.md).",
        "",
    ]
    lines += _table(("operation", "what it does", "how faithful", "witness"), _covered(rows))
    lines += ["", "Of any operation it is inferred:", ""]
    lines += [f"- {what}" for what in WITNESSES["everywhere"]]
    lines += [
        "",
        "## In directory buckets",
        "",
        "Operations of S3 Express One Zone, and what their callers need there: of the bucket's policy and of identity",
        "policies one question is asked when a session is made, or at each call that comes without one; managing takes",
        "an action of its own. Every other operation is refused as S3 refuses it. Not played are access points of",
        "directory buckets, and tags but for those that a bucket is made with. No answer of the real service was",
        "recorded here: codes and statuses are documented or reported, sentences of new refusals inferred.",
        "",
    ]
    lines += _table(("operation", "endpoint", "action", "session"), _in_directories())
    known = {
        name.partition(" ")[0].removeprefix("s3:") for name in table().operations if name.startswith("s3:")
    }
    absent = sorted(known - {name for _, name in registered()})
    if absent:
        lines += ["", "## Not played", "", "These raise `mocks3.NotSupported`, which names them.", ""]
        lines += [f"- {name}" for name in absent]
    lines += ["", "## Around S3", "", "Calls that tests make to other services.", ""]
    others = [each for each in _sorted() if each.service != "s3"]
    lines += _table(
        ("operation", "what it does"), [(f"{each.service}:{each.name}", _summary(each)) for each in others]
    )
    return "\n".join(lines) + "\n"


def _covered(rows: dict[str, Entry]) -> Iterator[tuple[str, ...]]:
    for operation in _sorted():
        if operation.service != "s3":
            continue
        row = rows.get(operation.name)
        does = row.does if row else _summary(operation)
        faithful = LIMITS.get(operation.name, "whole")
        if row is not None:
            faithful = row.effect if row.effect == STORED_ONLY else f"acts: {row.effect}"
        yield operation.name, does, faithful, _witness(operation.name)


def _witness(name: str) -> str:
    said = ["observed" if name in WITNESSES["observed"] else "documented"]
    for kind in ("reported", "inferred"):
        about = [what for what, names in WITNESSES[kind].items() if name in names]
        said += [f"{kind}: {' · '.join(about)}"] if about else []
    return "; ".join(said)


def _in_directories() -> Iterator[tuple[str, ...]]:
    for operation in _sorted():
        express = operation.express
        if express is None:
            continue
        action = operation.needs[0].action.partition(":")[2] if express.regional else "CreateSession"
        taken = "ReadWrite" if express.writes else "ReadOnly or ReadWrite"
        yield (
            operation.name,
            "Regional" if express.regional else "Zonal",
            f"`s3express:{action}`",
            taken if express.by_session else "takes none",
        )


def permissions() -> str:
    """The page of permissions."""
    lines = [
        MADE,
        "",
        "# What callers need",
        "",
        "Every operation, and the actions that its caller must be allowed, in the order in which a missing one is",
        "named. These rows are what mocks3 decides by. *ACL*: the permission in the ACL of the bucket or of the object",
        "that does as well, where ACLs are in force.",
        "",
    ]
    rows = [row for operation in _sorted() for row in _needed(operation)]
    return "\n".join(lines + _table(("operation", "action", "on", "when", "ACL"), rows)) + "\n"


def _needed(operation: Operation) -> Iterator[tuple[str, ...]]:
    shown = operation.name if operation.service == "s3" else f"{operation.service}:{operation.name}"
    for number, need in enumerate(operation.needs):
        when = "; ".join(filter(None, (need.when.text if need.when else "", MODES[need.mode])))
        yield shown if number == 0 else "", f"`{need.action}`", need.on.value, when or "always", _by_acl(need)


def _by_acl(need: Need) -> str:
    if need.action in acl.ON_OBJECT:
        return f"{acl.ON_OBJECT[need.action]} of the object"
    return f"{acl.ON_BUCKET[need.action]} of the bucket" if need.action in acl.ON_BUCKET else ""


def _sorted() -> list[Operation]:
    return [registered()[name] for name in sorted(registered(), key=lambda each: (each[0] != "s3", *each))]


def _summary(operation: Operation) -> str:
    return " ".join((operation.run.__doc__ or "").strip().partition("\n\n")[0].split())


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _table(head: tuple[str, ...], rows: object) -> list[str]:
    lines = [_row(head), _row(tuple("---" for _ in head))]
    return lines + [_row(row) for row in rows]  # type: ignore[attr-defined]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _linked(page: Callable[[], str]) -> Callable[[], str]:
    """The page with every rule id outside of code a link to its rule."""

    def link(found: re.Match[str]) -> str:
        rule = RULES[found[0]]
        return f"[{rule.id}](rules/{rule.chapter}.md#{rule.id.lower()})"

    return lambda: "".join(
        part if part.startswith("`") else rulebook.ID.sub(link, part)
        for part in re.split(r"(`[^`]*`)", page())
    )


RULES = rulebook.rules()
PAGES = {"coverage.md": _linked(coverage), "permissions.md": _linked(permissions)}


def main() -> int:
    """Write all pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
