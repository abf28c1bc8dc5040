"""The report of a refusal by a rule, in the form of the report of a decision."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.elements import WIDTH
from mocks3.access.explain.report import MAX_SHOWN, ReportSections, _wrapped

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
        *_wrapped("Asked", f"by {caller.get(refusal.principal, refusal.principal)}{within}"),
        *_wrapped("Because", refusal.reason),
    ]
    why = refusal.why
    texts = [f"- {fix}" for fix in why.fixes[:fixes]] or [f"- nothing: {why.unfixable}"]
    shown = [line for text in texts for line in _indented(text)]
    more = len(why.fixes) - fixes
    if more > 0:
        shown.append(f"  and {more} more")
    rules = [f"{'Rules':<8}{refusal.lookup}"] if refusal.lookup else []
    return ReportSections(head, [], ["What would allow it", *shown], rules)


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


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
