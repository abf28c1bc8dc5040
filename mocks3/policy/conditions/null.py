"""`Null` (C-32): "true" requires a missing key, "false" an existing key. `quantify` implements it."""

from __future__ import annotations

from typing import Final

from .boolean import problem, same_truth
from .operator import Operator

OPERATORS: Final[dict[str, Operator]] = {"Null": Operator(same_truth, presence=True, problem=problem)}
