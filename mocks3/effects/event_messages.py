"""The messages that S3 sends of what happened: to queues, topics and functions, and to EventBridge.

Source: user guide, "Event message structure", "EventBridge event message structure", "Amazon EventBridge mapping and
troubleshooting", "Receiving replication failure events with Amazon S3 Event Notifications". What annotations and
retention look like is inferred from what AWS's SDK for Java reads.
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
"""The ETag of delete markers, as messages give it."""


class EventKind(NamedTuple):
    """How events of a kind are told.

    ``structure`` is the version of the message; ``bridged`` what EventBridge calls the event, None where it is not
    told. ``says`` and ``bridged_says`` are what they say of the object beside its key and version.
    """

    version: str
    object_members: frozenset[str]
    detail_type: str | None = None
    detail_members: frozenset[str] = frozenset()


_ALL = frozenset({"size", "etag", "sequencer"})
_BODY = frozenset({"size", "etag"})
_ETAG = frozenset({"etag"})
_MARKED = frozenset({"etag", "sequencer"})
_GONE = frozenset({"sequencer"})

_KINDS = {
    "ObjectCreated": EventKind("2.1", _ALL, "Object Created", _ALL),
    "ObjectRemoved:Delete": EventKind("2.1", _GONE, "Object Deleted", _GONE),
    "ObjectRemoved:DeleteMarkerCreated": EventKind("2.1", _MARKED, "Object Deleted", _MARKED),
    "ObjectRestore:Post": EventKind("2.1", _ALL, "Object Restore Initiated", _BODY),
    "ObjectRestore:Completed": EventKind("2.1", _ALL, "Object Restore Completed", _BODY),
    "ObjectRestore:Delete": EventKind("2.3", _MARKED, "Object Restore Expired", _ETAG),
    "Replication": EventKind("2.2", _ALL),
    "LifecycleExpiration:Delete": EventKind("2.3", _GONE, "Object Deleted", _GONE),
    "LifecycleExpiration:DeleteMarkerCreated": EventKind("2.3", _MARKED, "Object Deleted", _MARKED),
    "LifecycleTransition": EventKind("2.3", _ALL, "Object Storage Class Changed", _BODY),
    "IntelligentTiering": EventKind("2.3", _ALL, "Object Access Tier Changed", _BODY),
    "ObjectTagging:Put": EventKind("2.3", _ETAG, "Object Tags Added", _ETAG),
    "ObjectTagging:Delete": EventKind("2.3", _ETAG, "Object Tags Deleted", _ETAG),
    "ObjectAcl": EventKind("2.3", _ETAG, "Object ACL Updated", _ETAG),
    "ObjectAnnotation:Put": EventKind("2.4", _ETAG, "Object Annotation Added", _ETAG),
    "ObjectAnnotation:Delete": EventKind("2.4", _ETAG, "Object Annotation Deleted", _ETAG),
    "ObjectRetention": EventKind("2.5", _ALL, "Object Retention Updated", _ETAG),
}
"""Kinds of events, by their names or the first half of them."""


def kind_of(name: str) -> EventKind:
    """The kind of an event (its name without ``s3:``)."""
    return _KINDS.get(name) or _KINDS[name.partition(":")[0]]


def notification_message(what: ObjectEvent, bucket: Bucket, configuration: str, sequencer: str) -> Message:
    """The message of one event, by one configuration of its bucket."""
    origin, kind = what.origin, kind_of(what.name)
    shown: Message = {
        "eventVersion": kind.version,
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": timestamp(what.at),
        "eventName": what.name,
        "userIdentity": {"principalId": origin.principal},
        "requestParameters": {"sourceIPAddress": origin.source_ip},
        "responseElements": {"x-amz-request-id": origin.request_id, "x-amz-id-2": origin.host_id},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": customer_id(bucket.owner)},
                "arn": f"arn:aws:s3:::{bucket.name}",
            },
            "object": _object(what, bucket, kind, sequencer),
        },
    }
    return {"Records": [shown | _beside(what)]}


def _object(what: ObjectEvent, bucket: Bucket, kind: EventKind, sequencer: str) -> Message:
    """What is said of the object; its key as forms encode it, with a plus for a space."""
    shown: Message = {"key": quote_plus(what.version.key, safe="/")}
    if "size" in kind.object_members:
        shown["size"] = what.version.size
    if "etag" in kind.object_members:
        shown["eTag"] = _etag(what.version)
    if bucket.versioning is not None:
        shown["versionId"] = what.version.version_id
    if "sequencer" in kind.object_members:
        shown["sequencer"] = sequencer
    return shown


def _beside(what: ObjectEvent) -> Message:
    """What only events of this kind have."""
    version = what.version
    if what.name == "LifecycleTransition":
        moved = {"destinationStorageClass": version.storage_class}
        return {"lifecycleEventData": {"transitionEventData": moved}}
    if what.name == "ObjectRestore:Completed" and version.restore is not None:
        restored = {"lifecycleRestoreStorageClass": version.storage_class}
        if version.restore.expires is not None:  # what Intelligent-Tiering restored stays
            restored["lifecycleRestorationExpiryTime"] = timestamp(version.restore.expires)
        return {"glacierEventData": {"restoreEventData": restored}}
    if what.name == "ObjectRetention:Put":
        return {"objectRetentionEventData": _retention(what)}
    return dict(what.more)


def test_message(bucket: str, at: datetime, request_id: str, host_id: str) -> Message:
    """The message with which S3 tries a destination."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": timestamp(at),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": host_id,
    }


def eventbridge_message(what: ObjectEvent, bucket: Bucket, sequencer: str) -> Message | None:
    """The same for EventBridge, which is not told of replication; there the key stands as it is."""
    kind = kind_of(what.name)
    if kind.detail_type is None:
        return None
    detail: Message = {
        "version": "0",
        "event-version": "1.0",
        "bucket": {"name": bucket.name},
        "object": _bridged_object(what, bucket, kind, sequencer),
        "request-id": what.origin.request_id,
        "requester": what.origin.account,
    }
    if what.origin.source_ip != what.origin.account:
        detail["source-ip-address"] = what.origin.source_ip
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind.detail_type,
        "source": "aws.s3",
        "account": bucket.owner,
        "time": what.at.strftime(TIMESTAMP),
        "region": bucket.region,
        "resources": [f"arn:aws:s3:::{bucket.name}"],
        "detail": detail | _bridged_beside(what, kind.detail_type),
    }


def _bridged_object(what: ObjectEvent, bucket: Bucket, kind: EventKind, sequencer: str) -> Message:
    version = what.version
    shown: Message = {"key": version.key}
    if "size" in kind.detail_members:
        shown["size"] = version.size
    if "etag" in kind.detail_members:
        shown["etag"] = _etag(version)
    if bucket.versioning is not None:
        shown["version-id"] = version.version_id
    if "sequencer" in kind.detail_members:
        shown["sequencer"] = sequencer
    return shown


def _bridged_beside(what: ObjectEvent, kind: str) -> Message:
    """What only events of this kind have there."""
    said: Message = {}
    version = what.version
    if kind in ("Object Created", "Object Deleted"):
        said["reason"] = _REASONS.get(what.origin.reason, what.origin.reason)
    if kind == "Object Deleted":
        marked = what.name.endswith("DeleteMarkerCreated")
        said["deletion-type"] = "Delete Marker Created" if marked else "Permanently Deleted"
    if kind == "Object Storage Class Changed":
        said["destination-storage-class"] = version.storage_class
    if kind in ("Object Restore Initiated", "Object Restore Completed"):
        said["source-storage-class"] = version.storage_class
    if kind == "Object Restore Completed" and version.restore is not None and version.restore.expires:
        said["restore-expiry-time"] = version.restore.expires.strftime(TIMESTAMP)
    if "intelligentTieringEventData" in what.more:
        said["destination-access-tier"] = what.more["intelligentTieringEventData"]["destinationAccessTier"]
    if "objectAnnotation" in what.more:
        said["object-annotation"] = what.more["objectAnnotation"]
    if kind == "Object Retention Updated":
        said["object-retention-event-data"] = {_BRIDGED[name]: v for name, v in _retention(what).items()}
    return said


_BRIDGED = {
    "mode": "mode",
    "retainUntilDate": "retain-until-date",
    "eventHold": "event-hold",
    "eventHoldDuration": "event-hold-duration",
}


def _retention(what: ObjectEvent) -> Message:
    """How a version is retained now: nothing is said of what it has not."""
    lock = what.version.lock
    until = event_holds.end(lock, what.at)
    said: Message = {} if lock.mode is None else {"mode": lock.mode}
    if until is not None:
        said["retainUntilDate"] = timestamp(until)
    if lock.event_hold is not None:
        said["eventHold"] = "ON" if lock.event_hold else "OFF"
    if lock.period is not None:
        said["eventHoldDuration"] = {lock.period.unit.lower(): lock.period.number}
    return said


_REASONS = {"PostObject": "POST Object", "DeleteObjects": "DeleteObject"}
"""Operations that EventBridge calls otherwise than the API does."""


def _etag(version: Version) -> str:
    return EMPTY_MD5 if version.is_delete_marker else version.etag


def timestamp(at: datetime) -> str:
    """A moment as messages write it, to the millisecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
