"""The IAM policy language as a pure library: may this caller do this, why, and what would change it.

    from mocks3.policy import Policies, Principal, Request, decide

    caller = Principal("user", "arn:aws:iam::111122223333:user/eve", "111122223333")
    request = Request(caller, "s3:GetObject", "arn:aws:s3:::data/k", "111122223333", {"aws:SourceIp": "10.0.0.1"})
    decide(request, Policies(identity=[{...}], resource={...})).verdict

Rule 1: standard library only; nothing else of this project is imported.
Rule 2: no AWS service is named here. What belongs to one service comes in as data (`Tables`) or is put on top
        by the caller of `collect_findings` and `evaluate`.
Rule 3: documents are parsed and compiled once; deciding allocates little, and explains only when asked.
Rule 4: fail closed. What is not understood is refused when it is read; a value that cannot be compared matches nothing.

How a decision comes about, file by file:

    reading ► grammar ► elements           JSON to statements, or a PolicySyntaxError that says where
    compiling ◄ glob, variables, principals, conditions/        statements to tests, once
    policy, policies, request              what is decided on
    findings ► evaluation ► decision       what each layer says; the outcome; the decision
    explanation, suggestion, linting/      why, what to change, and what was probably not meant: loaded when asked for

Rule ids such as C-20 or PE-17 are those of the rule book, docs/rules.
"""

from typing import TYPE_CHECKING, Any, Final

from .decision import Decision, Verdict, decide, decision_of
from .elements import Condition, Effect, PrincipalElement, Quantifier, Statement
from .errors import REASONS, PolicySyntaxError
from .evaluation import Circumstances, Grantee, Outcome, Reason, evaluate
from .findings import Findings, StatementRef, collect_findings
from .kinds import Layer, PolicyKind
from .policies import Policies
from .policy import Policy
from .principals import GrantKind, Principal, PrincipalKind
from .request import Request

if TYPE_CHECKING:
    from .explanation import Check, StatementEvidence, evidence
    from .linting import LintWarning, Tables
    from .suggestion import Add, Remove, Suggestion

_LATER: Final = {
    "Add": "suggestion",
    "Check": "explanation",
    "LintWarning": "linting",
    "Remove": "suggestion",
    "StatementEvidence": "explanation",
    "Suggestion": "suggestion",
    "Tables": "linting",
    "evidence": "explanation",
}


def __getattr__(name: str) -> Any:
    """Names that most programs never ask for, fetched when one does."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = [
    "REASONS",
    "Add",
    "Check",
    "Circumstances",
    "Condition",
    "Decision",
    "Effect",
    "Findings",
    "GrantKind",
    "Grantee",
    "Layer",
    "LintWarning",
    "Outcome",
    "Policies",
    "Policy",
    "PolicyKind",
    "PolicySyntaxError",
    "Principal",
    "PrincipalElement",
    "PrincipalKind",
    "Quantifier",
    "Reason",
    "Remove",
    "Request",
    "Statement",
    "StatementEvidence",
    "StatementRef",
    "Suggestion",
    "Tables",
    "Verdict",
    "collect_findings",
    "decide",
    "decision_of",
    "evaluate",
    "evidence",
]
