"""Deliver messages to the queues, topics, functions and event buses of moto, while a mock of moto is open.

Rule: nothing of moto is imported here. A service of moto that nothing has imported has no resources.
"""

from __future__ import annotations

import calendar
import json
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from mocks3.clock import TIMESTAMP
from mocks3.errors import NotSupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from mocks3.effects.records import Event

EVENT_BRIDGE: Final = "eventbridge"
"""The destination of messages to EventBridge, in place of an ARN."""


def is_open() -> bool:
    """Whether a mock of moto is open."""
    models = sys.modules.get("moto.core.models")
    return models is not None and bool(models.botocore_stubber.enabled)


def holds(arn: str) -> bool:
    """Whether an open mock of moto has this queue, topic or function."""
    return is_open() and _sender(arn) is not None


def deliver(event: Event) -> None:
    """Deliver a message to its destination in moto, if moto is open and has the destination.

    Raises:
        NotSupported: moto does not support a target of a rule of EventBridge.
    """
    if not is_open():
        return
    if event.destination == EVENT_BRIDGE:
        _put_event(event.message)
        return
    send = _sender(event.destination)
    if send is not None:
        send(json.dumps(event.message))


def _sender(arn: str) -> Callable[[str], object] | None:
    """Return the function that sends a message to a destination; None if moto does not have the destination."""
    _, _, service, region, account, name = arn.split(":", 5)
    return _SENDERS[service](arn, region, account, name)


def _backend(module: str, name: str, account: str, region: str) -> Any:
    """Return a service of moto in an account and Region; None if nothing of it was used, or the Region is unknown."""
    found: Any = sys.modules.get(f"moto.{module}")
    if found is None:
        return None
    try:
        return getattr(found, name)[account][region]
    except KeyError:
        return None


def _queue(arn: str, region: str, account: str, name: str) -> Callable[[str], object] | None:
    backend = _backend("sqs.models", "sqs_backends", account, region)
    if backend is None or name not in backend.queues:
        return None
    return lambda body: backend.send_message(queue_name=name, message_body=body)


def _topic(arn: str, region: str, account: str, name: str) -> Callable[[str], object] | None:
    backend = _backend("sns.models", "sns_backends", account, region)
    if backend is None or arn not in backend.topics:
        return None
    # The subject is S3's (user guide, "Walkthrough: Configuring a bucket for notifications").
    return lambda body: backend.publish(message=body, arn=arn, subject="Amazon S3 Notification")


def _function(arn: str, region: str, account: str, name: str) -> Callable[[str], object] | None:
    module: Any = sys.modules.get("moto.awslambda.models")
    if module is None:
        return None
    # moto keeps functions in one of two places. Its setting "use_docker" says in which.
    backend = sys.modules["moto.awslambda.utils"].get_backend(account, region)
    _, _, rest = name.partition(":")
    function, _, qualifier = rest.partition(":")
    try:
        backend.get_function(function, qualifier or None)
    except module.UnknownFunctionException:
        return None
    return lambda body: backend.invoke(function, qualifier or None, body, {}, {})


_SENDERS = {"sqs": _queue, "sns": _topic, "lambda": _function}


def _put_event(message: dict[str, Any]) -> None:
    """Put a message on the default event bus of the bucket's account and Region."""
    backend = _backend("events.models", "events_backends", message["account"], message["region"])
    if backend is None:
        return
    entry = {
        "Source": message["source"],
        "DetailType": message["detail-type"],
        "Detail": json.dumps(message["detail"]),
        "Resources": message["resources"],
        "Time": calendar.timegm(time.strptime(message["time"], TIMESTAMP)),
    }
    try:
        backend.put_events([entry])
    except NotImplementedError as error:
        raise NotSupported(
            "moto does not deliver to a target of the rule that matches this S3 event; its EventBridge delivers to "
            'queues, log groups and archives. aws.on_event("eventbridge", function) receives every event'
        ) from error
