"""Render a decision for people and for programs.

    explain(decision)      the report, with the deciding statement in its policy and the line marked
    record(decision)       the same as JSON values
    paint(text)            the report with terminal colours

Rule: ``access.explain.report`` writes the sentences; this package only adds excerpts, JSON and colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.explain.refusals import refusal_sections
from mocks3.access.explain.rendering.excerpt import excerpt_of_miss, excerpt_of_statement
from mocks3.access.explain.rendering.paint import paint
from mocks3.access.explain.rendering.record import record
from mocks3.access.explain.report import MAX_SHOWN, deciding_statements, find_near_misses, report_sections
from mocks3.access.refusal import Refusal

if TYPE_CHECKING:
    from mocks3.access import Decision

__all__ = ["explain", "paint", "record"]


def explain(decision: Decision | Refusal, *, fixes: int = MAX_SHOWN) -> str:
    """Return the report, with the policy lines of the statement that decided or nearly decided.

    Args:
        decision: The decision, or the refusal by a rule, which no policy has an excerpt of.
        fixes: The largest number of remedies.

    Returns:
        The text.
    """
    if isinstance(decision, Refusal):
        report = refusal_sections(decision, fixes=fixes)
        return "\n\n".join("\n".join(lines) for lines in report if lines)
    report = report_sections(decision, fixes=fixes)
    blocks = ["\n".join(report.head)]
    by = deciding_statements(decision)
    if by:
        blocks.append("\n".join(excerpt_of_statement(decision, by[0])))
    if report.misses:
        blocks.append("\n".join(report.misses))
        nearest = find_near_misses(decision)[0]
        if not by:
            blocks.append("\n".join(excerpt_of_miss(decision, nearest)))
    if report.fixes:
        blocks.append("\n".join(report.fixes))
    blocks.append("\n".join(report.rules))
    return "\n\n".join(block for block in blocks if block)
