"""Notifications: which configurations of a bucket an event is for, and where its messages go.

A message goes to ``aws.events``, and to the functions that a test named for its destination. It goes nowhere where
the destination's own policy, as far as the test stated one, does not let S3 in (F-133).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3 import clock
from mocks3.effects import destinations, event_messages
from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from mocks3.effects.events import ObjectEvent
    from mocks3.effects.state import EffectsWorld, Listener
    from mocks3.model.messages import WireResponse
    from mocks3.model.stages import Authorized

DOCUMENT = "notification"
EVENT_BRIDGE = "eventbridge"
"""Stands for the ARN where messages go to EventBridge."""

TESTING_OPERATIONS = frozenset({"PutBucketNotificationConfiguration", "PutBucketNotification"})
"""Operations after which S3 tries queues and topics."""

_LISTS = (
    ("QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "TopicArn"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
)
MOST_CHAINED_EVENTS = 16
"""How often an event may cause the next before it counts as a loop (as AWS Lambda's detection of loops has it)."""

_depth: ContextVar[int] = ContextVar("depth", default=0)


@dataclass(frozen=True, slots=True)
class Event:
    """A message that was sent.

    ``name`` begins with ``s3:``; ``key`` stands as it is, None for ``s3:TestEvent``; ``destination`` is the ARN of the
    queue, topic or function, or ``eventbridge``. ``message`` is what arrives there, before it becomes JSON.
    """

    bucket: str
    name: str
    key: str | None
    destination: str
    message: dict[str, Any]


class NotificationConfiguration(NamedTuple):
    """One configuration of a document."""

    id: str
    destination: str
    events: tuple[str, ...]
    prefix: str
    suffix: str

    def matches(self, name: str, key: str) -> bool:
        """Whether an event (``s3:…``) of this key is for it."""
        if not (key.startswith(self.prefix) and key.endswith(self.suffix)):
            return False
        return any(
            name == event or (event[-1] == "*" and name.startswith(event[:-1])) for event in self.events
        )


def configurations(content: dict[str, Any]) -> Iterator[NotificationConfiguration]:
    """The configurations of a document, but EventBridge's, which says nothing but that it is there."""
    for member, destination in _LISTS:
        for each in content.get(member, ()):
            rules = ((each.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
            ends = {rule["Name"].lower(): rule["Value"] for rule in rules}
            yield NotificationConfiguration(
                each["Id"],
                each[destination],
                tuple(each["Events"]),
                ends.get("prefix", ""),
                ends.get("suffix", ""),
            )


def publish(world: EffectsWorld, happened: Iterable[ObjectEvent]) -> None:
    """Send the messages of what happened, in order."""
    for what in happened:
        bucket = world.store.bucket(what.bucket)
        content = None if bucket is None else bucket.documents.get(DOCUMENT)
        if bucket is None or content is None:
            continue
        sequencer = world.effects.next_sequencer()
        name, key = f"s3:{what.name}", what.version.key
        for each in configurations(content):
            if each.matches(name, key) and destinations.permits(world, bucket, each.destination):
                message = event_messages.notification_message(what, bucket, each.id, sequencer)
                send(world, Event(bucket.name, name, key, each.destination, message))
        if "EventBridgeConfiguration" in content:
            bridged = event_messages.eventbridge_message(what, bucket, sequencer)
            if bridged is not None:
                send(world, Event(bucket.name, name, key, EVENT_BRIDGE, bridged))


def send_test_events(world: EffectsWorld, call: Authorized, answer: WireResponse) -> None:
    """Send ``s3:TestEvent`` to the queues and topics of a document that was put; functions are not tried."""
    bucket = call.store.bucket(call.bucket.name)
    content = None if bucket is None else bucket.documents.get(DOCUMENT)
    if bucket is None or content is None or call.parsed.params.get("SkipDestinationValidation"):
        return
    headers = answer.headers
    message = event_messages.test_message(
        bucket.name, clock.now(), headers["x-amz-request-id"], headers["x-amz-id-2"]
    )
    for each in configurations(content):
        if ":lambda:" not in each.destination:
            send(world, Event(bucket.name, "s3:TestEvent", None, each.destination, dict(message)))


def send(world: EffectsWorld, event: Event) -> None:
    """Remember a message, and hand it to whoever waits for it, once the world's lock is released.

    What they raise reaches whoever made the request.
    """
    world.effects.events.append(event)
    waiting = world.effects.listeners.get(event.destination, ())
    if waiting:
        world.lock.later(functools.partial(_hand_out, event, waiting))


def _hand_out(event: Event, waiting: tuple[Listener, ...]) -> None:
    if _depth.get() >= MOST_CHAINED_EVENTS:
        raise Mocks3Error(
            f"an event of {event.bucket} caused itself {MOST_CHAINED_EVENTS} times; the last was {event.name}"
        )
    token = _depth.set(_depth.get() + 1)
    try:
        for listener in waiting:
            listener(event.message)
    finally:
        _depth.reset(token)
