"""What AWS decided: the ``errorCode`` and ``errorMessage`` of an event."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mocks3.replay.events import Event

ALLOWED, DENIED, FAILED = "allowed", "denied", "error"

_DENIALS = frozenset({"AccessDenied", "AccessDeniedException", "Client.AccessDenied", "Forbidden", "403"})
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "NotFound", "404"})
_SENTENCE = re.compile(
    r"(?:User: (?P<user>\S+) is not authorized to perform: (?P<action>[a-z0-9-]+:\w+)"
    r"(?: on resource: \"?(?P<resource>[^\"\s]+)\"?)?)?.*?"
    r"(?:because no (?P<absent>[a-zA-Z -]+?) policy allows|"
    r"with an explicit deny in an? (?P<denying>[a-zA-Z -]+?) policy(?:: (?P<arn>\S+))?)",
    re.DOTALL,
)
_BOUNDARY = re.compile(r"(?:because no|explicit deny in a) permissions boundary")
LAYERS = {
    "identity-based": "identity-policy",
    "resource-based": "resource-policy",
    "session": "session-policy",
    "service control": "scp",
    "resource control": "rcp",
    "vpc endpoint": "vpc-endpoint-policy",
}
"""The words of AWS's sentences, and the layer that they name."""

LAYER_NAMES = {
    "identity-policy": "an identity-based policy",
    "resource-policy": "a resource-based policy",
    "session-policy": "a session policy",
    "boundary": "a permissions boundary",
    "scp": "a service control policy",
    "rcp": "a resource control policy",
    "vpc-endpoint-policy": "a VPC endpoint policy",
}
"""The layers in words."""

SAME_LAYERS = {
    "identity-policy": frozenset({"identity", "default"}),
    "resource-policy": frozenset({"resource", "access-point", "network-origin", "acl", "default"}),
    "session-policy": frozenset({"session"}),
    "boundary": frozenset({"boundary"}),
    "scp": frozenset({"scp"}),
    "rcp": frozenset({"rcp"}),
    "vpc-endpoint-policy": frozenset({"vpc-endpoint"}),
}
"""The layers of ``Decision.layer`` for which AWS's sentence names a layer."""


@dataclass(frozen=True)
class Outcome:
    """What AWS answered.

    ``kind`` is ``allowed``, ``denied`` or ``error``: the permissions were granted, and the call failed for another
    reason. ``layer`` is the kind of policy that the message names, ``policy`` its ARN, ``action`` the IAM action.
    """

    kind: str
    code: str | None = None
    message: str | None = None
    layer: str | None = None
    explicit: bool = False
    action: str | None = None
    resource: str | None = None
    policy: str | None = None

    @property
    def key_is_missing(self) -> bool:
        """Whether AWS says that the object does not exist."""
        return self.code in _MISSING

    def __str__(self) -> str:
        return self.kind if self.code is None or self.kind == DENIED else f"{self.kind} {self.code}"


def outcome_of(event: Event) -> Outcome:
    """Return what AWS answered to the call of an event."""
    if not event.get("errorCode"):
        return Outcome(ALLOWED)
    code = str(event["errorCode"])
    message = event.get("errorMessage")
    message = message if isinstance(message, str) else None
    if code not in _DENIALS:
        return Outcome(FAILED, code, message)
    return _denial(code, message)


def _denial(code: str, message: str | None) -> Outcome:
    named = _SENTENCE.search(message or "")
    if named is not None:
        words = (named["absent"] or named["denying"]).strip().lower()
        layer = LAYERS.get(words)
        return Outcome(
            DENIED,
            code,
            message,
            layer,
            named["denying"] is not None,
            named["action"],
            named["resource"],
            named["arn"],
        )
    boundary = _BOUNDARY.search(message or "") is not None
    action = re.search(r"not authorized to perform: ([a-z0-9-]+:\w+)", message or "")
    return Outcome(
        DENIED,
        code,
        message,
        "boundary" if boundary else None,
        "explicit deny" in (message or ""),
        None if action is None else action[1],
    )
