"""Write the report of a decision: the text of ``print(decision)``.

    DENIED  s3:GetObject on arn:aws:s3:::bkt/k
    Asked   by arn:aws:iam::111111111111:user/dave, in GetObject
    Because no identity policy of user dave allows it, ... [X-45]

Then come the statements that decided (for a Deny with each element that matched), the statements that missed by one
element, the smallest changes that would allow the call, and the command that prints the rules in brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access.explain.elements import (
    WIDTH,
    denying_statements,
    element_lines,
    saw,
    statement_lines,
    wrapped,
)
from mocks3.access.explain.reasons import hint, reason_text
from mocks3.access.explain.remedies import no_remedy, remedies, statement_name
from mocks3.policy import Layer, PolicyDecision, Reason, StatementEvidence, StatementRef, Verdict
from mocks3.policy.explanation import near_misses

if TYPE_CHECKING:
    from mocks3.access.decision import Decision

MAX_SHOWN = 3
"""The largest number of near misses, of remedies, and of denying statements with their elements, that are shown."""


class ReportSections(NamedTuple):
    """The lines of a report: the decision and its reason, near misses, remedies, the command that prints the rules."""

    head: list[str]
    misses: list[str]
    fixes: list[str]
    rules: list[str]


def describe(decision: Decision) -> str:
    """Return the whole report."""
    return "\n\n".join("\n".join(lines) for lines in report_sections(decision) if lines)


def headline(decision: Decision) -> str:
    """Return one line: the verdict, the action, the resource, the caller, the reason, and for a denial the values."""
    word = "allowed" if decision.allowed else "denied"
    what = f"{word} {decision.action} on {decision.resource} to {decision.principal}: {reason_text(decision)}"
    return what if decision.allowed else "; ".join([what, *_values(decision)])


def _values(decision: Decision) -> Iterator[str]:
    """Yield the elements that decided in the first denying statement, or the one that failed in the first near miss."""
    for part in decision.parts:
        for statement in denying_statements(part):
            named = [
                f"its {check.what} wants {check.wants} and saw {saw(part, check)}"
                for check in statement.deciding
            ]
            yield f"{statement_name(part, statement.ref)}: {', '.join(named)}"
            return
    silent = _GRANTING_TOGETHER if decision.layer in _GRANTING_TOGETHER else (decision.layer,)
    failures = ((miss, miss.failure) for miss in find_near_misses(decision) if miss.ref.layer in silent)
    # A statement about another action is no news in one line.
    telling = [
        (miss, check) for miss, check in failures if check is not None and "Action" not in check.element
    ]
    for miss, check in telling[:1]:
        name = statement_name(decision, miss.ref)
        yield f"nearly allowed by {name}, but its {check.what} wants {check.wants} and saw {saw(decision, check)}"


_GRANTING_TOGETHER = ("identity", "resource", "access-point")
"""Layers of which one is enough within an account (E-31)."""


def report_sections(decision: Decision, *, fixes: int = MAX_SHOWN) -> ReportSections:
    """Return the sections of the report. ``fixes`` is the largest number of remedies."""
    return ReportSections(
        _head(decision), list(_near_misses(decision)), list(_fixes(decision, fixes)), _rules(decision)
    )


def _head(decision: Decision) -> list[str]:
    word = "ALLOWED" if decision.allowed else "DENIED"
    within = "" if decision.operation is None else f", in {decision.operation}"
    lines = [f"{word:<8}{decision.action} on {decision.resource}"]
    caller = decision.question.caller.arn or "the anonymous caller"
    lines += _labelled("Asked", f"by {caller}{within}")
    lines += _labelled("Because", str(reason_text(decision)))
    for part in decision.also:
        if part.allowed is decision.allowed:
            lines += _labelled("And", f"{part.resource}: {reason_text(part)}")
    note = hint(decision)
    if note is not None:
        lines += _labelled("Note", str(note))
    lines += _deciding(decision)
    return lines


def _labelled(label: str, text: str) -> list[str]:
    return wrapped(f"{label:<8}", text)


def _rules(decision: Decision) -> list[str]:
    """Return the line with the command that prints the rules in brackets."""
    command = decision.lookup
    return [f"{'Rules':<8}{command}"] if command else []


def deciding_statements(decision: Decision) -> tuple[StatementRef, ...]:
    """Return the statements that decided. Empty if an ACL or ownership decided, or if no statement matched."""
    findings = decision.findings
    by_policies = PolicyDecision(decision.verdict, findings.denied_by, findings)
    if not decision.allowed:
        return by_policies.determining
    layers: tuple[Layer, ...] = _GRANTING.get(decision.layer, ())
    if decision.question.caller.account != decision.owner and decision.layer in _GRANTING:
        layers = (Layer.IDENTITY, Layer.RESOURCE)  # both sides had to allow (E-32)
    return tuple(ref for ref in by_policies.determining if ref.layer in layers)


_GRANTING = {
    "identity": (Layer.IDENTITY,),
    "resource": (Layer.RESOURCE,),
    "access-point": (Layer.RESOURCE,),
}


def _deciding(decision: Decision) -> Iterator[str]:
    named: dict[str, list[str]] = {}
    for part in decision.parts:
        if part.allowed is decision.allowed:
            for ref in deciding_statements(part):
                named.setdefault(statement_name(part, ref), [])
            for statement in denying_statements(part):
                lines = list(statement_lines(part, statement, " " * 8))
                named[statement_name(part, statement.ref)] = lines
    for number, (name, elements) in enumerate(named.items()):
        yield from _labelled("By" if number == 0 else "", name)
        if number < MAX_SHOWN:
            yield from elements


def _near_misses(decision: Decision) -> Iterator[str]:
    found = find_near_misses(decision)
    if not found:
        return
    yield "Nearly denied by" if decision.allowed else "Nearly allowed by"
    for miss in found[:MAX_SHOWN]:
        assert miss.failure is not None
        yield from wrapped("  ", statement_name(decision, miss.ref), "    ")
        yield from element_lines(decision, miss.failure, "    ", "but its")
    yield from _more(len(found) - MAX_SHOWN)


def find_near_misses(decision: Decision) -> tuple[StatementEvidence, ...]:
    """Return the statements that missed by one element. Empty for an explicit deny."""
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        return ()
    layer = None if decision.allowed else Layer.RESOURCE
    found = near_misses(PolicyDecision(decision.verdict, layer, decision.findings))
    if decision.circumstances.default_right and not decision.allowed:
        return tuple(miss for miss in found if miss.ref.layer in (Layer.SCP, Layer.VPC_ENDPOINT))
    return found


NOT_TRIED = frozenset({Reason.INITIATOR, Reason.BUCKET_SESSION})


def _fixes(decision: Decision, most: int) -> Iterator[str]:
    found = remedies(decision)
    if not found and not decision.allowed:
        yield "What would allow it"
        yield from wrapped("  - ", f"nothing: {no_remedy(decision)}")
    if not found:
        return
    tried = "tried" if len(found) == 1 else "each was tried"
    # Another caller or another setting of the mock cannot be tried by the engine.
    yield "What would allow it" + ("" if decision.outcome.reason in NOT_TRIED else f" ({tried})")
    for remedy in found[:most]:
        for number, step in enumerate(remedy):
            colon = "" if step.statement is None else ":"
            start = f"  {'-' if number == 0 else ' '} {'and ' if number else ''}"
            yield from wrapped(start, f"{step.text}{colon}", "    ")
            if step.statement is not None:
                yield from _statement_lines(step.statement)
    yield from _more(len(found) - most)


_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+,?')
"""A piece of JSON on one line, up to a comma that is not in a string."""


def _statement_lines(statement: Mapping[str, Any]) -> Iterator[str]:
    """Yield a statement as JSON, with line breaks only after commas between values."""
    line = " " * 6
    for piece in _PIECE.findall(json.dumps(statement)):
        if len(line) + len(piece) > WIDTH and line.strip():
            yield line
            line = " " * 6
        line += piece
    yield line


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {count} more"
