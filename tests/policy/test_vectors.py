"""600 questions and their answers, computed by an independent simulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .public import verdict
from .questions import put

VECTORS = [
    json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text("utf-8").splitlines()
]

# The vectors that contradict the rule book. The rule book is right.
CONTRADICTIONS = {
    "rnd-006851": "C-40: a pattern of four parts is no ARN, so ArnNotEquals holds and the Deny applies; "
    "the simulator takes the condition as failed, negated or not",
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector(vector: dict[str, Any]) -> None:
    restricted = vector.get("settings", {}).get("restrict_public_buckets", False)
    agrees = verdict(*put(vector), restricted=restricted) == vector["expected"]
    assert agrees is (vector["id"] not in CONTRADICTIONS), vector.get("title")


def test_all_of_them_are_here() -> None:
    assert len(VECTORS) == len({vector["id"] for vector in VECTORS}) == 600
