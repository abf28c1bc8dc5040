"""Worlds made directly: their own clients talk to them, nothing global is touched, and they stand side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.call import Settings


def names(client):
    return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]


def test_sessions_and_clients_of_a_world():
    aws = MockAWS()
    eve = aws.account().create_user("eve")
    aws.client().create_bucket(Bucket="data")
    assert names(aws.session().client("s3")) == ["data"]
    assert names(aws.client("s3", config=Config(s3={"addressing_style": "path"}))) == ["data"]
    assert aws.session().resource("s3").Bucket("data").creation_date
    for client in (eve.client(), aws.anonymous.client()):
        with pytest.raises(ClientError, match="AccessDenied"):
            client.list_buckets()
    assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_a_region_of_its_own():
    aws = MockAWS(Settings(region="eu-west-1"))
    assert aws.client().meta.region_name == "eu-west-1"


def test_nothing_global_is_touched():
    program = (
        "import gc, os, http.client, boto3, botocore.handlers, botocore.httpsession, botocore.session, urllib3, sys\n"
        "def state():\n"
        "    return (dict(os.environ), list(botocore.handlers.BUILTIN_HANDLERS), boto3.DEFAULT_SESSION,\n"
        "            botocore.httpsession.URLLib3Session.send, urllib3.HTTPConnectionPool.urlopen,\n"
        "            http.client.HTTPConnection.connect, botocore.session.create_loader, list(sys.meta_path))\n"
        "before = state()\n"
        "from mocks3 import MockAWS\n"
        "aws = MockAWS()\n"
        "aws.client().create_bucket(Bucket='data')\n"
        "assert state() == before\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_worlds_side_by_side_in_threads():
    worlds = [MockAWS() for _ in range(6)]
    errors = []

    def work(number, aws):
        try:
            session = aws.session()
            for turn in range(5):
                session.client("s3").create_bucket(Bucket=f"bucket-{number}-{turn}")
            assert names(session.client("s3")) == [f"bucket-{number}-{turn}" for turn in range(5)]
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=each) for each in enumerate(worlds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [len(aws.calls) for aws in worlds] == [6] * 6


def test_a_world_made_directly_stays_apart_from_mocks():
    early = MockAWS()
    early.client().create_bucket(Bucket="early")
    with mock_s3() as aws:
        late = MockAWS()
        late.client().create_bucket(Bucket="late")
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="mocked")
        assert names(early.client()) == ["early"]
        assert names(late.client()) == ["late"]
        assert names(aws.client()) == ["mocked"]
    assert names(early.client()) == ["early"]
    assert names(late.client()) == ["late"]
    with pytest.raises(Mocks3Error, match="stopped"):
        aws.client().list_buckets()


def test_denials_are_explained_there_too():
    aws = MockAWS()
    eve = aws.account().create_user("eve")
    with pytest.raises(ClientError) as raised:
        eve.client().list_buckets()
    assert raised.value.mocks3_decision.action == "s3:ListAllMyBuckets"


def test_the_environment_is_left_alone(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    before = dict(os.environ)
    MockAWS().client().list_buckets()
    assert dict(os.environ) == before
