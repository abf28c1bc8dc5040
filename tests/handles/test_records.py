"""``aws.calls`` and ``aws.decisions`` keep the latest entries, and count those that they drop."""

from __future__ import annotations

import gc
import io
import types
from typing import Any

import pytest

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.lib.record import MOST_KEPT
from mocks3.model.world import Settings


def head(s3: Any, times: int) -> None:
    for number in range(times):
        s3.head_object(Bucket="data", Key=f"{number}")


def world(limit: int | None) -> tuple[MockAWS, Any]:
    aws = MockAWS(Settings(record_limit=limit))
    aws.account().create_bucket("data", objects={f"{number}": b"" for number in range(100)})
    return aws, aws.client("s3")


def test_the_latest_are_kept_and_the_rest_is_counted() -> None:
    aws, s3 = world(20)
    head(s3, 100)
    for record in (aws.calls, aws.decisions):
        assert 18 <= len(record) <= 20
        assert record.dropped + len(record) == record.end
    assert [call.params["Key"] for call in aws.calls] == [f"{n}" for n in range(100 - len(aws.calls), 100)]
    assert aws.decisions[-1].resource == "arn:aws:s3:::data/99"
    assert aws.calls.end == 100


def test_all_are_kept_on_request() -> None:
    aws, s3 = world(None)
    head(s3, 100)
    assert len(aws.calls) == 100
    assert (aws.calls.dropped, aws.decisions.dropped) == (0, 0)


def test_the_default() -> None:
    with mock_s3() as aws:
        assert (aws.calls.limit, aws.decisions.limit) == (MOST_KEPT, MOST_KEPT)
    with mock_s3(record_limit=5) as aws:
        assert (aws.calls.limit, aws.decisions.limit) == (5, 5)


@pytest.mark.parametrize("limit", [0, -1, True, "10", 1.5])
def test_limits_that_are_not_valid(limit: Any) -> None:
    with pytest.raises(Mocks3Error, match="record_limit must be a number of calls, 1 or more, or None, not "):
        mock_s3(record_limit=limit)


def test_positions_stay_valid_when_entries_are_dropped() -> None:
    """Expectations, snapshots and requests that are decided again use positions."""
    aws, s3 = world(10)
    head(s3, 9)
    denied = aws.account().create_user("eve").client("s3")
    with aws.denied("s3:ListBucket"):
        head(s3, 5)
        denied.list_objects_v2(Bucket="data")
    mark = aws.snapshot()
    end = aws.calls.end
    head(s3, 3)
    aws.restore(mark)
    assert aws.calls.end == end
    assert aws.calls[-1].operation == "ListObjectsV2"
    head(s3, 100)
    aws.restore(mark)
    assert len(aws.calls) == len(aws.decisions) == 0


def test_a_request_that_is_decided_again_is_recorded_once() -> None:
    """Its body is read while the lock is released. Meanwhile more is recorded than the record keeps."""
    aws, s3 = world(10)

    class Reading(io.BytesIO):
        is_read = False

        def read(self, size: int | None = -1) -> bytes:
            if not self.is_read:
                self.is_read = True
                head(s3, 30)
                s3.put_object(Bucket="data", Key="other", Body=b"")
            return super().read(size)

    s3.put_object(Bucket="data", Key="new", Body=Reading(b"x"))
    assert len([each for each in aws.decisions if each.resource == "arn:aws:s3:::data/new"]) == 1


def reachable(start: object) -> list[object]:
    found: dict[int, object] = {}
    pending = [start]
    while pending:
        each = pending.pop()
        if id(each) in found or isinstance(each, (type, types.ModuleType, types.FunctionType)):
            continue
        found[id(each)] = each
        pending += gc.get_referents(each)
    return list(found.values())


@pytest.mark.parametrize("path", ["direct", "wire"])
def test_no_body_is_kept(path: str) -> None:
    aws = MockAWS(Settings(path=path))
    aws.account().create_bucket("data")
    s3 = aws.client("s3")
    body = b"y" * 1_000_000
    s3.put_object(Bucket="data", Key="k", Body=body)
    upload = s3.create_multipart_upload(Bucket="data", Key="m")["UploadId"]
    s3.upload_part(Bucket="data", Key="m", UploadId=upload, PartNumber=1, Body=body)
    s3.delete_object(Bucket="data", Key="k")
    s3.abort_multipart_upload(Bucket="data", Key="m", UploadId=upload)
    kept = [each for each in reachable([*aws.decisions, *aws.calls]) if isinstance(each, (bytes, bytearray))]
    assert [len(each) for each in kept if len(each) > 1000] == []
