"""A decision and its evidence: the question, the outcome, and what decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.question import AskedResource
from mocks3.lib.partitions import in_partition
from mocks3.lib.values import value
from mocks3.policy import Layer, Reason, Verdict

if TYPE_CHECKING:
    from mocks3.access.explain.remedies import Remedy
    from mocks3.access.question import Question
    from mocks3.model.parsed import Parsed
    from mocks3.policy import Circumstances, Findings, Policies, PolicyOutcome, Request, StatementEvidence


@value
class Decision:
    """The outcome of one authorization: whether the caller may do one action on one resource, and why.

    ``print(decision)`` shows the question, the reason, the statements that decided or nearly decided, and the
    smallest changes that would allow the call. The report is written only when it is read. It uses the request and
    the policies as they were at the time of the decision.
    """

    question: Question
    findings: Findings
    circumstances: Circumstances
    outcome: PolicyOutcome
    also: tuple[Decision, ...] = ()
    """The other authorizations of a request through an access point, on the bucket or on access points (F-120)."""

    @property
    def parts(self) -> tuple[Decision, ...]:
        """The decision itself and those in ``also``: all of them must allow the request."""
        return (self, *self.also)

    @property
    def at_access_point(self) -> bool:
        """Whether the resource is an access point, so that its policy decided instead of the bucket's."""
        return self.question.asked_resource in (AskedResource.ACCESS_POINT, AskedResource.OBJECT_LAMBDA)

    @property
    def owner(self) -> str:
        """The account that owns the resource; for calls without a resource, the caller's own account."""
        return self.findings.request.resource_account or ""

    @property
    def request(self) -> Request:
        """The request that the policies were evaluated for."""
        return self.findings.request

    @property
    def policies(self) -> Policies:
        """The policies that were evaluated, as they were then."""
        return self.findings.policies

    @property
    def allowed(self) -> bool:
        """Whether the call is allowed."""
        return self.outcome.allowed

    @property
    def verdict(self) -> Verdict:
        """ALLOWED, IMPLICITLY_DENIED (no policy allows it) or EXPLICITLY_DENIED (a Deny matches)."""
        if self.outcome.allowed:
            return Verdict.ALLOWED
        return Verdict.EXPLICITLY_DENIED if self.outcome.explicit else Verdict.IMPLICITLY_DENIED

    @property
    def layer(self) -> str:
        """The layer that decided: ``identity``, ``resource``, ``boundary``, ``session``, ``acl``, ``owner``, ``scp``...

        For an access point: ``access-point`` for its policy, ``network-origin`` for its VPC, ``unsigned`` for an
        unsigned request.
        """
        if self.outcome.reason is Reason.RESOURCE and self.at_access_point:
            return "access-point"
        return self.outcome.reason.value

    @property
    def action(self) -> str:
        """The IAM action, for example ``s3:GetObject``."""
        return self.question.action

    @property
    def resource(self) -> str:
        """The ARN of the resource; ``*`` for calls to the service, such as ListBuckets."""
        return self.question.resource

    @property
    def principal(self) -> str:
        """The caller's ARN, or ``anonymous``."""
        return self.question.caller.arn or "anonymous"

    @property
    def reason(self) -> str:
        """The reason in one sentence, with the ids of the rules that it follows."""
        from mocks3.access.explain.reasons import reason_text

        return str(reason_text(self))

    @property
    def lookup(self) -> str:
        """The command that prints the rules in ``reason``, such as ``mocks3 rule X-45``. May be empty."""
        from mocks3.access.explain.reasons import lookup

        return lookup(self)

    @property
    def headline(self) -> str:
        """One line: the verdict, the action, the resource, the caller and the reason."""
        from mocks3.access.explain.report import headline

        return headline(self)

    @property
    def encoded_message(self) -> str:
        """The decision as an encoded authorization message, which ``sts.decode_authorization_message`` decodes.

        EC2 and some other services send such messages. Use it in the answers of your own mock of them.
        """
        from mocks3.access.explain.encoded_messages import encoded_message

        return encoded_message(self)

    def near_misses(self) -> tuple[StatementEvidence, ...]:
        """Return the statements that would have changed the verdict if one of their elements had matched.

        Returns:
            The statements with the element that did not match. Empty for an explicit deny.
        """
        from mocks3.access.explain.report import find_near_misses

        return find_near_misses(self)

    def remedies(self) -> tuple[Remedy, ...]:
        """Return the smallest changes that would allow the call. Each of them was tried.

        Returns:
            The remedies, fewest steps first. Empty if the call is allowed, or if no small change allows it.
        """
        from mocks3.access.explain.remedies import remedies

        return remedies(self)

    def __str__(self) -> str:
        from mocks3.access.explain.report import describe

        return describe(self)

    def __repr__(self) -> str:
        return f"<Decision {self.headline}>"

    @property
    def parsed(self) -> Parsed | None:
        """The request in which it came up; None when it was asked by ``aws.explain``."""
        return self.question.request_info.parsed

    @property
    def operation(self) -> str | None:
        """The S3 operation that required the permission; None for a decision of ``aws.explain``."""
        return self.question.request_info.operation


_NOUNS = {
    Reason.IDENTITY: "identity-based policy",
    Reason.RESOURCE: "resource-based policy",
    Reason.ACL: "resource-based policy",
    Reason.BOUNDARY: "permissions boundary",
    Reason.SESSION: "session policy",
    Reason.SCP: "service control policy",
    Reason.RCP: "resource control policy",
    Reason.VPC_ENDPOINT: "VPC endpoint policy",
    # "Managing FSxN S3 Access Points in Centralized VPC Endpoint Architectures" on re:Post quotes the sentence.
    Reason.NETWORK: "resource-based policy",
}


def denial_message(decision: Decision) -> str:
    """Return AWS's message for a denial (X-40 to X-48).

    The long form names the caller, the action, the resource and one reason. Only callers in the owner's account or
    organization get it (X-40). All others get ``Access Denied``. So do the anonymous caller, the caller that uses
    another identity's upload (M-14), a caller of another account that a VPC endpoint policy denies, and callers of
    directory buckets (X-43).
    """
    caller = decision.question.caller
    foreign = caller.account != decision.owner
    reason = decision.outcome.reason
    express = decision.action.startswith("s3express:")
    plain = express or reason is Reason.INITIATOR or (reason is Reason.VPC_ENDPOINT and foreign)
    related = decision.question.request_info.guardrails.related(caller.account, decision.owner)
    if plain or not related:
        return "Access Denied"
    named = decision.question.requested_arn
    where = "" if named == "*" else f' on resource: "{named}"'
    start = f"User: {caller.arn} is not authorized to perform: {decision.action}"
    return f"{start}{where} {denial_reason(decision)}"


def denial_reason(decision: Decision) -> str:
    """Return the reason that AWS's message names (X-41, X-42)."""
    noun = _NOUNS[decision.outcome.reason]
    if decision.outcome.explicit:
        article = "an" if noun[0] in "aeiou" else "a"
        arn = denying_policy_arn(decision)
        return f"with an explicit deny in {article} {noun}" + (f": {arn}" if arn else "")
    return f"because no {noun} allows the {decision.action} action"


def denying_policy_arn(decision: Decision) -> str | None:
    """Return the ARN of the policy that denies, as AWS's message names it (X-42).

    Policies of organizations, boundaries, and managed policies of the caller or its session have an ARN. Inline
    policies, and policies of resources and endpoints, have none. Callers outside of the owner's account and
    organization do not get it (AWS Security Blog, "Enhanced access denied error messages with policy ARNs").
    """
    layer, account = decision.findings.denied_by, decision.question.caller.account
    guardrails = decision.question.request_info.guardrails
    if layer is None or layer not in _LAYERS_WITH_ARNS or not guardrails.related(account, decision.owner):
        return None
    ref = decision.findings.denies[layer][0]
    policy = decision.policies.of(layer)[ref.document]
    if layer in (Layer.SCP, Layer.RCP):
        organization = guardrails.organization_of(account if layer is Layer.SCP else decision.owner)
        arn = None if organization is None else organization.policy_arn(policy)
    else:
        arn = policy.name if policy.name and policy.name.startswith("arn:") else None
    _, partition, *_ = decision.principal.split(":", 2)
    return None if arn is None else in_partition(arn, partition)


_LAYERS_WITH_ARNS = frozenset({Layer.SCP, Layer.RCP, Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION})
