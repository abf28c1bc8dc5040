"""The effects of bucket configurations: lifecycle, notifications, replication, logging, inventory, tiering, tables.

    before              apply the effects that are due, before a request is authorized
    run_operation       run an operation and record what it changes
    after               apply the effects of a request: events, replicas, log lines

    state                what a mock stores about effects
    scheduled            applies due effects, one midnight after the other
    consequences         applies the effects of a request
    rule_filters         the objects that a rule applies to
    lifecycle            actions of lifecycle rules, and when they are due
    expiration_headers   headers that announce these actions
    tiering              archive actions of Intelligent-Tiering
    events               what happened, and who caused it
    notifications        the configurations that an event matches
    event_messages       the messages of events
    destinations         queues, topics and functions, and their policies
    restores             events of restored objects
    replication          copies versions by the replication rules
    replication_rules    the rules that apply to a version
    replicas             the role and its permissions, and writing replicas
    replication_metrics  events about delays and failures of replication
    logging, log_lines   server access logs
    jobs                 jobs of S3 Batch Operations
    inventory, inventory_columns  inventory reports
    service_writes       objects that S3 itself writes: logs and reports
    metadata_tables      creates metadata tables
    request_charged      the header of Requester Pays

Rule 1: there is no background thread. Each request first applies all effects that are due by then. Rule 2: effects are
S3's own actions. They need permissions only if a configuration names a role, or if S3 writes into a bucket as a service
principal (F-15, F-130 to F-133). Rule 3: packages ``operations`` and ``storage`` do not depend on this package. For a
bucket without such configurations, a request costs one lookup.
"""

from __future__ import annotations

from mocks3.effects.around import after, before
from mocks3.effects.consequences import resume_replication, run_operation
from mocks3.effects.records import Event, Replication
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
