"""What AWS decided: the ``errorCode`` and ``errorMessage`` of an event."""

from __future__ import annotations

from dataclasses import dataclass

from mocks3.calls.messages import read_message
from mocks3.errors import Mocks3Error
from mocks3.replay.events import Event

ALLOWED, DENIED, FAILED = "allowed", "denied", "error"

_DENIALS = frozenset({"AccessDenied", "AccessDeniedException", "Client.AccessDenied", "Forbidden", "403"})
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "NotFound", "404"})

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
class AwsOutcome:
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


def outcome_of(event: Event) -> AwsOutcome:
    """Return what AWS answered to the call of an event."""
    if not event.get("errorCode"):
        return AwsOutcome(ALLOWED)
    code = str(event["errorCode"])
    message = event.get("errorMessage")
    message = message if isinstance(message, str) else None
    if code not in _DENIALS:
        return AwsOutcome(FAILED, code, message)
    return _denial(code, message)


def _denial(code: str, message: str | None) -> AwsOutcome:
    try:
        said = read_message(message or code)
    except (
        Mocks3Error
    ):  # the code says that it is a denial, and the message is in words that AWS has not documented
        return AwsOutcome(DENIED, code, message)
    return AwsOutcome(
        DENIED, code, message, said.layer, said.explicit, said.action, said.resource, said.policy
    )
