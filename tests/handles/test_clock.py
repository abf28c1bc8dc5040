"""``aws.clock`` at the ends of the calendar."""

from __future__ import annotations

import datetime

import pytest
from freezegun import freeze_time

from mocks3 import Mocks3Error, mock_s3


@pytest.mark.parametrize("path", ["direct", "wire"])
def test_time_stands_still_at_the_end_of_the_calendar(path: str) -> None:
    """Time goes on after the clock was moved: a request after the last second is answered."""
    with freeze_time("2026-03-01T12:00:00Z") as process, mock_s3(path=path) as aws:
        aws.clock.move_to("9999-12-31T23:59:59Z")
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="data")
        process.tick(datetime.timedelta(minutes=5))
        assert aws.clock.now() == datetime.datetime.max.replace(tzinfo=datetime.UTC)
        s3.put_object(Bucket="data", Key="k", StorageClass="GLACIER")
        s3.restore_object(Bucket="data", Key="k", RestoreRequest={"Days": 1})
        assert s3.head_object(Bucket="data", Key="k")["LastModified"].year == 9999
        assert aws.client("sts").get_caller_identity()["Account"] == aws.account().id
        with pytest.raises(Mocks3Error, match="the years 1000 to 9999"):
            aws.clock.advance(days=1)


@pytest.mark.parametrize("moment", ["0999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_years_that_clients_cannot_sign_are_refused(moment: str) -> None:
    """A client writes them with fewer than four digits, so that no signature is valid."""
    with mock_s3() as aws:
        before = aws.clock.shift
        with pytest.raises(Mocks3Error, match="the years 1000 to 9999"):
            aws.clock.move_to(moment)
        assert aws.clock.shift == before


def test_a_year_of_four_digits_is_signed() -> None:
    with mock_s3() as aws:
        aws.clock.move_to("1000-01-01T00:00:01Z")
        assert aws.client("sts").get_caller_identity()["Account"] == aws.account().id
