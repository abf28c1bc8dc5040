"""What may be written and was probably not meant: statements that never match, denies that miss, allows that overdo.

Every check is a generator over one statement; `CHECKS` is all there are. `CODES` says what each finding means. What
actions, resources and condition keys there are comes in as `Tables`; without them only the language itself is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .condition_checks import CONDITION_CHECKS
from .finding import CODES, Document, LintCheck, LintWarning, Subject
from .statement_checks import STATEMENT_CHECKS
from .tables import Tables

if TYPE_CHECKING:
    from mocks3.policy.policy import Policy

CHECKS: Final[tuple[LintCheck, ...]] = STATEMENT_CHECKS + CONDITION_CHECKS


def lint(policy: Policy, tables: Tables | None = None) -> tuple[LintWarning, ...]:
    """Every warning about a policy, in the order of its statements."""
    document = Document.of(policy, tables or Tables())
    return tuple(
        warning
        for subject in (Subject(statement, document) for statement in policy.statements)
        for check in CHECKS
        for warning in check(subject)
    )


__all__ = ["CODES", "LintWarning", "Tables", "lint"]
