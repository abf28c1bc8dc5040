"""The IAM policy language as a pure library: decide a request, explain the decision, suggest a fix.

    from mocks3.policy import Policies, RequestPrincipal, Request, decide

    caller = RequestPrincipal("user", "arn:aws:iam::111122223333:user/eve", "111122223333")
    request = Request(caller, "s3:GetObject", "arn:aws:s3:::data/k", "111122223333", {"aws:SourceIp": "10.0.0.1"})
    decide(request, Policies(identity=[{...}], resource={...})).verdict

Rule 1: it imports only the standard library, and nothing else of this project.
Rule 2: it names no AWS service. Facts about a service are passed in as data (`Tables`). Rules of a service are added by
        the caller of `collect_findings` and `evaluate`.
Rule 3: a document is parsed and compiled once. A decision allocates few objects, and explains itself only on demand.
Rule 4: fail closed. Unknown elements are rejected when a policy is read. Values that cannot be compared do not match.

The files, in the order of a decision:

    reading ► grammar ► elements           from JSON to statements, or to a PolicySyntaxError with a position
    compiling ◄ glob, variables, principals, conditions/        from statements to tests, once for each document
    policy, policies, request              the input of a decision
    findings ► evaluation ► decision       the results of each layer, the outcome, the decision
    checks ► explanation, suggestion, linting/      why, what to change, and likely mistakes: imported on demand

Rule ids such as C-20 or PE-17 are those of the rule book, docs/rules.
"""

from typing import TYPE_CHECKING, Any, Final

from .decision import PolicyDecision, Verdict, decide, decision_of
from .elements import Condition, Effect, PrincipalElement, Quantifier, Statement
from .errors import REASONS, PolicySyntaxError
from .evaluation import Circumstances, Grantee, PolicyOutcome, Reason, evaluate
from .findings import Findings, StatementRef, collect_findings
from .kinds import Layer, PolicyKind
from .policies import Policies
from .policy import Policy
from .principals import GrantKind, PrincipalKind, RequestPrincipal
from .request import Request

if TYPE_CHECKING:
    from .checks import Check
    from .explanation import StatementEvidence, evidence
    from .linting import LintWarning, Tables
    from .suggestion import Add, Edit, Remove, Replace, Suggestion

_LATER: Final = {
    "Add": "suggestion",
    "Check": "checks",
    "LintWarning": "linting",
    "Edit": "suggestion",
    "Remove": "suggestion",
    "Replace": "suggestion",
    "StatementEvidence": "explanation",
    "Suggestion": "suggestion",
    "Tables": "linting",
    "evidence": "explanation",
}


if not TYPE_CHECKING:  # mypy would accept every name

    def __getattr__(name: str) -> Any:
        """Import a name that most programs do not use at its first use."""
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
    "Edit",
    "Effect",
    "Findings",
    "GrantKind",
    "Grantee",
    "Layer",
    "LintWarning",
    "Policies",
    "Policy",
    "PolicyDecision",
    "PolicyKind",
    "PolicyOutcome",
    "PolicySyntaxError",
    "PrincipalElement",
    "PrincipalKind",
    "Quantifier",
    "Reason",
    "Remove",
    "Replace",
    "Request",
    "RequestPrincipal",
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
