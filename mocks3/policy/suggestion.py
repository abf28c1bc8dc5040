"""The smallest fix: the fewest statements to add, and denies to remove, that would allow a denied request.

Rule 1: nothing is suggested that was not tried: every suggestion is applied, and the request decided again.
Rule 2: an added statement allows this action on this resource, by this caller where it names one, and nothing else.
        What cannot be said that narrowly (an action with a `*` in its name) is not suggested at all.
Rule 3: a suggestion that does all that another does, and more, is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .findings import StatementRef, collect_findings
from .kinds import Layer
from .policies import Policies
from .policy import Policy
from .principals import aws_form

if TYPE_CHECKING:
    from .decision import Decision
    from .findings import Findings
    from .request import Request

_VERSION: Final = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Add:
    """A statement to add to a layer: to its document number `document`, or in a new document where that is None.

    For SCPs `level` says on which level the new document belongs.
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
    """A Deny that must go."""

    ref: StatementRef

    def __str__(self) -> str:
        return f"remove {self.ref}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Changes that together allow the request. When there is a Remove among them, no addition alone would do."""

    changes: tuple[Add | Remove, ...]

    def apply(self, policies: Policies) -> Policies:
        """The policies with the changes made.

        A removed statement stays as one that matches nothing, so that a document which it was alone in goes on
        existing, and the others keep their numbers.
        """
        return _changed(policies, self.changes)

    def __str__(self) -> str:
        return ", and ".join(map(str, self.changes))


def suggest(decision: Decision) -> tuple[Suggestion, ...]:
    """Every smallest change that would allow the request, fewest changes first; each was tried."""
    from .decision import decide

    if decision.allowed:
        return ()
    request, policies = decision.request, decision.policies
    removals = tuple(Remove(ref) for refs in decision.findings.denies.values() for ref in refs)
    findings = collect_findings(request, _changed(policies, removals))
    kept: list[Suggestion] = []
    for additions in sorted(_additions(request, findings), key=len):
        suggestion = Suggestion(removals + additions)
        smaller = any(all(change in suggestion.changes for change in known.changes) for known in kept)
        if not smaller and decide(request, suggestion.apply(policies)).allowed:
            kept.append(suggestion)
    return tuple(kept)


def _additions(request: Request, findings: Findings) -> Iterator[tuple[Add, ...]]:
    """Sets of statements that may be enough, once the denies are gone."""
    yield ()
    allow = _allow(request)
    if allow is None:
        return
    rails = tuple(_rails(request, findings, allow))
    own = tuple(_own_side(findings, allow))
    ceilings = tuple(add for add in own if add.layer is not Layer.IDENTITY)
    grant = tuple(_grant(request, findings, allow))
    for combination in ((), own, ceilings, grant, own + grant):
        yield rails + combination


def _allow(request: Request) -> dict[str, Any] | None:
    """The narrowest Allow of the request; None if it cannot be said."""
    resource = _escaped(request.resource)
    if not request.action or not resource or "*" in request.action or "?" in request.action:
        return None
    return {"Effect": "Allow", "Action": request.action, "Resource": resource}


def _escaped(resource: str) -> str | None:
    """A pattern that matches this resource alone; "*" stands for calls on no resource (C-5, C-63)."""
    if resource == "*":
        return resource
    *head, tail = resource.split(":", 5)
    pieces = {"*": "${*}", "?": "${?}", "$": "${$}" if "${" in tail else "$"}
    escaped = "".join(pieces.get(character, character) for character in tail)
    # Before the resource part nothing can be escaped (C-60).
    sayable = not any(set("*?") & set(part) for part in head) and (len(head) == 5 or escaped == tail)
    return ":".join([*head, escaped]) if sayable else None


def _rails(request: Request, findings: Findings, allow: dict[str, Any]) -> Iterator[Add]:
    """What SCPs and the endpoint's policy still have to allow."""
    if not findings.scp:
        for number, level in enumerate(findings.policies.scps):
            if not collect_findings(request, Policies(scps=(level,))).scp:
                yield Add(Layer.SCP, allow, level=number)
    if not findings.vpc_endpoint:
        named = _naming(request, allow)
        if named and _speaks(findings.policies.vpc_endpoint[0], allow):
            yield Add(Layer.VPC_ENDPOINT, named, document=0)


def _own_side(findings: Findings, allow: dict[str, Any]) -> Iterator[Add]:
    """What the caller's own identity policies, boundaries and session policies still have to allow."""
    if not findings.identity:
        yield Add(Layer.IDENTITY, allow)
    if not findings.boundary:
        for number, boundary in enumerate(findings.policies.boundaries):
            silent = not collect_findings(findings.request, Policies(boundaries=(boundary,))).boundary
            if silent and _speaks(boundary, allow):
                yield Add(Layer.BOUNDARY, allow, document=number)
    if not findings.session:
        yield Add(Layer.SESSION, allow)


def _grant(request: Request, findings: Findings, allow: dict[str, Any]) -> Iterator[Add]:
    """What the resource's own policy would have to allow."""
    named = _naming(request, allow)
    present = findings.policies.resource
    if named and (present is None or _speaks(present, allow)):
        yield Add(Layer.RESOURCE, named, document=None if present is None else 0)


def _speaks(policy: Policy, allow: dict[str, Any]) -> bool:
    """Whether the statement means in this document what it means in a new one: 2008 has no escapes (C-6)."""
    return policy.version == _VERSION or "${" not in allow["Resource"]


def _naming(request: Request, allow: dict[str, Any]) -> dict[str, Any] | None:
    """The Allow with the caller as its Principal, in the form that grants to the fewest (E-40 to E-46)."""
    principal = request.principal
    if principal.kind == "anonymous":
        return _with_principal("*", allow)
    if principal.kind == "service":
        return _with_principal({"Service": principal.arn}, allow) if principal.arn else None
    try:
        known = principal.arn is not None and aws_form(principal.arn) is not None
    except ValueError:
        return None
    return _with_principal({"AWS": principal.arn}, allow) if known else None


def _with_principal(principal: Any, allow: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": allow["Effect"], "Principal": principal} | allow


def _changed(policies: Policies, changes: tuple[Add | Remove, ...]) -> Policies:
    """The policies with the changes made."""

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


def _edited(policy: Policy, layer: Layer, number: int, changes: tuple[Add | Remove, ...]) -> Policy:
    """One document with what the changes remove from it and add to it."""
    removed = {
        change.ref.statement
        for change in changes
        if isinstance(change, Remove) and (change.ref.layer, change.ref.document) == (layer, number)
    }
    added = [
        change.statement
        for change in changes
        if isinstance(change, Add) and (change.layer, change.document) == (layer, number)
    ]
    if not removed and not added:
        return policy
    document = policy.document
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    for index in removed:
        statements[index] = {name: v for name, v in statements[index].items() if name != "NotAction"} | {
            "Action": []
        }
    return Policy.parse(document | {"Statement": statements + added}, name=policy.name)
