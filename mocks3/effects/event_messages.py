"""The messages of events: those that S3 sends to queues, topics and functions, and those for EventBridge.

Source: user guide, "Event message structure", "EventBridge event message structure", "Amazon EventBridge mapping and
troubleshooting", "Receiving replication failure events with Amazon S3 Event Notifications". The elements for
annotations and retention are inferred from the members that AWS's SDK for Java reads.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote_plus

from mocks3.clock import TIMESTAMP
from mocks3.effects.events import ObjectEvent, customer_id
from mocks3.rules import event_holds

if TYPE_CHECKING:
    from mocks3.storage import Bucket, Version

Message = dict[str, Any]

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
"""The ETag of delete markers in messages."""


class EventKind(NamedTuple):
    """The message format of a kind of events.

    ``version`` is the message's ``eventVersion``. ``detail_type`` is the name of the event in EventBridge, None if S3
    does not send it there. ``object_members`` and ``detail_members`` are the members of the object in the two messages,
    in addition to key and version id.
    """

    version: str
    object_members: frozenset[str]
    detail_type: str | None = None
    detail_members: frozenset[str] = frozenset()


_ALL = frozenset({"size", "etag", "sequencer"})
_BODY = frozenset({"size", "etag"})
_ETAG = frozenset({"etag"})
_MARKER = frozenset({"etag", "sequencer"})
_DELETED = frozenset({"sequencer"})

_KINDS = {
    "ObjectCreated": EventKind("2.1", _ALL, "Object Created", _ALL),
    "ObjectRemoved:Delete": EventKind("2.1", _DELETED, "Object Deleted", _DELETED),
    "ObjectRemoved:DeleteMarkerCreated": EventKind("2.1", _MARKER, "Object Deleted", _MARKER),
    "ObjectRestore:Post": EventKind("2.1", _ALL, "Object Restore Initiated", _BODY),
    "ObjectRestore:Completed": EventKind("2.1", _ALL, "Object Restore Completed", _BODY),
    "ObjectRestore:Delete": EventKind("2.3", _MARKER, "Object Restore Expired", _ETAG),
    "Replication": EventKind("2.2", _ALL),
    "LifecycleExpiration:Delete": EventKind("2.3", _DELETED, "Object Deleted", _DELETED),
    "LifecycleExpiration:DeleteMarkerCreated": EventKind("2.3", _MARKER, "Object Deleted", _MARKER),
    "LifecycleTransition": EventKind("2.3", _ALL, "Object Storage Class Changed", _BODY),
    "IntelligentTiering": EventKind("2.3", _ALL, "Object Access Tier Changed", _BODY),
    "ObjectTagging:Put": EventKind("2.3", _ETAG, "Object Tags Added", _ETAG),
    "ObjectTagging:Delete": EventKind("2.3", _ETAG, "Object Tags Deleted", _ETAG),
    "ObjectAcl": EventKind("2.3", _ETAG, "Object ACL Updated", _ETAG),
    "ObjectAnnotation:Put": EventKind("2.4", _ETAG, "Object Annotation Added", _ETAG),
    "ObjectAnnotation:Delete": EventKind("2.4", _ETAG, "Object Annotation Deleted", _ETAG),
    "ObjectRetention": EventKind("2.5", _ALL, "Object Retention Updated", _ETAG),
}
"""Kinds of events, by the event name or by its part before the colon."""


def kind_of(name: str) -> EventKind:
    """Return the kind of an event. ``name`` has no ``s3:``."""
    return _KINDS.get(name) or _KINDS[name.partition(":")[0]]


def notification_message(event: ObjectEvent, bucket: Bucket, configuration: str, sequencer: str) -> Message:
    """Return the message of one event for one notification configuration of its bucket."""
    origin, kind = event.origin, kind_of(event.name)
    element: Message = {
        "eventVersion": kind.version,
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": timestamp(event.at),
        "eventName": event.name,
        "userIdentity": {"principalId": origin.principal},
        "requestParameters": {"sourceIPAddress": origin.source_ip},
        "responseElements": {"x-amz-request-id": origin.request_id, "x-amz-id-2": origin.host_id},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": customer_id(bucket.owner)},
                "arn": bucket.arn,
            },
            "object": _object(event, bucket, kind, sequencer),
        },
    }
    return {"Records": [element | _extra_elements(event)]}


def _object(event: ObjectEvent, bucket: Bucket, kind: EventKind, sequencer: str) -> Message:
    """Return the element ``object``. Its key is URL-encoded as in forms, with a plus for a space."""
    element: Message = {"key": quote_plus(event.version.key, safe="/")}
    if "size" in kind.object_members:
        element["size"] = event.version.size
    if "etag" in kind.object_members:
        element["eTag"] = _etag(event.version)
    if bucket.versioning is not None:
        element["versionId"] = event.version.version_id
    if "sequencer" in kind.object_members:
        element["sequencer"] = sequencer
    return element


def _extra_elements(event: ObjectEvent) -> Message:
    """Return the elements that only events of this kind have."""
    version = event.version
    if event.name == "LifecycleTransition":
        moved = {"destinationStorageClass": version.storage_class}
        return {"lifecycleEventData": {"transitionEventData": moved}}
    if event.name == "ObjectRestore:Completed" and version.restore is not None:
        restored = {"lifecycleRestoreStorageClass": version.storage_class}
        if version.restore.expires is not None:  # a restore from Intelligent-Tiering does not expire
            restored["lifecycleRestorationExpiryTime"] = timestamp(version.restore.expires)
        return {"glacierEventData": {"restoreEventData": restored}}
    if event.name == "ObjectRetention:Put":
        return {"objectRetentionEventData": _retention(event)}
    return dict(event.more)


def test_message(bucket: str, at: datetime, request_id: str, host_id: str) -> Message:
    """Return the message that S3 sends to test a destination."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": timestamp(at),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": host_id,
    }


def eventbridge_message(event: ObjectEvent, bucket: Bucket, sequencer: str) -> Message | None:
    """Return the event for EventBridge, None for replication events. Its key is not encoded."""
    kind = kind_of(event.name)
    if kind.detail_type is None:
        return None
    detail: Message = {
        "version": "0",
        "event-version": "1.0",
        "bucket": {"name": bucket.name},
        "object": _detail_object(event, bucket, kind, sequencer),
        "request-id": event.origin.request_id,
        "requester": event.origin.account,
    }
    if event.origin.source_ip != event.origin.account:
        detail["source-ip-address"] = event.origin.source_ip
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind.detail_type,
        "source": "aws.s3",
        "account": bucket.owner,
        "time": event.at.strftime(TIMESTAMP),
        "region": bucket.region,
        "resources": [bucket.arn],
        "detail": detail | _extra_detail(event, kind.detail_type),
    }


def _detail_object(event: ObjectEvent, bucket: Bucket, kind: EventKind, sequencer: str) -> Message:
    version = event.version
    element: Message = {"key": version.key}
    if "size" in kind.detail_members:
        element["size"] = version.size
    if "etag" in kind.detail_members:
        element["etag"] = _etag(version)
    if bucket.versioning is not None:
        element["version-id"] = version.version_id
    if "sequencer" in kind.detail_members:
        element["sequencer"] = sequencer
    return element


def _extra_detail(event: ObjectEvent, kind: str) -> Message:
    """Return the members of ``detail`` that only events of this kind have."""
    members: Message = {}
    version = event.version
    if kind in ("Object Created", "Object Deleted"):
        members["reason"] = _REASONS.get(event.origin.reason, event.origin.reason)
    if kind == "Object Deleted":
        is_marker = event.name.endswith("DeleteMarkerCreated")
        members["deletion-type"] = "Delete Marker Created" if is_marker else "Permanently Deleted"
    if kind == "Object Storage Class Changed":
        members["destination-storage-class"] = version.storage_class
    if kind in ("Object Restore Initiated", "Object Restore Completed"):
        members["source-storage-class"] = version.storage_class
    if kind == "Object Restore Completed" and version.restore is not None and version.restore.expires:
        members["restore-expiry-time"] = version.restore.expires.strftime(TIMESTAMP)
    if "intelligentTieringEventData" in event.more:
        members["destination-access-tier"] = event.more["intelligentTieringEventData"][
            "destinationAccessTier"
        ]
    if "objectAnnotation" in event.more:
        members["object-annotation"] = event.more["objectAnnotation"]
    if kind == "Object Retention Updated":
        members["object-retention-event-data"] = {
            _DETAIL_NAMES[name]: v for name, v in _retention(event).items()
        }
    return members


_DETAIL_NAMES = {
    "mode": "mode",
    "retainUntilDate": "retain-until-date",
    "eventHold": "event-hold",
    "eventHoldDuration": "event-hold-duration",
}


def _retention(event: ObjectEvent) -> Message:
    """Return the current retention settings of a version. A setting that the version does not have is left out."""
    lock = event.version.lock
    until = event_holds.retained_until(lock, event.at)
    members: Message = {} if lock.mode is None else {"mode": lock.mode}
    if until is not None:
        members["retainUntilDate"] = timestamp(until)
    if lock.event_hold is not None:
        members["eventHold"] = "ON" if lock.event_hold else "OFF"
    if lock.period is not None:
        members["eventHoldDuration"] = {lock.period.unit.lower(): lock.period.number}
    return members


_REASONS = {"PostObject": "POST Object", "DeleteObjects": "DeleteObject"}
"""Operations whose name in EventBridge differs from the name in the API."""


def _etag(version: Version) -> str:
    return EMPTY_MD5 if version.is_delete_marker else version.etag


def timestamp(at: datetime) -> str:
    """Return a time as messages write it, to the millisecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
