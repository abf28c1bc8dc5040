"""Make a call again with each assumption reversed, to see whether it decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import NamedTuple

from mocks3.calls.assumptions import Assumptions
from mocks3.calls.play import Played

SENTENCES = {
    "object_exists": "the object does not exist",
    "owned_by_bucket": "another account owns the object",
    "encrypted_by_default": "the object is encrypted with SSE-S3",
    "upload_by_caller": "another principal started the upload",
}
"""The assumptions that can be reversed, and what is then the case."""


class Alternative(NamedTuple):
    """The result of the call if one assumption is wrong: the other state, and the answer of the call in it."""

    sentence: str
    played: Played


def alternatives(
    played: Played, assumptions: Assumptions, again: Callable[[Assumptions], Played]
) -> tuple[Alternative, ...]:
    """Return the reversed assumptions with which the call ends differently.

    Args:
        played: The call as it was made.
        assumptions: Its assumptions.
        again: A function that makes the call with other assumptions.
    """
    found = []
    for name, sentence in SENTENCES.items():
        if name in played.open:
            changes: Mapping[str, bool] = {name: not getattr(assumptions, name)}
            other = again(dataclasses.replace(assumptions, **changes))  # type: ignore[arg-type]  # names of bools
            if _outcome(other) != _outcome(played):
                found.append(Alternative(sentence, other))
    return tuple(found)


def _outcome(played: Played) -> tuple[object, ...]:
    error = played.error
    return (played.allowed, None if error is None else (error.code, error.status))
