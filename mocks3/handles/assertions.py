"""Assertions on policy documents alone. No mock runs, and only the policy language is evaluated.

    assert_allows("policies/reader.json", "s3:GetObject", "arn:aws:s3:::data/k")
    assert_denies(bucket_policy, "s3:PutObject", "arn:aws:s3:::data/k", context={"aws:SecureTransport": False})

A document whose statements have a Principal is a resource-based policy (a bucket policy, for example) and is evaluated
for the caller. Any other document is an identity-based policy.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from mocks3.errors import Mocks3Error
from mocks3.handles.identity_policies import check_identity_policy
from mocks3.model.request_context import condition_keys
from mocks3.policy import (
    Layer,
    Policies,
    Policy,
    PolicyDecision,
    PolicyKind,
    Request,
    RequestPrincipal,
    Verdict,
    collect_findings,
)
from mocks3.rules.policy_documents import Document, read_document

if TYPE_CHECKING:
    from mocks3.policy import PrincipalKind, StatementEvidence

Given = Policy | Document
SOMEBODY = "arn:aws:iam::123456789012:user/somebody"


def assert_allows(
    policy: Given | Iterable[Given],
    action: str,
    resource: str,
    *,
    context: Mapping[str, object] | None = None,
    principal: str = SOMEBODY,
    sid: str | None = None,
) -> None:
    """Assert that a policy, or several policies together, allow an action.

    Args:
        policy: One policy or several. A policy is a dict, JSON text, the path of a ``.json`` file or a parsed policy.
        action: The IAM action, such as ``s3:GetObject``.
        resource: The ARN of the resource.
        context: Condition keys, each with one value or several.
        principal: The ARN of the caller, for bucket policies, or ``"anonymous"``.
        sid: The Sid of the statement that must allow the action.

    Raises:
        AssertionError: The policies do not allow it. The message says which statements decided.
        PolicySyntaxError: A document is not a valid policy.
    """
    __tracebackhide__ = True
    decision = _decide(policy, action, resource, context, principal)
    if not decision.allowed:
        raise AssertionError(_message(f"the policy should allow {action} on {resource}", decision))
    _check_sid(decision, sid, "allow")


def assert_denies(
    policy: Given | Iterable[Given],
    action: str,
    resource: str,
    *,
    context: Mapping[str, object] | None = None,
    principal: str = SOMEBODY,
    sid: str | None = None,
    explicit: bool = False,
) -> None:
    """Assert that a policy, or several policies together, do not allow an action.

    Args:
        policy: As in :func:`assert_allows`.
        action: As in :func:`assert_allows`.
        resource: As in :func:`assert_allows`.
        context: As in :func:`assert_allows`.
        principal: As in :func:`assert_allows`.
        sid: The Sid of the Deny statement that must deny the action.
        explicit: True to require a Deny statement, so that no other policy can allow the action.

    Raises:
        AssertionError: The policies allow it, or no Deny applies although one is required.
        PolicySyntaxError: A document is not a valid policy.
    """
    __tracebackhide__ = True
    decision = _decide(policy, action, resource, context, principal)
    if decision.allowed:
        raise AssertionError(_message(f"the policy should deny {action} on {resource}", decision))
    if (explicit or sid) and decision.verdict is not Verdict.EXPLICITLY_DENIED:
        what = f"the policy should deny {action} on {resource} explicitly"
        raise AssertionError(_message(what, decision))
    _check_sid(decision, sid, "deny")


def _decide(
    given: Given | Iterable[Given], action: str, resource: str, context: Mapping[str, object] | None, who: str
) -> PolicyDecision:
    several: list[Any] = list(given) if _is_several(given) else [given]
    policies = [_policy(each) for each in several]
    resources = [policy for policy in policies if any(statement.principal for statement in policy.statements)]
    if len(resources) > 1:
        raise Mocks3Error(
            "a resource has one policy: pass only one document whose statements have a Principal"
        )
    caller = _caller(who)
    request = Request(
        caller, action, resource, caller.account or "123456789012", condition_keys(context or {})
    )
    of_resource = resources[0] if resources else None
    findings = collect_findings(
        request, Policies([each for each in policies if each is not of_resource], of_resource)
    )
    layer = Layer.RESOURCE if of_resource else Layer.IDENTITY
    if findings.denied_by is not None:
        return PolicyDecision(Verdict.EXPLICITLY_DENIED, findings.denied_by, findings)
    granted = findings.identity or bool(findings.resource_grants)
    return PolicyDecision(Verdict.ALLOWED if granted else Verdict.IMPLICITLY_DENIED, layer, findings)


def _is_several(given: object) -> TypeGuard[Iterable[Given]]:
    return not isinstance(given, Policy | Mapping | str | os.PathLike)


def _policy(given: Given) -> Policy:
    if isinstance(given, Policy):
        return given
    policy = Policy.parse(read_document(given))
    if any(statement.principal for statement in policy.statements):
        policy.check(PolicyKind.RESOURCE)
    else:
        policy.check(PolicyKind.IDENTITY)
        check_identity_policy(policy, policy.name or "policy")
    return policy


def _caller(who: str) -> RequestPrincipal:
    if who == "anonymous":
        return RequestPrincipal("anonymous", None, None)
    parts = who.split(":", 5)
    if len(parts) != 6:
        raise Mocks3Error(f'principal must be an ARN or "anonymous", not {who!r}')
    account, name = parts[4], parts[5]
    if name.startswith("role/"):
        role = name.rpartition("/")[2]
        return RequestPrincipal(
            "session", f"arn:aws:sts::{account}:assumed-role/{role}/session", account, role_arn=who
        )
    kinds: dict[str, PrincipalKind] = {
        "root": "root",
        "assumed-role": "session",
        "federated-user": "federated-user",
    }
    kind = kinds.get(name.partition("/")[0], "user")
    role_arn = f"arn:aws:iam::{account}:role/{name.split('/')[1]}" if kind == "session" else None
    return RequestPrincipal(kind, who, account, role_arn=role_arn)


def _check_sid(decision: PolicyDecision, sid: str | None, verb: str) -> None:
    __tracebackhide__ = True
    if sid is not None and sid not in [ref.sid for ref in decision.determining]:
        request = decision.request
        what = f"the statement {sid!r} should {verb} {request.action} on {request.resource}"
        raise AssertionError(_message(what, decision))


_VERDICTS = {
    Verdict.ALLOWED: "but it is allowed",
    Verdict.IMPLICITLY_DENIED: "but no statement allows it",
    Verdict.EXPLICITLY_DENIED: "but a Deny statement denies it",
}


def _message(what: str, decision: PolicyDecision) -> str:
    """Return the failure message: the expectation, the result, the deciding statements and the near misses."""
    from mocks3.policy.explanation import determining

    lines = [f"{what}, {_VERDICTS[decision.verdict]}"]
    denying = {} if decision.allowed else {each.ref: each.checks for each in determining(decision.findings)}
    for ref in decision.determining:
        lines.append(f"  by Statement[{ref.statement}]{_quoted(ref.sid)}")
        lines += [f"    its {check}" for check in denying.get(ref, ())]
    for miss in decision.near_misses()[:3]:
        lines += _missed(miss)
    return "\n".join(lines)


def _missed(miss: StatementEvidence) -> Iterable[str]:
    check = miss.failure
    assert check is not None
    yield f"  near miss: Statement[{miss.ref.statement}]{_quoted(miss.ref.sid)}, but its {check.what}"
    yield f"    wants  {check.wants}"
    yield f"    saw    {check.saw}"


def _quoted(sid: str | None) -> str:
    return f' "{sid}"' if sid else ""
