"""S3's sentences for what is wrong with a bucket policy (V-30 to V-49), by the grammar's own reasons."""

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
"""Where nothing else is said, it is ``Invalid policy syntax.`` (V-47, OQ-16)."""


def malformed(message: str, **extra: str) -> S3Error:
    """A refusal of the document."""
    return MALFORMED_POLICY(message=message, **extra)


def fault_of(error: PolicySyntaxError, statement: Any = None) -> S3Error:
    """The answer to a fault that the grammar found; ``statement`` is where, if it was read alone."""
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
    """The value that a pointer into a statement (``/Statement/0/Principal/AWS/1``) leads to, as text."""
    value = statement
    for step in pointer.split("/")[3:]:
        step = step.replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value if isinstance(value, str) else ""
