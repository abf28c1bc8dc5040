"""``docs/server.md`` lists the clients that are tested, with their calls. ``MOCKS3_WRITE_GOLDEN=1`` writes the list."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .families import FAMILIES
from .story import STEPS

PAGE = Path(__file__).parents[2] / "docs" / "server.md"
TABLE = re.compile(r"(?s)(?<=<!-- tested clients -->\n).*?(?=<!-- end of tested clients -->)")
WORDS = {step.__name__: step.__name__.replace("_", " ") for step in STEPS}


def rows() -> str:
    lines = ["| family | client | where | calls |", "| --- | --- | --- | --- |"]
    for name, family in FAMILIES.items():
        for adapter in dict.fromkeys((*family.inside, *family.served)):
            places = [
                words for words, each in zip(("process", "server"), family, strict=True) if adapter in each
            ]
            calls = ", ".join(WORDS[step] for step in WORDS if hasattr(adapter, step))
            lines.append(f"| {name} | {adapter.title} | {', '.join(places)} | {calls} |")
    return "\n".join(lines) + "\n"


def test_the_page_lists_the_clients_that_are_tested() -> None:
    text = PAGE.read_text("utf-8")
    (found,) = TABLE.findall(text)
    if found != rows() and os.environ.get("MOCKS3_WRITE_GOLDEN"):
        PAGE.write_text(TABLE.sub(lambda match: rows(), text), "utf-8")
        return
    assert found == rows(), "docs/server.md is old: MOCKS3_WRITE_GOLDEN=1 pytest tests/clients"
