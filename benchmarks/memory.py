"""Measure the peak memory of a piece of work, beyond the memory that the process had before."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Self

STATUS = Path("/proc/self/status")
FORGET_PEAK = Path("/proc/self/clear_refs")


class Peak:
    """``with Peak() as peak: ...`` and then ``peak.bytes``. Exact on Linux; elsewhere the value of ``getrusage``."""

    bytes: int

    def __enter__(self) -> Self:
        gc.collect()
        if STATUS.exists():
            FORGET_PEAK.write_text("5")
        self._before = _peak()
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes = _peak() - self._before


def _peak() -> int:
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
