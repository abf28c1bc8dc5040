"""The arguments of ``aws.faults.add`` from texts, as a URL has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mocks3.errors import Mocks3Error
from mocks3.faults import kinds
from mocks3.faults.kinds import CallFault

KINDS: dict[str, type[CallFault]] = {
    each.__name__: each
    for each in (
        kinds.SlowDown,
        kinds.ServiceUnavailable,
        kinds.InternalError,
        kinds.RequestTimeout,
        kinds.ConnectionReset,
        kinds.ConnectTimeout,
        kinds.ReadTimeout,
        kinds.Latency,
        kinds.TruncatedBody,
        kinds.CorruptedBody,
    )
}
"""The kinds of faults, by name."""


def fault_from_text(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of ``aws.faults.add``.

    Args:
        given: ``operation`` and ``fault``; optionally ``bucket``, ``key``, ``principal``, ``times``, ``probability``
            and ``seed``; and the arguments of the fault: ``seconds``, ``length``, ``executed``.

    Raises:
        Mocks3Error: A name or a value is not valid.
    """
    unknown = [name for name in given if name not in _TYPES]
    if unknown:
        raise Mocks3Error(f"a fault has no parameter {unknown[0]!r}; it has: {', '.join(_TYPES)}")
    missing = [name for name in ("operation", "fault") if name not in given]
    if missing:
        raise Mocks3Error(f"a fault needs {' and '.join(missing)}")
    values = {name: _value(name, text) for name, text in given.items()}
    own = {name: values.pop(name) for name in ("seconds", "length", "executed") if name in values}
    kind = values["fault"]
    try:
        values["fault"] = kind(**own)
    except TypeError:
        raise Mocks3Error(f"{kind.__name__} does not take {', '.join(own) or 'no parameter'}") from None
    return values


def _value(name: str, text: str) -> Any:
    try:
        return _TYPES[name](text)
    except (KeyError, ValueError):
        raise Mocks3Error(f"{name}={text!r} is not valid") from None


def _kind(name: str) -> type[CallFault]:
    if name not in KINDS:
        raise Mocks3Error(f"fault must be one of {', '.join(KINDS)}, not {name!r}")
    return KINDS[name]


def _bool(text: str) -> bool:
    return {"true": True, "false": False}[text]


_TYPES: dict[str, Callable[[str], Any]] = {
    "operation": str,
    "fault": _kind,
    "bucket": str,
    "key": str,
    "principal": str,
    "times": int,
    "probability": float,
    "seed": int,
    "seconds": float,
    "length": int,
    "executed": _bool,
}
