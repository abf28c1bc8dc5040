"""The policy simulator, answered by ``mocks3.policy``, and the condition keys that policies use.

Nothing is called, and nothing is recorded in ``aws.decisions``. As in AWS, only the given context is known: a condition
on a key that is not given is not met, and the key is in ``MissingContextValues``.

Source: API_SimulateCustomPolicy, API_SimulatePrincipalPolicy, API_GetContextKeysForCustomPolicy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mocks3.iam.faults import INVALID_INPUT, NO_SUCH_ENTITY
from mocks3.iam.lookup import account_of, iam_of, refuse_members
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.lib.partitions import AWS, in_partition
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.policy import (
    Effect,
    Layer,
    Policies,
    Policy,
    PolicyKind,
    PolicySyntaxError,
    Request,
    RequestPrincipal,
    collect_findings,
    evaluate,
)
from mocks3.policy.reading import locate
from mocks3.storage.iam import GroupRecord, RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.policy import Findings, StatementRef

Source = UserRecord | RoleRecord | GroupRecord

_NOT_SUPPORTED = ("OrderedOrganizationPolicyInputList", "PolicyExclusionList", "ResourceHandlingOption")
_VARIABLE = re.compile(r"\$\{\s*([A-Za-z0-9-]+:[^},\s]+)")
_USER = re.compile(r"arn:[^:]+:iam::(\d{12}):user/.+")


@iam_operation(Need("iam:SimulateCustomPolicy", ACCOUNT))
def simulate_custom_policy(call: Authorized, params: Params) -> Params:
    """Decide actions on resources by the given policies. Raises ``InvalidInput`` for a policy that cannot be parsed."""
    refuse_members(call, params, *_NOT_SUPPORTED)
    policies = _given(params, "PolicyInputList", PolicyKind.IDENTITY)
    boundaries = _given(params, "PermissionsBoundaryPolicyInputList", PolicyKind.BOUNDARY)
    return _simulate(call, params, policies, boundaries, f"arn:aws:iam::{account_of(call)}:user/simulated")


@iam_operation(Need("iam:SimulatePrincipalPolicy", On.IDENTITY))
def simulate_principal_policy(call: Authorized, params: Params) -> Params:
    """Decide actions on resources by the policies of a user, group or role, and by those that are given.

    Raises ``NoSuchEntity``; ``InvalidInput`` for a policy that cannot be parsed.
    """
    refuse_members(call, params, *_NOT_SUPPORTED)
    record = _source(call, params)
    own, boundaries = _policies_of(call, record)
    if "PermissionsBoundaryPolicyInputList" in params:
        boundaries = _given(params, "PermissionsBoundaryPolicyInputList", PolicyKind.BOUNDARY)
    policies = (*own, *_given(params, "PolicyInputList", PolicyKind.IDENTITY))
    caller = record.arn if isinstance(record, UserRecord) else f"arn:aws:iam::{record.account}:user/simulated"
    return _simulate(call, params, policies, boundaries, caller)


@iam_operation(Need("iam:GetContextKeysForCustomPolicy", ACCOUNT))
def get_context_keys_for_custom_policy(call: Authorized, params: Params) -> Params:
    """Return the condition keys that the given policies use. Raises ``InvalidInput``."""
    return {"ContextKeyNames": _keys(_given(params, "PolicyInputList", PolicyKind.IDENTITY))}


@iam_operation(Need("iam:GetContextKeysForPrincipalPolicy", On.IDENTITY))
def get_context_keys_for_principal_policy(call: Authorized, params: Params) -> Params:
    """Return the condition keys that the policies of a user, group or role use. Raises ``NoSuchEntity``."""
    own, _ = _policies_of(call, _source(call, params))
    return {"ContextKeyNames": _keys((*own, *_given(params, "PolicyInputList", PolicyKind.IDENTITY)))}


def _source(call: Authorized, params: Params) -> Source:
    arn = in_partition(params["PolicySourceArn"], AWS)
    groups = (each for each in iam_of(call).groups(account_of(call)) if each.arn == arn)
    found = iam_of(call).by_arn(arn) or next(groups, None)
    if found is None:
        raise NO_SUCH_ENTITY(message=f"The entity with ARN {params['PolicySourceArn']} cannot be found.")
    return found


def _policies_of(call: Authorized, record: Source) -> tuple[tuple[Policy, ...], tuple[Policy, ...]]:
    if isinstance(record, GroupRecord):
        return iam_of(call).own_policies(record), ()
    found = iam_of(call).policies_of(record)
    return found.identity, found.boundaries


def _given(params: Params, member: str, kind: PolicyKind) -> tuple[Policy, ...]:
    texts = params.get(member, ())
    return tuple(_parsed(text, f"{member}.{number}", kind) for number, text in enumerate(texts, 1))


def _parsed(text: str, name: str, kind: PolicyKind) -> Policy:
    try:
        return Policy.parse(text, name=name, kind=kind)
    except PolicySyntaxError as error:
        raise INVALID_INPUT(message=f"Unable to parse policy {name}: {error}") from None


def _simulate(
    call: Authorized,
    params: Params,
    identity: tuple[Policy, ...],
    boundaries: tuple[Policy, ...],
    caller: str,
) -> Params:
    resource = params.get("ResourcePolicy")
    own = None if resource is None else _parsed(resource, "ResourcePolicy", PolicyKind.RESOURCE)
    caller = params.get("CallerArn", caller)
    user = _USER.fullmatch(caller)
    if user is None:
        raise INVALID_INPUT(
            message=f"Invalid Entity Arn: {caller} does not clearly define entity type and name."
        )
    principal = RequestPrincipal("user", caller, user[1], has_boundary=bool(boundaries))
    named: str = params.get("ResourceOwner") or user[1]
    owner = named.split(":")[4] if named.count(":") >= 5 else named
    scps = call.world.guardrails.scps(principal)
    policies = Policies(identity, own, boundaries, scps=scps)
    context = {
        entry["ContextKeyName"]: entry.get("ContextKeyValues", [])
        for entry in params.get("ContextEntries", ())
    }
    given = {key.lower() for key in context}
    used = _keys((*identity, *boundaries, *(() if own is None else (own,))))
    missing = [key for key in used if key.lower() not in given]
    results = [
        _result(collect_findings(Request(principal, action, arn, owner, context), policies), missing)
        for action in params["ActionNames"]
        for arn in params.get("ResourceArns", ("*",))
    ]
    numbered = list(enumerate(results))
    page = paginate(params, "EvaluationResults", numbered, lambda item: str(item[0]))
    return {**page, "EvaluationResults": [result for _, result in page["EvaluationResults"]]}


def _result(findings: Findings, missing: list[str]) -> Params:
    request, outcome = findings.request, evaluate(findings)
    effect = Effect.ALLOW if outcome.allowed else Effect.DENY
    decision = "allowed" if outcome.allowed else "explicitDeny" if outcome.explicit else "implicitDeny"
    shown: Params = {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": decision,
        "MatchedStatements": list(_matched(findings, effect)),
        "MissingContextValues": missing,
    }
    if findings.policies.boundaries:
        shown["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": findings.boundary}
    if findings.policies.scps:
        shown["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": findings.scp}
    return shown


def _matched(findings: Findings, effect: Effect) -> Iterator[Params]:
    for layer in (Layer.IDENTITY, Layer.BOUNDARY, Layer.RESOURCE):
        for ref in findings.matching(layer, effect):
            yield _place(findings, ref)


def _place(findings: Findings, ref: StatementRef) -> Params:
    """Return a statement with its start and end in the text of its policy (API_Statement)."""
    policy = findings.policies.of(ref.layer)[ref.document]
    line, column = locate(policy.text, policy.statements[ref.statement].pointer)
    start = sum(map(len, policy.text.splitlines(keepends=True)[: line - 1])) + column - 1
    before = policy.text[: json.JSONDecoder().raw_decode(policy.text, start)[1]]
    return {
        "SourcePolicyId": policy.name,
        "SourcePolicyType": "IAM Policy",
        "StartPosition": {"Line": line, "Column": column},
        "EndPosition": {"Line": before.count("\n") + 1, "Column": len(before) - before.rfind("\n")},
    }


def _keys(policies: Iterable[Policy]) -> list[str]:
    """Return the condition keys and variables of policies, each once, in their order."""
    found: dict[str, str] = {}
    for policy in policies:
        keys = [condition.key for statement in policy.statements for condition in statement.conditions]
        for key in (*keys, *_VARIABLE.findall(policy.text)):
            found.setdefault(key.lower(), key)
    return list(found.values())
