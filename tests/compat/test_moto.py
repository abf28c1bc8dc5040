"""``mocks3.compat.moto``: moto's forms and arguments, and moto itself for all other services."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
import subprocess
import sys
import unittest

import boto3
import pytest

from mocks3 import Mocks3Error, NotSupported, mock_s3
from mocks3.compat import moto as compat


def buckets():
    return [each["Name"] for each in boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"]]


def make(name="data"):
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=name)


FORMS = [compat.mock_aws, compat.mock_aws(), compat.mock_aws(config={}), compat.mock_s3, compat.mock_s3()]


@pytest.mark.parametrize("form", FORMS)
def test_decorators(form):
    @form
    def test(number, *, word="w"):
        assert buckets() == []
        make()
        return number, word, buckets()

    assert test(1) == test(1) == (1, "w", ["data"])
    assert list(inspect.signature(test).parameters) == ["number", "word"]


@pytest.mark.parametrize("form", FORMS)
def test_coroutines_and_generators(form):
    @form
    async def coroutine():
        make()
        return buckets()

    @form
    def generator():
        make()
        yield buckets()

    assert asyncio.run(coroutine()) == ["data"]
    assert list(generator()) == list(generator()) == [["data"]]


@pytest.mark.parametrize("name", ["mock_aws", "mock_s3", "mock_sts", "mock_kms", "mock_iam"])
def test_context_managers_and_start(name):
    mock = getattr(compat, name)()
    with mock:
        make()
        assert buckets() == ["data"]
    mock.start()
    assert buckets() == []
    mock.stop()
    with pytest.raises(RuntimeError, match=r"Called stop\(\) before start\(\)."):
        mock.stop()


def test_reset():
    with compat.mock_aws() as aws, compat.mock_aws() as joined:
        assert joined is aws
        make()
        boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="q")
        inner = compat.mock_aws()
        inner.start()
        inner.reset()
        inner.stop()
        assert buckets() == []
        assert "QueueUrls" not in boto3.client("sqs", region_name="us-east-1").list_queues()


def test_reset_without_a_start():
    with pytest.raises(Mocks3Error, match="not started"):
        compat.mock_aws().reset()


def test_classes():
    @compat.mock_aws
    class Tests(unittest.TestCase):
        def setUp(self):
            make("set-up")

        def test_one(self):
            make("one")
            self.assertEqual(buckets(), ["one", "set-up"])

        def test_two(self):
            make("two")
            self.assertEqual(buckets(), ["set-up", "two"])

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
    assert (result.testsRun, result.failures, result.errors) == (2, [], [])


def test_moto_mocks_the_other_services():
    pytest.importorskip("moto")
    with compat.mock_aws():
        make()
        sqs = boto3.client("sqs", region_name="us-east-1")
        sqs.create_queue(QueueName="q")
        assert len(sqs.list_queues()["QueueUrls"]) == 1
        assert buckets() == ["data"]
    with compat.mock_aws():
        assert "QueueUrls" not in boto3.client("sqs", region_name="us-east-1").list_queues()
        assert buckets() == []


def test_credentials_and_constants():
    with compat.mock_aws():
        assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]) == (
            "FOOBARKEY",
            "FOOBARSECRET",
        )
        account = boto3.client("sts", region_name="us-east-1").get_caller_identity()["Account"]
    assert account == compat.DEFAULT_ACCOUNT_ID == compat.ACCOUNT_ID
    assert compat.DEFAULT_REGION_NAME == "us-east-1"
    models = pytest.importorskip("moto.core.models")
    assert models.DEFAULT_ACCOUNT_ID == compat.DEFAULT_ACCOUNT_ID
    assert models.MockAWS()._fake_creds == {
        "AWS_ACCESS_KEY_ID": "FOOBARKEY",
        "AWS_SECRET_ACCESS_KEY": "FOOBARSECRET",
    }


def test_config_that_means_something():
    with compat.mock_aws(config={"core": {"passthrough": {"services": ["dynamodb"]}}}) as aws:
        assert aws.settings.passthrough == ("dynamodb",)
    everything = {
        "core": {"mock_credentials": True, "reset_boto3_session": True, "service_whitelist": ["s3", "sqs"]},
        "iam": {"load_aws_managed_policies": True},
        "lambda": {"use_docker": False},
    }
    with compat.mock_aws(config=everything):
        make()
        with pytest.raises(Exception, match="sns not whitelisted"):
            boto3.client("sns", region_name="us-east-1").list_topics()


REFUSED = [
    ({"core": {"mock_credentials": False}}, r"config\['core'\]\['mock_credentials'\]=False"),
    ({"core": {"reset_boto3_session": False}}, r"config\['core'\]\['reset_boto3_session'\]=False"),
    ({"core": {"passthrough": {"urls": ["https://a.*"]}}}, r"config\['core'\]\['passthrough'\]\['urls'\]"),
    ({"core": {"nope": 1}}, r"config\['core'\]\['nope'\]"),
    ({"nope": {"x": 1}}, r"config\['nope'\]\['x'\]"),
]


@pytest.mark.parametrize(("config", "message"), REFUSED)
def test_config_that_is_refused(config, message):
    with pytest.raises(Mocks3Error, match=message):
        compat.mock_aws(config=config)


def test_what_is_not_supported():
    with pytest.raises(NotSupported, match=r"start\(reset=False\)"):
        compat.mock_aws().start(reset=False)
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        compat.nope  # noqa: B018


def test_a_service_of_moto_4():
    pytest.importorskip("moto")

    @compat.mock_sqs
    def test():
        boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="q")
        return buckets()

    assert test() == []


def test_it_joins_an_open_mock_of_mocks3():
    with mock_s3() as outer:
        make()
        with compat.mock_aws() as inner:
            assert inner is outer
            assert buckets() == ["data"]


def test_without_moto():
    code = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "moto" else find(name, *rest)
import boto3
from mocks3.compat.moto import mock_aws, __getattr__
with mock_aws():
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="data")
for call in (lambda: __getattr__("mock_sqs"), lambda: mock_aws(config={"lambda": {"use_docker": False}})):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
print("moto" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert lines[0].startswith("Mocks3Error mocks3 does not mock the service of mock_sqs; install moto")
    assert lines[1].startswith("NotSupported config['lambda'] is about a service that mocks3 does not mock")
    assert lines[2] == "False"


def test_importing_it_imports_no_moto():
    code = (
        "import sys, mocks3.compat.moto; print([each for each in ('moto', 'boto3') if each in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_server_of_moto():
    """Source: moto, "Server Mode"."""
    server = compat.ThreadedMotoServer(port=0)
    with pytest.raises(Mocks3Error, match="not started"):
        server.get_host_and_port()
    server.start()
    try:
        host, port = server.get_host_and_port()
        with pytest.raises(Mocks3Error, match="started already"):
            server.start()
        keys = {"aws_access_key_id": "mock", "aws_secret_access_key": "mock", "region_name": "us-east-1"}
        s3 = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys)
        s3.create_bucket(Bucket="my_bucket")
        assert (
            over_the_socket(host, port, "HEAD", "/my_bucket") == 403
        )  # it is there, and the request is not signed
        assert over_the_socket(host, port, "POST", "/moto-api/reset") == 200
        assert s3.list_buckets()["Buckets"] == []
        assert over_the_socket(host, port, "HEAD", "/my_bucket") == 404
    finally:
        server.stop()
    server.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, port), timeout=5)


def over_the_socket(host: str, port: int, method: str, path: str) -> int:
    with socket.create_connection((host, port), timeout=30) as sock:
        sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode())
        return int(sock.makefile("rb").readline().split()[1])
