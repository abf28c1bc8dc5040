"""A matrix: who may do what, and the difference of two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3.matrix import html, text
from mocks3.matrix.asking import Progress, ask
from mocks3.matrix.axes import ANONYMOUS, OUTSIDE, Axes, axes_of, principal_names
from mocks3.matrix.rows import ABSENT, ALLOWED, Change, Changes, MatrixRow

if TYPE_CHECKING:
    from mocks3.calls import CallWorld


@dataclass(frozen=True)
class Matrix:
    """Who may do what. ``print`` it to read it.

    Attributes:
        rows: One row for each principal, operation and resource.
        axes: What was asked.
        notes: What was not asked, in sentences.
        principals: All principals that exist, also those that were not asked.
        buckets: All buckets that exist.
    """

    rows: tuple[MatrixRow, ...]
    axes: Axes
    notes: tuple[str, ...] = ()
    principals: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()

    @property
    def allowed(self) -> tuple[MatrixRow, ...]:
        """The calls that are allowed."""
        return tuple(row for row in self.rows if row.verdict == ALLOWED)

    def row(self, principal: str, operation: str, bucket: str = "", key: str = "") -> MatrixRow:
        """Return the row of one call.

        Raises:
            KeyError: The matrix did not ask about it.
        """
        place = (principal, operation, bucket, key)
        found = next((row for row in self.rows if row.place == place), None)
        if found is None:
            raise KeyError(place)
        return found

    def diff(self, other: Matrix) -> Changes:
        """Return what has changed from this matrix to another one.

        Args:
            other: The matrix of the new state. Ask both about the same: ``axes=`` of :func:`matrix_of`.

        Returns:
            The calls that only the other matrix allows (``opened``) and that only this one allows (``closed``). A
            principal or bucket that does not exist is allowed nothing.
        """
        old, new = {row.place: row for row in self.rows}, {row.place: row for row in other.rows}
        unasked = [row for place, row in new.items() if place not in old and self._knows(row)]
        unasked += [row for place, row in old.items() if place not in new and other._knows(row)]
        skipped = {row.place for row in unasked}
        opened = [
            Change(row, _verdict(old.get(place)), ALLOWED, old.get(place))
            for place, row in new.items()
            if row.verdict == ALLOWED and place not in skipped and _verdict(old.get(place)) != ALLOWED
        ]
        closed = [
            Change(row, ALLOWED, _verdict(new.get(place)), new.get(place))
            for place, row in old.items()
            if row.verdict == ALLOWED and place not in skipped and _verdict(new.get(place)) != ALLOWED
        ]
        return Changes(tuple(opened), tuple(closed), tuple(unasked))

    def _knows(self, row: MatrixRow) -> bool:
        """Whether the principal and the bucket of a row exist in the state of this matrix."""
        return (not row.bucket or row.bucket in self.buckets) and (
            row.principal in self.principals or row.principal in (ANONYMOUS, OUTSIDE)
        )

    def csv(self) -> str:
        """Return the rows as CSV, with a header."""
        return text.csv_of(self.rows)

    def markdown(self) -> str:
        """Return the rows as tables in Markdown: one table for each bucket."""
        return text.markdown_of(self.rows)

    def html(self, title: str = "S3 permissions") -> str:
        """Return one HTML page with filters, which needs no other file and no network."""
        return html.page(self.rows, title, self.notes)

    def __str__(self) -> str:
        return text.tables_of(self.rows, self.notes)


def _verdict(row: MatrixRow | None) -> str:
    return ABSENT if row is None else row.verdict


def matrix_of(
    aws: CallWorld,
    *,
    principals: Iterable[str] | None = None,
    operations: Iterable[str] | None = None,
    buckets: Iterable[str] | None = None,
    keys: Iterable[str] | None = None,
    context: Mapping[str, Any] | None = None,
    axes: Axes | None = None,
    progress: Progress | None = None,
) -> Matrix:
    """Return who may do what.

    Args:
        aws: The in-memory AWS.
        principals: As :func:`~mocks3.matrix.axes.axes_of` takes them, like ``operations``, ``buckets`` and ``keys``.
        operations: The operations.
        buckets: The buckets.
        keys: The keys.
        context: Condition keys of all requests.
        axes: What to ask, in place of the four arguments.
        progress: Called with the number of calls that were made, and of all calls.

    Raises:
        Mocks3Error: An argument is not valid.
    """
    if axes is None:
        axes = axes_of(aws, principals=principals, operations=operations, buckets=buckets, keys=keys)
    existing, buckets_now = principal_names(aws), aws.store.buckets()
    asked = Axes(
        tuple(name for name in axes.principals if _exists(name, existing)),
        axes.operations,
        axes.buckets,
        axes.keys,
        axes.notes,
    )
    rows, notes = ask(aws, asked, context=context, progress=progress)
    absent = [name for name in axes.principals if name not in asked.principals]
    notes = (*axes.notes, *(f"the principal {name} does not exist" for name in absent), *notes)
    return Matrix(rows, axes, notes, frozenset(existing), frozenset(buckets_now))


def _exists(name: str, existing: tuple[str, ...]) -> bool:
    """Whether a principal can call. A user or role that no file describes has no row."""
    return name in existing or not (":user/" in name or ":role/" in name) or name == OUTSIDE
