"""Notifications: the configurations of a bucket that match an event, and the destinations of its messages.

A message is added to ``aws.events``, passed to the listeners that a test registered for its destination, and delivered
to the destination in moto if a mock of moto is open (``moto_destinations``). It is not
sent if the test declared a policy for the destination that does not allow S3 (F-133).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mocks3 import clock
from mocks3.effects import destinations, event_messages, moto_destinations
from mocks3.effects.moto_destinations import EVENT_BRIDGE
from mocks3.effects.records import Event
from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import NotificationConfigurationTypeDef

    from mocks3.effects.events import ObjectEvent
    from mocks3.effects.state import EffectsWorld, Listener
    from mocks3.model.messages import WireResponse
    from mocks3.model.stages import Authorized

DOCUMENT: Final = "notification"
TESTING_OPERATIONS = frozenset({"PutBucketNotificationConfiguration", "PutBucketNotification"})
"""Operations after which S3 sends a test event to queues and topics."""

_LISTS = (
    ("QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "TopicArn"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
)
MOST_CHAINED_EVENTS = 16
"""How many events in a row may cause the next event before mocks3 reports a loop (the limit of AWS Lambda)."""

_depth: ContextVar[int] = ContextVar("depth", default=0)


class NotificationConfiguration(NamedTuple):
    """One configuration of a notification document."""

    id: str
    destination: str
    events: tuple[str, ...]
    prefix: str
    suffix: str

    def matches(self, name: str, key: str) -> bool:
        """Return whether the configuration matches an event (``s3:…``) of a key."""
        if not (key.startswith(self.prefix) and key.endswith(self.suffix)):
            return False
        return any(
            name == event or (event[-1] == "*" and name.startswith(event[:-1])) for event in self.events
        )


def configurations(content: NotificationConfigurationTypeDef) -> Iterator[NotificationConfiguration]:
    """Yield the configurations of a document, without EventBridge's, which is only on or off."""
    by_name: Mapping[str, Any] = content
    for member, destination in _LISTS:
        for each in by_name.get(member, ()):
            rules = ((each.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
            ends = {rule["Name"].lower(): rule["Value"] for rule in rules}
            yield NotificationConfiguration(
                each["Id"],
                each[destination],
                tuple(each["Events"]),
                ends.get("prefix", ""),
                ends.get("suffix", ""),
            )


def publish(world: EffectsWorld, events: Iterable[ObjectEvent]) -> None:
    """Send the messages of events, in order."""
    for event in events:
        bucket = world.store.bucket(event.bucket)
        content = None if bucket is None else bucket.configurations.get(DOCUMENT)
        if bucket is None or content is None:
            continue
        sequencer = world.effects.next_sequencer()
        name, key = f"s3:{event.name}", event.version.key
        for each in configurations(content):
            if each.matches(name, key) and destinations.permits(world, bucket, each.destination):
                message = event_messages.notification_message(event, bucket, each.id, sequencer)
                send(world, Event(bucket.name, name, key, each.destination, message))
        if "EventBridgeConfiguration" in content:
            bridge_message = event_messages.eventbridge_message(event, bucket, sequencer)
            if bridge_message is not None:
                send(world, Event(bucket.name, name, key, EVENT_BRIDGE, bridge_message))


def send_test_events(world: EffectsWorld, call: Authorized, answer: WireResponse) -> None:
    """Send ``s3:TestEvent`` to the queues and topics of a new document. Functions get no test event."""
    bucket = call.store.bucket(call.bucket.name)
    content = None if bucket is None else bucket.configurations.get(DOCUMENT)
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
    """Store a message, and deliver it after the world's lock is released.

    It goes to the listeners of its destination, and to the destination in moto. An exception of a listener is
    raised to the caller of the request.
    """
    world.effects.events.append(event)
    listeners = world.effects.listeners.get(event.destination, ())
    if moto_destinations.is_open():
        listeners = (*listeners, lambda message: moto_destinations.deliver(event))
    if listeners:
        world.lock.later(functools.partial(_call_listeners, event, listeners))


def _call_listeners(event: Event, listeners: tuple[Listener, ...]) -> None:
    if _depth.get() >= MOST_CHAINED_EVENTS:
        raise Mocks3Error(
            f"listeners caused {MOST_CHAINED_EVENTS} events in a row; the last was {event.name} of bucket "
            f"{event.bucket}. Check the listeners for a loop: one writes to the bucket that notifies it"
        )
    token = _depth.set(_depth.get() + 1)
    try:
        for listener in listeners:
            listener(event.message)
    finally:
        _depth.reset(token)
