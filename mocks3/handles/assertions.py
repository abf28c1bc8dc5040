"""Assertions on policy documents alone: no mock runs, and nothing but the policy language is asked.

    assert_allows("policies/reader.json", "s3:GetObject", "arn:aws:s3:::data/k")
    assert_denies(bucket_policy, "s3:PutObject", "arn:aws:s3:::data/k", context={"aws:SecureTransport": False})

A document whose statements name principals is a resource's policy (a bucket's, say): what it grants to the caller is
what counts. Any other is an identity's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from mocks3.errors import Mocks3Error
from mocks3.model.request_context import condition_keys
from mocks3.policy import (
    Decision,
    Layer,
    Policies,
    Policy,
    PolicyKind,
    Principal,
    Request,
    Verdict,
    collect_findings,
)
from mocks3.rules.policy_documents import Document, document_text

if TYPE_CHECKING:
    from mocks3.policy import PrincipalKind, StatementEvidence

Given = Policy | Document
SOMEBODY = "arn:aws:iam::123456789012:user/somebody"


def assert_allows(
    policy: Given | Iterable[Given],
    action: str,
    resource: str,
    *,
    context: Mapping[str, Any] | None = None,
    principal: str = SOMEBODY,
    sid: str | None = None,
) -> None:
    """Assert that a policy, or several together, lets somebody do something.

    Args: ``policy`` a dict, JSON text, the path of a ``.json`` file or a :class:`Policy`; ``resource`` an ARN;
    ``context`` condition keys, a value or several each; ``principal`` the ARN of the caller, for bucket policies, or
    ``"anonymous"``; ``sid`` the statement that is to allow it. Raises ``AssertionError`` saying what the policy says
    instead, and ``PolicySyntaxError`` for what is no policy.
    """
    __tracebackhide__ = True
    decision = _decide(policy, action, resource, context, principal)
    if not decision.allowed:
        raise AssertionError(_told(f"the policy was to allow {action} on {resource}", decision))
    _check_sid(decision, sid, "allow")


def assert_denies(
    policy: Given | Iterable[Given],
    action: str,
    resource: str,
    *,
    context: Mapping[str, Any] | None = None,
    principal: str = SOMEBODY,
    sid: str | None = None,
    explicit: bool = False,
) -> None:
    """Assert that a policy, or several together, does not let somebody do something.

    Args: as :func:`assert_allows`; ``explicit`` a Deny is to forbid it, so that no other policy can allow it; ``sid``
    the statement whose Deny that is. Raises as :func:`assert_allows`.
    """
    __tracebackhide__ = True
    decision = _decide(policy, action, resource, context, principal)
    if decision.allowed:
        raise AssertionError(_told(f"the policy was to deny {action} on {resource}", decision))
    if (explicit or sid) and decision.verdict is not Verdict.EXPLICITLY_DENIED:
        what = f"the policy was to deny {action} on {resource} explicitly"
        raise AssertionError(_told(what, decision))
    _check_sid(decision, sid, "deny")


def _decide(
    given: Given | Iterable[Given], action: str, resource: str, context: Mapping[str, Any] | None, who: str
) -> Decision:
    several: list[Any] = list(given) if _is_several(given) else [given]
    policies = [_policy(each) for each in several]
    resources = [policy for policy in policies if any(statement.principal for statement in policy.statements)]
    if len(resources) > 1:
        raise Mocks3Error("a resource has one policy: give one document whose statements name principals")
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
        return Decision(Verdict.EXPLICITLY_DENIED, findings.denied_by, findings)
    granted = findings.identity or bool(findings.resource_grants)
    return Decision(Verdict.ALLOWED if granted else Verdict.IMPLICITLY_DENIED, layer, findings)


def _is_several(given: Any) -> TypeGuard[Iterable[Given]]:
    return not isinstance(given, Policy | Mapping | str | os.PathLike)


def _policy(given: Given) -> Policy:
    if isinstance(given, Policy):
        return given
    policy = Policy.parse(document_text(given))
    named = any(statement.principal for statement in policy.statements)
    policy.check(PolicyKind.RESOURCE if named else PolicyKind.IDENTITY)
    return policy


def _caller(who: str) -> Principal:
    if who == "anonymous":
        return Principal("anonymous", None, None)
    parts = who.split(":", 5)
    if len(parts) != 6:
        raise Mocks3Error(f'principal is an ARN or "anonymous", not {who!r}')
    account, name = parts[4], parts[5]
    if name.startswith("role/"):
        role = name.rpartition("/")[2]
        return Principal(
            "session", f"arn:aws:sts::{account}:assumed-role/{role}/session", account, role_arn=who
        )
    kinds: dict[str, PrincipalKind] = {
        "root": "root",
        "assumed-role": "session",
        "federated-user": "federated-user",
    }
    kind = kinds.get(name.partition("/")[0], "user")
    role_arn = f"arn:aws:iam::{account}:role/{name.split('/')[1]}" if kind == "session" else None
    return Principal(kind, who, account, role_arn=role_arn)


def _check_sid(decision: Decision, sid: str | None, verb: str) -> None:
    __tracebackhide__ = True
    if sid is not None and sid not in [ref.sid for ref in decision.determining]:
        request = decision.request
        what = f"the statement {sid!r} was to {verb} {request.action} on {request.resource}"
        raise AssertionError(_told(what, decision))


_VERDICTS = {
    Verdict.ALLOWED: "but it is allowed",
    Verdict.IMPLICITLY_DENIED: "but no statement allows it",
    Verdict.EXPLICITLY_DENIED: "but a Deny forbids it",
}


def _told(what: str, decision: Decision) -> str:
    """What was wanted, what is so, by which statements, and which nearly made it otherwise."""
    lines = [f"{what}, {_VERDICTS[decision.verdict]}"]
    lines += [f"  by Statement[{ref.statement}]{_quoted(ref.sid)}" for ref in decision.determining]
    for miss in decision.near_misses()[:3]:
        lines += _missed(miss)
    return "\n".join(lines)


def _missed(miss: StatementEvidence) -> Iterable[str]:
    check = miss.failure
    assert check is not None
    seen = "nothing: the request has no such key" if check.seen is None else " or ".join(check.seen)
    element = f"{check.written} {check.key}" if check.key else check.written
    yield f"  nearly by Statement[{miss.ref.statement}]{_quoted(miss.ref.sid)}, but its {element}"
    yield f"    wants  {' or '.join(check.wanted)}"
    yield f"    saw    {seen}"


def _quoted(sid: str | None) -> str:
    return f' "{sid}"' if sid else ""
