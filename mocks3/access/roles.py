"""May the caller become this role? The role's trust policy stands where a bucket's policy stands for S3.

Who must say yes follows the same procedure: within an account a trust policy that names the caller is enough, one
that names the account delegates; across accounts both sides must allow [docs: Policy evaluation logic].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.context import MULTIVALUED, RequestContext, scene_of
from mocks3.access.decision import Decision
from mocks3.access.judge import Question
from mocks3.access.procedure import Case, Reason, Ruled, rule
from mocks3.call import Target
from mocks3.errors import S3Error
from mocks3.policy import Policies, Request, weigh

if TYPE_CHECKING:
    from mocks3.call import Authenticated, World
    from mocks3.identity import RoleRecord


def require(world: World, authenticated: Authenticated, action: str) -> None:
    """Raise ``AccessDenied`` (403) unless the caller may do ``action`` on the role that ``RoleArn`` names.

    A role that does not exist is refused with the same sentence, so that nothing leaks.
    """
    arn = authenticated.parsed.params["RoleArn"]
    role = world.directory.role(arn)
    if role is None or not _judge(world, authenticated, action, role).allowed:
        raise S3Error(
            "AccessDenied",
            403,
            f"User: {authenticated.caller.arn} is not authorized to perform: {action} on resource: {arn}",
        )


def _judge(world: World, authenticated: Authenticated, action: str, role: RoleRecord) -> Decision:
    caller = authenticated.caller
    question = Question(scene_of(world, authenticated), action, RoleTarget(role.arn, None))
    context = RequestContext(question.scene, action, question.target, role.account)
    policies = Policies(caller.identity, role.trust, caller.boundaries, caller.session)
    request = Request(caller.principal, action, role.arn, role.account, context, MULTIVALUED)
    findings = weigh(request, policies)
    case = Case(caller, findings, acl.NOBODY, role.account, role.account)
    ruled = rule(case)
    if ruled.allowed and not findings.resource_grants:
        ruled = Ruled(False, Reason.RESOURCE)  # a trust policy must always allow, also within the account
    decision = Decision(question, case, ruled)
    world.decisions.append(decision)
    return decision


class RoleTarget(Target):
    """A role, where a bucket or key stands otherwise: its name is its ARN."""

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return self.name
