"""Find likely mistakes in valid policies: statements that never match, Denies that miss, Allows that allow too much.

Each check is a generator over one statement. `CHECKS` contains all checks. `CODES` explains each warning. `Tables`
contains the actions, resources and condition keys. Without them, only the use of the policy language is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .condition_checks import CONDITION_CHECKS
from .finding import CODES, CheckedStatement, LintCheck, LintedPolicy, LintWarning
from .statement_checks import STATEMENT_CHECKS
from .tables import Tables

if TYPE_CHECKING:
    from mocks3.policy.policy import Policy

CHECKS: Final[tuple[LintCheck, ...]] = STATEMENT_CHECKS + CONDITION_CHECKS
"""All checks. A statement without conditions needs only the first group."""


def lint(
    policy: Policy, tables: Tables | None = None, more: tuple[LintCheck, ...] = ()
) -> tuple[LintWarning, ...]:
    """Return all warnings about a policy, in the order of its statements.

    Args:
        policy: The policy.
        tables: The facts about services.
        more: Checks that know a service.

    Returns:
        The warnings.
    """
    document = LintedPolicy.of(policy, tables or Tables())
    return tuple(
        warning
        for subject in (CheckedStatement(statement, document) for statement in policy.statements)
        for check in ((*CHECKS, *more) if subject.statement.conditions else (*STATEMENT_CHECKS, *more))
        for warning in check(subject)
    )


__all__ = ["CODES", "CheckedStatement", "LintCheck", "LintWarning", "Tables", "lint"]
