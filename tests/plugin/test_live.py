"""``--mocks3-live``: the page while the tests run, in a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROJECT = """
import os

def test_denied(aws):
    aws.account().create_bucket("data")
    eve = aws.account().create_user("eve").client("s3")
    try:
        eve.get_object(Bucket="data", Key="k")
    except eve.exceptions.ClientError:
        pass

def test_waits():
    with open("gate", encoding="utf-8") as gate:
        gate.read()
"""
QUIET = ("-p", "no:randomly", "-p", "no:cacheprovider")


class Terminal:
    """A run of pytest in a pseudoterminal."""

    def __init__(self, folder, *arguments: str) -> None:
        import fcntl
        import pty
        import termios

        self.terminal, other = pty.openpty()
        os.mkfifo(folder / "gate")
        self.gate = folder / "gate"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "--mocks3-live", *QUIET, *arguments],
            cwd=folder,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(other)
        self.read = b""

    def wait_for(self, text: bytes) -> None:
        """Read until a text is shown."""
        while text not in self.read:
            added = self._added()
            assert added, self.read.decode(errors="replace")
            self.read += added

    def press(self, key: bytes) -> None:
        self.read = b""
        os.write(self.terminal, key)

    def rest(self) -> bytes:
        """End the waiting test, and return everything that is shown until the end."""
        self.gate.write_text("go", encoding="utf-8")
        while added := self._added():
            self.read += added
        os.close(self.terminal)
        self.process.wait()
        return self.read

    def _added(self) -> bytes:
        try:
            return os.read(self.terminal, 65536)
        except OSError:  # Linux: the program has ended
            return b""


@pytest.fixture(autouse=True)
def plugins(monkeypatch):
    """Run with pytest-xdist, which the conftest of these tests turns off."""
    options = "-p no:randomly -p no:asyncio -p no:hypothesispytest -p no:time_machine"
    monkeypatch.setenv("PYTEST_ADDOPTS", options)


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudoterminals")


@pytest.mark.parametrize("several", [(), ("-n", "2")])
def test_the_page_while_the_tests_run(pytester, several) -> None:
    pytester.makepyfile(PROJECT)
    run = Terminal(pytester.path, *several)
    run.wait_for(b"denied   s3:GetObject on arn:aws:s3:::data/k")
    run.press(b"\r")
    run.wait_for(b"Because")
    page, _, after = run.rest().partition(b"\x1b[?1049l")
    assert b"2 passed" not in page
    assert b"2 passed" in after
    assert b"To read them: mocks3 show" in after
    assert run.process.returncode == 0


def test_what_pytest_prints_after_the_page_was_closed(pytester) -> None:
    pytester.makepyfile(PROJECT)
    run = Terminal(pytester.path, "-v", "--mocks3-record=run.jsonl")
    run.wait_for(b"s3:GetObject")
    run.press(b"q")
    run.wait_for(b"\x1b[?1049l")
    assert b"2 passed" in run.rest()
    assert run.read.count(b"test_denied PASSED") == 1
    assert (pytester.path / "run.jsonl").read_text("utf-8").count("s3:GetObject") >= 1


def test_without_a_terminal_nothing_is_shown(pytester) -> None:
    pytester.makepyfile(PROJECT.partition("def test_waits")[0])
    done = pytester.runpytest_subprocess("--mocks3-live", *QUIET)
    done.assert_outcomes(passed=1)
    assert "\x1b[" not in done.stdout.str()
    assert "mocks3 show" not in done.stdout.str()


@pytest.mark.parametrize("flag", ["--pdb", "--trace", "-s"])
def test_options_that_need_the_terminal_too(pytester, flag) -> None:
    pytester.makepyfile(PROJECT)
    run = Terminal(pytester.path, flag)
    run.wait_for(b"--mocks3-live and " + flag.encode())
    while added := run._added():
        run.read += added
    os.close(run.terminal)
    assert run.process.wait() == pytest.ExitCode.USAGE_ERROR
