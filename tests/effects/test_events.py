"""Every event type of a notification configuration is sent when AWS sends it, or cannot occur in mocks3.

Source: user guide, "Supported event types for SQS, SNS, and Lambda", "Event message structure", "EventBridge event
message structure", "Receiving replication failure events with Amazon S3 Event Notifications".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from .replicating import configure, role, rule

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
K = {"Bucket": "amzn-src", "Key": "k"}
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}
LIFE = {"ID": "r", "Status": "Enabled", "Filter": {}}
TIMED = {
    "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
    "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
}
METERED = {"Metrics": {"Status": "Enabled"}}


@pytest.fixture(autouse=True)
def buckets(aws, s3):
    s3.create_bucket(Bucket="amzn-src", ObjectLockEnabledForBucket=True, ObjectOwnership="ObjectWriter")
    s3.create_bucket(Bucket="amzn-dst", ObjectLockEnabledForBucket=True)


def notify(s3, *events, bucket="amzn-src", bridge=False):
    content: dict[str, Any] = {
        "QueueConfigurations": [{"Id": "conf", "QueueArn": QUEUE, "Events": list(events)}]
    }
    if bridge:
        content["EventBridgeConfiguration"] = {}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=content, SkipDestinationValidation=True
    )


def names(aws):
    return [event.name for event in aws.events if event.destination == QUEUE]


def record(aws, name):
    """Return the only message of this name."""
    (event,) = (e for e in aws.events if e.name == name and e.destination == QUEUE)
    (only,) = event.message["Records"]
    return only


def bridged(aws, name):
    (event,) = (e for e in aws.events if e.name == name and e.destination == "eventbridge")
    return event.message


def enum():
    model = boto3.client("s3", region_name="us-east-1").meta.service_model
    return set(model.shape_for("Event").enum)


# How to cause each event: the owner's calls in a bucket with versioning and Object Lock.


def put(aws, s3):
    s3.put_object(**K, Body=b"body")


def post(aws, s3):
    import requests

    form = s3.generate_presigned_post("amzn-src", "k")
    answer = requests.post(form["url"], data=form["fields"], files={"file": b"x"}, timeout=9)
    assert answer.status_code == 204


def copy(aws, s3):
    s3.copy_object(Bucket="amzn-src", Key="c", CopySource=K)


def complete(aws, s3):
    upload = s3.create_multipart_upload(**K)["UploadId"]
    part = s3.upload_part(**K, UploadId=upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(
        **K, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )


def delete(aws, s3):
    s3.delete_object(**K, VersionId=s3.head_object(**K)["VersionId"])


def mark(aws, s3):
    s3.delete_object(**K)


def archive(aws, s3):
    s3.put_object(**K, Body=b"body", StorageClass="GLACIER")


def restore(aws, s3):
    archive(aws, s3)
    s3.restore_object(**K, RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Bulk"}})


def restored(aws, s3):
    restore(aws, s3)
    aws.clock.advance(hours=12)


def gone_again(aws, s3):
    restore(aws, s3)
    aws.clock.advance(days=4)


def replicating(aws, s3, *without, **destination):
    configure(aws, role(aws, *without), rule(Destination=destination))


def fail(aws, s3):
    replicating(aws, s3, "s3:ReplicateObject", **METERED)
    put(aws, s3)


def miss(aws, s3):
    replicating(aws, s3, **TIMED)
    with aws.replication_paused():
        put(aws, s3)
        aws.clock.advance(minutes=20)


def lose(aws, s3):
    replicating(aws, s3, **METERED)
    with aws.replication_paused():
        put(aws, s3)
        s3.delete_bucket_replication(Bucket="amzn-src")


def move(aws, s3):
    life(s3, Transitions=[{"Days": 1, "StorageClass": "GLACIER"}])
    s3.put_object(**K, Body=b"x" * 200_000)
    aws.clock.advance(days=3)


def expire(aws, s3):
    life(s3, Expiration={"Days": 1})
    put(aws, s3)
    aws.clock.advance(days=3)


def erase(aws, s3):
    life(s3, NoncurrentVersionExpiration={"NoncurrentDays": 1})
    put(aws, s3)
    put(aws, s3)
    aws.clock.advance(days=3)


def life(s3, **actions):
    rules = {"Rules": [{**LIFE, **actions}]}
    s3.put_bucket_lifecycle_configuration(Bucket="amzn-src", LifecycleConfiguration=rules)


def cool(aws, s3):
    content = {"Id": "t", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket="amzn-src", Id="t", IntelligentTieringConfiguration=content
    )
    s3.put_object(**K, Body=b"x" * 200_000, StorageClass="INTELLIGENT_TIERING")
    aws.clock.advance(days=92)


def tag(aws, s3):
    s3.put_object_tagging(**K, Tagging=TAGS)


def untag(aws, s3):
    s3.delete_object_tagging(**K)


def acl(aws, s3):
    s3.put_public_access_block(
        Bucket="amzn-src", PublicAccessBlockConfiguration={"BlockPublicAcls": False, "IgnorePublicAcls": True}
    )
    s3.put_object_acl(**K, ACL="public-read")


def annotate(aws, s3):
    s3.put_object_annotation(**K, AnnotationName="a", AnnotationPayload=b"abc")


def unannotate(aws, s3):
    annotate(aws, s3)
    s3.delete_object_annotation(**K, AnnotationName="a")


def retain(aws, s3):
    until = datetime(2026, 4, 1, tzinfo=UTC)
    s3.put_object_retention(**K, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})


CAUSES = {
    "s3:ObjectCreated:Put": put,
    "s3:ObjectCreated:Post": post,
    "s3:ObjectCreated:Copy": copy,
    "s3:ObjectCreated:CompleteMultipartUpload": complete,
    "s3:ObjectRemoved:Delete": delete,
    "s3:ObjectRemoved:DeleteMarkerCreated": mark,
    "s3:ObjectRestore:Post": restore,
    "s3:ObjectRestore:Completed": restored,
    "s3:ObjectRestore:Delete": gone_again,
    "s3:Replication:OperationFailedReplication": fail,
    "s3:Replication:OperationMissedThreshold": miss,
    "s3:Replication:OperationReplicatedAfterThreshold": miss,
    "s3:Replication:OperationNotTracked": lose,
    "s3:LifecycleTransition": move,
    "s3:LifecycleExpiration:Delete": erase,
    "s3:LifecycleExpiration:DeleteMarkerCreated": expire,
    "s3:IntelligentTiering": cool,
    "s3:ObjectTagging:Put": tag,
    "s3:ObjectTagging:Delete": untag,
    "s3:ObjectAcl:Put": acl,
    "s3:ObjectAnnotation:Put": annotate,
    "s3:ObjectAnnotation:Delete": unannotate,
    "s3:ObjectRetention:Put": retain,
}
NEVER = {
    "s3:ReducedRedundancyLostObject": "nothing that is stored is ever lost here",
}


@pytest.mark.compares_with_the_model
def test_all_event_types_are_tested():
    concrete = {name for name in enum() if not name.endswith("*")}
    assert concrete <= CAUSES.keys() | NEVER.keys()


@pytest.mark.parametrize("name", CAUSES)
def test_each_event_matches_its_name_and_its_wildcard(aws, s3, name):
    if name not in enum():
        pytest.skip(f"the installed botocore does not know {name}")
    put(aws, s3)
    family = f"{name.rpartition(':')[0]}:*"
    asked = {name, family} & enum()
    for each in asked:
        mark_ = aws.snapshot()
        notify(s3, each)
        CAUSES[name](aws, s3)
        assert name in names(aws), each
        if each == name:
            assert set(names(aws)) == {name}
        aws.restore(mark_)


# The content of their messages.


def test_restore_events_follow_the_clock(aws, s3):
    notify(s3, "s3:ObjectRestore:*", bridge=True)
    gone_again(aws, s3)
    assert names(aws) == ["s3:ObjectRestore:Post", "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete"]
    done, gone = record(aws, "s3:ObjectRestore:Completed"), record(aws, "s3:ObjectRestore:Delete")
    assert (done["eventVersion"], gone["eventVersion"]) == ("2.1", "2.3")
    assert (done["eventTime"], gone["eventTime"]) == ("2026-03-02T00:00:00.000Z", "2026-03-04T00:00:00.000Z")
    assert done["glacierEventData"] == {
        "restoreEventData": {
            "lifecycleRestorationExpiryTime": "2026-03-04T00:00:00.000Z",
            "lifecycleRestoreStorageClass": "GLACIER",
        }
    }
    assert "glacierEventData" not in gone
    assert done["userIdentity"] == {"principalId": "s3.amazonaws.com"}
    assert bridged(aws, "s3:ObjectRestore:Post")["detail-type"] == "Object Restore Initiated"
    there = bridged(aws, "s3:ObjectRestore:Completed")
    assert there["detail-type"] == "Object Restore Completed"
    assert there["time"] == "2026-03-02T00:00:00Z"
    assert there["detail"]["restore-expiry-time"] == "2026-03-04T00:00:00Z"
    assert there["detail"]["source-storage-class"] == "GLACIER"
    assert there["detail"]["requester"] == "s3.amazonaws.com"
    assert set(there["detail"]["object"]) == {"key", "size", "etag", "version-id"}
    expired = bridged(aws, "s3:ObjectRestore:Delete")
    assert expired["detail-type"] == "Object Restore Expired"
    assert set(expired["detail"]["object"]) == {"key", "etag", "version-id"}


def test_an_extended_restore_completes_once_and_expires_later(aws, s3):
    notify(s3, "s3:ObjectRestore:*")
    restored(aws, s3)
    s3.restore_object(**K, RestoreRequest={"Days": 10})
    aws.clock.advance(days=5)
    told = names(aws)
    assert told.count("s3:ObjectRestore:Completed") == 1
    assert "s3:ObjectRestore:Delete" not in told
    aws.clock.advance(days=10)
    assert names(aws)[-1] == "s3:ObjectRestore:Delete"
    aws.clock.advance(days=100)
    assert names(aws).count("s3:ObjectRestore:Delete") == 1


def test_a_later_configuration_gets_later_events_only(aws, s3):
    restore(aws, s3)
    notify(s3, "s3:ObjectRestore:*")
    aws.clock.advance(days=4)
    assert names(aws) == ["s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete"]


def test_restore_events_end_with_the_object(aws, s3):
    notify(s3, "s3:ObjectRestore:*", "s3:LifecycleExpiration:*")
    put(aws, s3)
    restore(aws, s3)
    life(s3, NoncurrentVersionExpiration={"NoncurrentDays": 1})
    put(aws, s3)
    aws.clock.advance(days=10)
    assert names(aws) == [
        "s3:ObjectRestore:Post",
        "s3:ObjectRestore:Completed",
        "s3:LifecycleExpiration:Delete",
        "s3:LifecycleExpiration:Delete",
    ]


def test_a_snapshot_contains_restores_in_progress(aws, s3):
    notify(s3, "s3:ObjectRestore:*")
    restore(aws, s3)
    mark_ = aws.snapshot()
    aws.clock.advance(days=1)
    assert names(aws)[1:] == ["s3:ObjectRestore:Completed"]
    aws.restore(mark_)
    assert names(aws)[1:] == []
    aws.clock.advance(days=1)
    assert names(aws)[1:] == ["s3:ObjectRestore:Completed"]


def test_the_event_of_a_failed_replication(aws, s3):
    notify(s3, "s3:Replication:*", bridge=True)
    configure(aws, role(aws, trust=None), rule(Destination=METERED))
    done = s3.put_object(**K, Body=b"body")
    told = record(aws, "s3:Replication:OperationFailedReplication")
    assert told["eventVersion"] == "2.2"
    assert told["userIdentity"] == {"principalId": "s3.amazonaws.com"}
    assert told["requestParameters"] == {"sourceIPAddress": "s3.amazonaws.com"}
    about = told["s3"]["object"]
    assert about.pop("sequencer")
    assert about == {
        "key": "k",
        "size": 4,
        "eTag": done["ETag"].strip('"'),
        "versionId": done["VersionId"],
    }
    assert told["replicationEventData"] == {
        "replicationRuleId": "r1",
        "destinationBucket": "arn:aws:s3:::amzn-dst",
        "s3Operation": "OBJECT_PUT",
        "requestTime": "2026-03-01T12:00:00.000Z",
        "failureReason": "AssumeRoleNotPermitted",
    }
    assert [e.name for e in aws.events if e.destination == "eventbridge"] == ["s3:ObjectCreated:Put"]


def test_no_replication_events_without_metrics(aws, s3):
    notify(s3, "s3:Replication:*")
    replicating(aws, s3, "s3:ReplicateObject")
    put(aws, s3)
    assert names(aws) == []


@pytest.mark.parametrize(
    ("lacking", "reason"),
    [
        ("s3:GetObjectVersionForReplication", "SrcGetObjectNotPermitted"),
        ("s3:GetObjectVersionAcl", "SrcGetAclNotPermitted"),
        ("s3:ReplicateObject", "DstPutObjectNotPermitted"),
    ],
)
def test_failure_reasons_of_replication(aws, s3, lacking, reason):
    notify(s3, "s3:Replication:*")
    replicating(aws, s3, lacking, **METERED)
    put(aws, s3)
    told = record(aws, "s3:Replication:OperationFailedReplication")
    assert told["replicationEventData"]["failureReason"] == reason
    assert aws.replications[-1].reason == reason


def test_events_of_late_replication(aws, s3):
    notify(s3, "s3:Replication:*")
    replicating(aws, s3, **TIMED)
    with aws.replication_paused():
        put(aws, s3)
        aws.clock.advance(minutes=14)
        assert names(aws) == []
        aws.clock.advance(minutes=2)
        assert names(aws) == ["s3:Replication:OperationMissedThreshold"]
        aws.clock.advance(minutes=2)
    late = record(aws, "s3:Replication:OperationMissedThreshold")
    assert late["eventTime"] == "2026-03-01T12:15:00.000Z"
    assert late["replicationEventData"]["threshold"] == "15"
    done = record(aws, "s3:Replication:OperationReplicatedAfterThreshold")
    assert done["replicationEventData"]["replicationTime"] == "2026-03-01T12:18:00.000Z"
    assert s3.head_object(**K)["ReplicationStatus"] == "COMPLETED"


def test_no_event_for_replication_in_time(aws, s3):
    notify(s3, "s3:Replication:*")
    replicating(aws, s3, **TIMED)
    with aws.replication_paused():
        put(aws, s3)
        aws.clock.advance(minutes=14)
    assert names(aws) == []


@pytest.mark.parametrize("how", ["version", "rule", "metrics"])
def test_events_of_versions_no_longer_tracked(aws, s3, how):
    notify(s3, "s3:Replication:*")
    replicating(aws, s3, **METERED)
    with aws.replication_paused():
        done = s3.put_object(**K)
        if how == "version":
            s3.delete_object(**K, VersionId=done["VersionId"])
        elif how == "rule":
            s3.delete_bucket_replication(Bucket="amzn-src")
        else:
            configure(aws, aws.account().create_role("other", trust={}), rule())
    assert names(aws) == ["s3:Replication:OperationNotTracked"]
    told = record(aws, "s3:Replication:OperationNotTracked")
    assert told["replicationEventData"]["replicationRuleId"] == "r1"


def test_annotations_are_named(aws, s3):
    if "s3:ObjectAnnotation:*" not in enum():
        pytest.skip("the installed botocore knows no annotations")
    notify(s3, "s3:ObjectAnnotation:*", "s3:ObjectCreated:*")
    put(aws, s3)
    unannotate(aws, s3)
    there, gone = record(aws, "s3:ObjectAnnotation:Put"), record(aws, "s3:ObjectAnnotation:Delete")
    (about,) = there["objectAnnotation"]
    assert (about["name"], about["size"]) == ("a", 3)
    assert gone["objectAnnotation"] == [{"name": "a"}]
    assert names(aws) == ["s3:ObjectCreated:Put", "s3:ObjectAnnotation:Put", "s3:ObjectAnnotation:Delete"]


def test_retention_events(aws, s3):
    if "s3:ObjectRetention:Put" not in enum():
        pytest.skip("the installed botocore does not know s3:ObjectRetention:Put")
    notify(s3, "s3:ObjectRetention:Put")
    put(aws, s3)
    retain(aws, s3)
    told = record(aws, "s3:ObjectRetention:Put")
    assert told["eventVersion"] == "2.5"
    assert told["objectRetentionEventData"] == {
        "mode": "GOVERNANCE",
        "retainUntilDate": "2026-04-01T00:00:00.000Z",
    }
    held = {"Mode": "GOVERNANCE", "EventHold": "ON", "EventHoldDuration": {"Days": 90}}
    s3.put_object_retention(**K, Retention=held)
    assert aws.events[-1].message["Records"][0]["objectRetentionEventData"] == {
        "mode": "GOVERNANCE",
        "retainUntilDate": "2026-05-30T12:00:00.000Z",
        "eventHold": "ON",
        "eventHoldDuration": {"days": 90},
    }


def test_an_unchanged_acl_sends_no_event(aws, s3):
    notify(s3, "s3:ObjectAcl:Put")
    put(aws, s3)
    s3.put_object_acl(**K, ACL="private")
    owner = {"ID": aws.iam.canonical_id("123456789012"), "Type": "CanonicalUser"}
    full = {"Grantee": owner, "Permission": "FULL_CONTROL"}
    policy = {"Owner": {"ID": owner["ID"]}, "Grants": [full]}
    s3.put_object_acl(**K, AccessControlPolicy=policy)
    assert names(aws) == []
    acl(aws, s3)
    assert names(aws) == ["s3:ObjectAcl:Put"]


def test_members_of_the_object_in_eventbridge(aws, s3):
    notify(s3, "s3:ObjectCreated:Put", bridge=True)
    put(aws, s3)
    tag(aws, s3)
    assert set(bridged(aws, "s3:ObjectTagging:Put")["detail"]["object"]) == {"key", "etag", "version-id"}
    move(aws, s3)
    moved = bridged(aws, "s3:LifecycleTransition")["detail"]
    assert set(moved["object"]) == {"key", "size", "etag", "version-id"}
    assert moved["destination-storage-class"] == "GLACIER"
    post(aws, s3)
    assert bridged(aws, "s3:ObjectCreated:Post")["detail"]["reason"] == "POST Object"
    with pytest.raises(ClientError):
        s3.get_object(**K, VersionId="never")
