"""A decision for people and for programs: ``print(decision)``, and the policy it was found in.

    explain(decision)      the report, with the deciding statement in its document and the line marked
    record(decision)       the same as JSON values
    paint(text)            the report in a terminal's colours

Rule: words come from ``access.report``; here is only what surrounds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.explain.rendering.excerpt import excerpt_of_miss, excerpt_of_statement
from mocks3.access.explain.rendering.paint import paint
from mocks3.access.explain.rendering.record import record
from mocks3.access.explain.report import MAX_SHOWN, ReportSections, deciding_statements, misses, parts

if TYPE_CHECKING:
    from mocks3.access import Decision

__all__ = ["explain", "paint", "record"]


def explain(decision: Decision, *, fixes: int = MAX_SHOWN) -> str:
    """What ``print(decision)`` says, and the lines of the policy that decided, or that nearly did.

    Args: ``fixes`` how many ways to allow it are shown.
    """
    told: ReportSections = parts(decision, fixes=fixes)
    blocks = ["\n".join(told.head)]
    by = deciding_statements(decision)
    if by:
        blocks.append("\n".join(excerpt_of_statement(decision, by[0])))
    if told.misses:
        blocks.append("\n".join(told.misses))
        nearest = misses(decision)[0]
        if not by:
            blocks.append("\n".join(excerpt_of_miss(decision, nearest)))
    if told.fixes:
        blocks.append("\n".join(told.fixes))
    blocks.append("\n".join(told.rules))
    return "\n\n".join(block for block in blocks if block)
