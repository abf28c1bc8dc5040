"""When the actions of a lifecycle rule happen, compared with each other.

Rule 1: a rule has at most one transition to a storage class. Rule 2: a transition to a colder class is later than one
to a warmer class, by the minimum storage duration of the warmer one. Rule 3: an expiration is later than all
transitions.

Sources: user guide, "Transitioning objects using Amazon S3 Lifecycle"; the messages as users report them
(scality/cloudserver, noobaa/noobaa-core #9969, and Terraform's output for S3's errors).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST
from mocks3.operations.configurations.document import Content
from mocks3.operations.configurations.filters import predicates

_COLDER = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
"""The storage classes from the warmest to the coldest: an object moves only towards the end."""

_STORED_FOR = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90, "GLACIER": 90}
"""Days that an object stays in a storage class before a rule may move it to the next one."""


class _Action(NamedTuple):
    """What happens to current versions, or to noncurrent versions.

    Attributes:
        transitions: The member of the rule that has the transitions.
        transition: The name of one transition.
        expiration: The member of the rule that has the expiration.
        days: The member that has the number of days.
    """

    transitions: str
    transition: str
    expiration: str
    days: str


_ACTIONS = (
    _Action("Transitions", "Transition", "Expiration", "Days"),
    _Action(
        "NoncurrentVersionTransitions",
        "NoncurrentVersionTransition",
        "NoncurrentVersionExpiration",
        "NoncurrentDays",
    ),
)


def check_timing(rule: Content) -> None:
    """Raise ``InvalidRequest`` or ``InvalidArgument`` if actions of the rule contradict each other."""
    for action in _ACTIONS:
        transitions = rule.get(action.transitions, ())
        if transitions:
            _check_transitions(rule, action, transitions)
            _check_expiration(rule, action, transitions)


def _check_transitions(rule: Content, action: _Action, transitions: Sequence[Content]) -> None:
    where = _filter_text(rule)
    if len({"Date" in each for each in transitions}) > 1:
        raise INVALID_REQUEST(
            message=f"Found mixed 'Date' and 'Days' based {action.transition} actions in lifecycle rule for {where}"
        )
    if len({each["StorageClass"] for each in transitions}) < len(transitions):
        raise INVALID_REQUEST(
            message=f"'StorageClass' must be different for '{action.transition}' actions in same 'Rule' with {where}"
        )
    by_class = sorted(transitions, key=lambda each: _COLDER.index(each["StorageClass"]))
    for warm, cold in combinations(by_class, 2):
        _check_pair(action, where, warm, cold)


def _check_pair(action: _Action, where: str, warm: Content, cold: Content) -> None:
    unit = "Date" if "Date" in warm else action.days
    first, second = (
        f"in the '{action.transition}' action for StorageClass '{each['StorageClass']}'"
        for each in (warm, cold)
    )
    later = _days_between(warm[unit], cold[unit])
    if later <= 0:
        raise INVALID_ARGUMENT(
            message=f"'{unit}' {second} for {where} must be greater than '{unit}' {first} for {where}"
        )
    least = _STORED_FOR.get(warm["StorageClass"], 0)
    if later < least:
        raise INVALID_ARGUMENT(
            message=f"'{unit}' {second} for {where} must be {least} days more than '{where}' {first}"
        )


def _check_expiration(rule: Content, action: _Action, transitions: Sequence[Content]) -> None:
    expiration = rule.get(action.expiration, {})
    unit = next((name for name in ("Date", action.days) if name in expiration), None)
    if unit is None:
        return
    where = _filter_text(rule)
    if not all(unit in each for each in transitions):
        raise INVALID_REQUEST(
            message=f"Found mixed 'Date' and 'Days' based {action.expiration} and {action.transition} actions in "
            f"lifecycle rule for {where}"
        )
    if any(_days_between(each[unit], expiration[unit]) <= 0 for each in transitions):
        raise INVALID_ARGUMENT(
            message=f"'{unit}' in the {action.expiration} action for {where} must be greater than '{unit}' in the "
            f"{action.transition} action"
        )


def _days_between(earlier: int | datetime, later: int | datetime) -> int:
    if isinstance(earlier, datetime) and isinstance(later, datetime):
        return (later - earlier).days
    return int(later) - int(earlier)  # type: ignore[arg-type] # both are the same unit


def _filter_text(rule: Content) -> str:
    """Return the rule's filter as S3's messages write it."""
    if "Prefix" in rule:
        return f"prefix '{rule['Prefix']}'"
    found = predicates(rule)
    parts = [f"prefix={found['Prefix']}"] if "Prefix" in found else []
    parts += [f"tag={{key={tag['Key']}, value={tag['Value']}}}" for tag in found.get("Tags", ())]
    parts += [
        f"{name.lower()}={found[name]}"
        for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
        if name in found
    ]
    return f"filter '({' and '.join(parts)})'"
