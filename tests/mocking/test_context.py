"""``mock_s3`` as a context manager, started and stopped, nested and entered again."""

from __future__ import annotations

import os
import threading

import boto3
import botocore.hooks
import botocore.session
import pytest

from mocks3 import Mocks3Error, mock_s3


def names(client=None):
    return [bucket["Name"] for bucket in (client or boto3.client("s3")).list_buckets()["Buckets"]]


def test_with_gives_the_world():
    with mock_s3() as aws:
        aws.client("s3").create_bucket(Bucket="bkt")
        assert names() == ["bkt"]
        assert aws.account().id == "123456789012"


def test_start_and_stop():
    mock = mock_s3()
    aws = mock.start()
    try:
        aws.client("s3").create_bucket(Bucket="bkt")
        assert names() == ["bkt"]
    finally:
        mock.stop()


def test_stop_without_start_says_so():
    with pytest.raises(Mocks3Error, match="not started"):
        mock_s3().stop()


def test_an_inner_mock_is_a_fresh_world_and_the_outer_one_comes_back():
    with mock_s3() as outer:
        outer.client("s3").create_bucket(Bucket="outer")
        client = boto3.client("s3")
        with mock_s3() as inner:
            assert names(client) == []
            inner.client("s3").create_bucket(Bucket="inner")
            assert names(client) == ["inner"]
            assert names(outer.client("s3")) == ["outer"], "a world's own clients stay with it"
        assert names(client) == ["outer"]


def test_the_same_mock_entered_twice_stays_in_its_world_and_left_is_fresh():
    mock = mock_s3()
    with mock as first, mock as again:
        assert again is first
        first.client("s3").create_bucket(Bucket="bkt")
    with mock as second:
        assert second is not first
        assert names() == []


def test_mocks_may_stop_in_any_order(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    one, two = mock_s3(), mock_s3(account="111122223333")
    one.start()
    two.start()
    key_of_two = os.environ["AWS_ACCESS_KEY_ID"]
    one.stop()
    assert os.environ["AWS_ACCESS_KEY_ID"] == key_of_two
    assert boto3.client("sts").get_caller_identity()["Account"] == "111122223333"
    two.stop()
    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "token",
    "AWS_PROFILE": "prod",
    "AWS_DEFAULT_REGION": "ap-southeast-2",
}


def test_the_environment_comes_back_as_it_was(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with mock_s3():
        assert "AWS_SESSION_TOKEN" not in os.environ
        assert "AWS_PROFILE" not in os.environ
        assert os.environ["AWS_DEFAULT_REGION"] == "ap-southeast-2", "the test's own Region is respected"
        os.environ["AWS_SECRET_ACCESS_KEY"] = "scribbled over"
    assert dict(os.environ) == before


def test_default_sessions_come_back_as_they_were():
    before = boto3.DEFAULT_SESSION
    with mock_s3():
        boto3.client("s3")
        assert boto3.DEFAULT_SESSION is not before
    assert boto3.DEFAULT_SESSION is before


def test_botocores_functions_come_back_as_they_were():
    def functions():
        return (
            botocore.session.create_loader,
            botocore.session.EventAliaser,
            botocore.session.Session._register_builtin_handlers,
            botocore.hooks.accepts_kwargs,
            botocore.client.ClientCreator._load_service_model,
            botocore.endpoint.EndpointCreator.create_endpoint,
            botocore.regions.EndpointProvider,
        )

    before = functions()
    with mock_s3():
        assert not set(functions()) & set(before)
    assert functions() == before


def test_other_threads_are_inside_too():
    found = []
    with mock_s3() as aws:
        aws.client("s3").create_bucket(Bucket="bkt")
        thread = threading.Thread(target=lambda: found.extend(names(aws.client("s3"))))
        thread.start()
        thread.join()
    assert found == ["bkt"]


def test_snapshot_and_restore():
    with mock_s3() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="kept")
        eve = aws.account().create_user("eve")
        mark = aws.snapshot()
        s3.create_bucket(Bucket="dropped")
        eve.delete()
        aws.account("111122223333").create_user("bob")
        for _ in range(2):
            aws.restore(mark)
            assert names(s3) == ["kept"]
            assert eve.name == "eve"
            s3.create_bucket(Bucket="dropped")


def test_the_journal_of_calls():
    with mock_s3() as aws:
        eve = aws.account().create_user("eve")
        aws.client("s3").create_bucket(Bucket="bkt")
        with pytest.raises(eve.client("s3").exceptions.ClientError):
            eve.client("s3").list_buckets()
        made = [(call.operation, call.principal, call.error) for call in aws.calls]
    assert made == [
        ("CreateBucket", "arn:aws:iam::123456789012:root", None),
        ("ListBuckets", "arn:aws:iam::123456789012:user/eve", "AccessDenied"),
    ]
