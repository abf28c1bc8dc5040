"""S3's own authorization rules, on top of the policy language.

    required permissions -> request context -> policies, ACLs, owners, Block Public Access -> Decision -> message

    authorize    every permission that an operation requires     permissions  those of one request, one by one
    ask          one question about a bucket or an object        engine       one question about one resource
    resources    buckets and objects as the engine sees them     refusing     from a refusal to an error

Rule 1: this package reads storage and never writes it. Rule 2: every decision keeps its evidence and is added to
``aws.decisions``. Rule 3: ``mocks3.policy.evaluation`` is the only implementation of the evaluation procedure.
"""

from __future__ import annotations

from mocks3.access.ask import ask, ask_recorded
from mocks3.access.authorize import authorize, hide_missing_key
from mocks3.access.context import hypothetical_request
from mocks3.access.decision import Decision
from mocks3.access.engine import decide_by_own_policy
from mocks3.access.question import Question
from mocks3.access.refusal import Refusal
from mocks3.access.refusing import explain_refusal, record_decision
from mocks3.access.targets import target_of_arn

__all__ = [
    "Decision",
    "Question",
    "Refusal",
    "ask",
    "ask_recorded",
    "authorize",
    "decide_by_own_policy",
    "explain_refusal",
    "hide_missing_key",
    "hypothetical_request",
    "record_decision",
    "target_of_arn",
]
