"""The HTML page: it needs nothing else, no name can break it, and a browser shows it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mocks3.handles.mock_aws import MockAWS
from mocks3.matrix.html import page
from mocks3.matrix.rows import MatrixRow
from tests.matrix.conftest import ADMIN, DAVE

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def data_of(text: str) -> dict[str, list[object]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, list[object]] = json.loads(found[1])
    return data


def test_the_page_needs_no_other_file_and_no_network(aws: MockAWS) -> None:
    text = aws.matrix(operations=["GetObject"]).html()
    elements = Elements(text).found
    for tag, attributes in elements:
        assert not attributes.keys() & {
            "src",
            "href",
            "srcset",
            "action",
            "data",
            "poster",
            "background",
            "ping",
        }, tag
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "audio", "video"}
    outside_data = text.replace(json.dumps(data_of(text), separators=(",", ":")), "")
    outside_data = re.sub(r'<script type="application/json".*?</script>', "", outside_data, flags=re.DOTALL)
    assert (
        re.findall(
            r"https?://|url\(|@import|fetch\(|XMLHttpRequest|WebSocket|import\(|sendBeacon", outside_data
        )
        == []
    )
    policy = next(attributes["content"] for tag, attributes in elements if attributes.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")


def test_the_data_of_the_page_are_the_rows(aws: MockAWS) -> None:
    matrix = aws.matrix(operations=["GetObject", "DeleteBucket"])
    data = data_of(matrix.html())
    texts, rows = data["texts"], data["rows"]
    assert len(set(map(str, texts))) == len(texts)
    assert len(rows) == len(matrix.rows)
    for cells, row in zip(rows, matrix.rows, strict=True):
        assert isinstance(cells, list)
        assert [texts[cell] for cell in cells[:6]] == [
            row.principal,
            row.operation,
            row.bucket,
            row.key,
            row.verdict,
            row.by,
        ]
        assert (bool(cells[6]), texts[cells[7]], texts[cells[8]]) == (
            row.explicit,
            row.why,
            "\n".join(row.statements),
        )


HOSTILE = '</script><img src=x onerror="document.title=1">&lt;<!--{{data}}'


def test_no_name_can_break_the_page() -> None:
    row = MatrixRow(
        HOSTILE, "GetObject", HOSTILE, HOSTILE, "denied", "identity", why=HOSTILE, statements=(HOSTILE,)
    )
    text = page([row], HOSTILE, [HOSTILE])
    assert data_of(text)["texts"][0] == HOSTILE
    assert data_of(text)["notes"] == [HOSTILE]
    assert "img" not in {tag for tag, _ in Elements(text).found}


SCRIPT = """
<script>
addEventListener("load", () => {
  form.elements.principal.value = "DAVE";
  form.elements.operation.value = "getobject";
  form.dispatchEvent(new Event("input"));
  document.querySelector("td.D button").click();
  document.body.dataset.width = document.documentElement.scrollWidth <= innerWidth;
});
</script>
"""


@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
def test_a_browser_shows_filters_and_explains(aws: MockAWS, tmp_path: Path) -> None:
    text = aws.matrix(operations=["GetObject", "DeleteBucket"]).html()
    file = tmp_path / "matrix.html"
    file.write_text(text.replace("</body>", f"{SCRIPT}</body>"), "utf-8")
    assert BROWSER is not None
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    done = subprocess.run(
        [*command, "--virtual-time-budget=3000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    shown = re.sub(r"<script.*?</script>", "", done.stdout, flags=re.DOTALL)
    assert "3 of 16 calls, 2 of them allowed. Select a cell to read why." in shown
    assert (DAVE in shown, ADMIN in shown) == (True, False)
    dialog = re.search(r"<dialog[^>]*open.*?</dialog>", shown, re.DOTALL)
    assert dialog is not None
    assert "s3:GetObject: an explicit Deny in the bucket policy matches" in dialog[0]
    assert "denied by resource" in dialog[0]
    assert 'data-width="true"' in shown
