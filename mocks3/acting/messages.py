"""The messages that S3 sends of what happened: to queues, topics and functions, and to EventBridge.

Source: user guide, "Event message structure", "EventBridge event message structure".
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from mocks3.acting.occurrences import Occurrence, customer_id

if TYPE_CHECKING:
    from mocks3.storage import Bucket

Message = dict[str, Any]

_LATER = ("Lifecycle", "ObjectTagging", "ObjectAcl")
"""Events in version 2.3 of the structure; those of replication are in 2.2, all others in 2.1."""

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
"""The ETag of delete markers, as messages give it."""


def record(what: Occurrence, bucket: Bucket, configuration: str, sequencer: str) -> Message:
    """The message of one event, by one configuration of its bucket."""
    origin = what.origin
    shown: Message = {
        "eventVersion": _structure(what.name),
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": _time(what.at),
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
            "object": _object(what, bucket, sequencer),
        },
    }
    if what.name == "LifecycleTransition":
        moved = {"destinationStorageClass": what.version.storage_class}
        shown["lifecycleEventData"] = {"transitionEventData": moved}
    return {"Records": [shown]}


def _structure(name: str) -> str:
    if name.startswith("Replication"):
        return "2.2"
    return "2.3" if name.startswith(_LATER) else "2.1"


def _object(what: Occurrence, bucket: Bucket, sequencer: str) -> Message:
    """What is said of the object; its key as forms encode it, with a plus for a space."""
    version = what.version
    shown: Message = {"key": quote_plus(version.key, safe="/")}
    if not is_removal(what.name):
        if not what.name.startswith(("ObjectTagging", "ObjectAcl")):
            shown["size"] = version.size
        shown["eTag"] = version.etag
    elif version.is_delete_marker and what.name.endswith("DeleteMarkerCreated"):
        shown["eTag"] = EMPTY_MD5
    if bucket.versioning is not None:
        shown["versionId"] = version.version_id
    if not what.name.startswith(("ObjectTagging", "ObjectAcl")):
        shown["sequencer"] = sequencer
    return shown


def is_removal(name: str) -> bool:
    """Whether an event says that something is gone."""
    return name.startswith(("ObjectRemoved", "LifecycleExpiration"))


def trial(bucket: str, at: datetime, request_id: str, host_id: str) -> Message:
    """The message with which S3 tries a destination."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": _time(at),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": host_id,
    }


_DETAIL = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "LifecycleExpiration": "Object Deleted",
    "LifecycleTransition": "Object Storage Class Changed",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
    "ObjectRestore:Post": "Object Restore Initiated",
}
"""What EventBridge calls events, by their names or the first half of them."""


def bridged(what: Occurrence, bucket: Bucket, sequencer: str) -> Message | None:
    """The same for EventBridge, which has no message for some; there the key stands as it is."""
    kind = _DETAIL.get(what.name) or _DETAIL.get(what.name.partition(":")[0])
    if kind is None:
        return None
    detail: Message = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": _bridged_object(what, bucket, sequencer),
        "request-id": what.origin.request_id,
        "requester": what.origin.account,
    }
    if what.origin.source_ip != what.origin.account:
        detail["source-ip-address"] = what.origin.source_ip
    if kind in ("Object Created", "Object Deleted"):
        detail["reason"] = what.origin.reason
    if kind == "Object Deleted":
        marked = what.name.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if marked else "Permanently Deleted"
    if kind == "Object Storage Class Changed":
        detail["destination-storage-class"] = what.version.storage_class
    if kind == "Object Restore Initiated":
        detail["source-storage-class"] = what.version.storage_class
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": "aws.s3",
        "account": bucket.owner,
        "time": what.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": bucket.region,
        "resources": [f"arn:aws:s3:::{bucket.name}"],
        "detail": detail,
    }


def _bridged_object(what: Occurrence, bucket: Bucket, sequencer: str) -> Message:
    version = what.version
    shown: Message = {"key": version.key}
    if not is_removal(what.name):
        shown |= {"size": version.size, "etag": version.etag}
    elif what.name.endswith("DeleteMarkerCreated"):
        shown["etag"] = EMPTY_MD5
    if bucket.versioning is not None:
        shown["version-id"] = version.version_id
    if what.name.startswith(("ObjectCreated", "ObjectRemoved", "Lifecycle")):
        shown["sequencer"] = sequencer
    return shown


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
