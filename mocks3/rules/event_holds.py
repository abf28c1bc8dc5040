"""Event holds: retention that starts with an event whose date is unknown when the object is written.

While a hold is on, the version is retained until now plus the period of the hold. After its release, it is retained
until the time of release plus the period. A hold is therefore stored as retention whose end moves.

Source: user guide "Object Lock considerations", section "Troubleshooting variable retention", which lists the requests
that fail with 400. Codes and messages were never recorded. A wrong body gets the errors of incomplete retention, a
wrong header gets those of the other Object Lock headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.errors import INVALID_ARGUMENT, MALFORMED_XML
from mocks3.lib.limits import later
from mocks3.storage import HoldPeriod, Lock

if TYPE_CHECKING:
    from mocks3.rules.inputs import NewObject

HEADERS = ("ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears")
"""The members for event holds of PutObject and of other writes."""

_HOLD = "x-amz-object-lock-event-hold"
_LONGEST = {"Days": 36_500, "Years": 100}


class RequestedHold(NamedTuple):
    """The event hold that a request asks for. ``on`` is None if it names none; ``period`` is set if it is on."""

    on: bool | None = None
    period: HoldPeriod | None = None


def from_headers(params: NewObject) -> RequestedHold:
    """Return the event hold in the headers of a write. Raise ``InvalidArgument``."""
    status = params.get("ObjectLockEventHold")
    if status not in (None, "ON", "OFF"):
        raise _invalid("Event Hold must be either of 'ON' or 'OFF'", ArgumentValue=status)
    numbers = {
        "Days": params.get("ObjectLockEventHoldDurationDays"),
        "Years": params.get("ObjectLockEventHoldDurationYears"),
    }
    periods = [HoldPeriod(unit, number) for unit, number in numbers.items() if number is not None]
    if status != "ON":
        if periods:
            raise _invalid("An event hold duration can only be specified when the event hold is ON")
        return RequestedHold(None if status is None else False)
    if len(periods) != 1:
        raise _invalid("An event hold requires exactly one duration, in either days or years")
    return RequestedHold(True, _checked(periods[0]))


def from_body(retention: Mapping[str, Any]) -> RequestedHold:
    """Return the event hold in the body of PutObjectRetention. Raise ``MalformedXML`` or ``InvalidArgument``."""
    status, duration = retention.get("EventHold"), retention.get("EventHoldDuration")
    if (status == "ON") != (duration is not None):
        raise MALFORMED_XML()
    if status is None:
        return RequestedHold()
    return RequestedHold(status == "ON", None if duration is None else period(duration))


def period(duration: Mapping[str, Any]) -> HoldPeriod:
    """Return the period in a body. Raise ``MalformedXML`` unless it has exactly one unit, or ``InvalidArgument``."""
    units = [unit for unit in _LONGEST if unit in duration]
    if len(units) != 1:
        raise MALFORMED_XML()
    return _checked(HoldPeriod(units[0], duration[units[0]]))


def period_members(hold_period: HoldPeriod) -> dict[str, int]:
    """Return a period as members of a body."""
    return {hold_period.unit: hold_period.number}


def retained_until(lock: Lock, now: datetime) -> datetime | None:
    """Return the end of the retention of a version, computed for the present time."""
    if lock.period is None:
        return lock.until
    moving = later(now, days=lock.period.days)
    return moving if lock.until is None else max(moving, lock.until)


def _checked(hold_period: HoldPeriod) -> HoldPeriod:
    longest = _LONGEST[hold_period.unit]
    if not 1 <= hold_period.number <= longest:
        raise INVALID_ARGUMENT(
            message=f"The event hold duration must be between 1 and {longest} {hold_period.unit.lower()}",
            ArgumentName=hold_period.unit,
            ArgumentValue=hold_period.number,
        )
    return hold_period


def _invalid(message: str, **elements: object) -> Exception:
    return INVALID_ARGUMENT(message=message, ArgumentName=_HOLD, **elements)
