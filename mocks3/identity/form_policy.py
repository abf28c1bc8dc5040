"""The policy of a form: its expiration, and the conditions on its fields.

    {"expiration": "2030-01-01T00:00:00Z",
     "conditions": [{"acl": "private"}, ["starts-with", "$key", "user/"], ["content-length-range", 1, 10]]}

Rule: a condition must name every field, except the fields of the signature and those that S3 ignores (``x-ignore-…``).
A condition on a field that the form does not have fails.

Source: HTTPPOSTConstructPolicy, sigv4-HTTPPOSTConstructPolicy; R-83, R-84; F-111.
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Mapping
from typing import Any

from mocks3 import clock
from mocks3.errors import (
    ENTITY_TOO_LARGE,
    ENTITY_TOO_SMALL,
    FORM_POLICY_DENIES,
    INVALID_FORM_POLICY,
)
from mocks3.lib import limits
from mocks3.model.messages import Form

Condition = tuple[str, Any, Any]
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
RANGE = "content-length-range"
_UNCOVERED = frozenset({"awsaccesskeyid", "bucket", "file", "policy", "signature", "x-amz-signature"})
"""Fields that need no condition."""


def check_form(text: str, form: Form, bucket: str) -> None:
    """Check a form against its policy.

    Args:
        text: The policy in base64.
        form: The form.
        bucket: The bucket that the form is sent to.

    Raises:
        S3Error: ``InvalidPolicyDocument`` if the text is not a policy; ``AccessDenied`` if the policy is expired or
            does not allow the form; ``EntityTooLarge`` or ``EntityTooSmall`` for the size of the file.
    """
    expiration, conditions = read(text)
    if clock.now() >= expiration:
        raise FORM_POLICY_DENIES(reason="Policy expired.")
    fields = {**form.fields, "bucket": bucket}
    for condition in conditions:
        if not _is_met(condition, fields):
            raise FORM_POLICY_DENIES(reason=f"Policy Condition failed: {json.dumps(condition)}")
    named = {_field(name) for operator, name, _ in conditions if operator != RANGE}
    extra = [
        name
        for name in form.fields
        if name not in named and name not in _UNCOVERED and not name.startswith("x-ignore-")
    ]
    if extra:
        raise FORM_POLICY_DENIES(reason=f"Extra input fields: {', '.join(extra)}")
    for operator, least, most in conditions:
        if operator == RANGE:
            _check_size(form.size, int(least), int(most))


def read(text: str) -> tuple[datetime.datetime, list[Condition]]:
    """Return a policy's expiration and conditions (dicts become ``eq``). Raises ``InvalidPolicyDocument``."""
    try:
        policy = limits.json_value(base64.b64decode(text, validate=True))
    except ValueError:
        raise INVALID_FORM_POLICY(reason="Invalid JSON.") from None
    if not isinstance(policy, dict):
        raise INVALID_FORM_POLICY(reason="Invalid JSON.")
    if "expiration" not in policy:
        raise INVALID_FORM_POLICY(reason="Policy missing expiration.")
    if not isinstance(policy.get("conditions"), list):
        raise INVALID_FORM_POLICY(reason="Policy missing conditions.")
    return _expiration(policy["expiration"]), [_condition(each) for each in policy["conditions"]]


def _expiration(stated: Any) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(stated)
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    except (TypeError, ValueError):
        raise INVALID_FORM_POLICY(reason=f"Invalid 'expiration' value: '{stated}'") from None


def _condition(stated: object) -> Condition:
    if isinstance(stated, dict):
        if len(stated) != 1:
            raise INVALID_FORM_POLICY(
                reason="Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."
            )
        ((name, value),) = stated.items()
        return "eq", f"${name}", value
    if not isinstance(stated, list) or len(stated) != 3 or not isinstance(stated[0], str):
        raise INVALID_FORM_POLICY(reason="Invalid Condition: a condition has an operator and two arguments.")
    operator = stated[0].lower()
    if operator not in ("eq", "starts-with", RANGE):
        raise INVALID_FORM_POLICY(reason=f"Invalid Condition: unknown operation '{stated[0]}'.")
    if operator != RANGE and not isinstance(stated[1], str):
        raise INVALID_FORM_POLICY(reason="Invalid Condition: a field is named by text.")
    return operator, stated[1], stated[2]


def _field(name: str) -> str:
    return name.removeprefix("$").lower()


def _is_met(condition: Condition, fields: Mapping[str, str]) -> bool:
    operator, name, value = condition
    if operator == RANGE:
        return _is_integer(name) and _is_integer(value)
    found = fields.get(_field(name))
    if found is None or not name.startswith("$") or not isinstance(value, str):
        return False
    if operator == "eq":
        return found == value
    if _field(name) == "content-type":  # a list: each value must start with the text
        return all(each.strip().startswith(value) for each in found.split(","))
    return found.startswith(value)


def _is_integer(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and _DIGITS.fullmatch(value) is not None)


def _check_size(size: int, least: int, most: int) -> None:
    if size > most:
        raise ENTITY_TOO_LARGE(ProposedSize=size, MaxSizeAllowed=most)
    if size < least:
        raise ENTITY_TOO_SMALL(ProposedSize=size, MinSizeAllowed=least)
