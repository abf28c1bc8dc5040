"""The outcome of one call, compared with the outcome that a worked example states.

"200 by bucket policy"                                    allowed, and by which layer
"403 no identity policy allows s3:GetObject"              denied; the message says that no identity-based policy allows
"403 no identity policy allows s3:GetObject on bkt/src/k" the same, about another resource than the call's own
"403 bucket policy denies s3:DeleteObject"                denied; the message names an explicit deny, resource-based
"403 BlockPublicAcls refuses s3:PutObject"                denied; the message names the setting of Block Public Access
"403 Access Denied: no bucket policy allows"              denied; the message is only "Access Denied", the rest is the
                                                          decision in ``aws.decisions``
"404 NoSuchKey"                                           status and code
"400 MalformedPolicy: Invalid …"                          status, code and the exact message
"403"                                                     only the status: HEAD
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3 import Decision

    from .world import Caller

LAYERS = {
    "identity policy": ("identity", "identity-based policy"),
    "bucket policy": ("resource", "resource-based policy"),
    "access point policy": ("access-point", "resource-based policy"),
    "permissions boundary": ("boundary", "permissions boundary"),
    "session policy": ("session", "session policy"),
    "service control policy": ("scp", "service control policy"),
    "resource control policy": ("rcp", "resource control policy"),
    "VPC endpoint policy": ("vpc-endpoint", "VPC endpoint policy"),
    "ACL": ("acl", "resource-based policy"),
    "owner": ("owner", ""),
    "default right": ("default", ""),
}
"""The layer that ``decision.layer`` names, and the noun in the message (X-40 to X-48)."""

SETTINGS = {
    "BlockPublicPolicy": "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
    "BlockPublicAcls": "public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.",
}
"""Refusals by Block Public Access, which no policy decides (B-20, B-21)."""

PLAIN = "Access Denied"

ARNS = {
    "scp": r": arn:aws:organizations::\d{12}:policy/o-[\w-]+/service_control_policy/p-\w{8}",
    "rcp": r": arn:aws:organizations::\d{12}:policy/o-[\w-]+/resource_control_policy/p-\w{8}",
    "boundary": r": arn:aws:iam::\d{12}:policy/[\w+=,.@/-]+",
}
"""Patterns of the ARNs that the message names for policies that always have one (X-42)."""

_LAYER = "|".join(map(re.escape, LAYERS))
_EXPECTED = re.compile(
    rf"""
    (?P<status>\d{{3}})
    (?:
        \ by\ (?P<allowed_by>{_LAYER})
      | (?P<plain>\ Access\ Denied:?)?
        (?: \ (?P<initiator>not\ the\ initiator)
          | \ no\ (?P<missing>{_LAYER})\ allows
          | \ (?P<denier>{_LAYER})\ denies
          | \ (?P<setting>{"|".join(SETTINGS)})\ refuses
        )?
        (?: \ (?P<action>\w+:\w+) (?: \ on\ (?P<resource>\S+) )? )?
      | (?: \ (?P<code>\w[\w.]*) )? (?: :\ (?P<message>.*) )?
    )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Outcome:
    """The answer to one call, and the decisions that were made for it."""

    caller: Caller
    operation: str
    params: dict[str, Any]
    status: int
    code: str | None
    message: str | None
    answer: dict[str, Any]
    decisions: list[Decision]

    def gives(self, expected: str) -> Outcome:
        """Assert the outcome that the example states, in the notation at the top of this file."""
        found = _EXPECTED.fullmatch(expected)
        assert found, f"cannot read {expected!r}"
        assert self.status == int(found["status"]), self
        if self.operation.startswith("Head") and self.status >= 400:
            return self  # the answer to HEAD has no body
        denied = found["plain"] or found["missing"] or found["denier"] or found["setting"]
        code, message = found["code"], found["message"]
        if self.status == 403 and code is None:
            code = "AccessDenied"
        pattern = None if message is None else re.escape(message)
        if denied:
            pattern = re.escape(PLAIN) if found["plain"] else self._message(found)
        assert self.code == code, self
        assert pattern is None or re.fullmatch(pattern, self.message), self
        self._check_decision(found)
        return self

    def _message(self, found: re.Match[str]) -> str:
        """Return a pattern of the message that names the principal, the action, the resource and the reason."""
        action = found["action"]
        start = f"User: {self.caller.arn} is not authorized to perform: {action}"
        if action != "s3:ListAllMyBuckets":  # a call on the service has no resource
            resource = f"arn:aws:s3:::{found['resource']}" if found["resource"] else self._resource_of(action)
            start = f'{start} on resource: "{resource}"'
        if found["setting"]:
            return re.escape(f"{start} because {SETTINGS[found['setting']]}")
        if found["missing"]:
            return re.escape(f"{start} because no {LAYERS[found['missing']][1]} allows the {action} action")
        layer, noun = LAYERS[found["denier"]]
        denial = f"{start} with an explicit deny in {'an' if noun[0] in 'ai' else 'a'} {noun}"
        return re.escape(denial) + ARNS.get(layer, "")

    def _resource_of(self, action: str) -> str:
        bucket = self.params["Bucket"]
        return (
            f"arn:aws:s3:::{bucket}" if "Bucket" in action else f"arn:aws:s3:::{bucket}/{self.params['Key']}"
        )

    def _check_decision(self, found: re.Match[str]) -> None:
        """Assert the verdict and the layer of the decision, if the example states them."""
        if found["allowed_by"]:
            expected = ("ALLOWED", LAYERS[found["allowed_by"]][0])
        elif found["initiator"]:
            expected = ("IMPLICITLY_DENIED", "initiator")
        elif found["missing"]:
            expected = ("IMPLICITLY_DENIED", LAYERS[found["missing"]][0])
        elif found["denier"]:
            expected = ("EXPLICITLY_DENIED", LAYERS[found["denier"]][0])
        else:
            return
        decision = self._deciding()
        assert (decision.verdict.name, decision.layer) == expected, (self, decision.action)

    def _deciding(self) -> Decision:
        """Return the denied decision; for a call that was allowed, the decision about its first permission."""
        denied = [decision for decision in self.decisions if not decision.allowed]
        return denied[-1] if self.status >= 400 else self.decisions[0]

    def __str__(self) -> str:
        layers = [(d.action, d.verdict.name, d.layer) for d in self.decisions]
        return f"{self.caller.arn} {self.operation} {self.params}: {self.status} {self.code} {self.message} {layers}"
