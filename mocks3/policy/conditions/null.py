"""`Null` (C-32): "true" wants the key to be missing, "false" wants it to be there. `quantify` asks which it is."""

from __future__ import annotations

from typing import Final

from .boolean import problem, same_truth
from .operator import Operator

OPERATORS: Final[dict[str, Operator]] = {"Null": Operator(same_truth, presence=True, problem=problem)}
