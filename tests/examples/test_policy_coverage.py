"""The commands in the README of ``examples/policy-coverage`` print what it shows.

``MOCKS3_WRITE_GOLDEN=1`` writes it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "policy-coverage"
BLOCKS = re.compile(r"```sh\n(?P<command>[^\n]+)\n```\n\n```text\n(?P<output>.*?)```", re.S)
SECTION = re.compile(r"^=+ mocks3: .*? =+\n(?P<text>.*?)(?:^=+ .* =+$|\Z)", re.S | re.M)


def output_of(command: str, folder: Path) -> str:
    """Return what a command prints; of pytest, the sections of mocks3."""
    program, *arguments = shlex.split(command)
    quiet = ["--color=no", "-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:randomly"]
    extra = quiet if program == "pytest" else []
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments, *extra],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found = done.stdout
    if program == "pytest":
        found = "\n".join(section["text"].strip("\n") for section in SECTION.finditer(found)) + "\n"
    return found


def test_the_readme_shows_what_its_commands_print(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.jsonl", "mocks3-coverage.*")
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "example", ignore=ignored))
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    assert len(BLOCKS.findall(readme)) >= 3
    printed = BLOCKS.sub(
        lambda block: block[0].replace(
            f"```text\n{block['output']}```", f"```text\n{output_of(block['command'], folder)}```"
        ),
        readme,
    )
    if os.environ.get("MOCKS3_WRITE_GOLDEN"):
        (EXAMPLE / "README.md").write_text(printed, "utf-8")
        readme = printed
    assert printed == readme
