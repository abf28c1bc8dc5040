"""``mock_s3`` on functions: every kind keeps its kind and signature, and each call has a world of its own."""

from __future__ import annotations

import asyncio
import inspect
import os

import boto3
import pytest

from mocks3 import Mocks3Error, mock_s3


def names(client=None):
    return [bucket["Name"] for bucket in (client or boto3.client("s3")).list_buckets()["Buckets"]]


def test_function_bare_and_with_parentheses():
    @mock_s3
    def bare():
        boto3.client("s3").create_bucket(Bucket="bare")
        return names()

    @mock_s3(region="eu-west-1")
    def called():
        return boto3.client("s3").meta.region_name, names()

    assert bare() == ["bare"]
    assert bare() == ["bare"], "a second call has a fresh world"
    assert called() == ("eu-west-1", [])


def test_signature_is_kept_so_that_fixtures_inject():
    @mock_s3
    def test(tmp_path, capsys, *, flag=True):
        """Say what it does."""

    assert list(inspect.signature(test).parameters) == ["tmp_path", "capsys", "flag"]
    assert (test.__name__, test.__doc__) == ("test", "Say what it does.")


@mock_s3
def test_pytest_injects_fixtures_into_a_decorated_test(tmp_path, request):
    assert tmp_path.is_dir()
    assert request.node.name == "test_pytest_injects_fixtures_into_a_decorated_test"
    assert names() == []


@pytest.mark.parametrize("count", [1, 2])
@mock_s3
def test_parametrized_decorated_test(count):
    for number in range(count):
        boto3.client("s3").create_bucket(Bucket=f"bucket-{number}")
    assert len(names()) == count


def test_coroutine():
    @mock_s3
    async def coroutine(name):
        boto3.client("s3").create_bucket(Bucket=name)
        await asyncio.sleep(0)
        return names()

    assert inspect.iscoroutinefunction(coroutine)
    assert asyncio.run(coroutine("one")) == ["one"]
    assert asyncio.run(coroutine("two")) == ["two"]


@pytest.fixture
@mock_s3
def seeded_bucket():
    boto3.client("s3").create_bucket(Bucket="seeded")
    yield "seeded"
    assert names() == ["seeded"], "the mock is open until the fixture's end"


def test_generator_fixture(seeded_bucket):
    assert names() == [seeded_bucket]


def test_async_generator():
    @mock_s3
    async def items():
        boto3.client("s3").create_bucket(Bucket="bkt")
        yield names()
        yield names()

    async def take():
        return [item async for item in items()]

    assert inspect.isasyncgenfunction(items)
    assert asyncio.run(take()) == [["bkt"], ["bkt"]]


def test_whatever_is_raised_the_doors_close(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)

    @mock_s3
    def fails():
        assert os.environ["AWS_ACCESS_KEY_ID"] != "mine"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


def test_the_wrong_way_round_with_a_fixture_says_so():
    with pytest.raises(Mocks3Error, match=r"below @pytest\.fixture"):

        @mock_s3
        @pytest.fixture
        def bucket():
            return "b"


def test_what_cannot_be_decorated_says_so():
    with pytest.raises(Mocks3Error, match="only decorate a function or a class"):
        mock_s3(3)


def test_a_misspelt_option_suggests_the_right_one():
    with pytest.raises(Mocks3Error, match="no option 'initiator_rul'; did you mean 'initiator_rule'"):
        mock_s3(initiator_rul="account")


def test_a_wrong_value_names_the_right_ones():
    with pytest.raises(Mocks3Error, match="enforce must be one of 'deny', 'report', not 'off'"):
        mock_s3(enforce="off")
