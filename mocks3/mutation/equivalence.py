"""Which mutants are equivalent: no request can be decided differently.

``mocks3.policy.sampling`` finds requests that stand for all requests, for all actions of S3 and the condition keys that
they can have, and the engine evaluates both documents for each of them. A mutant of a policy with variables, or with
actions of other services only, is never called equivalent.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mocks3.access.context import MULTIVALUED
from mocks3.access.linting.tables import s3_tables
from mocks3.policy.sampling import Universe, compare

if TYPE_CHECKING:
    from mocks3.mutation.recording import Candidate
    from mocks3.policy import Policy

_PARTITION = re.compile(r"arn:(aws[a-z-]*):")
_SERVICE = re.compile(r"(s3|s3express|s3-object-lambda):", re.IGNORECASE)


def is_equivalent(candidate: Candidate) -> bool:
    """Return whether no request can tell a mutant from its policy."""
    return bool(candidate.replacements) and all(
        _only_s3(each.policy)
        and compare(each.policy, each.other, _universe(_partition(each.policy))).equivalent
        for each in candidate.replacements
    )


def _only_s3(policy: Policy) -> bool:
    """Return whether all actions of a policy are actions of S3, which the tables list."""
    return all(
        "Action" not in statement.negations and all(_SERVICE.match(action) for action in statement.actions)
        for statement in policy.statements
    )


def _partition(policy: Policy) -> str:
    found = _PARTITION.search(policy.text)
    return found[1] if found else "aws"


@cache
def _universe(partition: str) -> Universe:
    tables = s3_tables()
    forms = {kind: form.replace("${Partition}", partition) for kind, form in tables.resources.items()}
    return Universe(
        {action: tuple(forms[kind] for kind in kinds) for action, kinds in tables.actions.items()},
        tables,
        multivalued=MULTIVALUED,
    )
