"""Ids that S3 gives to rules which came without one."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from mocks3.operations.configurations.document import Content


def with_ids(bucket: str, rules: Iterable[Content], member: str = "ID") -> list[Content]:
    """The rules, each with an id: 48 letters and digits, the same for the same rule in every run."""
    return [
        rule if rule.get(member) else {**rule, member: _made(bucket, number, rule)}
        for number, rule in enumerate(rules)
    ]


def _made(*what: Any) -> str:
    digest = hashlib.sha256(json.dumps(what, default=str, sort_keys=True).encode()).hexdigest()
    return base64.b64encode(digest[:36].encode()).decode()


def first_repeated(values: Iterable[Any]) -> Any:
    """The first value that comes a second time, or None."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
