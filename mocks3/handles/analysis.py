"""``aws.replay()`` and ``aws.matrix()``: questions about many calls to one in-memory AWS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.matrix import Axes, Matrix
    from mocks3.replay import Replay


class Analysis:
    """The part of ``MockAWS`` that answers questions about many calls. The state is the same afterwards."""

    def replay(self, source: object, *, keys: Mapping[str, Any] | None = None) -> Replay:
        """Make the calls of CloudTrail events again, and compare the decisions with those of AWS.

        Args:
            source: An event, a list of events, or the path of a file or folder: a log file of a trail (also with gzip),
                the output of ``aws cloudtrail lookup-events``, JSON lines, EventBridge events, or the result of a query
                of Athena or CloudTrail Lake.
            keys: Condition keys that CloudTrail does not log, such as ``{"aws:PrincipalTag/team": "data"}``.

        Returns:
            The answer for each event: ``replay.differing`` and ``replay.not_replayed``. ``print`` it to read it.

        Raises:
            Mocks3Error: The source contains no event, or a condition key is not valid.
        """
        from mocks3.replay import replay

        aws: Any = self
        return replay(aws, source, keys=keys)

    def matrix(
        self,
        *,
        principals: Iterable[str] | None = None,
        operations: Iterable[str] | None = None,
        buckets: Iterable[str] | None = None,
        keys: Iterable[str] | None = None,
        context: Mapping[str, Any] | None = None,
        axes: Axes | None = None,
    ) -> Matrix:
        """Return who may do what: every principal, operation, bucket and key, each decided by making the call.

        Names may have the wildcards ``*`` and ``?``.

        Args:
            principals: ARNs or names such as ``role/*``. Default: every user and role, the anonymous caller, and a user
                of another account who has all permissions there.
            operations: Operations; ``*`` for all. Default: the 31 usual ones.
            buckets: Names of buckets. Default: all.
            keys: Keys. Default: one for each prefix that a policy names, and one without a prefix.
            context: Condition keys of all requests, such as ``{"aws:SourceVpce": "vpce-1"}``.
            axes: What to ask, in place of the four first arguments: the ``axes`` of another matrix.

        Returns:
            The matrix, with ``rows``, ``diff(other)``, ``csv()``, ``markdown()``, ``html()``. ``print`` it to read it.

        Raises:
            Mocks3Error: An argument is not valid.
        """
        from mocks3.matrix import matrix_of

        aws: Any = self
        return matrix_of(
            aws,
            principals=principals,
            operations=operations,
            buckets=buckets,
            keys=keys,
            context=context,
            axes=axes,
        )
