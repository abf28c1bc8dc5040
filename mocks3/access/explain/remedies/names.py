"""The names of policies and statements in reports: ``Statement[0] "Logs" of the identity policy "inline"``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.access_points import joint_decision
from mocks3.access.explain.reasons import KINDS, caller_name, own_policy_name
from mocks3.policy import Add, Layer

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import StatementRef


def statement_name(decision: Decision, ref: StatementRef) -> str:
    """Return a statement's index, Sid and policy: ``Statement[0] "Logs" of the identity policy "inline"``."""
    sid = f' "{ref.sid}"' if ref.sid else ""
    if ref.layer is Layer.RESOURCE:
        document = own_policy_of(decision)
    else:
        document = f'the {KINDS[ref.layer]} "{ref.name}"' if ref.name else f"the {KINDS[ref.layer]}"
    return f"Statement[{ref.statement}]{sid} of {document}"


def own_policy_of(decision: Decision) -> str:
    """Return for example ``the bucket policy of data`` or ``the access point policy of ap``."""
    target = decision.question.target
    if target is None:
        arn = decision.question.arn
        return (
            f"the {own_policy_name(decision)}" if arn is None else f"the {own_policy_name(decision)} of {arn}"
        )
    name = joint_decision.access_point_of(decision).name if decision.at_access_point else target.name
    return f"the {own_policy_name(decision)} of {name}"


def place_of(decision: Decision, change: Add) -> str:
    """Return the policy to which a statement is added."""
    if change.layer is Layer.RESOURCE:
        return own_policy_of(decision)
    if change.layer is Layer.SCP:
        return f"the service control policies on {_level_name(decision, change.level or 0)}"
    if change.layer is Layer.VPC_ENDPOINT:
        return f"the policy of the VPC endpoint {decision.policies.vpc_endpoint[0].name}"
    if change.layer is Layer.IDENTITY:
        return f"the identity policies of {identity_name(decision)}"
    return f"the {KINDS[change.layer]}"


def identity_name(decision: Decision) -> str:
    """Return the name of the user or the role whose policies apply: for a session, that of its role."""
    principal = decision.question.caller.principal
    if principal.kind == "session" and principal.role_arn is not None:
        return f"role {principal.role_arn.partition(':role/')[2]}"
    return caller_name(decision)


def _level_name(decision: Decision, number: int) -> str:
    account = decision.question.caller.account
    organization = decision.question.request_info.guardrails.organization_of(account)
    return organization.chain(account)[number].name if organization and account else f"level {number}"
