"""``mocks3 watch``: show the decisions of a run in the terminal while it writes its record."""

from __future__ import annotations

import argparse
import contextlib
import glob
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mocks3.errors import Mocks3Error

HELP = "show the decisions of a test run, or of a server, while it runs"
DESCRIPTION = """\
Follow a record that 'pytest --mocks3-record FILE' or 'mocks3 serve --record FILE' writes: one line for each decision,
the latest at the bottom. It needs a terminal. 'pytest --mocks3-live' shows the same page.
"""
EPILOG = """\
keys:
  up, down        select a decision; j and k do the same
  Enter, space    show or hide the explanation of the selected decision
  d               show only denied calls, or all calls
  q               quit

examples:
  pytest --mocks3-record run.jsonl &
  mocks3 watch run.jsonl
"""

INTERVAL = 0.2
"""Seconds between two looks at the file while no key is pressed."""

KEYS = {
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"k": "up",
    b"j": "down",
    b"\r": "open",
    b"\n": "open",
    b" ": "open",
}
RED, GREEN, SELECTED, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[7m", "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the record; it may not exist yet")


def run(options: argparse.Namespace) -> int:
    """Show the page until q is pressed, or the process gets SIGTERM."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Mocks3Error(f"this is not a terminal; 'mocks3 show {options.file}' prints the decisions")
    view = View(options.file)
    with _raw_input(), _whole_screen(), _closed_by_sigterm(view):
        while view.open:
            view.read()
            size = shutil.get_terminal_size()
            _draw(view.page(size.columns, size.lines))
            for key in _keys():
                view.press(key)
    return 0


@contextlib.contextmanager
def _closed_by_sigterm(view: View) -> Iterator[None]:
    def close(*_: object) -> None:
        view.open = False

    before = signal.signal(signal.SIGTERM, close)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class View:
    """What the page shows.

    Args:
        file: The record.
    """

    def __init__(self, file: Path) -> None:
        self.open = True
        self._file = file
        self._offsets: dict[Path, int] = {}
        """How many bytes of each file were read: of the record, and of those of the workers of pytest-xdist."""
        self._read: list[tuple[Path, dict[str, Any]]] = []
        self._denied_only = False
        self._explained = False
        self._selected: int | None = None
        """The number of the selected decision among those shown; None follows the latest."""

    @property
    def _all(self) -> list[dict[str, Any]]:
        return [decision for _, decision in self._read]

    def read(self) -> None:
        """Read the lines that were added to the record, and to the records of the workers of pytest-xdist.

        A worker's record is moved to the end of the run's when the worker ends.
        """
        workers = sorted(self._file.parent.glob(f"{glob.escape(self._file.name)}.gw*"))
        for path in set(self._offsets) - {self._file, *workers}:
            self._forget(path)
        for path in (self._file, *workers):
            self._read_file(path)

    def _forget(self, path: Path) -> None:
        del self._offsets[path]
        self._read = [each for each in self._read if each[0] != path]

    def _read_file(self, path: Path) -> None:
        """Read the lines that were added to one file. A file that became shorter is a new run."""
        from mocks3.coverage.records import decisions_in

        offset = self._offsets.get(path, 0)
        try:
            if path.stat().st_size < offset:
                self._forget(path)
                offset, self._selected = 0, None
            with path.open("rb") as file:
                file.seek(offset)
                added = file.read()
        except FileNotFoundError:
            return
        whole = added[: added.rfind(b"\n") + 1]
        self._offsets[path] = offset + len(whole)
        found = decisions_in(whole.decode("utf-8"), str(path), first=offset == 0)
        self._read += [(path, decision) for decision in found]

    def press(self, key: bytes) -> None:
        """Do what a key means."""
        action = KEYS.get(key)
        if key == b"q":
            self.open = False
        elif key == b"d":
            self._denied_only = not self._denied_only
            self._selected = None
        elif action == "open":
            self._explained = not self._explained
        elif action is not None:
            last = len(self._shown()) - 1
            now = last if self._selected is None else self._selected
            moved = max(0, now - 1) if action == "up" else now + 1
            self._selected = moved if moved < last else None

    def _shown(self) -> list[tuple[int, dict[str, Any]]]:
        numbered = enumerate(self._all, 1)
        return [each for each in numbered if not (self._denied_only and each[1]["allowed"])]

    def page(self, columns: int, lines: int) -> list[str]:
        """Return the lines of the page for a terminal of this size."""
        from mocks3.cli import show

        shown = self._shown()
        denied = sum(not each["allowed"] for each in self._all)
        title = f"{self._file.name}: {len(self._all)} decisions, {denied} denied"
        found = [_cut(title + (" (only denied calls)" if self._denied_only else ""), columns), ""]
        selected = len(shown) - 1 if self._selected is None else self._selected
        if self._explained and shown:
            found += [_cut(line, columns) for line in _lines(show.explained(shown[selected][1]))]
        else:
            room = max(1, lines - 4)
            first = max(0, min(selected - room // 2, len(shown) - room))
            for place, (number, decision) in enumerate(shown[first : first + room], first):
                colour = GREEN if decision["allowed"] else RED
                mark = SELECTED if place == selected else ""
                found.append(f"{colour}{mark}{_cut(show.line(number, decision), columns)}{PLAIN}")
        help_line = "up, down: select   Enter: explain   d: only denied   q: quit"
        return [*found[: lines - 2], "", _cut(help_line, columns)]


def _lines(texts: Iterator[str]) -> list[str]:
    return [line for text in texts for line in text.splitlines() or [""]]


def _cut(text: str, columns: int) -> str:
    """Return the text in one line of the terminal, without control characters."""
    printable = "".join(each if each.isprintable() else "?" for each in text)
    return printable if len(printable) <= columns else f"{printable[: columns - 1]}…"


def _draw(lines: list[str]) -> None:
    sys.stdout.write("\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J")
    sys.stdout.flush()


def _keys() -> list[bytes]:
    """Return the keys that were pressed. Wait a short time for the first; a terminal that was closed means q."""
    import os
    import select

    if not select.select([sys.stdin], [], [], INTERVAL)[0]:
        return []
    return keys_in(os.read(sys.stdin.fileno(), 64)) or [b"q"]


def keys_in(read: bytes) -> list[bytes]:
    """Return the keys in the bytes from a terminal: arrows are three bytes, other keys one."""
    return re.findall(rb"\x1b\[[A-Z]|.", read, re.DOTALL)


@contextlib.contextmanager
def _raw_input() -> Iterator[None]:
    """Read keys when they are pressed, without showing them. Ctrl-C still interrupts."""
    try:
        import termios
        import tty
    except ImportError:
        raise Mocks3Error("mocks3 watch does not support the terminals of this system") from None
    saved = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)


@contextlib.contextmanager
def _whole_screen() -> Iterator[None]:
    """Use the terminal's second screen, without a cursor, and return to the first."""
    sys.stdout.write("\x1b[?1049h\x1b[?25l")
    try:
        yield
    finally:
        sys.stdout.write("\x1b[?25h\x1b[?1049l")
        sys.stdout.flush()
