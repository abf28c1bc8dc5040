"""What a story is made of: calls with the answers that S3's guide gives them, and policy documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

A, B = "111111111111", "222222222222"
"""The two accounts of S3's example walkthroughs."""


@dataclass(frozen=True)
class ExampleCall:
    """One call of a story: who makes it, what S3's guide says comes of it (``200``, ``403 AccessDenied``…)."""

    who: str
    what: str
    expected: str
    call: Callable[[], Any]


def allow(actions: str | list[str], *resources: str) -> dict[str, Any]:
    """An identity policy of one statement."""
    return document({"Effect": "Allow", "Action": actions, "Resource": list(resources)})


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}
