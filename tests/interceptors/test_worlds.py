"""Worlds made directly: their own clients talk to them, nothing global is touched, and they stand side by side."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import threading

import boto3
import httpx
import pytest
import requests
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.interceptors import open_worlds
from mocks3.model.world import Settings


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
    made = [MockAWS() for _ in range(6)]
    errors = []

    def work(number, aws):
        try:
            session = aws.session()
            for turn in range(5):
                session.client("s3").create_bucket(Bucket=f"bucket-{number}-{turn}")
            assert names(session.client("s3")) == [f"bucket-{number}-{turn}" for turn in range(5)]
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=each) for each in enumerate(made)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [len(aws.calls) for aws in made] == [6] * 6


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


THREADS = 8


def read_by(library, url):
    if library == "requests":
        return requests.get(url, timeout=30).content
    if library == "urllib3":
        with urllib3.PoolManager() as pools:
            return pools.request("GET", url).data
    return httpx.get(url).content


def in_threads(work):
    """Run it in as many threads at once; what any of them raises is raised."""
    start = threading.Barrier(THREADS)

    def begin(number):
        start.wait()
        return work(number)

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def test_worlds_and_doors_in_threads_do_not_mix():
    """Each thread has a world of its own, and all of them ask the open one through every door in between."""
    with mock_s3() as aws:
        aws.account().create_bucket("shared", objects={f"{n}": b"%d" % n for n in range(THREADS)})

        def work(number):
            own = MockAWS()
            eve = own.account().create_user("eve")
            s3 = own.client()
            s3.create_bucket(Bucket="mine")
            for turn, library in enumerate(["requests", "urllib3", "httpx"] * 2):
                s3.put_object(Bucket="mine", Key=f"{turn}", Body=b"%d-%d" % (number, turn))
                params = {"Bucket": "shared", "Key": f"{number}"}
                url = aws.client().generate_presigned_url("get_object", Params=params)
                assert read_by(library, url) == b"%d" % number
                assert s3.get_object(Bucket="mine", Key=f"{turn}")["Body"].read() == b"%d-%d" % (number, turn)
                with pytest.raises(ClientError) as raised:
                    eve.client().get_object(Bucket="mine", Key=f"{turn}")
                assert raised.value.mocks3_decision.resource == f"arn:aws:s3:::mine/{turn}"
            return own

        owns = in_threads(work)
        assert [call.operation for call in aws.calls].count("GetObject") == THREADS * 6
        assert {call.params.get("Bucket") for call in aws.calls} <= {"shared", None}
        for own in owns:
            assert len(own.calls) == 1 + 3 * 6
            assert {call.principal.rpartition(":")[2] for call in own.calls} == {"root", "user/eve"}
            assert [bucket["Name"] for bucket in own.client().list_buckets()["Buckets"]] == ["mine"]
        assert [bucket["Name"] for bucket in aws.client().list_buckets()["Buckets"]] == ["shared"]


def test_mocks_that_begin_and_end_in_threads_leave_nothing():
    before = urllib3.HTTPConnectionPool.urlopen, httpx.HTTPTransport.handle_request, dict(os.environ)

    def work(number):
        for _ in range(5):
            with mock_s3() as aws:
                aws.client().create_bucket(Bucket=f"bucket-{number}")
                assert names(aws.client()) == [f"bucket-{number}"]

    in_threads(work)
    after = urllib3.HTTPConnectionPool.urlopen, httpx.HTTPTransport.handle_request, dict(os.environ)
    assert after == before
    assert open_worlds.current() is None
