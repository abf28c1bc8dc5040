"""The policy of a form: its expiration, and the conditions on its fields.

    {"expiration": "2030-01-01T00:00:00Z",
     "conditions": [{"acl": "private"}, ["starts-with", "$key", "user/"], ["content-length-range", 1, 10]]}

Rule: a condition must name every field, except the fields of the signature and those that S3 ignores (``x-ignore-…``).
The bucket of the URL counts as a field. A condition on a field that the form does not have fails.

Source: HTTPPOSTConstructPolicy, sigv4-HTTPPOSTConstructPolicy; R-83, R-84; F-111. Users report the condition on the
bucket (aws/aws-sdk-php #3292), the format of the expiration (dwilkie/carrierwave_direct #2 and #20) and that a value is
a string (aws/aws-sdk-js #1518).
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
    INVALID_FORM_POLICY,
    S3Error,
    Why,
)
from mocks3.errors.refusals import FORM_POLICY_DENIES
from mocks3.lib import limits
from mocks3.model.messages import Form

Condition = tuple[str, Any, Any]
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
RANGE = "content-length-range"
_UNCOVERED = frozenset({"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"})
"""Fields that need no condition."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


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
        raise _denied(
            "Policy expired.",
            f"the policy of the form was valid until {expiration.isoformat()}, and the clock of S3 shows "
            f"{clock.now().isoformat(timespec='seconds')}",
            "make a new form, or one with a longer ExpiresIn",
        )
    fields = {"bucket": bucket, **form.fields}
    fields["bucket"] = bucket
    for condition in conditions:
        if not _is_met(condition, fields):
            raise _denied(f"Policy Condition failed: {json.dumps(condition)}", *_unmet(condition, fields))
    named = {_field(name) for operator, name, _ in conditions if operator != RANGE}
    extra = [
        name
        for name in fields
        if name not in named and name not in _UNCOVERED and not name.startswith("x-ignore-")
    ]
    if extra:
        raise _denied(
            f"Extra input fields: {', '.join(extra)}",
            f"no condition of the form's policy names the field {' and '.join(extra)}",
            "add a condition for it when the form is made (Conditions=), or leave the field out",
        )
    for operator, least, most in conditions:
        if operator == RANGE:
            _check_size(form.size, int(least), int(most))


def _denied(reason: str, text: str, fix: str) -> S3Error:
    return FORM_POLICY_DENIES(Why("form-policy", text, "F-111", (fix,)), reason=reason)


def _unmet(condition: Condition, fields: Mapping[str, str]) -> tuple[str, str]:
    """Return why a condition is not met, with the value of the form, and what would meet it."""
    operator, name, value = condition
    if operator == RANGE:
        return (
            f"the policy's {RANGE} has {name!r} and {value!r}, which are not two numbers",
            "give two numbers",
        )
    field = _field(name)
    wants = f"{value!r}" if operator == "eq" else f"a value that starts with {value!r}"
    has = f"has {fields[field]!r}" if field in fields else "has no such field"
    return (
        f"the form's policy wants {wants} in the field {field}, and the form {has}",
        f"send {field} as the policy wants it, or make the form with another condition",
    )


def read(text: str) -> tuple[datetime.datetime, list[Condition]]:
    """Return a policy's expiration and conditions (dicts become ``eq``). Raises ``InvalidPolicyDocument``.

    The messages are those of S3 (versity/versitygw compares with it).
    """
    try:
        document = base64.b64decode(text, validate=True)
    except ValueError:
        raise INVALID_FORM_POLICY(reason="invalid Base64 encoding.") from None
    if not document:
        raise INVALID_FORM_POLICY(reason="Expecting '{' but found End-of-Input")
    try:
        policy = limits.json_value(document)
    except ValueError:
        raise INVALID_FORM_POLICY(reason="Invalid JSON.") from None
    if not isinstance(policy, dict):
        raise INVALID_FORM_POLICY(reason="Invalid JSON.")
    for name in policy:
        if name not in ("expiration", "conditions"):
            raise INVALID_FORM_POLICY(reason=f'Unexpected: "{name}"')
    if "expiration" not in policy:
        raise INVALID_FORM_POLICY(reason="Policy missing expiration.")
    if "conditions" not in policy:
        raise INVALID_FORM_POLICY(reason="Policy missing conditions.")
    if not isinstance(policy["conditions"], list):
        raise INVALID_FORM_POLICY(reason="Invalid 'conditions' value: must be a List.")
    return _expiration(policy["expiration"]), [_condition(each) for each in policy["conditions"]]


def _expiration(stated: object) -> datetime.datetime:
    """Return the moment. S3 accepts UTC only, written with a ``T`` and a ``Z``."""
    try:
        if isinstance(stated, str) and _MOMENT.fullmatch(stated):
            return datetime.datetime.fromisoformat(stated)
    except ValueError:  # the 30th of February
        pass
    raise INVALID_FORM_POLICY(reason=f"Invalid 'expiration' value: '{stated}'")


def _condition(stated: object) -> Condition:
    if isinstance(stated, dict):
        if len(stated) != 1:
            raise INVALID_FORM_POLICY(
                reason="Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."
            )
        ((name, value),) = stated.items()
        if not isinstance(value, str):
            raise INVALID_FORM_POLICY(reason="Invalid Simple-Condition: value must be a string.")
        return "eq", f"${name}", value
    if not isinstance(stated, list):
        raise INVALID_FORM_POLICY(reason="Invalid condition test: must be a List or Object.")
    if not stated or not isinstance(stated[0], str):
        raise INVALID_FORM_POLICY(reason="Invalid Condition: missing operation identifier.")
    operator = stated[0].lower()
    if operator not in ("eq", "starts-with", RANGE):
        raise INVALID_FORM_POLICY(reason=f"Invalid Condition: unknown operation '{stated[0]}'.")
    if len(stated) != 3:
        raise INVALID_FORM_POLICY(reason=f"Invalid {operator}: wrong number of arguments.")
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
