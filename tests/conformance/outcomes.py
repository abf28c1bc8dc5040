"""What a call came to, held against the worked examples' own notation.

"200 [RP]"                              granted, by the bucket policy: which layer decided
"403 [noID s3:GetObject]"               refused, in the enriched sentence: no identity-based policy allows it
"403 [noID s3:GetObject on bkt/src/k]"  the same, on another resource than the call's own
"403 [xRP s3:DeleteObject]"             refused, in the enriched sentence: an explicit deny, resource-based
"403 [plain: noRP]"                     "Access Denied" and no more; noRP is what the journal holds
"404 NoSuchKey"                         status and code
"400 MalformedPolicy: Invalid …"        status, code and the exact message
"403"                                   status alone: HEAD
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3 import Decision

    from .world import Actor

LAYERS = {
    "ID": ("identity", "an identity-based policy"),
    "RP": ("resource", "a resource-based policy"),
    "AP": ("access-point", "a resource-based policy"),
    "PB": ("boundary", "a permissions boundary"),
    "SP": ("session", "a session policy"),
    "SCP": ("scp", "a service control policy"),
    "RCP": ("rcp", "a resource control policy"),
    "VPCE": ("vpc-endpoint", "a VPC endpoint policy"),
    "ACL": ("acl", "a resource-based policy"),
    "owner": ("owner", ""),
    "default": ("default", ""),
    "initiator": ("initiator", ""),
}
"""The examples' abbreviations: the deciding layer, and the noun of the sentence (X-40 to X-48)."""

SETTINGS = {
    "publicPolicy": "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
    "publicACL": "public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.",
}
"""Refusals by Block Public Access, which no policy decides (B-20, B-21)."""

_NOTATION = re.compile(r"(\d{3})(?: (\w[\w.]*))?(?:: (.*?))?(?: \[(.*)\])?", re.DOTALL)


@dataclass(frozen=True)
class Outcome:
    """One call's answer, and the decisions that were taken on the way to it."""

    actor: Actor
    operation: str
    params: dict[str, Any]
    status: int
    code: str | None
    message: str | None
    answer: dict[str, Any]
    decisions: list[Decision]

    def gives(self, expected: str) -> Outcome:
        """Assert the outcome that the example states; see above for the notation."""
        notation = _NOTATION.fullmatch(expected)
        assert notation, f"cannot read {expected!r}"
        status, code, message, why = notation.groups()
        assert (self.status, self.operation) == (int(status), self.operation), self
        if self.operation.startswith("Head") and self.status >= 400:
            return self  # HEAD says no more
        refused = why is not None and self.status == 403
        assert self.code == (code or ("AccessDenied" if self.status == 403 else None)), self
        if message is not None:
            assert self.message == message, self
        if refused:
            assert self.message == self._sentence(why), self
        if why is not None:
            self._check_decision(why.removeprefix("plain: ").split(" ")[0])
        return self

    def _sentence(self, why: str) -> str:
        if why == "plain" or why.startswith("plain: "):
            return "Access Denied"
        word, action, *elsewhere = why.split(" ")
        resource = f"arn:aws:s3:::{elsewhere[1]}" if elsewhere else self._resource_of(action)
        asked = f'User: {self.actor.arn} is not authorized to perform: {action} on resource: "{resource}"'
        if word in SETTINGS:
            return f"{asked} because {SETTINGS[word]}"
        if word.startswith("no"):
            noun = LAYERS[word[2:]][1].partition(" ")[2]
            return f"{asked} because no {noun} allows the {action} action"
        return f"{asked} with an explicit deny in {LAYERS[word[1:]][1]}"

    def _resource_of(self, action: str) -> str:
        if action == "s3:ListAllMyBuckets":
            return "arn:aws:s3:::*"
        bucket = self.params["Bucket"]
        return (
            f"arn:aws:s3:::{bucket}" if "Bucket" in action else f"arn:aws:s3:::{bucket}/{self.params['Key']}"
        )

    def _check_decision(self, word: str) -> None:
        if word == "plain" or word in SETTINGS:
            return
        verdict, name = "IMPLICITLY_DENIED", word
        if self.status < 400:
            verdict = "ALLOWED"
        elif word.startswith("no"):
            name = word[2:]
        elif word.startswith("x"):
            verdict, name = "EXPLICITLY_DENIED", word[1:]
        decision = self._deciding()
        assert (decision.verdict.name, decision.layer) == (verdict, LAYERS[name][0]), (self, decision.action)

    def _deciding(self) -> Decision:
        """The refusal, or of a call that passed the first thing it needed."""
        refusals = [decision for decision in self.decisions if not decision.allowed]
        return refusals[-1] if self.status >= 400 else self.decisions[0]

    def __str__(self) -> str:
        layers = [(d.action, d.verdict.name, d.layer) for d in self.decisions]
        return f"{self.actor.arn} {self.operation} {self.params}: {self.status} {self.code} {self.message} {layers}"
