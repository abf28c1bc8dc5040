"""Find likely mistakes in policies for S3: the checks of ``policy.linting`` with the facts about S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.linting.checks import S3_CHECKS
from mocks3.access.linting.tables import s3_tables
from mocks3.policy import linting

if TYPE_CHECKING:
    from mocks3.policy import LintWarning, Policy


def lint(policy: Policy) -> tuple[LintWarning, ...]:
    """Return all warnings about a policy, in the order of its statements."""
    return linting.lint(policy, s3_tables(), S3_CHECKS)


__all__ = ["lint"]
