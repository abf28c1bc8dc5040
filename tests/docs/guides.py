"""Read the pages of the tutorial and of the how-to guides, and run their code.

A page is a small project. Its ``python`` blocks are one test file. A block after a line that ends in "`NAME`:" is the
file NAME. A ``text`` block is printed by the tests. A ``console`` block begins with ``$`` and a command of pytest or
mocks3, and has its output. A test whose name contains ``that_fails`` fails.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from mocks3.cli import main

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`([\w./-]+)`:\n\n\Z")
REQUIRES = re.compile(r"^requires: (.*)$", re.MULTILINE)
FAILS = "that_fails"
PLUGINS = ("randomly", "cacheprovider", "xdist", "asyncio")
OPTIONS = (*(f"-pno:{name}" for name in PLUGINS), "--import-mode=importlib")
INI = "[pytest]\nfilterwarnings = error\n"


class Block(NamedTuple):
    """A block of code: its language, its text, the number of its first line, and the file that it is."""

    language: str
    text: str
    line: int
    file: str | None


class Guide:
    """A page whose code runs."""

    def __init__(self, path: Path) -> None:
        text = path.read_text("utf-8")
        self.path = path
        self.name = path.relative_to(DOCS).with_suffix("").as_posix().replace("/", "_").replace("-", "_")
        self.title = path.relative_to(DOCS).as_posix()
        found = REQUIRES.search(text)
        self.requires = found[1].split() if found else []
        self.blocks = list(_blocks(text))

    @property
    def missing(self) -> list[str]:
        """Return the packages that the page needs and that are not installed."""
        return [name for name in self.requires if importlib.util.find_spec(name) is None]

    @property
    def code(self) -> str:
        """Return the test file. A line has the same number as on the page."""
        lines: list[str] = []
        for block in self.blocks:
            if block.language == "python" and block.file is None:
                lines += [""] * (block.line - 1 - len(lines))
                lines += block.text.splitlines()
        return "\n".join(lines) + "\n"

    @property
    def tests(self) -> set[str]:
        """Return the names of the page's tests."""
        return set(re.findall(r"def (test_\w+)", self.code))

    def shown(self, language: str) -> list[str]:
        """Return the blocks in a language that are no files."""
        return [each.text for each in self.blocks if each.language == language and each.file is None]

    def write(self, root: Path) -> Path:
        """Write the page's files into a folder of their own, and return the folder."""
        folder = root / self.name
        folder.mkdir()
        for block in self.blocks:
            if block.file is not None:
                (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
                (folder / block.file).write_text(block.text, "utf-8")
        (folder / f"test_{self.name}.py").write_text(self.code, "utf-8")
        return folder


def _blocks(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        named = NAMED.search(text, 0, found.start())
        line = text.count("\n", 0, found.start()) + 2
        yield Block(found[1], found[2], line, named[1] if named else None)


def guides() -> list[Guide]:
    """Return every page of the tutorial and of the how-to guides."""
    pages = (page for folder in ("tutorial", "how-to") for page in sorted((DOCS / folder).glob("*.md")))
    return [Guide(page) for page in pages if page.stem != "index"]


def faults(pages: list[Guide], root: Path) -> Iterator[str]:
    """Run the pages, all tests in one run of pytest. Yield what is not as a page says."""
    folders = {page.name: page.write(root) for page in pages}
    (root / "pytest.ini").write_text(INI, "utf-8")
    report = root / "report.xml"
    output = run_pytest(["-q", f"--junit-xml={report}", "-o", "junit_logging=all", "."], root)
    if not report.exists():
        yield output
        return
    ran: dict[str, dict[str, tuple[bool, str]]] = {page.name: {} for page in pages}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        module, _, rest = case.attrib["classname"].partition(".")
        failed = [each for kind in ("failure", "error") for each in case.findall(kind)]
        printed = "".join(
            each.text or "" for kind in ("system-out", "failure") for each in case.findall(kind)
        )
        test = case.attrib["name"].partition("[")[0]
        ran.setdefault(module, {})[test] = (not failed, printed)
        if bool(failed) != (FAILS in test):
            yield f"{module}{rest}: {case.attrib['name']}: {[each.text for each in failed]}"
    for page in pages:
        if ran[page.name].keys() < page.tests:
            yield f"{page.title}: not run: {page.tests - ran[page.name].keys()}\n{output}"
        everything = "\n".join(printed for _, printed in ran[page.name].values())
        for text in page.shown("text"):
            if text not in everything:
                yield f"{page.title}: not printed:\n{text}\nbut:\n{everything}"
        for console in page.shown("console"):
            yield from _commands(page, console, folders[page.name])


def _commands(page: Guide, console: str, folder: Path) -> Iterator[str]:
    for part in re.split(r"^(?=\$ )", console, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        words = shlex.split(command.removeprefix("$ "))
        if words[0] == "pytest":
            printed = run_pytest(["--color=no", "--rootdir=.", *words[1:]], folder)
        else:
            printed = _mocks3(words[1:], folder)
        exact = words[0] == "mocks3"  # pytest also prints versions and times
        if exact and printed != shown and os.environ.get("MOCKS3_WRITE_GOLDEN"):
            page.path.write_text(page.path.read_text("utf-8").replace(part, f"{command}\n{printed}"), "utf-8")
        elif printed != shown and (exact or not _in_order(shown.splitlines(), printed.splitlines())):
            yield f"{page.title}: {command}\nshown:\n{shown}\nprinted:\n{printed}"


def _in_order(shown: list[str], printed: list[str]) -> bool:
    """Return whether the printed lines contain the shown ones in their order. A line "..." stands for any lines."""
    if "..." not in shown:
        return any(printed[start : start + len(shown)] == shown for start in range(len(printed) + 1))
    cut = shown.index("...")
    for start in range(len(printed) + 1):
        if printed[start : start + cut] == shown[:cut]:
            return _in_order(shown[cut + 1 :], printed[start + cut :])
    return False


def run_pytest(arguments: list[str], folder: Path) -> str:
    """Run pytest in a folder, and return what it prints."""
    differing = (
        "PYTEST_",
        "CI",
        "GITHUB_",
        "AWS_",
    )  # pytest prints more in CI; a mock may be open in this process
    environment = {k: v for k, v in os.environ.items() if not k.startswith(differing)} | {"COLUMNS": "80"}
    command = [sys.executable, "-m", "pytest", *OPTIONS, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr


def _mocks3(arguments: list[str], folder: Path) -> str:
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        main(arguments)
    return printed.getvalue()
