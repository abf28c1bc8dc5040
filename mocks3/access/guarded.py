"""Resources whose own policy must always allow: roles by their trust policy, KMS keys by their key policy.

Of a bucket its owner's account has the say, and the bucket's policy may add to it. Here the policy has the first
word: where it is silent nobody gets in, the account's root user neither, and identity policies count for those it
delegates to [IAM, "Policy evaluation logic"; KMS, "Key policies"].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.context import MULTIVALUED, RequestContext, Scene
from mocks3.access.decision import Decision
from mocks3.access.procedure import Case, rule
from mocks3.access.question import Question
from mocks3.model.target import Target
from mocks3.policy import GrantKind, Policies, Policy, Request, weigh

if TYPE_CHECKING:
    from mocks3.model.world import World

NOBODY: frozenset[GrantKind] = frozenset()


class Guarded(Target):
    """A role or a key, where a bucket or an object stands otherwise: its name is its ARN."""

    @property
    def arn(self) -> str:
        """The resource's ARN."""
        return self.name


def decide(
    scene: Scene,
    action: str,
    arn: str,
    owner: str,
    policy: Policy | None,
    granted: frozenset[GrantKind] = NOBODY,
) -> Decision:
    """Decide one authorization on a resource of the account ``owner``, whose policy is ``policy``.

    Without a policy it is not guarded: within the account identity policies decide, and nobody else gets in.
    ``granted``: the forms in which the caller is let in beside the policy, which is by grants.
    """
    caller = scene.caller
    question = Question(scene, action, Guarded(arn, None))
    context = RequestContext(scene, action, question.target, owner)
    rails = scene.guardrails
    policies = Policies(
        caller.identity,
        policy,
        caller.boundaries,
        caller.session,
        rails.scps(caller.principal),
        rails.rcps(caller.principal, owner),
    )
    request = Request(caller.principal, action, arn, owner, context, MULTIVALUED)
    findings = weigh(request, policies)
    guarded = policy is not None
    case = Case(caller, findings, acl.NOBODY, owner, owner, guarded=guarded, granted=granted)
    return Decision(question, case, rule(case))


def judge(
    world: World,
    scene: Scene,
    action: str,
    arn: str,
    owner: str,
    policy: Policy,
    granted: frozenset[GrantKind] = NOBODY,
) -> Decision:
    """The same, with a line in the world's journal."""
    decision = decide(scene, action, arn, owner, policy, granted)
    world.record_decision(decision)
    return decision
