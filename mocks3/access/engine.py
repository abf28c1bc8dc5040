"""The engine: decide one question about one resource.

    resource = Resource(owner="111122223333", policy=policy)
    decision = decide(question, resource)

Rule 1: every decision is made here, about buckets, objects, access points, KMS keys, roles, functions and tables.
Rule 2: the engine looks nothing up. ``Resource`` describes the resource; the question contains the caller, the request
and the organization's policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.context import MULTIVALUED, ConditionKeyValues
from mocks3.access.decision import Decision
from mocks3.access.question import Question
from mocks3.lib.values import value
from mocks3.policy import Circumstances, GrantKind, Policies, Request, collect_findings, evaluate
from mocks3.policy.evaluation import POLICIES_ALONE
from mocks3.policy.principals import NO_GRANTS

if TYPE_CHECKING:
    from mocks3.access.context import RequestInfo
    from mocks3.model.target import ObjectSnapshot
    from mocks3.policy import Policy
    from mocks3.storage.iam.guardrails import Levels


@value
class Resource:
    """A resource as the engine sees it.

    owner                  the account that owns it: 12 digits
    policy                 its own policy, or None
    circumstances          what decides besides policies: its ACL, its object's owner, grants on it
    rcps                   the resource control policies of its owner's organization, level by level
    endpoint_policies      the policies of the VPC endpoint that the request came through
    present                the object version that the question is about, if there is one
    """

    owner: str
    policy: Policy | None = None
    circumstances: Circumstances = POLICIES_ALONE
    rcps: Levels = ()
    endpoint_policies: tuple[Policy, ...] = ()
    present: ObjectSnapshot | None = None


def decide(question: Question, resource: Resource) -> Decision:
    """Decide a question about a resource."""
    request_info = question.request_info
    caller = request_info.caller
    context = ConditionKeyValues(
        request_info, question.action, question.target, resource.owner, resource.present
    )
    policies = Policies(
        caller.identity,
        resource.policy,
        caller.boundaries,
        caller.session,
        request_info.guardrails.scps(caller.principal) if request_info.guardrails.organizations else (),
        resource.rcps,
        resource.endpoint_policies,
    )
    request = Request(
        caller.principal, question.action, question.resource, resource.owner, context, MULTIVALUED
    )
    findings = collect_findings(request, policies)
    return Decision(question, findings, resource.circumstances, evaluate(findings, resource.circumstances))


def decide_by_own_policy(
    request_info: RequestInfo,
    action: str,
    arn: str,
    owner: str,
    policy: Policy | None,
    grants: frozenset[GrantKind] = NO_GRANTS,
) -> Decision:
    """Decide about a resource that is neither a bucket nor an object, such as a KMS key or a role.

    Its own policy must allow the caller, also the account's root user. It may delegate to the account; then identity
    policies decide (IAM user guide, "Policy evaluation logic"; KMS developer guide, "Key policies"). Without a policy,
    identity policies decide within the account, and other accounts are denied.

    Args:
        request_info: The request.
        action: The IAM action.
        arn: The resource's ARN.
        owner: The account that owns it.
        policy: Its policy, or None if it has none.
        grants: The forms in which grants (of a KMS key) name the caller.

    Returns:
        The decision.
    """
    return decide(
        Question(request_info, action, None, arn=arn),
        Resource(
            owner,
            policy,
            Circumstances(policy_required=policy is not None, grants=grants),
            request_info.guardrails.rcps(request_info.caller.principal, owner),
        ),
    )
