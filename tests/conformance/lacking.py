"""What is not built yet, as far as worked examples need it: the examples, and how each fails until then.

An example passes the day what it lacks is there; strict as the mark is, its line here must then go.
"""

from __future__ import annotations

from typing import NamedTuple


class Lack(NamedTuple):
    """Why examples cannot hold yet, and with what they fail."""

    reason: str
    raises: type[BaseException]


LACKING: dict[str, Lack] = {}
"""By the number of the example; all hold."""
