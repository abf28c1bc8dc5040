"""``mocks3 watch``: the page, its keys, and the command in a real terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mocks3.cli.watch import View, keys_in

HEAD = json.dumps({"format": "mocks3-record", "version": 1}) + "\n"
HELP = "up, down: select   Enter: explain   d: only denied   q: quit"


def decision(number: int, *, allowed: bool = True) -> str:
    found = {
        "test": f"t.py::test_{number}",
        "operation": "GetObject",
        "principal": "arn:aws:iam::123456789012:user/eve",
        "action": "s3:GetObject",
        "resource": f"arn:aws:s3:::data/{number}",
        "allowed": allowed,
        "by": "identity",
        "reason": "an identity policy allows it",
        "statements": [],
        "context": {},
        "explanation": None if allowed else "DENIED  s3:GetObject\nBecause no policy allows it",
    }
    return json.dumps(found) + "\n"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "run.jsonl"
    path.write_text(HEAD + decision(1) + decision(2, allowed=False) + decision(3), encoding="utf-8")
    return path


def shown(view: View, lines: int = 20) -> list[str]:
    """Return the texts of the page; the selected line begins with ">"."""
    view.read()
    found = []
    for line in view.page(100, lines):
        selected = "\x1b[7m" in line
        for code in ("\x1b[31m", "\x1b[32m", "\x1b[7m", "\x1b[0m"):
            line = line.replace(code, "")
        found.append(("> " if selected else "") + line.strip())
    return found


def keys_shown(view: View, lines: int = 20) -> list[str]:
    """Return the keys of the objects on the page; the selected one begins with ">"."""
    rows = [line for line in shown(view, lines) if "arn:aws:s3:::data/" in line]
    return [
        (">" if row.startswith(">") else "") + row.split("arn:aws:s3:::data/")[1].split()[0] for row in rows
    ]


def test_the_page(record: Path) -> None:
    view = View(record)
    page = shown(view)
    assert page[0] == "run.jsonl: 3 decisions, 1 denied"
    assert (
        page[2]
        == "1  allowed  s3:GetObject on arn:aws:s3:::data/1  arn:aws:iam::123456789012:user/eve  identity"
    )
    assert page[3].startswith("2  denied   s3:GetObject on arn:aws:s3:::data/2")
    assert page[-1] == HELP
    assert keys_shown(view) == ["1", "2", ">3"]


def test_new_lines_are_followed(record: Path) -> None:
    view = View(record)
    assert keys_shown(view) == ["1", "2", ">3"]
    whole = decision(4)
    with record.open("a", encoding="utf-8") as file:
        file.write(whole[:20])
    assert keys_shown(view) == ["1", "2", ">3"]
    with record.open("a", encoding="utf-8") as file:
        file.write(whole[20:])
    assert keys_shown(view) == ["1", "2", "3", ">4"]


def test_a_selected_line_stays_selected(record: Path) -> None:
    view = View(record)
    view.read()
    view.press(b"\x1b[A")
    assert keys_shown(view) == ["1", ">2", "3"]
    with record.open("a", encoding="utf-8") as file:
        file.write(decision(4))
    assert keys_shown(view) == ["1", ">2", "3", "4"]
    for _ in range(5):
        view.press(b"k")
    assert keys_shown(view) == [">1", "2", "3", "4"]
    for _ in range(5):
        view.press(b"j")
    assert keys_shown(view) == ["1", "2", "3", ">4"]


def test_only_as_many_lines_as_fit(record: Path) -> None:
    with record.open("a", encoding="utf-8") as file:
        file.writelines(decision(number) for number in range(4, 100))
    view = View(record)
    assert keys_shown(view, lines=8) == ["96", "97", "98", ">99"]
    assert len(shown(view, lines=8)) <= 8
    for _ in range(50):
        view.press(b"k")
    assert ">49" in keys_shown(view, lines=8)


def test_only_denied_calls(record: Path) -> None:
    view = View(record)
    view.read()
    view.press(b"d")
    assert keys_shown(view) == [">2"]
    assert shown(view)[0].endswith("(only denied calls)")
    view.press(b"d")
    assert keys_shown(view) == ["1", "2", ">3"]


def test_the_explanation(record: Path) -> None:
    view = View(record)
    view.read()
    view.press(b"k")
    view.press(b"\r")
    page = shown(view)
    assert "Test       t.py::test_2" in page
    assert "Because no policy allows it" in page
    view.press(b" ")
    assert keys_shown(view) == ["1", ">2", "3"]


def test_a_new_run_replaces_the_record(record: Path) -> None:
    view = View(record)
    view.read()
    record.write_text(HEAD + decision(9), encoding="utf-8")
    assert keys_shown(view) == [">9"]


def test_the_records_of_workers(record: Path) -> None:
    """pytest-xdist: each worker has a record, which is moved to the end of the run's when the worker ends."""
    worker = record.with_name("run.jsonl.gw1")
    worker.write_text(HEAD + decision(4), encoding="utf-8")
    view = View(record)
    assert keys_shown(view) == ["1", "2", "3", ">4"]
    with worker.open("a", encoding="utf-8") as file:
        file.write(decision(5))
    assert keys_shown(view) == ["1", "2", "3", "4", ">5"]
    with record.open("a", encoding="utf-8") as file:
        file.write(decision(4) + decision(5))
    worker.unlink()
    assert keys_shown(view) == ["1", "2", "3", "4", ">5"]


def test_a_file_that_does_not_exist_yet(tmp_path: Path) -> None:
    view = View(tmp_path / "later.jsonl")
    assert shown(view)[0] == ("later.jsonl: 0 decisions, 0 denied")
    view.press(b"\r")
    view.press(b"k")
    assert shown(view)[-1] == HELP


def test_control_characters_are_not_sent_to_the_terminal(record: Path) -> None:
    with record.open("a", encoding="utf-8") as file:
        file.write(decision(4).replace("data/4", "data/\\u001b[2J\\u2028x"))
    view = View(record)
    assert keys_shown(view)[-1] == ">?[2J?x"


def test_keys() -> None:
    assert keys_in(b"j\x1b[Ad\r") == [b"j", b"\x1b[A", b"d", b"\r"]


def test_without_a_terminal(run: Callable[..., Any], record: Path) -> None:
    done = run("watch", record)
    assert done.code == 2
    assert done.err == f"mocks3 watch: this is not a terminal; 'mocks3 show {record}' prints the decisions\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudoterminals")
def test_in_a_terminal(record: Path) -> None:
    import pty

    terminal, other = pty.openpty()
    command = [sys.executable, "-m", "mocks3", "watch", str(record)]
    process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other)
    os.close(other)
    read = b""
    sent = 0
    steps = ((b"q: quit", b"k"), (b"\x1b[7m    2", b"\r"), (b"Because no policy allows it", b"q"))
    while True:
        try:
            added = os.read(terminal, 65536)
        except OSError:  # Linux: the program has ended
            break
        if not added:
            break
        read += added
        if sent < len(steps) and steps[sent][0] in read:
            os.write(terminal, steps[sent][1])
            sent += 1
            read = b"" if sent < len(steps) else read
    os.close(terminal)
    assert process.wait() == 0
    assert sent == len(steps)
    assert read.endswith(b"\x1b[?25h\x1b[?1049l")
