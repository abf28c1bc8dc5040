"""Write the gallery of explanations: ``python docs/why/generate.py``.

Each file of ``cases`` has two tests. ``test_denied`` fails with a 403; ``test_fixed`` is the same test with the fix.
The program runs them with pytest and writes one page for each file: the cause, the test, what the plugin reports, and
the fix. A test compares the pages with what it would write.
"""

from __future__ import annotations

import ast
import difflib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from pytest_mocks3.terminal import TITLE

HERE = Path(__file__).parent
CASES = HERE / "cases"
DENIED, FIXED = "test_denied", "test_fixed"
MADE = "<!-- Written by docs/why/generate.py. Change {source}, or the code that writes the report, not this page. -->"


class Case(NamedTuple):
    """One file of ``cases``: its name, title and cause, the code of its two tests, and what the fix is."""

    name: str
    title: str
    cause: str
    setup: str
    denied: str
    fixed: str
    fix: str


def cases() -> Iterator[Case]:
    """Yield all cases, sorted by name."""
    for path in sorted(CASES.glob("test_*.py")):
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        title, _, cause = (ast.get_docstring(tree) or "").partition("\n\n")
        tests = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        constants = [node for node in tree.body if isinstance(node, ast.Assign)]
        yield Case(
            path.stem.removeprefix("test_").replace("_", "-"),
            title,
            cause,
            "\n".join(_source(text, node) for node in constants),
            _source(text, tests[DENIED]),
            _body(text, tests[FIXED]),
            ast.get_docstring(tests[FIXED]) or "",
        )


def _source(text: str, node: ast.stmt) -> str:
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def _body(text: str, test: ast.FunctionDef) -> str:
    """Return the code of a test without its docstring."""
    lines = _source(text, test).splitlines()
    docstring = test.body[0]
    assert docstring.end_lineno is not None
    return "\n".join([lines[0], *lines[docstring.end_lineno - test.lineno + 1 :]])


def outcomes() -> dict[tuple[str, str], str | None]:
    """Run all cases. Return the report of each test that failed, and None for each test that passed."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.xml"
        plugins = ["-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", "-q", *plugins, f"--junit-xml={result}", "."]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            command, cwd=CASES, env=environment, capture_output=True, text=True, check=False
        )
        if not result.exists():
            raise RuntimeError(done.stdout + done.stderr)
        root = ElementTree.parse(result).getroot()
    found: dict[tuple[str, str], str | None] = {}
    for test in root.iter("testcase"):
        name = test.attrib["classname"].rpartition(".")[2].removeprefix("test_").replace("_", "-")
        failed = test.find("failure")
        found[name, test.attrib["name"]] = None if failed is None else _section(failed.text or "")
    return found


def _section(failure: str) -> str:
    """Return the plugin's section of the text of a failure; the whole text if it has none."""
    lines = failure.splitlines()
    starts = [number for number, line in enumerate(lines) if line.strip("- ") == TITLE]
    return "\n".join(lines[starts[-1] + 1 :]).strip() if starts else failure


def page(case: Case, report: str) -> str:
    """Return the page of a case."""
    source = f"cases/test_{case.name.replace('-', '_')}.py"
    lines = [MADE.format(source=source), "", f"# {case.title}", "", case.cause, "", "## The test", ""]
    lines += ["```python", f"{case.setup}\n\n", case.denied, "```", "", "## The report", ""]
    lines += [
        "```text",
        report,
        "```",
        "",
        "## The fix",
        "",
        case.fix,
        "",
        "```diff",
        *_diff(case),
        "```",
        "",
    ]
    return "\n".join(lines)


def _diff(case: Case) -> Iterator[str]:
    """Yield the changed lines between the test and the fixed test, with two lines around them."""
    before, after = case.denied.splitlines(), case.fixed.splitlines()
    before[0] = after[0] = "def test(aws):"
    return (line for line in list(difflib.unified_diff(before, after, n=1, lineterm=""))[3:])


def index(all_cases: list[Case]) -> str:
    """Return the page with the list of all cases."""
    lines = [
        MADE.format(source="the files of cases"),
        "",
        "# Why was this denied?",
        "",
        "Usual denials. Each page has the cause, a test that fails, the report that pytest prints below the",
        "traceback, and the fix. `mocks3 why FOLDER` prints the same report for policies from files.",
        "",
        *(f"- [{case.title}]({case.name}.md)" for case in all_cases),
        "",
    ]
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Run the cases, and return all pages by file name."""
    found, reports = list(cases()), outcomes()
    made = {f"{case.name}.md": page(case, reports[case.name, DENIED] or "") for case in found}
    return {"README.md": index(found), **made}


def main() -> None:
    """Write all pages."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
