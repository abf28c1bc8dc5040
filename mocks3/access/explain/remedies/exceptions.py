"""Narrow a Deny so that it does not match one caller, and still matches all others."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.remedies.corrections import raw_statement
from mocks3.policy import Layer

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import StatementRef

_SHARED = frozenset({Layer.SCP, Layer.RCP, Layer.VPC_ENDPOINT, Layer.RESOURCE})
"""Policies that apply to several callers. The other policies apply to the caller alone."""

_NEGATED = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")
_BOUND = ("IfExists", "")


def exception_for_caller(part: Decision, ref: StatementRef) -> dict[str, Any] | None:
    """Return a Deny statement with an exception for the caller; None if it cannot have one.

    If the statement has a list of exceptions (``ArnNotLike`` on ``aws:PrincipalArn``, ``StringNotLike`` on
    ``aws:userid``), the caller is added to it. Otherwise the statement gets a new condition on ``aws:PrincipalArn``.
    """
    if ref.layer not in _SHARED:
        return None
    statement = copy.deepcopy(raw_statement(part.policies, ref))
    named = _names(part)
    if not named:
        return None
    conditions = statement.setdefault("Condition", {})
    for operator in (f"{each}{bound}" for each in _NEGATED for bound in _BOUND):
        for key in conditions.get(operator, {}):
            value = named.get(key.lower())
            if value is not None and (not value.endswith("*") or "Like" in operator):
                conditions[operator][key] = [*_listed(conditions[operator][key]), value]
                return statement
    key, value = next(iter(named.items()))
    operator = "ArnNotEquals" if key.endswith("arn") else "StringNotEquals"
    spelled = {"aws:principalarn": "aws:PrincipalArn", "aws:principalservicename": "aws:PrincipalServiceName"}
    conditions[operator] = {**conditions.get(operator, {}), spelled[key]: value}
    return statement


def _names(part: Decision) -> dict[str, str]:
    """Return the condition keys that name the caller, with its values; empty for the anonymous caller.

    The id of a session ends in its name, so a pattern with ``:*`` names the role (IAM user guide, "Unique
    identifiers").
    """
    principal, request = part.question.caller.principal, part.request
    if principal.kind == "service":
        return {"aws:principalservicename": principal.arn} if principal.arn else {}
    arn = request.values("aws:principalarn")
    if not arn:
        return {}
    names = {"aws:principalarn": arn[0]}
    user_id = part.question.caller.user_id
    names["aws:userid"] = f"{part.question.caller.unique_id}:*" if principal.kind == "session" else user_id
    return names


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
