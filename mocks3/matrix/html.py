"""Write rows as one HTML page with filters.

Rule 1: the page needs no other file and no network: its style, its script and its data are in it.
Rule 2: data is JSON in a script element. ``<``, ``>`` and ``&`` in it are escaped, so that no name can end the element.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from importlib.resources import files

from mocks3._version import __version__
from mocks3.matrix.rows import MatrixRow

_TEMPLATE = "page.html"


def page(rows: Sequence[MatrixRow], title: str, notes: Sequence[str]) -> str:
    """Return the page."""
    template = files(__package__).joinpath(_TEMPLATE).read_text("utf-8")
    return (
        template.replace("{{title}}", html.escape(title))
        .replace("{{version}}", html.escape(__version__))
        .replace("{{data}}", _data(rows, notes))
    )


def _data(rows: Sequence[MatrixRow], notes: Sequence[str]) -> str:
    """Return the rows as JSON. Each text is there once; a row has the numbers of its texts."""
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(text, len(texts))

    cells = [
        [
            number(row.principal),
            number(row.operation),
            number(row.bucket),
            number(row.key),
            number(row.verdict),
            number(row.by),
            int(row.explicit),
            number(row.why),
            number("\n".join(row.statements)),
        ]
        for row in rows
    ]
    data = json.dumps({"texts": list(texts), "rows": cells, "notes": list(notes)}, separators=(",", ":"))
    return data.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
