"""No member of a document with effects is accepted and ignored: each changes the result, or is refused.

The installed botocore model lists the members. For each member, two documents that differ only in it have different
results in the same small mock (``worlds``), or the member is in ``REFUSED`` or ``SILENT`` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from mocks3.wire.known import known_rows

from . import worlds

Document = Any
Case = tuple[Document, Document]


def leaves(shape: Any, path: str = "") -> Iterator[str]:
    """Yield the members of a shape that have no members themselves, by path."""
    if shape.type_name == "structure" and shape.members:
        for name, member in shape.members.items():
            yield from leaves(member, f"{path}.{name}" if path else name)
    elif shape.type_name == "list" and shape.member.type_name != "string":
        yield from leaves(shape.member, f"{path}[]")
    else:
        yield path


def changed(document: Document, *steps: Any) -> Document:
    """Return the document with another value at a path. None removes the value."""
    *way, last, value = steps
    made = deepcopy(document)
    at = made
    for step in way:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return made


def case(base: Document, *steps: Any) -> Case:
    return base, changed(base, *steps)


# Lifecycle

SOON = datetime(2026, 3, 10, tzinfo=UTC)
LATE = datetime(2026, 4, 10, tzinfo=UTC)


def life(**actions: Any) -> list[dict[str, Any]]:
    usual = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "a/"}}
    return [{**usual, **(actions or {"Expiration": {"Days": 2}})}]


def asked(**content: Any) -> list[dict[str, Any]]:
    return life(Filter=content, Expiration={"Days": 2})


def old_life(**actions: Any) -> list[dict[str, Any]]:
    (rule,) = life(**actions)
    del rule["Filter"]
    return [{**rule, "Prefix": "a/"}]


MOVE = {"Days": 9, "StorageClass": "GLACIER"}
MOVED = {"NoncurrentDays": 9, "StorageClass": "GLACIER"}
ONE, TWO = {"Key": "t", "Value": "1"}, {"Key": "t", "Value": "2"}
BOTH = {"Prefix": "a/", "Tags": [ONE]}
SIZES = {"ObjectSizeGreaterThan": 1, "ObjectSizeLessThan": 300_000}
NONCURRENT = {"NoncurrentDays": 5, "NewerNoncurrentVersions": 1}

LIFE = {
    "Expiration.Date": case(life(Expiration={"Date": SOON}), 0, "Expiration", "Date", LATE),
    "Expiration.Days": case(life(), 0, "Expiration", "Days", 50),
    "Expiration.ExpiredObjectDeleteMarker": case(
        life(Filter={"Prefix": ""}, Expiration={"ExpiredObjectDeleteMarker": True}),
        0,
        "Expiration",
        "ExpiredObjectDeleteMarker",
        False,
    ),
    "ID": case(life(), 0, "ID", "other"),
    "Status": case(life(), 0, "Status", "Disabled"),
    "NoncurrentVersionExpiration.NoncurrentDays": case(
        life(NoncurrentVersionExpiration=NONCURRENT), 0, "NoncurrentVersionExpiration", "NoncurrentDays", 50
    ),
    "NoncurrentVersionExpiration.NewerNoncurrentVersions": case(
        life(NoncurrentVersionExpiration=NONCURRENT),
        0,
        "NoncurrentVersionExpiration",
        "NewerNoncurrentVersions",
        2,
    ),
    "AbortIncompleteMultipartUpload.DaysAfterInitiation": case(
        life(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2}),
        0,
        "AbortIncompleteMultipartUpload",
        "DaysAfterInitiation",
        50,
    ),
}
"""Members of rules of both generations."""

MOVES = life(Transitions=[MOVE])
DATED = life(Transitions=[{"Date": SOON, "StorageClass": "GLACIER"}])
OLD_MOVES = life(NoncurrentVersionTransitions=[{**MOVED, "NewerNoncurrentVersions": 1}])
LIFECYCLE: dict[str, Case] = {
    **LIFE,
    "Prefix": case(old_life(), 0, "Prefix", "b"),
    "Filter.Prefix": case(life(), 0, "Filter", "Prefix", "b"),
    "Filter.Tag.Key": case(asked(Tag=ONE), 0, "Filter", "Tag", "Key", "u"),
    "Filter.Tag.Value": case(asked(Tag=ONE), 0, "Filter", "Tag", "Value", "2"),
    "Filter.ObjectSizeGreaterThan": case(
        asked(ObjectSizeGreaterThan=1), 0, "Filter", "ObjectSizeGreaterThan", 200_000
    ),
    "Filter.ObjectSizeLessThan": case(
        asked(ObjectSizeLessThan=300_000), 0, "Filter", "ObjectSizeLessThan", 100
    ),
    "Filter.And.Prefix": case(asked(And=BOTH), 0, "Filter", "And", "Prefix", "b"),
    "Filter.And.Tags[].Key": case(asked(And=BOTH), 0, "Filter", "And", "Tags", 0, "Key", "u"),
    "Filter.And.Tags[].Value": case(asked(And=BOTH), 0, "Filter", "And", "Tags", 0, "Value", "2"),
    "Filter.And.ObjectSizeGreaterThan": case(
        asked(And=SIZES), 0, "Filter", "And", "ObjectSizeGreaterThan", 200_000
    ),
    "Filter.And.ObjectSizeLessThan": case(asked(And=SIZES), 0, "Filter", "And", "ObjectSizeLessThan", 100),
    "Transitions[].Date": case(DATED, 0, "Transitions", 0, "Date", LATE),
    "Transitions[].Days": case(MOVES, 0, "Transitions", 0, "Days", 50),
    "Transitions[].StorageClass": case(MOVES, 0, "Transitions", 0, "StorageClass", "GLACIER_IR"),
    "NoncurrentVersionTransitions[].NoncurrentDays": case(
        OLD_MOVES, 0, "NoncurrentVersionTransitions", 0, "NoncurrentDays", 50
    ),
    "NoncurrentVersionTransitions[].StorageClass": case(
        OLD_MOVES, 0, "NoncurrentVersionTransitions", 0, "StorageClass", "GLACIER_IR"
    ),
    "NoncurrentVersionTransitions[].NewerNoncurrentVersions": case(
        OLD_MOVES, 0, "NoncurrentVersionTransitions", 0, "NewerNoncurrentVersions", 2
    ),
}
FIRST_MOVE = old_life(Transition=MOVE)
FIRST_DATED = old_life(Transition={"Date": SOON, "StorageClass": "GLACIER"})
FIRST_MOVED = old_life(NoncurrentVersionTransition=MOVED)
FIRST_LIFECYCLE: dict[str, Case] = {
    **{
        path: (changed(one, 0, "Prefix", "a/"), changed(two, 0, "Prefix", "a/"))
        for path, (one, two) in LIFE.items()
        if not path.endswith("NewerNoncurrentVersions")
    },
    "Prefix": case(old_life(), 0, "Prefix", "b"),
    "Transition.Date": case(FIRST_DATED, 0, "Transition", "Date", LATE),
    "Transition.Days": case(FIRST_MOVE, 0, "Transition", "Days", 50),
    "Transition.StorageClass": case(FIRST_MOVE, 0, "Transition", "StorageClass", "GLACIER_IR"),
    "NoncurrentVersionTransition.NoncurrentDays": case(
        FIRST_MOVED, 0, "NoncurrentVersionTransition", "NoncurrentDays", 50
    ),
    "NoncurrentVersionTransition.StorageClass": case(
        FIRST_MOVED, 0, "NoncurrentVersionTransition", "StorageClass", "GLACIER_IR"
    ),
}
for _one, _two in FIRST_LIFECYCLE.values():
    for _rule in (*_one, *_two):
        _rule.pop("Filter", None)
        _rule.get("NoncurrentVersionExpiration", {}).pop("NewerNoncurrentVersions", None)

# Notification

ARNS = {
    "Topic": "arn:aws:sns:us-east-1:123456789012:t",
    "Queue": "arn:aws:sqs:us-east-1:123456789012:q",
    "LambdaFunction": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "CloudFunction": "arn:aws:lambda:us-east-1:123456789012:function:f",
}


def notifications() -> Iterator[tuple[str, Case]]:
    for kind in ("Topic", "Queue", "LambdaFunction"):
        name, arn = f"{kind}Configurations", f"{kind}Arn"
        one = {
            "Id": "c",
            arn: ARNS[kind],
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "img/"}]}},
        }
        base = {name: [one]}
        rules = ("Filter", "Key", "FilterRules", 0)
        yield f"{name}[].Id", case(base, name, 0, "Id", "d")
        yield f"{name}[].{arn}", case(base, name, 0, arn, ARNS[kind] + "2")
        yield f"{name}[].Events", case(base, name, 0, "Events", ["s3:ObjectRemoved:*"])
        yield f"{name}[].Filter.Key.FilterRules[].Name", case(base, name, 0, *rules, "Name", "suffix")
        yield f"{name}[].Filter.Key.FilterRules[].Value", case(base, name, 0, *rules, "Value", "doc/")
    yield "EventBridgeConfiguration", ({"EventBridgeConfiguration": {}}, {})


def first_notifications() -> Iterator[tuple[str, Case]]:
    for kind in ("Topic", "Queue", "CloudFunction"):
        name = f"{kind}Configuration"
        base = {name: {"Id": "c", kind: ARNS[kind], "Events": ["s3:ObjectCreated:*"]}}
        single = {name: {"Id": "c", kind: ARNS[kind], "Event": "s3:ObjectCreated:*"}}
        yield f"{name}.Id", case(base, name, "Id", "d")
        yield f"{name}.{kind}", case(base, name, kind, ARNS[kind] + "2")
        yield f"{name}.Events", case(base, name, "Events", ["s3:ObjectRemoved:*"])
        yield f"{name}.Event", case(single, name, "Event", "s3:ObjectRemoved:*")


# Replication

ENABLED, DISABLED = {"Status": "Enabled"}, {"Status": "Disabled"}
TIMED = {
    "ReplicationTime": {**ENABLED, "Time": {"Minutes": 15}},
    "Metrics": {**ENABLED, "EventThreshold": {"Minutes": 15}},
}
ROLE = "arn:aws:iam::123456789012:role/"


def copying(*, first: bool = False, **more: Any) -> dict[str, Any]:
    target = {"Bucket": "arn:aws:s3:::amzn-dst", **more.pop("Destination", {})}
    rule = {"ID": "r", "Status": "Enabled", "Destination": target, **more}
    if first:
        rule.setdefault("Prefix", "")
    else:
        rule = {"Priority": 1, "Filter": {}, "DeleteMarkerReplication": DISABLED, **rule}
    return {"Role": f"{ROLE}one", "Rules": [rule]}


SELECTED = copying(
    SourceSelectionCriteria={"SseKmsEncryptedObjects": ENABLED},
    Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": "<key1>"}},
)
TWICE = {
    "Role": f"{ROLE}one",
    "Rules": [
        *copying(ID="x", Priority=1)["Rules"],
        *copying(ID="y", Priority=2, Destination={"StorageClass": "STANDARD_IA"})["Rules"],
    ],
}
HANDED = copying(
    Destination={
        "Bucket": "arn:aws:s3:::amzn-far",
        "Account": "222222222222",
        "AccessControlTranslation": {"Owner": "Destination"},
    }
)
TAGGED = copying(Filter={"And": {"Prefix": "a", "Tags": [{"Key": "t", "Value": "1"}]}})
RULE = ("Rules", 0)


def exclusions() -> Iterator[tuple[str, Case]]:
    """Return the cases of ``Not``, alone and in ``And``."""
    tag, other = {"Key": "t", "Value": "1"}, {"Key": "none", "Value": "1"}
    either = {"Or": {"Prefixes": ["none"], "Tags": [tag]}}
    for path, content, way in (
        ("Prefix", {"Prefix": "a"}, ("Prefix", "none")),
        ("Tag.Key", {"Tag": tag}, ("Tag", "Key", "none")),
        ("Tag.Value", {"Tag": tag}, ("Tag", "Value", "2")),
        ("Or.Prefixes", {"Or": {"Prefixes": ["none", "a"]}}, ("Or", "Prefixes", ["none"])),
        ("Or.Tags[].Key", either, ("Or", "Tags", [other])),
        ("Or.Tags[].Value", either, ("Or", "Tags", 0, "Value", "2")),
    ):
        alone, beside = (
            copying(Filter={"Not": content}),
            copying(Filter={"And": {"Prefix": "", "Not": content}}),
        )
        yield f"Rules[].Filter.Not.{path}", case(alone, *RULE, "Filter", "Not", *way)
        yield f"Rules[].Filter.And.Not.{path}", case(beside, *RULE, "Filter", "And", "Not", *way)


REPLICATION: dict[str, Case] = {
    "Role": case(copying(), "Role", f"{ROLE}two"),
    "Rules[].ID": case(copying(), *RULE, "ID", "other"),
    "Rules[].Priority": case(TWICE, *RULE, "Priority", 3),
    "Rules[].Prefix": case(copying(first=True), *RULE, "Prefix", "b"),
    "Rules[].Filter.Prefix": case(copying(Filter={"Prefix": "a"}), *RULE, "Filter", "Prefix", "g"),
    "Rules[].Filter.Tag.Key": case(
        copying(Filter={"Tag": {"Key": "t", "Value": "1"}}), *RULE, "Filter", "Tag", "Key", "none"
    ),
    "Rules[].Filter.Tag.Value": case(
        copying(Filter={"Tag": {"Key": "t", "Value": "1"}}), *RULE, "Filter", "Tag", "Value", "2"
    ),
    "Rules[].Filter.And.Prefix": case(TAGGED, *RULE, "Filter", "And", "Prefix", "b"),
    "Rules[].Filter.And.Tags[].Key": case(TAGGED, *RULE, "Filter", "And", "Tags", 0, "Key", "none"),
    "Rules[].Filter.And.Tags[].Value": case(TAGGED, *RULE, "Filter", "And", "Tags", 0, "Value", "2"),
    **dict(exclusions()),
    "Rules[].Status": case(copying(), *RULE, "Status", "Disabled"),
    "Rules[].SourceSelectionCriteria.SseKmsEncryptedObjects.Status": case(
        SELECTED, *RULE, "SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status", "Disabled"
    ),
    "Rules[].Destination.Bucket": case(copying(), *RULE, "Destination", "Bucket", "arn:aws:s3:::amzn-far"),
    "Rules[].Destination.Account": case(
        copying(Destination={"Account": "123456789012"}), *RULE, "Destination", "Account", "222222222222"
    ),
    "Rules[].Destination.StorageClass": case(
        copying(Destination={"StorageClass": "STANDARD"}), *RULE, "Destination", "StorageClass", "GLACIER"
    ),
    "Rules[].Destination.AccessControlTranslation.Owner": case(
        HANDED, *RULE, "Destination", "AccessControlTranslation", None
    ),
    "Rules[].Destination.EncryptionConfiguration.ReplicaKmsKeyID": case(
        SELECTED, *RULE, "Destination", "EncryptionConfiguration", "ReplicaKmsKeyID", "<key2>"
    ),
    "Rules[].Destination.ReplicationTime.Status": (
        copying(Destination=TIMED),
        copying(Destination={"Metrics": ENABLED, "ReplicationTime": {**DISABLED, "Time": {"Minutes": 15}}}),
    ),
    "Rules[].Destination.Metrics.Status": case(
        copying(Destination={"Metrics": ENABLED, "Account": "222222222222"}),
        *RULE,
        "Destination",
        "Metrics",
        "Status",
        "Disabled",
    ),
    "Rules[].DeleteMarkerReplication.Status": case(
        copying(), *RULE, "DeleteMarkerReplication", "Status", "Enabled"
    ),
}

# Logging, inventory, website, CORS

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
GROUP = {"Type": "Group", "URI": EVERYBODY}
LOGS = {
    "TargetBucket": "amzn-logs",
    "TargetPrefix": "p/",
    "TargetGrants": [{"Grantee": GROUP, "Permission": "READ"}],
}
PARTED = {**LOGS, "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}}
TO_ONE = {
    **LOGS,
    "TargetGrants": [{"Grantee": {"Type": "CanonicalUser", "ID": "<far>"}, "Permission": "READ"}],
}
LOGGING: dict[str, Case] = {
    "LoggingEnabled.TargetBucket": case(LOGS, "TargetBucket", "amzn-logs2"),
    "LoggingEnabled.TargetPrefix": case(LOGS, "TargetPrefix", "q/"),
    "LoggingEnabled.TargetGrants[].Permission": case(LOGS, "TargetGrants", 0, "Permission", "FULL_CONTROL"),
    "LoggingEnabled.TargetGrants[].Grantee.URI": case(
        LOGS, "TargetGrants", 0, "Grantee", "URI", EVERYBODY.replace("AllUsers", "AuthenticatedUsers")
    ),
    "LoggingEnabled.TargetGrants[].Grantee.ID": (TO_ONE, {**TO_ONE, "TargetGrants": []}),
    "LoggingEnabled.TargetGrants[].Grantee.Type": (TO_ONE, LOGS),
    "LoggingEnabled.TargetObjectKeyFormat.SimplePrefix": (
        {**LOGS, "TargetObjectKeyFormat": {"SimplePrefix": {}}},
        PARTED,
    ),
    "LoggingEnabled.TargetObjectKeyFormat.PartitionedPrefix.PartitionDateSource": case(
        PARTED, "TargetObjectKeyFormat", "PartitionedPrefix", "PartitionDateSource", "DeliveryTime"
    ),
}

REPORT = {
    "Id": "i",
    "IsEnabled": True,
    "IncludedObjectVersions": "Current",
    "Filter": {"Prefix": "a"},
    "OptionalFields": ["Size"],
    "Schedule": {"Frequency": "Daily"},
    "Destination": {
        "S3BucketDestination": {
            "AccountId": "123456789012",
            "Bucket": "arn:aws:s3:::amzn-reports",
            "Format": "CSV",
            "Prefix": "inv",
            "Encryption": {"SSEKMS": {"KeyId": "<key1>"}},
        }
    },
}
TO = ("Destination", "S3BucketDestination")
INVENTORY: dict[str, Case] = {
    "Id": case(REPORT, "Id", "j"),
    "IsEnabled": case(REPORT, "IsEnabled", False),
    "IncludedObjectVersions": case(REPORT, "IncludedObjectVersions", "All"),
    "Filter.Prefix": case(REPORT, "Filter", "Prefix", "none"),
    "OptionalFields": case(REPORT, "OptionalFields", ["ETag"]),
    "Schedule.Frequency": case(REPORT, "Schedule", "Frequency", "Weekly"),
    "Destination.S3BucketDestination.AccountId": case(REPORT, *TO, "AccountId", "222222222222"),
    "Destination.S3BucketDestination.Bucket": case(REPORT, *TO, "Bucket", "arn:aws:s3:::amzn-reports2"),
    "Destination.S3BucketDestination.Format": case(REPORT, *TO, "Format", "Parquet"),
    "Destination.S3BucketDestination.Prefix": case(REPORT, *TO, "Prefix", "other"),
    "Destination.S3BucketDestination.Encryption.SSES3": case(REPORT, *TO, "Encryption", {"SSES3": {}}),
    "Destination.S3BucketDestination.Encryption.SSEKMS.KeyId": case(
        REPORT, *TO, "Encryption", "SSEKMS", "KeyId", "<key0>"
    ),
}

SITE = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "err.html"}}
AWAY = {"RedirectAllRequestsTo": {"HostName": "a.example", "Protocol": "https"}}
ROUTED = {
    **SITE,
    "RoutingRules": [
        {
            "Condition": {"KeyPrefixEquals": "docs/"},
            "Redirect": {
                "HostName": "b.example",
                "HttpRedirectCode": "302",
                "Protocol": "https",
                "ReplaceKeyPrefixWith": "documents/",
            },
        }
    ],
}
CAUGHT = {
    **SITE,
    "RoutingRules": [
        {"Condition": {"HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"ReplaceKeyWith": "home.html"}}
    ],
}
ROUTE = ("RoutingRules", 0)
WEBSITE: dict[str, Case] = {
    "ErrorDocument.Key": case(SITE, "ErrorDocument", "Key", "oops.html"),
    "IndexDocument.Suffix": case(SITE, "IndexDocument", "Suffix", "home.html"),
    "RedirectAllRequestsTo.HostName": case(AWAY, "RedirectAllRequestsTo", "HostName", "b.example"),
    "RedirectAllRequestsTo.Protocol": case(AWAY, "RedirectAllRequestsTo", "Protocol", "http"),
    "RoutingRules[].Condition.HttpErrorCodeReturnedEquals": case(
        CAUGHT, *ROUTE, "Condition", "HttpErrorCodeReturnedEquals", "403"
    ),
    "RoutingRules[].Condition.KeyPrefixEquals": case(ROUTED, *ROUTE, "Condition", "KeyPrefixEquals", "img/"),
    "RoutingRules[].Redirect.HostName": case(ROUTED, *ROUTE, "Redirect", "HostName", "c.example"),
    "RoutingRules[].Redirect.HttpRedirectCode": case(ROUTED, *ROUTE, "Redirect", "HttpRedirectCode", "307"),
    "RoutingRules[].Redirect.Protocol": case(ROUTED, *ROUTE, "Redirect", "Protocol", "http"),
    "RoutingRules[].Redirect.ReplaceKeyPrefixWith": case(
        ROUTED, *ROUTE, "Redirect", "ReplaceKeyPrefixWith", "x/"
    ),
    "RoutingRules[].Redirect.ReplaceKeyWith": case(CAUGHT, *ROUTE, "Redirect", "ReplaceKeyWith", "oops.html"),
}

SHARED = [
    {
        "ID": "c",
        "AllowedHeaders": ["x-*"],
        "AllowedMethods": ["GET"],
        "AllowedOrigins": ["http://a.example"],
        "ExposeHeaders": ["etag"],
        "MaxAgeSeconds": 5,
    }
]
CORS: dict[str, Case] = {
    "AllowedHeaders": case(SHARED, 0, "AllowedHeaders", ["y-*"]),
    "AllowedMethods": case(SHARED, 0, "AllowedMethods", ["PUT"]),
    "AllowedOrigins": case(SHARED, 0, "AllowedOrigins", ["http://b.example"]),
    "ExposeHeaders": case(SHARED, 0, "ExposeHeaders", ["date"]),
    "MaxAgeSeconds": case(SHARED, 0, "MaxAgeSeconds", 6),
}

TESTED_ELSEWHERE = "another test checks its effect: "
SILENT = {
    "Replication: Rules[].SourceSelectionCriteria.ReplicaModifications.Status": TESTED_ELSEWHERE
    + "test_later_tags_are_replicated_and_those_of_replicas_if_configured",
    "Replication: Rules[].Destination.ReplicationTime.Time.Minutes": "there is one valid value; others are refused",
    "Replication: Rules[].Destination.Metrics.EventThreshold.Minutes": "there is one valid value; others are refused",
    "Replication: Rules[].Destination.EncryptionConfiguration.UseSourceMultiRegionKey.Status": "Enabled is refused by "
    "name (test_replication_faults), Disabled is the default",
    "Replication: Rules[].ExistingObjectReplication.Status": "refused, as by AWS (test_replication_faults)",
    "FirstNotification: CloudFunctionConfiguration.InvocationRole": "functions have policies now",
    "Logging: LoggingEnabled.TargetGrants[].Grantee.DisplayName": "accounts have no display name any more",
    "Logging: LoggingEnabled.TargetGrants[].Grantee.EmailAddress": "e-mail addresses are not supported any more (A-51)",
    "FirstLifecycle: NoncurrentVersionExpiration.NewerNoncurrentVersions": "refused (R-117)",
    "FirstLifecycle: NoncurrentVersionTransition.NewerNoncurrentVersions": "refused (R-117)",
    "CORS: ID": "only a label for users: it is returned and has no other effect",
}
"""Members that change nothing visible, and why that is right."""


def first_lifecycle(rules: Document) -> list[Any]:
    return worlds.lifecycle(rules, "bucket_lifecycle")


def first_notification(content: Document) -> list[Any]:
    return worlds.notification(content, "bucket_notification")


KINDS: dict[str, Any] = {
    "Lifecycle": ("LifecycleRule", LIFECYCLE, worlds.lifecycle),
    "FirstLifecycle": ("Rule", FIRST_LIFECYCLE, first_lifecycle),
    "Notification": ("NotificationConfiguration", dict(notifications()), worlds.notification),
    "FirstNotification": (
        "NotificationConfigurationDeprecated",
        dict(first_notifications()),
        first_notification,
    ),
    "Replication": ("ReplicationConfiguration", REPLICATION, worlds.replication),
    "Logging": ("BucketLoggingStatus", LOGGING, worlds.logging),
    "Inventory": ("InventoryConfiguration", INVENTORY, worlds.inventory),
    "Website": ("WebsiteConfiguration", WEBSITE, worlds.website),
    "CORS": ("CORSRule", CORS, worlds.cors),
}
ROWS = {
    "Lifecycle": ("PutBucketLifecycleConfiguration", "LifecycleConfiguration.Rules[]."),
    "FirstLifecycle": ("PutBucketLifecycle", "LifecycleConfiguration.Rules[]."),
    "Notification": ("PutBucketNotificationConfiguration", "NotificationConfiguration."),
    "FirstNotification": ("PutBucketNotification", "NotificationConfiguration."),
    "Replication": ("PutBucketReplication", "ReplicationConfiguration."),
    "Logging": ("PutBucketLogging", "BucketLoggingStatus."),
    "Inventory": ("PutBucketInventoryConfiguration", "InventoryConfiguration."),
    "Website": ("PutBucketWebsite", "WebsiteConfiguration."),
    "CORS": ("PutBucketCors", "CORSConfiguration.CORSRules[]."),
}
"""The place of the members of each kind in the table of known members."""
CASES = [(kind, path) for kind, (_, cases, _) in KINDS.items() for path in cases]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.compares_with_the_model
def test_every_member_has_a_case(kind: str) -> None:
    shape, cases, _ = KINDS[kind]
    model = boto3.client("s3", region_name="us-east-1").meta.service_model
    members = {path for path in leaves(model.shape_for(shape)) if f"{kind}: {path}" not in SILENT}
    operation, above = ROWS[kind]
    added = {path for path in members if f"{above}{path}" not in known_rows("s3", operation)}
    assert members - added <= cases.keys()  # members that a newer botocore adds are refused (test_additions)


_seen: dict[tuple[str, str], list[Any]] = {}


def seen(kind: str, document: Document) -> list[Any]:
    """Return the result of a document. It is cached, because many cases start with the same document."""
    known_rows = kind, repr(document)
    if known_rows not in _seen:
        _seen[known_rows] = KINDS[kind][2](document)
    return _seen[known_rows]


@pytest.mark.parametrize(("kind", "path"), CASES)
def test_every_member_changes_the_result(kind: str, path: str) -> None:
    if path.endswith("Format"):
        pytest.importorskip("pyarrow")
    one, two = KINDS[kind][1][path]
    assert seen(kind, one) != seen(kind, two)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_documents_have_equal_results(kind: str) -> None:
    _, cases, come_to = KINDS[kind]
    one, _ = next(iter(cases.values()))
    assert come_to(one) == come_to(one)
