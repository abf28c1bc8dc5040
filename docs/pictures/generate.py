"""Write the pictures of the pages: ``python docs/pictures/generate.py``. It needs rich.

    report.svg      what pytest prints below a denied test: the test of the tutorial
    coverage.svg    what pytest --mocks3-coverage prints: examples/policy-coverage
    matrix.svg      what mocks3 matrix prints: examples/denied-in-production
    decision.svg    how S3 decides one request
    layers.svg      which package may import which: the contract in pyproject.toml

A test compares them with what the programs print now, with the rules, and with the contract.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COLUMNS = 100
PLUGINS = ("randomly", "cacheprovider", "xdist", "asyncio")
QUIET = [*(f"-pno:{name}" for name in PLUGINS), "--color=yes"]
ASKED = ("ListObjectsV2", "GetObject", "PutObject", "PutObjectAcl", "DeleteObject", "PutBucketPolicy")
ANSI = re.compile(r"\x1b\[[\d;]*m")


def report() -> str:
    """Return the section of a failed test's report, with its colors."""
    page = (ROOT / "docs" / "tutorial" / "denied-test.md").read_text("utf-8")
    code = "".join(re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_uploads.py").write_text(code, "utf-8")
        printed = _run("-m", "pytest", *QUIET, "-k", "that_fails", folder=folder)
    return _between(printed, "why S3 denied this", "=====")


def coverage() -> str:
    """Return the table of policy coverage, with its colors."""
    with tempfile.TemporaryDirectory() as folder:
        project = shutil.copytree(ROOT / "examples" / "policy-coverage", Path(folder) / "project")
        printed = _run("-m", "pytest", *QUIET, "--rootdir=.", "--mocks3-coverage", folder=project)
    return _between(printed, "mocks3: policy coverage", "=====")


def matrix() -> str:
    """Return the table of who may do what."""
    folder = ROOT / "examples" / "denied-in-production"
    return _run("-m", "mocks3", "matrix", "deployed", "names", "--operations", *ASKED, folder=folder)


TERMINAL: dict[str, tuple[str, Callable[[], str]]] = {
    "report.svg": ("pytest", report),
    "coverage.svg": ("pytest --mocks3-coverage", coverage),
    "matrix.svg": ("mocks3 matrix deployed names", matrix),
}
"""The pictures of a terminal: the command, and the function that returns what it prints."""


def _run(*command: str, folder: str | Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "CI", "GITHUB_"))}
    environment |= {
        "COLUMNS": str(COLUMNS),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def _between(printed: str, first: str, last: str) -> str:
    """Return the lines from the one that contains ``first`` to the one before a line of ``last``."""
    lines = printed.splitlines()
    start = next(number for number, line in enumerate(lines) if first in line)
    ends = (n for n, line in enumerate(lines) if n > start and ANSI.sub("", line).startswith(last))
    return "\n".join(lines[start : next(ends, len(lines))])


def as_svg(command: str, printed: str) -> str:
    """Return the picture of a terminal that loads no font and no other file."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(printed.rstrip()))
    svg = console.export_svg(title=command, unique_id="mocks3")
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def text_of(svg: str) -> str:
    """Return the letters of a picture, without spaces."""
    import html

    words = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
    return re.sub(r"\s", "", "".join(html.unescape(each) for each in words))


def drawing(width: int, height: int, parts: Iterator[str]) -> str:
    """Return a drawing that is readable on light and dark pages."""
    style = (
        "text { font: 14px sans-serif; fill: #1f2933 } .small { font-size: 12px; fill: #52606d }"
        " rect { fill: #f5f7fa; stroke: #7b8794; rx: 6 } .no { fill: #ffe3e3 } .yes { fill: #e3f9e5 }"
        " path { stroke: #7b8794; fill: none; marker-end: url(#arrow) }"
    )
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        ' orient="auto"><path d="M0,0 L8,4 L0,8 z" style="fill:#7b8794;marker-end:none"/></marker></defs>'
    )
    box = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    ground = f'<rect width="{width}" height="{height}" style="fill:#ffffff;stroke:none"/>'
    return "\n".join([box, f"<style>{style}</style>", arrow, ground, *parts, "</svg>", ""])


STEPS = (
    ("Who sent the request?", "signature, clock, token, account", "403 and no policy is read"),
    ("Does the bucket exist?", "and is it in this Region", "404 NoSuchBucket"),
    ("Does a Deny match?", "in any policy that applies", "403: explicit deny"),
    ("Do the limits allow?", "SCP, RCP, VPC endpoint policy", "403: implicit deny"),
    (
        "Same account: does one side allow? Else: both?",
        "identity policies; bucket policy or ACL",
        "403: implicit deny",
    ),
    ("Does the state allow?", "missing key, Object Lock, archived, precondition", "403, 404, 409, 412"),
)
"""How S3 decides: the question, what is read, and the answer if it is no (docs/rules/evaluation.md)."""


def decision() -> str:
    """Return the picture of how S3 decides one request."""

    def parts() -> Iterator[str]:
        for number, (question, what, refused) in enumerate(STEPS):
            top = 10 + number * 72
            yield f'<rect x="10" y="{top}" width="360" height="50"/>'
            yield f'<text x="24" y="{top + 21}">{number + 1}. {escape(question)}</text>'
            yield f'<text x="24" y="{top + 40}" class="small">{escape(what)}</text>'
            yield f'<path d="M370,{top + 25} L448,{top + 25}"/>'
            yield f'<rect x="450" y="{top + 8}" width="220" height="34" class="no"/>'
            yield f'<text x="464" y="{top + 30}">{escape(refused)}</text>'
            yield f'<path d="M180,{top + 50} L180,{top + 71}"/>'
        top = 10 + len(STEPS) * 72
        yield f'<rect x="10" y="{top}" width="360" height="34" class="yes"/>'
        yield f'<text x="24" y="{top + 22}">200: the operation runs, then its effects</text>'

    return drawing(680, 10 + len(STEPS) * 72 + 44, parts())


def layers() -> str:
    """Return the picture of the layers: a package imports only packages of lower rows."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = pyproject["tool"]["importlinter"]["contracts"][0]
    rows = [re.findall(r"\((\w+)\)", row) for row in contract["layers"]]

    def parts() -> Iterator[str]:
        for number, row in enumerate(rows):
            width, top = 900 / len(row), 10 + number * 52
            for place, name in enumerate(row):
                left = 10 + place * width
                yield f'<rect x="{left:.0f}" y="{top}" width="{width - 6:.0f}" height="38"/>'
                middle = left + (width - 6) / 2
                yield f'<text x="{middle:.0f}" y="{top + 24}" text-anchor="middle" class="small">{name}</text>'

    return drawing(920, 20 + len(rows) * 52, parts())


DRAWN = {"decision.svg": decision, "layers.svg": layers}


def main() -> None:
    """Write all pictures."""
    for name, (command, printed) in TERMINAL.items():
        (HERE / name).write_text(as_svg(command, printed()), encoding="utf-8")
    draw()


def draw() -> None:
    """Write the pictures that need nothing but this file and pyproject.toml."""
    for name, made in DRAWN.items():
        (HERE / name).write_text(made(), encoding="utf-8")


if __name__ == "__main__":
    main()
