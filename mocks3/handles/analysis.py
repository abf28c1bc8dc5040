"""``aws.replay()``: questions about many calls to one in-memory AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
