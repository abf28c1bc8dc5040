"""The HTML page of mutation: what it says, and in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mocks3.mutation.html import page
from mocks3.mutation.results import MutantResult, MutantResults, Status, percent

FILE = "infra/bucket.json"


@pytest.fixture
def results() -> MutantResults:
    found = MutantResults()
    drop = "the statement DenyUnencrypted is dropped"
    found.add(
        [
            MutantResult(FILE, f"{FILE}:7", "/Statement/0", "drop", drop, 9, Status.SURVIVED, 3),
            MutantResult(
                FILE,
                f"{FILE}:9",
                "/Statement/0/Action",
                "wider",
                "<b>s3:*</b>",
                5,
                Status.NOTICED,
                2,
                "t.py::t",
            ),
            MutantResult(
                FILE, f"{FILE}:12", "/Statement/1", "flip", "it is flipped", 4, Status.EQUIVALENT, 2
            ),
            MutantResult("bucket uploads", "bucket uploads", "", "block", "BlockPublicAcls is off", 4),
        ]
    )
    return found


@pytest.fixture
def browser() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no Chromium")
    return found


def rows(html: str) -> list[tuple[str, ...]]:
    """Return the texts of the cells of each row of the tables."""
    found = re.findall(r"<tr class=\"(\w*)\">(.*?)</tr>", html, re.DOTALL)
    return [
        (kind, *(re.sub(r"\s+", " ", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)))
        for kind, row in found
    ]


def test_the_page_in_a_browser(results: MutantResults, browser: str, tmp_path: Path) -> None:
    """The browser parses it as it is meant, escapes what a policy contains, and has no address to load."""
    path = tmp_path / "page.html"
    path.write_text(page(results), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command = [browser, *options, "--dump-dom", path.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    survivor = ("missed", f"{FILE}:7", "the statement DenyUnencrypted is dropped")
    assert rows(dom)[0] == (*survivor, "no test notices: 3 tests were run with it, and none fails")
    assert [row[0] for row in rows(dom)] == ["missed", "", "missed", "covered", ""]
    assert ("covered", "&lt;b&gt;s3:*&lt;/b&gt;", "noticed by t.py::t") in rows(dom)
    assert re.findall(r"<b class=\"(\w*)\">(.*?)</b> ([\w/. ]+)\s*</summary>", dom) == [
        ("", "-", "bucket uploads"),
        ("missed", "50%", FILE),
    ]
    assert not re.search(r"https?://|<script|<img|<link|@import|url\(", dom)


def test_mutants_that_were_not_tried_are_no_success() -> None:
    """If the time is over before the first mutant, the score is not 100 %."""
    untried = MutantResults()
    untried.add([MutantResult("p", "p", "", "k", "it is dropped", 1)])
    assert (percent(untried), untried.score) == ("-", 0.0)
    assert (percent(MutantResults()), MutantResults().score) == ("100%", 100.0)
