"""Small records: Lambda functions that a test declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FunctionRecord:
    """A Lambda function of ``account``. ``run`` is called with the event that Lambda would pass to the function."""

    account: str
    arn: str
    run: Callable[[dict[str, Any]], object]
