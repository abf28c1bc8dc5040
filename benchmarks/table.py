"""The table's rows, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was done, what it cost each subject, what mocks3 may cost, and whether it does.

    ``met`` is None where there is no bar, or nothing to hold against it.
    """

    work: str
    floor: str = "–"
    moto: str = "–"
    mocks3: str = "–"
    bar: str = ""
    met: bool | None = None


HEAD = Row("work (CPU time, median)", "floor", "moto", "mocks3", "bar")


def text(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table, aligned for reading as it is."""
    lines = [(row.work, row.floor, row.moto, row.mocks3, row.bar, _verdict(row)) for row in rows]
    lines.insert(0, (HEAD.work, HEAD.floor, HEAD.moto, HEAD.mocks3, HEAD.bar, ""))
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
    """A duration as a person says it."""
    if value is None:
        return "–"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"


def times(value: float | None, base: float | None) -> str:
    """A duration and how many times the base it is."""
    if value is None or not base:
        return seconds(value)
    return f"{seconds(value)} ({value / base:.2f}×)"


def mebibytes(value: float) -> str:
    """An amount of memory."""
    return f"{value / (1024 * 1024):+.0f} MiB"
