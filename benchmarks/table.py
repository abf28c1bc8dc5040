"""The rows of the table, and the functions that print them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.worker import Spent


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the work, its cost for each subject, the limit for mocks3, and whether mocks3 meets it.

    ``met`` is None if there is no limit, or nothing to compare with it.
    """

    work: str
    floor: str = "–"
    moto: str = "–"
    mocks3: str = "–"
    limit: str = ""
    met: bool | None = None


HEAD = Row("work (CPU time, median)", "floor", "moto", "mocks3", "limit")


def text(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table with aligned columns."""
    lines = [(row.work, row.floor, row.moto, row.mocks3, row.limit, _verdict(row)) for row in rows]
    lines.insert(0, (HEAD.work, HEAD.floor, HEAD.moto, HEAD.mocks3, HEAD.limit, ""))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    printed = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    printed.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(printed)


def _verdict(row: Row) -> str:
    return {None: "", True: "met", False: "MISSED"}[row.met]


def seconds(value: float | None) -> str:
    """Return a duration with its unit."""
    if value is None:
        return "–"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"


def spent(value: Spent | None, base: Spent | None = None) -> str:
    """Return a duration, its spread in percent, and its ratio to the base."""
    if value is None:
        return "–"
    ratio = "" if base is None else f" ({value.median / base.median:.2f}×)"
    return f"{seconds(value.median)} ±{100 * value.spread / value.median:.0f} %{ratio}"


def millions(value: float | None, base: float | None = None) -> str:
    """Return a number of instructions, and its ratio to the base."""
    if value is None:
        return "–"
    return f"{value / 1e6:.2f} M" + ("" if base is None else f" ({value / base:.2f}×)")


def times(value: float | None, base: float | None) -> str:
    """Return a duration, and its ratio to the base."""
    if value is None or not base:
        return seconds(value)
    return f"{seconds(value)} ({value / base:.2f}×)"


def mebibytes(value: float) -> str:
    """Return an amount of memory with its unit."""
    return f"{value / (1024 * 1024):+.0f} MiB"
