"""Intelligent-Tiering archives objects without access, a restore moves them back, and a twin counts days one by one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

BIG = b"x" * (128 << 10)
ARCHIVE, DEEP = "ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"
CLASS = "INTELLIGENT_TIERING"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


def configure(client: Any, bucket: str, *tierings: tuple[int, str], id_: str = "x", **more: Any) -> None:
    tiers = [{"Days": days, "AccessTier": tier} for days, tier in tierings]
    content = {"Id": id_, "Status": "Enabled", "Tierings": tiers, **more}
    client.put_bucket_intelligent_tiering_configuration(
        Bucket=bucket, Id=id_, IntelligentTieringConfiguration=content
    )


def put(client: Any, bucket: str, key: str = "k", body: bytes = BIG, **more: Any) -> dict[str, str]:
    client.put_object(Bucket=bucket, Key=key, Body=body, **{"StorageClass": CLASS, **more})
    return {"Bucket": bucket, "Key": key}


def tier(client: Any, **named: str) -> str | None:
    return client.head_object(**named).get("ArchiveStatus")


def refusal(call: Any, **params: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    response = caught.value.response
    return {"Status": response["ResponseMetadata"]["HTTPStatusCode"], **response["Error"]}


def test_objects_without_access_are_archived(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (90, ARCHIVE), (180, DEEP))
    named = put(s3, bucket)
    seen = []
    for days in (90, 1, 89, 1):
        aws.clock.advance(days=days)
        seen.append(tier(s3, **named))
    assert seen == [None, ARCHIVE, ARCHIVE, DEEP]
    assert s3.head_object(**named)["StorageClass"] == CLASS


def test_archived_objects_cannot_be_read(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (90, ARCHIVE))
    named = put(s3, bucket)
    aws.clock.advance(days=91)
    assert refusal(s3.get_object, **named) == {
        "Status": 403,
        "Code": "InvalidObjectState",
        "Message": "The operation is not valid for the object's storage class",
        "StorageClass": CLASS,
        "AccessTier": ARCHIVE,
    }
    assert refusal(s3.copy_object, **named, CopySource=named)["Code"] == "InvalidObjectState"
    query = {"Expression": "SELECT * FROM S3Object", "ExpressionType": "SQL"}
    formats = {"InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}}}
    error = refusal(s3.select_object_content, **named, **query, **formats)
    assert error["Code"] == "UnsupportedStorageClass"
    assert ARCHIVE in error["Message"]
    s3.delete_object(**named)


def test_a_restore_is_permanent(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (90, ARCHIVE))
    named = put(s3, bucket)
    aws.clock.advance(days=91)
    assert s3.restore_object(**named, RestoreRequest={})["ResponseMetadata"]["HTTPStatusCode"] == 202
    head = s3.head_object(**named)
    assert (head["Restore"], head["ArchiveStatus"]) == ('ongoing-request="true"', ARCHIVE)
    assert refusal(s3.get_object, **named)["AccessTier"] == ARCHIVE
    assert refusal(s3.restore_object, **named, RestoreRequest={})["Code"] == "RestoreAlreadyInProgress"
    aws.clock.advance(hours=5)
    head = s3.head_object(**named)
    assert (head["Restore"], head.get("ArchiveStatus")) == ('ongoing-request="false"', None)
    aws.clock.advance(days=80)
    assert s3.get_object(**named)["ContentLength"] == len(BIG)
    aws.clock.advance(days=91)
    assert tier(s3, **named) == ARCHIVE
    assert "Restore" not in s3.head_object(**named)


@pytest.mark.parametrize(
    ("where", "how", "hours"),
    [(ARCHIVE, "Expedited", 1), (ARCHIVE, "Bulk", 12), (DEEP, "Standard", 12), (DEEP, "Bulk", 48)],
)
def test_restores_take_as_long_as_from_glacier(
    aws: MockAWS, s3: Any, bucket: str, where: str, how: str, hours: int
) -> None:
    configure(s3, bucket, (180, where))
    named = put(s3, bucket)
    aws.clock.advance(days=181)
    s3.restore_object(**named, RestoreRequest={"GlacierJobParameters": {"Tier": how}})
    aws.clock.advance(hours=hours)
    assert tier(s3, **named) is None


def test_invalid_restores(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (180, DEEP))
    named = put(s3, bucket)
    assert refusal(s3.restore_object, **named, RestoreRequest={}) == {
        "Status": 403,
        "Code": "InvalidObjectState",
        "Message": "Restore is not allowed for the object's current storage class",
        "StorageClass": CLASS,
    }
    aws.clock.advance(days=181)
    assert refusal(s3.restore_object, **named, RestoreRequest={"Days": 1}) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring "
        "this object",
    }
    fast = {"GlacierJobParameters": {"Tier": "Expedited"}}
    assert refusal(s3.restore_object, **named, RestoreRequest=fast)["Code"] == "InvalidRequest"


@pytest.mark.parametrize("access", ["get", "copy", "part", "select"])
def test_an_access_restarts_the_count(aws: MockAWS, s3: Any, bucket: str, access: str) -> None:
    configure(s3, bucket, (90, ARCHIVE))
    named = put(s3, bucket, body=b"1,2\n" * (32 << 10))
    aws.clock.advance(days=60)
    to = {"Bucket": bucket, "Key": "copy"}
    if access == "get":
        s3.get_object(**named, Range="bytes=0-0")
    elif access == "copy":
        s3.copy_object(**to, CopySource=named)
    elif access == "part":
        upload = s3.create_multipart_upload(**to)["UploadId"]
        s3.upload_part_copy(**to, UploadId=upload, PartNumber=1, CopySource=named)
    else:
        formats = {"InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}}}
        sql = {"Expression": "SELECT COUNT(*) FROM S3Object", "ExpressionType": "SQL"}
        list(s3.select_object_content(**named, **sql, **formats)["Payload"])
    aws.clock.advance(days=90)
    assert tier(s3, **named) is None
    aws.clock.advance(days=1)
    assert tier(s3, **named) == ARCHIVE


def test_head_tagging_and_list_are_no_access(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (90, ARCHIVE))
    named = put(s3, bucket)
    aws.clock.advance(days=60)
    s3.head_object(**named)
    s3.get_object_tagging(**named)
    s3.put_object_tagging(**named, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.list_objects_v2(Bucket=bucket)
    aws.clock.advance(days=31)
    assert tier(s3, **named) == ARCHIVE


def test_an_access_before_the_configuration_counts(aws: MockAWS, s3: Any, bucket: str) -> None:
    named = put(s3, bucket)
    aws.clock.advance(days=100)
    s3.get_object(**named)
    configure(s3, bucket, (90, ARCHIVE))
    aws.clock.advance(days=90)
    assert tier(s3, **named) is None
    aws.clock.advance(days=1)
    assert tier(s3, **named) == ARCHIVE


def test_an_access_sends_no_event(aws: MockAWS, s3: Any, bucket: str) -> None:
    queue = {"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [queue]}
    )
    named = put(s3, bucket)
    told = len(aws.events)
    aws.clock.advance(days=3)
    modified = s3.head_object(**named)["LastModified"]
    s3.get_object(**named)
    assert len(aws.events) == told
    assert s3.head_object(**named)["LastModified"] == modified


def test_objects_that_no_configuration_matches(aws: MockAWS, s3: Any, bucket: str) -> None:
    tag = {"Key": "cold", "Value": "yes"}
    configure(s3, bucket, (90, ARCHIVE), Filter={"And": {"Prefix": "logs/", "Tags": [tag]}})
    objects = {
        "logs/tagged": {"Tagging": "cold=yes"},
        "logs/plain": {},
        "other": {"Tagging": "cold=yes"},
        "logs/small": {"Tagging": "cold=yes", "body": BIG[1:]},
        "logs/standard": {"Tagging": "cold=yes", "StorageClass": "STANDARD"},
    }
    for key, more in objects.items():
        put(s3, bucket, key, **more)
    aws.clock.advance(days=100)
    assert [key for key in objects if tier(s3, Bucket=bucket, Key=key)] == ["logs/tagged"]


def test_a_disabled_or_deleted_configuration(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (90, ARCHIVE), Status="Disabled")
    named = put(s3, bucket)
    aws.clock.advance(days=91)
    assert tier(s3, **named) is None
    configure(s3, bucket, (90, ARCHIVE))
    aws.clock.advance(days=1)
    assert tier(s3, **named) == ARCHIVE
    s3.delete_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="x")
    assert tier(s3, **named) == ARCHIVE


def test_the_earliest_of_several_configurations(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (200, ARCHIVE), id_="slow")
    configure(s3, bucket, (100, ARCHIVE), id_="fast", Filter={"Prefix": "k"})
    named = put(s3, bucket)
    aws.clock.advance(days=101)
    assert tier(s3, **named) == ARCHIVE


def test_noncurrent_versions_too(aws: MockAWS, s3: Any, versioned: str) -> None:
    configure(s3, versioned, (90, ARCHIVE))
    named = put(s3, versioned)
    version = s3.head_object(**named)["VersionId"]
    aws.clock.advance(days=50)
    put(s3, versioned)
    aws.clock.advance(days=50)
    assert (tier(s3, **named, VersionId=version), tier(s3, **named)) == (ARCHIVE, None)


def test_lifecycle_brings_objects_in_and_takes_them_out(aws: MockAWS, s3: Any, bucket: str) -> None:
    moves = [{"Days": 10, "StorageClass": CLASS}, {"Days": 200, "StorageClass": "DEEP_ARCHIVE"}]
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Transitions": moves}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    configure(s3, bucket, (90, ARCHIVE))
    named = put(s3, bucket, StorageClass="STANDARD")
    aws.clock.advance(days=100)
    assert (s3.head_object(**named)["StorageClass"], tier(s3, **named)) == (CLASS, None)
    aws.clock.advance(days=2)
    assert tier(s3, **named) == ARCHIVE
    s3.restore_object(**named, RestoreRequest={})
    aws.clock.advance(days=100)
    head = s3.head_object(**named)
    assert (head["StorageClass"], head.get("ArchiveStatus"), head.get("Restore")) == (
        "DEEP_ARCHIVE",
        None,
        None,
    )
    assert refusal(s3.get_object, **named)["StorageClass"] == "DEEP_ARCHIVE"


def test_archiving_sends_an_event(aws: MockAWS, s3: Any, bucket: str) -> None:
    queue = {"Id": "c", "QueueArn": QUEUE, "Events": ["s3:IntelligentTiering"]}
    content = {"QueueConfigurations": [queue], "EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=content)
    configure(s3, bucket, (90, ARCHIVE))
    put(s3, bucket)
    aws.clock.advance(days=91)
    s3.list_buckets()
    queued, bridged = aws.events[-2:]
    [record] = queued.message["Records"]
    assert (record["eventName"], record["eventTime"]) == ("IntelligentTiering", "2026-05-31T00:00:00.000Z")
    assert record["intelligentTieringEventData"] == {"destinationAccessTier": ARCHIVE}
    assert bridged.message["detail-type"] == "Object Access Tier Changed"
    assert bridged.message["detail"]["destination-access-tier"] == ARCHIVE
    json.dumps([queued.message, bridged.message])


def test_snapshots_contain_tiers(aws: MockAWS, s3: Any, bucket: str) -> None:
    configure(s3, bucket, (90, ARCHIVE))
    named = put(s3, bucket)
    mark = aws.snapshot()
    aws.clock.advance(days=91)
    assert tier(s3, **named) == ARCHIVE
    aws.restore(mark)
    assert tier(s3, **named) is None


# The twin


START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Twin:
    """One object, checked at every midnight."""

    def __init__(self, tierings: dict[str, int]) -> None:
        self.tierings = tierings
        self.accessed, self.tier = START, 0
        self.back: datetime | None = None

    def midnight(self, now: datetime) -> None:
        self.look(now)
        for depth, name in ((1, ARCHIVE), (2, DEEP)):
            days = self.tierings.get(name)
            idle = (now - self.accessed.replace(hour=0, minute=0)).days
            if days is not None and self.back is None and idle > days:
                self.tier = max(self.tier, depth)

    def look(self, now: datetime) -> None:
        if self.back is not None and now >= self.back:
            self.accessed, self.tier, self.back = self.back, 0, None

    def read(self, now: datetime) -> bool:
        self.look(now)
        if not self.tier:
            self.accessed = now
        return not self.tier

    def restore(self, now: datetime) -> bool:
        self.look(now)
        if not self.tier or self.back is not None:
            return False
        self.back = now + timedelta(hours={1: 5, 2: 12}[self.tier])
        return True


steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.just(0)),
        st.tuples(st.just("restore"), st.just(0)),
        st.tuples(st.just("wait"), st.one_of(st.integers(1, 30), st.integers(24 * 80, 24 * 200))),
    ),
    max_size=12,
)
tierings = st.sampled_from([{ARCHIVE: 90}, {DEEP: 180}, {ARCHIVE: 100, DEEP: 180}, {ARCHIVE: 200, DEEP: 181}])


def tried(call: Any, **params: Any) -> bool:
    try:
        call(**params)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("InvalidObjectState", "RestoreAlreadyInProgress"):
            raise
        return False
    return True


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(tierings, steps)
def test_jumps_equal_single_midnights(days: dict[str, int], walk: list[tuple[str, int]]) -> None:
    twin = Twin(days)
    with freeze_time(START), mock_s3() as aws:
        aws.account().create_bucket("data")
        s3 = aws.client()
        configure(s3, "data", *((number, name) for name, number in days.items()))
        named = put(s3, "data")
        now = START
        for what, hours in walk:
            if what == "read":
                assert tried(s3.get_object, **named) == twin.read(now)
            elif what == "restore":
                assert tried(s3.restore_object, **named, RestoreRequest={}) == twin.restore(now)
            else:
                later = now + timedelta(hours=hours)
                aws.clock.move_to(later)
                while now.replace(hour=0) + DAY <= later:
                    now = now.replace(hour=0) + DAY
                    twin.midnight(now)
                now = later
            twin.look(now)
            assert tier(s3, **named) == (None, ARCHIVE, DEEP)[twin.tier]
