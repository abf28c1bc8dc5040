"""S3's messages for invalid bucket policies (V-30 to V-49), by the reasons of the policy grammar."""

from __future__ import annotations

from typing import Any

from mocks3.errors import MALFORMED_POLICY, S3Error
from mocks3.policy import PolicySyntaxError

INVALID_PRINCIPAL = "Invalid principal in policy"
SYNTAX = "Invalid policy syntax."

_SENTENCES = {
    "missing-statement": "Missing required field Statement",  # V-32
    "empty-statement": "Could not parse the policy: Statement is empty!",  # V-33
    "bad-version": "The policy must contain a valid version string",  # V-34
    "missing-effect": "Missing required field Effect",  # V-37
    "missing-principal": "Missing required field Principal",  # V-36
    "empty-principal": "Missing required field Principal cannot be empty!",
    "not-principal-with-allow": "Allow with NotPrincipal is not allowed.",  # V-39
    "missing-action": "Missing required field Action",  # V-37
    "missing-resource": "Missing required field Resource",
    "bad-ip-address": "Invalid IP address in Conditions",  # V-46
    "duplicate-sid": "Statement IDs (SID) in a single policy must be unique.",  # OQ-16
}
"""For all other reasons the message is ``Invalid policy syntax.`` (V-47, OQ-16)."""


def malformed(message: str, **extra: str) -> S3Error:
    """Return the ``MalformedPolicy`` error with a message."""
    return MALFORMED_POLICY(message=message, **extra)


def unknown_principal(value: str) -> S3Error:
    """Return the error for a principal that does not exist, with a note that names it."""
    note = f"the principal {value!r} does not exist"
    if ":user/" in value or ":role/" in value:
        account = value.split(":")[4]
        note += f"; create it first: aws.account({account!r}).create_{'user' if ':user/' in value else 'role'}(...)"
    elif value.isdigit() or value.endswith(":root"):
        note += "; create the account first: aws.account(id)"
    return malformed(INVALID_PRINCIPAL, Detail=value).with_note(note)


def fault_of(error: PolicySyntaxError, statement: object = None) -> S3Error:
    """Return S3's error for a syntax error, with a note that says exactly what is wrong.

    Args:
        error: The syntax error.
        statement: The statement that has it, if it was parsed alone: the only one of its document.
    """
    if statement is None:
        return _fault(error, None).with_note(note_on(error.detail, error.pointer, "the policy"))
    sid = statement.get("Sid") if isinstance(statement, dict) else None
    inside = f"the statement {sid!r}" if sid else "a statement"
    pointer = error.pointer.removeprefix("/Statement/0")
    return _fault(error, statement).with_note(note_on(error.detail, pointer, inside))


def note_on(detail: str, pointer: str, inside: str) -> str:
    """Return the note on the error for a policy that is not valid.

    Args:
        detail: What is wrong.
        pointer: Where: a JSON pointer.
        inside: What the pointer points into.
    """
    wrong = f"the policy is not valid: {detail}, at {pointer or 'the top'} of {inside}"
    return f"{wrong}; 'mocks3 lint FILE' finds all errors of a policy"


def _fault(error: PolicySyntaxError, statement: object) -> S3Error:
    last = error.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    if error.reason == "bad-principal":
        offending = _value_at(statement, error.pointer)
        return malformed(INVALID_PRINCIPAL, Detail=offending)
    if error.reason == "bad-effect" and isinstance(statement, dict):
        effect = statement["Effect"]
        return malformed(f"Invalid effect: {effect}" if isinstance(effect, str) else SYNTAX)  # V-35
    if error.reason == "unknown-operator":
        return malformed(f"Invalid Condition type : {last}")  # V-45
    if error.reason in ("bad-action", "bad-resource") and error.detail.endswith("not ''"):
        return malformed(f"Policy has invalid {error.reason[4:]}")
    return malformed(_SENTENCES.get(error.reason, SYNTAX))


def _value_at(statement: Any, pointer: str) -> str:
    """Return the text at a JSON pointer into a statement, such as ``/Statement/0/Principal/AWS/1``."""
    value = statement
    for step in pointer.split("/")[3:]:
        step = step.replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value if isinstance(value, str) else ""
