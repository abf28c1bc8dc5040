"""The smallest fix: the fewest statements to add and Deny statements to remove that would allow a denied request.

Rule 1: every suggestion is tested. It is applied, and the request is decided again.
Rule 2: an added statement allows only this action on this resource, and in a policy with principals only this caller.
        If this is not possible (an action with a `*` in its name), nothing is suggested.
Rule 3: an added statement names the role or the user, never one of its sessions.
Rule 4: a suggestion that contains all changes of another suggestion is dropped.

A service that adds its own rules to the evaluation tests the `candidates` itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .findings import StatementRef, collect_findings
from .kinds import Layer
from .policies import Policies
from .policy import Policy
from .principals import GrantKind, RequestPrincipal, aws_form

if TYPE_CHECKING:
    from .decision import PolicyDecision
    from .findings import Findings
    from .request import Request

_VERSION: Final = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Add:
    """A statement to add to a layer: to its document number `document`, or as a new document if that is None.

    For SCPs, `level` is the level for the new document.
    """

    layer: Layer
    statement: dict[str, Any]
    document: int | None = None
    level: int | None = None

    def __str__(self) -> str:
        place = (
            f"level {self.level} of the {self.layer} policies"
            if self.level is not None
            else f"the {self.layer} policy"
        )
        return f"add to {place} {json.dumps(self.statement)}"


@dataclass(frozen=True, slots=True)
class Remove:
    """A Deny statement to remove."""

    ref: StatementRef

    def __str__(self) -> str:
        return f"remove {self.ref}"


@dataclass(frozen=True, slots=True)
class Replace:
    """A statement to replace by another one."""

    ref: StatementRef
    statement: dict[str, Any]

    def __str__(self) -> str:
        return f"replace {self.ref} by {json.dumps(self.statement)}"


Edit: TypeAlias = Add | Remove | Replace


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Changes that together allow the request. If they contain a Remove, additions alone are not enough."""

    changes: tuple[Edit, ...]

    def apply(self, policies: Policies) -> Policies:
        """Return the policies with the changes.

        A removed statement is replaced by one that matches nothing. So no document becomes empty, and the other
        statements keep their numbers.
        """
        return _changed(policies, self.changes)

    def __str__(self) -> str:
        return ", and ".join(map(str, self.changes))


def suggest(decision: PolicyDecision) -> tuple[Suggestion, ...]:
    """Return all smallest changes that would allow the request, fewest changes first. Each was tested."""
    from .decision import decide

    if decision.allowed:
        return ()
    kept: list[Suggestion] = []
    for suggestion in candidates(decision.request, decision.policies):
        smaller = any(all(change in suggestion.changes for change in known.changes) for known in kept)
        if not smaller and decide(decision.request, suggestion.apply(decision.policies)).allowed:
            kept.append(suggestion)
    return tuple(kept)


def candidates(request: Request, policies: Policies) -> tuple[Suggestion, ...]:
    """Return sets of changes that may allow the request, fewest changes first. They are not tested.

    Each removes all Deny statements that match. The first one adds nothing.
    """
    denies = collect_findings(request, policies).denies.values()
    removals = tuple(Remove(ref) for refs in denies for ref in refs)
    findings = collect_findings(request, _changed(policies, removals))
    additions = sorted(_additions(request, findings), key=len)
    return tuple(Suggestion(removals + each) for each in additions)


def _additions(request: Request, findings: Findings) -> Iterator[tuple[Add, ...]]:
    """Yield sets of statements that may be enough after the Deny statements are removed."""
    yield ()
    allow = _allow(request)
    if allow is None:
        return
    outer = tuple(_outer_layers(request, findings, allow))
    own = tuple(_own_side(findings, allow))
    limits = tuple(add for add in own if add.layer is not Layer.IDENTITY)
    grant = tuple(_grant(request, findings, allow))
    for combination in ((), own, limits, grant, limits + grant, own + grant):
        yield outer + combination


def _allow(request: Request) -> dict[str, Any] | None:
    """Return the narrowest Allow for the request, or None if it cannot be written."""
    resource = _escaped(request.resource)
    if not request.action or not resource or "*" in request.action or "?" in request.action:
        return None
    return {"Effect": "Allow", "Action": request.action, "Resource": resource}


def _escaped(resource: str) -> str | None:
    """Return a pattern that matches only this resource, or None. "*" is for calls on no resource (C-5, C-63)."""
    if resource == "*":
        return resource
    *head, tail = resource.split(":", 5)
    pieces = {"*": "${*}", "?": "${?}", "$": "${$}" if "${" in tail else "$"}
    escaped = "".join(pieces.get(character, character) for character in tail)
    # Escapes are possible only in the resource part (C-60).
    possible = not any(set("*?") & set(part) for part in head) and (len(head) == 5 or escaped == tail)
    return ":".join([*head, escaped]) if possible else None


def _outer_layers(request: Request, findings: Findings, allow: dict[str, object]) -> Iterator[Add]:
    """Yield the statements that SCPs and the endpoint policy still need."""
    if not findings.scp:
        for number, level in enumerate(findings.policies.scps):
            if not collect_findings(request, Policies(scps=(level,))).scp:
                yield Add(Layer.SCP, allow, level=number)
    if not findings.vpc_endpoint:
        named = _with_caller(request, allow)
        if named and _works_in(findings.policies.vpc_endpoint[0], allow):
            yield Add(Layer.VPC_ENDPOINT, named, document=0)


def _own_side(findings: Findings, allow: dict[str, object]) -> Iterator[Add]:
    """Yield the statements that identity policies, boundaries and session policies still need."""
    if not findings.identity:
        yield Add(Layer.IDENTITY, allow)
    if not findings.boundary:
        for number, boundary in enumerate(findings.policies.boundaries):
            silent = not collect_findings(findings.request, Policies(boundaries=(boundary,))).boundary
            if silent and _works_in(boundary, allow):
                yield Add(Layer.BOUNDARY, allow, document=number)
    if not findings.session:
        yield Add(Layer.SESSION, allow)


def _grant(request: Request, findings: Findings, allow: dict[str, Any]) -> Iterator[Add]:
    """Yield the statement that the resource policy needs."""
    named = _with_caller(request, allow)
    present = findings.policies.resource
    if named and (present is None or _works_in(present, allow)):
        yield Add(Layer.RESOURCE, named, document=None if present is None else 0)


def _works_in(policy: Policy, allow: dict[str, Any]) -> bool:
    """Return whether the statement works in this document: the version 2008-10-17 has no escapes (C-6)."""
    return policy.version == _VERSION or "${" not in allow["Resource"]


def _with_caller(request: Request, allow: dict[str, Any]) -> dict[str, Any] | None:
    """Return the Allow with the caller as its Principal, or None if no element can name the caller."""
    named = principal_of(request.principal)
    return None if named is None else _with_principal(named, allow)


def principal_of(principal: RequestPrincipal) -> Any:
    """Return the Principal element that names a caller; for a session its role, or its user (E-41, E-44). Or None.

    AWS recommends roles, because an element that names a session is useless in the next session (IAM user guide, "AWS
    JSON policy elements: Principal").
    """
    if principal.kind == "anonymous":
        return "*"
    if principal.kind == "service":
        return {"Service": principal.arn} if principal.arn else None
    if principal.kind == "external":
        return {"Federated": principal.arn}
    arn = lasting_arn(principal)
    try:
        known = arn is not None and aws_form(arn) is not None
    except ValueError:
        return None
    return {"AWS": arn} if known else None


def lasting_arn(principal: RequestPrincipal) -> str | None:
    """Return the ARN of the role of a session, of the user of a federated session, or of the caller itself."""
    form = {"session": GrantKind.ROLE, "federated-user": GrantKind.USER}.get(principal.kind)
    lasting = (name for kind, name in principal.names if kind is form)
    return next(lasting, principal.arn)


def _with_principal(principal: object, allow: dict[str, object]) -> dict[str, Any]:
    return {"Effect": allow["Effect"], "Principal": principal} | allow


def _changed(policies: Policies, changes: tuple[Edit, ...]) -> Policies:
    """Return the policies with the changes."""

    def edited(
        layer: Layer, documents: tuple[Policy, ...], level: int | None = None, first: int = 0
    ) -> list[Policy]:
        present = [_edited(policy, layer, number, changes) for number, policy in enumerate(documents, first)]
        return present + [
            Policy.parse({"Version": _VERSION, "Statement": [change.statement]})
            for change in changes
            if isinstance(change, Add)
            and (change.layer, change.document, change.level) == (layer, None, level)
        ]

    def levels(layer: Layer, given: tuple[tuple[Policy, ...], ...]) -> list[list[Policy]]:
        firsts = [sum(map(len, given[:number])) for number in range(len(given))]
        return [edited(layer, level, number, firsts[number]) for number, level in enumerate(given)]

    return Policies(
        identity=edited(Layer.IDENTITY, policies.identity),
        resource=next(iter(edited(Layer.RESOURCE, policies.of(Layer.RESOURCE))), None),
        boundaries=edited(Layer.BOUNDARY, policies.boundaries),
        session=edited(Layer.SESSION, policies.session),
        scps=levels(Layer.SCP, policies.scps),
        rcps=levels(Layer.RCP, policies.rcps),
        vpc_endpoint=edited(Layer.VPC_ENDPOINT, policies.vpc_endpoint),
    )


def _edited(policy: Policy, layer: Layer, number: int, changes: tuple[Edit, ...]) -> Policy:
    """Return one document with its changes."""
    new = {
        change.ref.statement: change.statement if isinstance(change, Replace) else None
        for change in changes
        if not isinstance(change, Add) and (change.ref.layer, change.ref.document) == (layer, number)
    }
    added = [
        change.statement
        for change in changes
        if isinstance(change, Add) and (change.layer, change.document) == (layer, number)
    ]
    if not new and not added:
        return policy
    document = policy.document
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    for index, statement in new.items():
        statements[index] = _inert(statements[index]) if statement is None else statement
    return Policy.parse(document | {"Statement": statements + added}, name=policy.name)


def _inert(statement: dict[str, Any]) -> dict[str, Any]:
    """Return the statement so that it matches no action."""
    return {name: value for name, value in statement.items() if name != "NotAction"} | {"Action": []}
