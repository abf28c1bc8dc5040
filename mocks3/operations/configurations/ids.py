"""Ids that S3 generates for rules without an id."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from mocks3.operations.configurations.document import Content


def with_ids(bucket: str, rules: Iterable[Content], member: str = "ID") -> list[Content]:
    """Return the rules, each with an id. A generated id has 48 letters and digits, the same in every run."""
    return [
        rule if rule.get(member) else {**rule, member: _generated(bucket, number, rule)}
        for number, rule in enumerate(rules)
    ]


def _generated(*parts: object) -> str:
    digest = hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()
    return base64.b64encode(digest[:36].encode()).decode()


def first_repeated(values: Iterable[object]) -> Any:
    """Return the first value that occurs a second time, or None."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
