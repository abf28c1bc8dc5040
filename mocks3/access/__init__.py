"""S3's own rules of who may do what, on top of the policy language.

    needs of the operation -> request context -> policies, ACLs, ownership, Block Public Access -> Decision -> sentence

Rule 1: this package reads storage and never writes it. Rule 2: every judgement leaves a ``Decision`` with its
evidence in the world's journal. Rule 3: ``procedure.py`` is authorization.md 2.3 and nothing else.
"""

from __future__ import annotations

from mocks3.access.authorize import authorize, conceal
from mocks3.access.context import supposed
from mocks3.access.deciding import decide, judge
from mocks3.access.decision import Decision
from mocks3.access.question import Question
from mocks3.access.targets import of_arn

__all__ = ["Decision", "Question", "authorize", "conceal", "decide", "judge", "of_arn", "supposed"]
