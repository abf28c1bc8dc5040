"""Who may do what: every principal of an in-memory AWS, every operation, every bucket, as a table.

    axes ─► asking: each call is made by a client, and the state is restored ─► rows ─► text, CSV, Markdown, HTML

Rule 1: nothing here decides. Each cell is a call by a boto3 client; the pipeline decides it.
Rule 2: nothing is left out in silence: what is not asked is in ``Matrix.notes``.
"""

from __future__ import annotations

from mocks3.matrix.axes import USUAL_OPERATIONS, Axes, axes_of, union
from mocks3.matrix.matrix import Matrix, matrix_of
from mocks3.matrix.rows import Change, Changes, MatrixRow

__all__ = [
    "USUAL_OPERATIONS",
    "Axes",
    "Change",
    "Changes",
    "Matrix",
    "MatrixRow",
    "axes_of",
    "matrix_of",
    "union",
]
