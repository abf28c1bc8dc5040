"""The report of a refusal by a rule, in the form of the report of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3.access.explain.elements import wrapped
from mocks3.access.explain.report import MAX_SHOWN, ReportSections

if TYPE_CHECKING:
    from mocks3.access.refusal import Refusal


def describe(refusal: Refusal) -> str:
    """Return the whole report."""
    return "\n\n".join("\n".join(lines) for lines in refusal_sections(refusal) if lines)


def refusal_sections(refusal: Refusal, *, fixes: int = MAX_SHOWN) -> ReportSections:
    """Return the sections of the report. ``fixes`` is the largest number of fixes."""
    caller = {"anonymous": "the anonymous caller", "unknown": "a caller who is not known"}
    within = "" if refusal.operation in (None, refusal.action) else f", in {refusal.operation}"
    head = [
        f"{'DENIED':<8}{refusal.action} on {refusal.resource}",
        *wrapped("Asked   ", f"by {caller.get(refusal.principal, refusal.principal)}{within}"),
        *wrapped("Because ", refusal.reason),
    ]
    why = refusal.why
    texts = why.fixes[:fixes] or (f"nothing: {why.unfixable}",)
    shown = [line for text in texts for line in wrapped("  - ", text)]
    more = len(why.fixes) - fixes
    if more > 0:
        shown.append(f"  and {more} more")
    rules = [f"{'Rules':<8}{refusal.lookup}"] if refusal.lookup else []
    return ReportSections(head, [], ["What would allow it", *shown], rules)


def record(refusal: Refusal) -> dict[str, Any]:
    """Return the refusal as JSON values, with the names of a decision's."""
    return {
        "verdict": str(refusal.verdict),
        "allowed": refusal.allowed,
        "principal": refusal.principal,
        "action": refusal.action,
        "resource": refusal.resource,
        "operation": refusal.operation,
        "layer": refusal.layer,
        "because": refusal.why.text,
        "rules": refusal.why.rules,
        "statements": [],
        "nearMisses": [],
        "remedies": [[{"do": fix, "statement": None}] for fix in refusal.why.fixes],
    }
