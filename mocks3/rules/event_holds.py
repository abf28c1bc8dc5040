"""Event holds: retention that is counted from an event nobody can date when the object is written.

While a hold is on, its version is kept until the present moment plus the hold's period, whatever the present is;
released, until the release plus the period. So a hold needs no protection of its own: it is retention whose end moves.

Source: user guide "Object Lock considerations" with its section "Troubleshooting variable retention", which lists
what is refused and that it is refused with 400. Codes and sentences were never recorded: bodies get what they get for
other retention that is incomplete, headers what their neighbours get.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mocks3.errors import INVALID_ARGUMENT, MALFORMED_XML
from mocks3.lib.limits import later
from mocks3.storage import HoldPeriod, Lock

HEADERS = ("ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears")
"""The members that say it with an object's bytes."""

_HOLD = "x-amz-object-lock-event-hold"
_LONGEST = {"Days": 36_500, "Years": 100}


class RequestedHold(NamedTuple):
    """What a request says of an event hold: on, off or nothing; and with one that is on, its period."""

    on: bool | None = None
    period: HoldPeriod | None = None


def from_headers(params: Mapping[str, Any]) -> RequestedHold:
    """What the headers of a write say. Raises ``InvalidArgument``."""
    status = params.get("ObjectLockEventHold")
    if status not in (None, "ON", "OFF"):
        raise _invalid("Event Hold must be either of 'ON' or 'OFF'", ArgumentValue=status)
    periods = [
        HoldPeriod(unit, params[member])
        for unit, member in zip(("Days", "Years"), HEADERS[1:], strict=True)
        if member in params
    ]
    if status != "ON":
        if periods:
            raise _invalid("An event hold duration can only be specified when the event hold is ON")
        return RequestedHold(None if status is None else False)
    if len(periods) != 1:
        raise _invalid("An event hold requires exactly one duration, in either days or years")
    return RequestedHold(True, _checked(periods[0]))


def from_body(retention: Mapping[str, Any]) -> RequestedHold:
    """What the body of PutObjectRetention says. Raises ``MalformedXML``, ``InvalidArgument``."""
    status, duration = retention.get("EventHold"), retention.get("EventHoldDuration")
    if (status == "ON") != (duration is not None):
        raise MALFORMED_XML()
    if status is None:
        return RequestedHold()
    return RequestedHold(status == "ON", None if duration is None else period(duration))


def period(duration: Mapping[str, Any]) -> HoldPeriod:
    """A period as bodies have it. Raises ``MalformedXML`` unless it is in one unit, ``InvalidArgument``."""
    units = [unit for unit in _LONGEST if unit in duration]
    if len(units) != 1:
        raise MALFORMED_XML()
    return _checked(HoldPeriod(units[0], duration[units[0]]))


def period_members(held: HoldPeriod) -> dict[str, int]:
    """A period as bodies have it."""
    return {held.unit: held.number}


def retained_until(lock: Lock, now: datetime) -> datetime | None:
    """Until when a version is retained, as things stand now."""
    if lock.period is None:
        return lock.until
    moving = later(now, days=lock.period.days)
    return moving if lock.until is None else max(moving, lock.until)


def _checked(held: HoldPeriod) -> HoldPeriod:
    longest = _LONGEST[held.unit]
    if not 1 <= held.number <= longest:
        raise INVALID_ARGUMENT(
            message=f"The event hold duration must be between 1 and {longest} {held.unit.lower()}",
            ArgumentName=held.unit,
            ArgumentValue=held.number,
        )
    return held


def _invalid(message: str, **elements: Any) -> Exception:
    return INVALID_ARGUMENT(message=message, ArgumentName=_HOLD, **elements)
