"""A refusal by a rule that no policy can change, such as Object Lock, with the members of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.lib.values import value
from mocks3.policy import Verdict

if TYPE_CHECKING:
    from mocks3.access.explain.remedies import Remedy
    from mocks3.errors import Why
    from mocks3.model.parsed import Parsed


@value
class Refusal:
    """A call that S3 refused by a rule, not by policies: Object Lock, a wrong signature, Requester Pays...

    It has the members of a :class:`Decision` that say what was refused and why. ``print(refusal)`` shows them.

    action     the IAM action; for a call that needs no permission, the operation
    resource   the ARN of the resource; ``*`` for calls to the service
    principal  the caller's ARN, ``anonymous``, or ``unknown`` if the request does not prove who sent it
    why        the rule, and what would allow the call
    parsed     the request; None if it could not be parsed
    """

    action: str
    resource: str
    principal: str
    why: Why
    parsed: Parsed | None = None

    allowed = False
    verdict = Verdict.EXPLICITLY_DENIED
    """Always EXPLICITLY_DENIED: no Allow overrides the rule."""
    also = ()

    @property
    def parts(self) -> tuple[Refusal]:
        """The refusal itself. A decision about a call through an access point has several parts."""
        return (self,)

    @property
    def layer(self) -> str:
        """What refused the call: a value of ``aws.denied(by=...)``, such as ``object-lock``."""
        return self.why.by

    @property
    def operation(self) -> str | None:
        """The operation that was called; None if the request could not be parsed."""
        return None if self.parsed is None else self.parsed.operation

    @property
    def reason(self) -> str:
        """The reason in one sentence, with the ids of the rules that it follows."""
        return f"{self.why.text} [{self.why.rules}]"

    @property
    def lookup(self) -> str:
        """The command that prints the rules in ``reason``, such as ``mocks3 rule F-42``."""
        from mocks3.access.explain.reasons import rule_command

        return rule_command(self.why.rules)

    @property
    def headline(self) -> str:
        """One line: the verdict, the action, the resource, the caller and the reason."""
        return f"denied {self.action} on {self.resource} to {self.principal}: {self.reason}"

    def near_misses(self) -> tuple[()]:
        """Return an empty tuple: no statement of a policy would have changed the refusal."""
        return ()

    def remedies(self) -> tuple[Remedy, ...]:
        """Return what would allow the call. Empty if nothing would; then ``why.unfixable`` says why."""
        from mocks3.access.explain.remedies import RemedyStep

        return tuple((RemedyStep(fix),) for fix in self.why.fixes)

    def __str__(self) -> str:
        from mocks3.access.explain.refusals import describe

        return describe(self)

    def __repr__(self) -> str:
        return f"<Refusal {self.headline}>"
