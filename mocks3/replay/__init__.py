"""Make the calls of CloudTrail events again in an in-memory AWS, and compare the decisions with those of AWS.

    file ─► events ─► identities, parameters, contexts ─► the call, made by a client ─► outcomes ─► report

Rule 1: nothing here decides. Each event becomes a call by a boto3 client; the pipeline decides it.
Rule 2: an event does not say everything. What it lacks is assumed as its outcome implies, and each assumption is in
the answer.
Rule 3: each event is replayed in the state that was loaded. The state is restored afterwards, so that events do not
change each other's answers.
Rule 4: no event is dropped in silence. One that cannot be replayed is in the answer, with the reason.
"""

from __future__ import annotations

from mocks3.replay.events import events_in, events_in_text
from mocks3.replay.missing import Lack
from mocks3.replay.outcomes import AwsOutcome
from mocks3.replay.replaying import replay, replay_events
from mocks3.replay.results import Replay, ReplayedEvent

__all__ = [
    "AwsOutcome",
    "Lack",
    "Replay",
    "ReplayedEvent",
    "events_in",
    "events_in_text",
    "replay",
    "replay_events",
]
