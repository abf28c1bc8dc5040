"""Notifications: the events of buckets, their destinations and their messages.

Source: user guide, "Event message structure", "EventBridge event message structure"; R-23,
PutBucketNotificationConfiguration.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
TOPIC = "arn:aws:sns:us-east-1:123456789012:t"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def notify(s3, bucket, *events, more=None, **filters):
    rules = [{"Name": name, "Value": value} for name, value in filters.items()]
    content: dict[str, Any] = {"Id": "conf", "QueueArn": QUEUE, "Events": list(events)}
    if rules:
        content["Filter"] = {"Key": {"FilterRules": rules}}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [content], **(more or {})}
    )


def names(aws):
    return [event.name for event in aws.events if event.name != "s3:TestEvent"]


def last(aws):
    (record,) = aws.events[-1].message["Records"]
    return record


def test_the_message_of_a_put(aws, s3, versioned):
    notify(s3, versioned, "s3:ObjectCreated:*")
    put = s3.put_object(Bucket=versioned, Key="a b/ü+?.txt", Body=b"12345")
    event = aws.events[-1]
    assert (event.bucket, event.name, event.key, event.destination) == (
        versioned,
        "s3:ObjectCreated:Put",
        "a b/ü+?.txt",
        QUEUE,
    )
    record = last(aws)
    headers = put["ResponseMetadata"]["HTTPHeaders"]
    sequencer = record["s3"]["object"].pop("sequencer")
    assert int(sequencer, 16) > 0
    assert record == {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-03-01T12:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": record["s3"]["bucket"]["ownerIdentity"]["principalId"]},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-request-id": headers["x-amz-request-id"],
            "x-amz-id-2": headers["x-amz-id-2"],
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "conf",
            "bucket": {
                "name": versioned,
                "ownerIdentity": record["s3"]["bucket"]["ownerIdentity"],
                "arn": f"arn:aws:s3:::{versioned}",
            },
            "object": {
                "key": "a+b/%C3%BC%2B%3F.txt",
                "size": 5,
                "eTag": put["ETag"].strip('"'),
                "versionId": put["VersionId"],
            },
        },
    }
    json.dumps(event.message)


def test_user_identity_of_events(aws, s3, bucket):
    notify(s3, bucket, "s3:ObjectCreated:*")
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    eve = aws.account().create_user("eve", policies=policy)
    with aws.request_context(source_ip="203.0.113.9"):
        eve.client().put_object(Bucket=bucket, Key="k")
    assert last(aws)["userIdentity"] == {"principalId": f"AWS:{eve.unique_id}"}
    assert last(aws)["requestParameters"] == {"sourceIPAddress": "203.0.113.9"}
    session = aws.account().create_role("r", policies=policy).assume(session_name="s")
    session.client("s3").put_object(Bucket=bucket, Key="k")
    assert last(aws)["userIdentity"]["principalId"].endswith(":s")


EVERYTHING = (
    "s3:ObjectCreated:*",
    "s3:ObjectRemoved:*",
    "s3:ObjectTagging:*",
    "s3:ObjectAcl:Put",
    "s3:ObjectRestore:*",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleTransition",
)


def test_every_kind_of_write_has_its_event(aws, s3, bucket):
    notify(s3, bucket, *EVERYTHING)
    target = {"Bucket": bucket, "Key": "k"}
    s3.put_object(**target)
    s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k")
    upload = s3.create_multipart_upload(**target)["UploadId"]
    part = s3.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**target, UploadId=upload, MultipartUpload=parts)
    s3.put_object_tagging(**target, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(**target)
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}, {"Key": "c"}], "Quiet": True})
    assert names(aws) == [
        "s3:ObjectCreated:Put",
        "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:CompleteMultipartUpload",
        "s3:ObjectTagging:Put",
        "s3:ObjectTagging:Delete",
        "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:Delete",
    ]
    assert set(last(aws)["s3"]["object"]) == {"key", "sequencer"}


def test_failed_calls_and_empty_deletes_send_no_event(aws, s3, bucket):
    notify(s3, bucket, *EVERYTHING)
    s3.delete_object(Bucket=bucket, Key="never")
    with pytest.raises(ClientError):
        s3.put_object(Bucket=bucket, Key="k", IfMatch='"nothing"')
    with pytest.raises(ClientError):
        aws.anonymous.client("s3").put_object(Bucket=bucket, Key="k")
    assert names(aws) == []


def test_delete_markers_and_versions(aws, s3, versioned):
    notify(s3, versioned, "s3:ObjectRemoved:*")
    s3.put_object(Bucket=versioned, Key="k")
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    assert last(aws)["eventName"] == "ObjectRemoved:DeleteMarkerCreated"
    about = last(aws)["s3"]["object"]
    assert (about["versionId"], about["eTag"]) == (marker, "d41d8cd98f00b204e9800998ecf8427e")
    s3.delete_object(Bucket=versioned, Key="k", VersionId=marker)
    assert last(aws)["eventName"] == "ObjectRemoved:Delete"
    assert "eTag" not in last(aws)["s3"]["object"]
    assert last(aws)["s3"]["object"]["sequencer"] > about["sequencer"]


def test_acls_and_storage_classes(aws, s3):
    aws.account().create_bucket("amzn-open", ownership="ObjectWriter", public_access_block=None)
    notify(s3, "amzn-open", *EVERYTHING)
    s3.put_object(Bucket="amzn-open", Key="k", StorageClass="GLACIER")
    s3.put_object_acl(Bucket="amzn-open", Key="k", ACL="public-read")
    s3.restore_object(Bucket="amzn-open", Key="k", RestoreRequest={"Days": 1})
    assert names(aws)[1:] == ["s3:ObjectAcl:Put", "s3:ObjectRestore:Post"]


def test_lifecycle_rules_send_events_of_their_own(aws, s3, versioned):
    notify(s3, versioned, *EVERYTHING)
    s3.put_object(Bucket=versioned, Key="k", Body=b"x" * 200_000)
    rule = {
        "ID": "r",
        "Status": "Enabled",
        "Filter": {},
        "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}],
        "Expiration": {"Days": 3},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=versioned, LifecycleConfiguration={"Rules": [rule]})
    aws.clock.advance(days=30)
    assert names(aws)[1:] == [
        "s3:LifecycleTransition",
        "s3:LifecycleExpiration:DeleteMarkerCreated",
        "s3:LifecycleExpiration:Delete",
        "s3:LifecycleExpiration:Delete",
    ]
    (moved,) = aws.events[-4].message["Records"]
    assert moved["eventVersion"] == "2.3"
    assert moved["eventTime"] == "2026-03-03T00:00:00.000Z"
    assert moved["userIdentity"] == {"principalId": "s3.amazonaws.com"}
    assert moved["lifecycleEventData"] == {"transitionEventData": {"destinationStorageClass": "GLACIER"}}


@pytest.mark.parametrize(
    ("events", "filters", "sent"),
    [
        (["s3:ObjectCreated:*"], {}, ["images/a.jpg", "images/a.png", "b.jpg"]),
        (["s3:ObjectCreated:Put"], {"Prefix": "images/", "Suffix": ".jpg"}, ["images/a.jpg"]),
        (["s3:ObjectCreated:Put"], {"suffix": "jpg"}, ["images/a.jpg", "b.jpg"]),
        (["s3:ObjectCreated:Post"], {}, []),
    ],
)
def test_filters(aws, s3, bucket, events, filters, sent):
    notify(s3, bucket, *events, **filters)
    for key in ("images/a.jpg", "images/a.png", "b.jpg"):
        s3.put_object(Bucket=bucket, Key=key)
    assert [event.key for event in aws.events if event.key] == sent


def test_queues_and_topics_get_a_test_event(aws, s3, bucket):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}
    function = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*"]}
    notify(
        s3,
        bucket,
        "s3:ObjectCreated:*",
        more={"TopicConfigurations": [topic], "LambdaFunctionConfigurations": [function]},
    )
    assert [(event.name, event.destination) for event in aws.events] == [
        ("s3:TestEvent", QUEUE),
        ("s3:TestEvent", TOPIC),
    ]
    message = aws.events[0].message
    assert {"RequestId", "HostId"} < message.keys()
    assert (message["Service"], message["Event"], message["Bucket"], message["Time"]) == (
        "Amazon S3",
        "s3:TestEvent",
        bucket,
        "2026-03-01T12:00:00.000Z",
    )


def test_eventbridge_gets_all_events_in_its_format(aws, s3, versioned):
    s3.put_bucket_notification_configuration(
        Bucket=versioned, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    assert aws.events == []
    put = s3.put_object(Bucket=versioned, Key="a b", Body=b"123")
    s3.delete_object(Bucket=versioned, Key="a b")
    created, deleted = (event.message for event in aws.events)
    detail = created.pop("detail")
    assert detail["object"].pop("sequencer")
    assert created.pop("id")
    assert created == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-03-01T12:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{versioned}"],
    }
    assert detail == {
        "version": "0",
        "event-version": "1.0",
        "bucket": {"name": versioned},
        "object": {
            "key": "a b",
            "size": 3,
            "etag": put["ETag"].strip('"'),
            "version-id": put["VersionId"],
        },
        "request-id": put["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"],
        "requester": "123456789012",
        "source-ip-address": "127.0.0.1",
        "reason": "PutObject",
    }
    assert deleted["detail-type"] == "Object Deleted"
    assert deleted["detail"]["deletion-type"] == "Delete Marker Created"
    assert deleted["detail"]["reason"] == "DeleteObject"


def test_listeners_are_called_with_the_message(aws, s3, bucket):
    notify(s3, bucket, "s3:ObjectCreated:*")
    seen = []

    def worker(message):
        (record,) = message["Records"]
        key = record["s3"]["object"]["key"]
        seen.append(key)
        if not key.startswith("done/"):
            s3.copy_object(Bucket=bucket, Key=f"done/{key}", CopySource=f"{bucket}/{key}")

    aws.on_event(QUEUE, worker)
    aws.on_event(TOPIC, pytest.fail)
    s3.put_object(Bucket=bucket, Key="k")
    assert seen == ["k", "done/k"]


def test_listener_errors_are_raised_and_loops_reported(aws, s3, bucket):
    notify(s3, bucket, "s3:ObjectCreated:*")
    mark = aws.snapshot()
    aws.on_event(QUEUE, lambda message: message["Nothing"])
    with pytest.raises(KeyError, match="Nothing"):
        s3.put_object(Bucket=bucket, Key="k")
    aws.restore(mark)
    aws.on_event(QUEUE, lambda _: s3.put_object(Bucket=bucket, Key="again"))
    with pytest.raises(Mocks3Error, match="events in a row"):
        s3.put_object(Bucket=bucket, Key="k")


def test_snapshot_restore_drops_events(aws, s3, bucket):
    notify(s3, bucket, "s3:ObjectCreated:*")
    mark = aws.snapshot()
    s3.put_object(Bucket=bucket, Key="k")
    aws.restore(mark)
    assert names(aws) == []


def refusal(call, *args, **params):
    with pytest.raises(ClientError) as caught:
        call(*args, **params)
    return caught.value.response["Error"]


def test_undeclared_destinations_do_not_exist(aws, s3, bucket):
    """R-23."""
    aws.destination(TOPIC)
    function = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*"]}
    more = {"LambdaFunctionConfigurations": [function]}
    assert refusal(notify, s3, bucket, "s3:ObjectCreated:*", more=more) == {
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName1": QUEUE,
        "ArgumentValue1": "The destination queue does not exist",
        "ArgumentName2": f"{FUNCTION}, null",
        "ArgumentValue2": f"Not authorized to invoke function [{FUNCTION}]",
    }
    aws.destination(QUEUE)
    notify(s3, bucket, "s3:ObjectCreated:*")


def test_validation_may_be_skipped(aws, s3, bucket):
    aws.destination(TOPIC)
    configuration = {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration, SkipDestinationValidation=True
    )
    s3.put_object(Bucket=bucket, Key="k")
    assert aws.events == []


def queue_policy(**condition):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_the_policy_of_a_destination_decides(aws, s3, bucket):
    """F-133."""
    aws.destination(QUEUE, policy=queue_policy(ArnLike={"aws:SourceArn": "arn:aws:s3:::other"}))
    assert refusal(notify, s3, bucket, "s3:ObjectCreated:*")["ArgumentValue1"] == (
        "Permissions on the destination queue do not allow S3 to publish notifications from this bucket"
    )
    assert aws.decisions[-1].action == "sqs:SendMessage"
    both = {
        "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    aws.destination(QUEUE, policy=queue_policy(**both))
    notify(s3, bucket, "s3:ObjectCreated:*")
    s3.put_object(Bucket=bucket, Key="k")
    assert names(aws) == ["s3:ObjectCreated:Put"]
    aws.destination(QUEUE, policy=queue_policy(Bool={"aws:SecureTransport": "false"}))
    s3.put_object(Bucket=bucket, Key="k")
    assert names(aws) == ["s3:ObjectCreated:Put"]
