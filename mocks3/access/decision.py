"""A decision and its evidence: what was asked, what came of it, and what decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.question import AskedResource
from mocks3.lib.values import value
from mocks3.policy import Reason, Verdict

if TYPE_CHECKING:
    from mocks3.access.explain.remedies import Remedy
    from mocks3.access.question import Question
    from mocks3.model.parsed import Parsed
    from mocks3.policy import Circumstances, Findings, Outcome, Policies, Request, StatementEvidence


@value
class Decision:
    """The outcome of one authorization.

    ``print`` it to read what was asked, what decided, what nearly did, and what would change it. Collecting the
    evidence costs nothing until somebody looks: the request and the policies are kept as they were.
    """

    question: Question
    findings: Findings
    circumstances: Circumstances
    outcome: Outcome
    also: tuple[Decision, ...] = ()
    """Of a request through an access point: the other authorizations, on the bucket or on access points (F-120)."""

    @property
    def parts(self) -> tuple[Decision, ...]:
        """The authorizations that this one consists of: itself, and those that have to allow it as well."""
        return (self, *self.also)

    @property
    def at_access_point(self) -> bool:
        """Whether it is an access point's policy that was asked as the resource's own."""
        return self.question.asked_resource in (AskedResource.ACCESS_POINT, AskedResource.OBJECT_LAMBDA)

    @property
    def owner(self) -> str:
        """The account that owns the bucket or role; the caller's own for calls about neither."""
        return self.findings.request.resource_account or ""

    @property
    def request(self) -> Request:
        """What the policies were asked."""
        return self.findings.request

    @property
    def policies(self) -> Policies:
        """The policies that bore on it, as they were."""
        return self.findings.policies

    @property
    def allowed(self) -> bool:
        """Whether the caller may."""
        return self.outcome.allowed

    @property
    def verdict(self) -> Verdict:
        """ALLOWED, IMPLICITLY_DENIED (nothing allowed it), or EXPLICITLY_DENIED (something forbade it)."""
        if self.outcome.allowed:
            return Verdict.ALLOWED
        return Verdict.EXPLICITLY_DENIED if self.outcome.explicit else Verdict.IMPLICITLY_DENIED

    @property
    def layer(self) -> str:
        """Which layer decided: ``identity``, ``resource``, ``boundary``, ``session``, ``acl``, ``owner``, ``scp``.

        The policy of an access point is ``access-point``, its network origin ``network-origin``, and what it does not
        take unsigned ``unsigned``.
        """
        if self.outcome.reason is Reason.RESOURCE and self.at_access_point:
            return "access-point"
        return self.outcome.reason.value

    @property
    def action(self) -> str:
        """The IAM action that was asked about, e.g. ``s3:GetObject``."""
        return self.question.action

    @property
    def resource(self) -> str:
        """The ARN it was asked about; ``*`` for calls on the service."""
        return self.question.resource

    @property
    def principal(self) -> str:
        """The caller's ARN, or ``anonymous``."""
        return self.question.caller.arn or "anonymous"

    @property
    def reason(self) -> str:
        """Why, in a sentence, with the ids of the rules that say so."""
        from mocks3.access.explain.reasons import reason_text

        return str(reason_text(self))

    @property
    def lookup(self) -> str:
        """The command that prints the rules which ``reason`` cites, such as ``mocks3 rule X-45``; may be empty."""
        from mocks3.access.explain.reasons import lookup

        return lookup(self)

    @property
    def headline(self) -> str:
        """One line: the verdict, what was asked, and why."""
        from mocks3.access.explain.reasons import headline

        return headline(self)

    def near_misses(self) -> tuple[StatementEvidence, ...]:
        """The statements that one element kept from changing the verdict."""
        from mocks3.access.explain.report import misses

        return misses(self)

    def remedies(self) -> tuple[Remedy, ...]:
        """The smallest changes that would allow it, each of which was tried; none when it is allowed."""
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
        """The S3 operation in which it came up; None when it was asked by ``aws.explain``."""
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
    """AWS's message for a refusal (X-40 to X-48).

    The enriched form names caller, action, resource and one reason, and is shown within the owner's account and
    organization only (X-40). Everybody else reads ``Access Denied``, and so does the anonymous caller, whoever
    touches another's upload (M-14), another account's caller whom a VPC endpoint refuses, and whoever asks for a
    directory bucket (X-43).
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
    resource = "arn:aws:s3:::*" if named == "*" else named
    start = f"User: {caller.arn} is not authorized to perform: {decision.action}"
    return f'{start} on resource: "{resource}" {denial_reason(decision)}'


def denial_reason(decision: Decision) -> str:
    """The one reason that a refusal names (X-41, X-42)."""
    noun = _NOUNS[decision.outcome.reason]
    if decision.outcome.explicit:
        article = "an" if noun[0] in "aeiou" else "a"
        return f"with an explicit deny in {article} {noun}"
    return f"because no {noun} allows the {decision.action} action"
