"""The parts of an example: calls with the answers that S3's user guide gives them, and policy documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

A, B = "111111111111", "222222222222"
"""The two accounts of S3's example walkthroughs."""


@dataclass(frozen=True)
class ExampleCall:
    """One call of an example: the caller, the call, and the answer in S3's user guide (``403 AccessDenied``)."""

    who: str
    what: str
    expected: str
    call: Callable[[], Any]


def allow(actions: str | list[str], *resources: str) -> dict[str, Any]:
    """Return an identity policy with one Allow statement."""
    return document({"Effect": "Allow", "Action": actions, "Resource": list(resources)})


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy with these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}
