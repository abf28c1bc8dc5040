"""The answers of a matrix: one row for each principal, operation and resource; and the difference of two matrices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.access import Decision, Refusal

ALLOWED, DENIED, ERROR, ABSENT = "allowed", "denied", "error", "absent"


@dataclass(frozen=True)
class MatrixRow:
    """One call, and whether it is allowed.

    Attributes:
        principal: The ARN of the caller, the name of a service, or ``anonymous``.
        operation: The operation, such as ``GetObject``.
        bucket: The bucket; an empty text for a call on the account.
        key: The key; an empty text for a call on the bucket.
        verdict: ``allowed``, ``denied`` or ``error``: the permissions were not decided.
        by: The layer that decided, as ``Decision.layer``, or the code of the error.
        explicit: Whether a Deny denied the call.
        why: The reason in one sentence.
        statements: The statements that decided, such as ``"DenyHttp" of the bucket policy``.
        decision: The decision that denied or allowed the call. ``print`` it to read the whole report.
    """

    principal: str
    operation: str
    bucket: str
    key: str
    verdict: str
    by: str = ""
    explicit: bool = False
    why: str = ""
    statements: tuple[str, ...] = ()
    decision: Decision | Refusal | None = field(default=None, compare=False, repr=False)

    @property
    def resource(self) -> str:
        """``s3://BUCKET/KEY``, ``s3://BUCKET``, or ``-`` for a call on the account."""
        if not self.bucket:
            return "-"
        return f"s3://{self.bucket}/{self.key}" if self.key else f"s3://{self.bucket}"

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What identifies the row: principal, operation, bucket and key."""
        return self.principal, self.operation, self.bucket, self.key

    def record(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            "principal": self.principal,
            "operation": self.operation,
            "bucket": self.bucket,
            "key": self.key,
            "verdict": self.verdict,
            "by": self.by,
            "explicit": self.explicit,
            "why": self.why,
            "statements": list(self.statements),
        }


@dataclass(frozen=True)
class Change:
    """A call that one matrix allows and the other does not.

    ``before`` and ``after`` are the verdicts; ``absent`` if the principal or the bucket does not exist. ``row`` is the
    row of the matrix that allows the call, ``other`` that of the one that does not.
    """

    row: MatrixRow
    before: str
    after: str
    other: MatrixRow | None = None


@dataclass(frozen=True)
class Changes:
    """What a change of policies or settings opens and closes.

    ``unasked`` are the rows of calls that only one of the matrices asked about.
    """

    opened: tuple[Change, ...]
    closed: tuple[Change, ...]
    unasked: tuple[MatrixRow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed)
