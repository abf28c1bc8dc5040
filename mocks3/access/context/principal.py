"""Keys about the caller: who it is, with what credentials, and on whose behalf it calls.

What follows from the identity alone ``identity`` has put beside the caller (``Caller.keys``, P-1 to P-11).
What a test told counts only where the key's own rule lets a request carry it: MFA comes with temporary credentials,
a source with a service principal.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from mocks3.access.context.scene import Asked, Row, TagRow, Values
from mocks3.clock import TIMESTAMP

_TAG = "aws:principaltag/"


def _own(key: str) -> Callable[[Asked], Values | None]:
    """What the identity alone says."""
    name = key.lower()

    def derive(asked: Asked) -> Values | None:
        return asked.scene.caller.keys.get(name)

    return derive


def _source(key: str, fact: str) -> Callable[[Asked], Values | None]:
    """What a service principal calls for: told for the request, or the principal's own (P-9)."""
    own = _own(key)

    def derive(asked: Asked) -> Values | None:
        if asked.scene.caller.principal.kind != "service":
            return None
        told = getattr(asked.scene.facts, fact)
        return own(asked) if told is None else (told,)

    return derive


source_account = _source("aws:SourceAccount", "source_account")


def _principal_tags(asked: Asked) -> Mapping[str, str]:
    keys = asked.scene.caller.keys
    return {key[len(_TAG) :]: values[0] for key, values in keys.items() if key.startswith(_TAG)}


def _service_names(asked: Asked) -> Values | None:
    """The service's name, and that of its part in the mock's Region."""
    caller = asked.scene.caller.principal
    if caller.kind != "service" or caller.arn is None:
        return None
    service, dot, suffix = caller.arn.partition(".")
    return caller.arn, f"{service}.{asked.scene.region}{dot}{suffix}"


def _source_identity(asked: Asked) -> Values | None:
    told = asked.scene.facts.source_identity
    return (told,) if told is not None and asked.scene.caller.principal.kind == "session" else None


def _mfa_present(asked: Asked) -> Values | None:
    facts = asked.scene.facts
    own = asked.scene.caller.keys.get("aws:multifactorauthpresent")
    if own is None:  # long-term keys, federated users and the anonymous caller have no such key (C-42)
        return None
    if facts.mfa is not None:
        return ("true" if facts.mfa else "false",)
    return own if facts.mfa_age is None else ("true",)


def _mfa_age(asked: Asked) -> Values | None:
    """Seconds since the device was used: when the session began, unless a test knows better."""
    if _mfa_present(asked) != ("true",):
        return None
    if asked.scene.facts.mfa_age is not None:
        return (str(asked.scene.facts.mfa_age),)
    (issued,) = asked.scene.caller.keys["aws:tokenissuetime"]
    since = datetime.datetime.strptime(issued, TIMESTAMP).replace(tzinfo=datetime.UTC)
    return (str(max(0, int((asked.scene.arrived - since).total_seconds()))),)


def _called_via(asked: Asked) -> Values | None:
    return asked.scene.facts.called_via or None if asked.scene.facts.forwarded else None


def _called_via_first(asked: Asked) -> Values | None:
    chain = _called_via(asked)
    return chain and chain[:1]


def _called_via_last(asked: Asked) -> Values | None:
    chain = _called_via(asked)
    return chain and chain[-1:]


def _via_service(asked: Asked) -> Values:
    return ("true" if asked.scene.facts.forwarded else "false",)


ROWS = (
    Row("aws:PrincipalAccount", "String", _own("aws:PrincipalAccount"), "P-11"),
    Row("aws:PrincipalArn", "ARN", _own("aws:PrincipalArn"), "P-6"),
    Row("aws:PrincipalType", "String", _own("aws:PrincipalType"), "9.4"),
    Row("aws:userid", "String", _own("aws:userid"), "9.4"),
    Row("aws:username", "String", _own("aws:username"), "C-70"),
    Row("aws:PrincipalIsAWSService", "Bool", _own("aws:PrincipalIsAWSService"), "P-9"),
    Row("aws:PrincipalServiceName", "String", _own("aws:PrincipalServiceName"), "P-9"),
    Row("aws:PrincipalServiceNamesList", "String", _service_names, "P-9", multivalued=True),
    Row("aws:SourceArn", "ARN", _source("aws:SourceArn", "source_arn"), "P-9, W-121"),
    Row("aws:SourceAccount", "String", source_account, "P-9"),
    Row("aws:SourceOwner", "String", _source("aws:SourceOwner", "source_owner"), "P-9"),
    Row("aws:SourceIdentity", "String", _source_identity, "global condition keys"),
    Row("aws:TokenIssueTime", "Date", _own("aws:TokenIssueTime"), "P-3"),
    Row("aws:MultiFactorAuthPresent", "Bool", _mfa_present, "P-3, C-42"),
    Row("aws:MultiFactorAuthAge", "Numeric", _mfa_age, "P-3"),
    Row("aws:CalledVia", "String", _called_via, "P-10", multivalued=True),
    Row("aws:CalledViaFirst", "String", _called_via_first, "P-10"),
    Row("aws:CalledViaLast", "String", _called_via_last, "P-10"),
    Row("aws:ViaAWSService", "Bool", _via_service, "P-10"),
)

TAG_ROWS = (TagRow("aws:PrincipalTag/<key>", _principal_tags, "P-6, C-45"),)
