"""What a command of the AWS CLI does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks3.calls.assumptions import EVERYTHING_EXISTS, Assumptions
from mocks3.calls.service_call import ServiceCall


@dataclass(frozen=True)
class Command:
    """The calls of a command, in their order.

    Attributes:
        calls: The calls. The AWS CLI stops at the first one that fails.
        anonymous: Whether it does not sign (``--no-sign-request``).
        region: The value of ``--region``.
        assumptions: What exists for its calls.
        keys: Condition keys of its requests that follow from the command.
        notes: What the calls stand for, in sentences.
    """

    calls: tuple[ServiceCall, ...]
    anonymous: bool = False
    region: str | None = None
    assumptions: Assumptions = EVERYTHING_EXISTS
    keys: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
