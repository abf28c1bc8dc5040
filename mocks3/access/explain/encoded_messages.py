"""A decision as an encoded authorization message (API_DecodeAuthorizationMessage)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mocks3.policy import Effect, Layer
from mocks3.rules import authorization_messages

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import StatementRef


def encoded_message(decision: Decision) -> str:
    """Return the message. Its document has the members that the API page lists."""
    findings, caller = decision.findings, decision.question.caller
    effect = Effect.ALLOW if decision.allowed else Effect.DENY
    named = [each for layer in Layer for each in findings.matching(layer, effect)]
    context = findings.request.context
    document = {
        "allowed": decision.allowed,
        "explicitDeny": not decision.allowed and decision.outcome.explicit,
        "matchedStatements": _items([_statement(each, effect) for each in named]),
        "failures": _items([]),
        "context": {
            "principal": {
                "id": caller.user_id,
                "name": (caller.arn or "anonymous").rpartition("/")[2],
                "arn": caller.arn,
            },
            "action": decision.action,
            "resource": decision.resource,
            "conditions": _items(
                [
                    {"key": key, "values": _items([{"value": value} for value in context[key]])}
                    for key in context
                ]
            ),
        },
    }
    return authorization_messages.encode(json.dumps(document, separators=(",", ":")))


def _statement(ref: StatementRef, effect: Effect) -> dict[str, Any]:
    return {"statementId": ref.sid or "", "effect": effect.value.upper()}


def _items(values: list[Any]) -> dict[str, list[Any]]:
    return {"items": values}
