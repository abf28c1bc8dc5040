"""Write the reference pages that come from docstrings and tables of the code: ``python docs/reference/generate.py``.

    handles.md        the public names of mocks3, which Sphinx reads from their docstrings
    fixtures.md       the fixtures of the pytest plugin
    pytest.md         its markers, flags and ini options
    command-line.md   the commands

A test compares the pages with what the program would write.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import mocks3
from mocks3 import invariants, load, policy
from mocks3.cli import COMMANDS
from pytest_mocks3 import fixtures, options

HERE = Path(__file__).parent
MADE = "<!-- Written by docs/reference/generate.py. Change the docstrings and tables of the code, not this page. -->"


def handles() -> str:
    """Return the page of the public names: Sphinx puts their docstrings in."""
    functions = [name for name in mocks3.__all__ if inspect.isfunction(getattr(mocks3, name))]
    classes = [name for name in mocks3.__all__ if inspect.isclass(getattr(mocks3, name))]
    lines = [
        MADE,
        "",
        "# Functions and handles",
        "",
        "The public names of `mocks3`. A *handle* is an object that a test uses to set up or read the in-memory",
        "AWS. It comes from `with mock_s3() as aws`, or from a [fixture](fixtures.md).",
        "",
        "## Functions",
        "",
        *_directive(*(f".. autofunction:: mocks3.{name}" for name in functions)),
        *_directive(
            *(f".. autofunction:: mocks3.load.{name}" for name in load.__all__ if name == "world"),
            *(
                f".. autofunction:: mocks3.invariants.{name}"
                for name in invariants.__all__
                if inspect.isfunction(getattr(invariants, name))
            ),
        ),
        "## Classes",
        "",
    ]
    for name in classes:
        lines += [f"### {name}", ""]
        members = [] if issubclass(getattr(mocks3, name), BaseException) else ["   :members:"]
        lines += _directive(f".. autoclass:: mocks3.{name}", *members)
    lines += ["## Faults", "", "[Faults](../faults.md) has examples.", ""]
    lines += _directive(".. autoclass:: mocks3.faults.Faults", "   :members: add, clear")
    lines += _directive(".. autoclass:: mocks3.faults.InjectedFault")
    lines += ["## The policy engine", "", "[The policy engine](../policy.md) has examples.", ""]
    for name in ("decide", "Policy", "Policies", "Request", "RequestPrincipal"):
        kind = "class" if inspect.isclass(getattr(policy, name)) else "function"
        members = ["   :members:"] if kind == "class" else []
        lines += _directive(f".. auto{kind}:: mocks3.policy.{name}", *members)
    return "\n".join(lines)


def _directive(*lines: str) -> list[str]:
    return ["```{eval-rst}", *lines, "```", ""]


def the_fixtures() -> str:
    """Return the page of the fixtures."""
    functions = {
        node.name: node
        for node in ast.parse(inspect.getsource(fixtures)).body
        if isinstance(node, ast.FunctionDef)
    }
    lines = [
        MADE,
        "",
        "# Fixtures",
        "",
        "Every fixture can be overridden in a conftest or a test module, under its own name. The ini option",
        "`mocks3_fixture_prefix` renames all of them.",
        "",
    ]
    for name in fixtures.NAMES:
        node = functions[name]
        requested = [each.arg for each in node.args.args if each.arg != "request"]
        returned = ast.unparse(node.returns) if node.returns else ""
        scope = "session" if name == "aws_seed" else "function"
        builds_on = f"; builds on {', '.join(f'`{each}`' for each in requested)}" if requested else ""
        lines += [f"## {name}", "", f"`{returned}`; scope `{scope}`{builds_on}", ""]
        lines += [_markdown(ast.get_docstring(node) or ""), ""]
    return "\n".join(lines)


def _markdown(docstring: str) -> str:
    """Return a docstring as Markdown: a block after ``::`` becomes a block of Python."""
    parts = re.split(r"::\n\n((?:(?: {4}.*)?\n)*(?: {4}.*)?)", docstring)
    text = ""
    for number, part in enumerate(parts):
        text += f":\n\n```python\n{textwrap.dedent(part).strip()}\n```\n" if number % 2 else part
    return text.strip()


def of_pytest() -> str:
    """Return the page of markers, flags and ini options."""
    lines = [MADE, "", "# Markers and options of pytest", "", "## Markers", ""]
    lines += _table(("marker", "what it does"), (each.split(": ", 1) for each in options.MARKERS))
    lines += [
        "",
        "## Options",
        "",
        "A flag overrides the ini file, and the marker `mocks3(...)` overrides both for one test. A name that is",
        "misspelt is an error.",
        "",
    ]
    rows = [(f"{each.flag}", each.ini, _described(each)) for each in options.OPTIONS]
    rows.append(
        (options.INSTEAD, "", "answer calls inside moto's mock_aws with mocks3, without a changed file")
    )
    rows.append(("", options.PREFIX, "what the names of all fixtures begin with, such as mocks3_"))
    lines += _table(("flag", "ini option", "meaning"), rows)
    return "\n".join([*lines, ""])


def _described(option: options.Option) -> str:
    return f"{option.help}. Values: {', '.join(option.choices)}" if option.choices else option.help


def _table(titles: tuple[str, ...], rows: Iterator[list[str]] | list[tuple[str, ...]]) -> list[str]:
    codes = len(titles) - 1

    def cells(row: list[str] | tuple[str, ...]) -> str:
        return " | ".join(
            f"`{cell}`" if cell and place < codes else _escaped(cell) for place, cell in enumerate(row)
        )

    lines = [f"| {' | '.join(titles)} |", f"| {' | '.join('---' for _ in titles)} |"]
    return [*lines, *(f"| {cells(row)} |" for row in rows)]


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "\\<").replace("*", "\\*")


def command_line() -> str:
    """Return the page of the commands. argparse's own help differs between versions of Python."""
    lines = [
        MADE,
        "",
        "# The command line",
        "",
        "`mocks3 COMMAND`, or `python -m mocks3 COMMAND`. Exit codes: 0 for yes or no findings, 1 for no or",
        "findings, 2 for input that cannot be used.",
        "",
    ]
    for name, module in COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"mocks3 {name}")
        module.add_arguments(parser)
        rows = [_row(action) for action in parser._actions if action.help != argparse.SUPPRESS]
        described = module.DESCRIPTION.strip()
        lines += [f"## mocks3 {name}", "", "```text", described, "```", ""]
        lines += _table(("argument", "meaning"), [row for row in rows if row[0] != "-h, --help"])
        lines += ["", *(["```text", module.EPILOG.strip("\n"), "```", ""] if module.EPILOG else [])]
    return "\n".join(lines)


def _row(action: argparse.Action) -> tuple[str, str]:
    metavar = action.metavar or (
        f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper()
    )
    if isinstance(metavar, tuple):
        metavar = " ".join(metavar)
    value = "" if action.nargs == 0 else f" {metavar}"
    name = ", ".join(action.option_strings) + value if action.option_strings else metavar
    return name.replace("|", "/"), (action.help or "").replace("%%", "%")


PAGES: dict[str, Callable[[], str]] = {
    "handles.md": handles,
    "fixtures.md": the_fixtures,
    "pytest.md": of_pytest,
    "command-line.md": command_line,
}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
