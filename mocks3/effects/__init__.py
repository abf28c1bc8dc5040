"""What the configurations of buckets make happen, beside the requests that are made.

    before      the effects that are due, before a request is authorized
    perform     an operation, with a record of what it changed
    after       what follows from a request: events, replicas, log lines

    state       what a world remembers for it                   rules        which objects a rule is about
    lifecycle   what is due in a bucket, and when               settling     one midnight after the other
    expiry      the headers that announce it
    notifying   whom an event is for                         occurrences  what happened, and who caused it
    messages    what events look like                        destinations who takes them
    restores    events of restored copies, by the clock
    replicating what is copied                               replication_rules  by which rules
    replicas    by whom, and with what permissions           tracking    what is told of delays and failures
    logging     access logs, and where they go               loglines    their lines
    inventory   reports of what a bucket holds               deposits    objects that S3 writes by itself
    tiering     what Intelligent-Tiering archives            tables      metadata tables, and who may make them
    charging    the header of Requester Pays

Rule 1: nothing runs by itself. Time is looked at when a request comes, and everything that was due by then has
happened before the request is judged. Rule 2: S3 acts by itself here; nobody's permission is asked but where a
configuration names a role, or writes into a bucket by a service principal (F-15, F-130 to F-133).
Rule 3: operations and storage know nothing of this. A bucket without such documents costs one look at them.
"""

from __future__ import annotations

from mocks3.effects.around import after, before
from mocks3.effects.consequences import resume_replication, run_operation
from mocks3.effects.notifications import Event
from mocks3.effects.replication import Replication
from mocks3.effects.scheduled import apply_due_effects
from mocks3.effects.state import EffectsMark, EffectsState, EffectsWorld

__all__ = [
    "EffectsMark",
    "EffectsState",
    "EffectsWorld",
    "Event",
    "Replication",
    "after",
    "apply_due_effects",
    "before",
    "resume_replication",
    "run_operation",
]
