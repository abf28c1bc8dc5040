"""Show how the elements of a statement compare with the request: what the policy wants, and what the request had.

    its Bool aws:SecureTransport
      wants  false
      saw    false: the request came over http, without TLS

Denials and near misses use the same lines. ``mocks3.policy`` compares; this module adds what mocks3 knows about the
request: why a key is missing, and what a value means.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.access.context import ConditionKeyValues
from mocks3.policy.explanation import determining

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import Check, StatementEvidence

WIDTH = 100
"""The number of columns of a report."""

_MEANINGS = {
    ("aws:securetransport", "false"): "the request came over http, without TLS",
    ("aws:securetransport", "true"): "the request came over https",
    ("aws:viaawsservice", "true"): "an AWS service forwarded the request",
    ("aws:viaawsservice", "false"): "no AWS service forwarded the request",
    ("aws:multifactorauthpresent", "false"): "the request was signed without MFA",
    ("aws:multifactorauthpresent", "true"): "the request was signed with MFA",
}


def denying_statements(decision: Decision) -> tuple[StatementEvidence, ...]:
    """Return the Deny statements that match, with all their elements. Empty if no statement denies."""
    if decision.allowed or decision.findings.denied_by is None:
        return ()
    return determining(decision.findings)


def saw(decision: Decision, check: Check) -> str:
    """Return what the request had, and what that means for the keys that mocks3 computes."""
    if check.key is None:
        return check.saw
    if check.seen is not None:
        meaning = _MEANINGS.get((check.key.lower(), check.seen[0].lower()))
        return f"{check.saw}: {meaning}" if meaning else check.saw
    why = missing_because(decision, check)
    return f"{check.saw}: {why}" if why else check.saw


def missing_because(decision: Decision, check: Check) -> str:
    """Return why the request does not have the key of a condition. Empty if it has it, or if nothing is known."""
    context = decision.request.context
    if check.key is None or check.seen is not None or not isinstance(context, ConditionKeyValues):
        return ""
    return context.why_missing(check.key)


def statement_lines(decision: Decision, statement: StatementEvidence, indent: str) -> Iterator[str]:
    """Yield the lines of a matching statement: the deciding elements in full, the others on one line each."""
    deciding = statement.deciding
    for check in deciding:
        yield from element_lines(decision, check, indent, "its")
    for check in statement.checks:
        if check not in deciding:
            yield from _short_lines(decision, check, indent)


def _short_lines(decision: Decision, check: Check, indent: str) -> Iterator[str]:
    """Yield one line for an element, or two if it is long."""
    wants, had = f"{indent}its {check.what} wants {check.wants}", f"and saw {saw(decision, check)}"
    if len(wants) + 1 + len(had) <= WIDTH:
        yield f"{wants} {had}"
    else:
        yield from wrapped("", wants, f"{indent}  ")
        yield from wrapped(f"{indent}  ", had)


def element_lines(decision: Decision, check: Check, indent: str, word: str) -> Iterator[str]:
    """Yield the lines of one element."""
    yield f"{indent}{word} {check.what}"
    rows = [("wants", check.wants), ("saw", saw(decision, check))]
    if check.note is not None:
        text, rule = check.note
        rows.append(("note", f"{text} [{rule}]"))
    for label, text in rows:
        yield from wrapped(f"{indent}  {label:<5}  ", text)


def wrapped(start: str, text: str, following: str | None = None) -> list[str]:
    """Return the lines of a text. By default the following lines are indented as far as the text."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start) if following is None else following,
        break_long_words=False,
        break_on_hyphens=False,
    )


def record(decision: Decision, check: Check) -> dict[str, Any]:
    """Return an element as JSON values. ``matching`` has the values of the policy that the request's values match."""
    return {
        "element": check.element,
        "written": check.written,
        "key": check.key,
        "matched": check.matched,
        "wants": list(check.wanted),
        "matching": list(check.hits),
        "expansions": dict(check.expansions),
        "saw": None if check.seen is None else list(check.seen),
        "missingBecause": missing_because(decision, check) or None,
        "missingFromList": list(check.unlisted),
        "note": None if check.note is None else check.note[0],
    }
