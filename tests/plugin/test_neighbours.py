"""The fixtures and the report work the same with other plugins and other ways of testing."""

from __future__ import annotations

import pytest

SEED = """
import pytest

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    aws_seed.account().create_bucket("data", objects={"k": b"v"})
    aws_seed.account().create_user("eve")
    return aws_seed
"""


def only(monkeypatch: pytest.MonkeyPatch, *plugins: str) -> None:
    """Load these plugins in the runs inside the test."""
    others = {"asyncio", "hypothesispytest", "randomly", "time_machine", "xdist"} - set(plugins)
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in sorted(others)))


def test_asyncio(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "asyncio")
    pytester.makeconftest(SEED)
    pytester.makepyfile(
        """
        import asyncio
        import boto3
        import pytest
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def client(aws):
            await asyncio.sleep(0)
            return boto3.client("s3")

        @pytest.mark.asyncio
        async def test_round_trip(aws, s3):
            body = await asyncio.to_thread(lambda: s3.get_object(Bucket="data", Key="k")["Body"].read())
            assert body == b"v"
            s3.delete_object(Bucket="data", Key="k")

        @pytest.mark.asyncio
        @pytest.mark.s3_principal("user/eve")
        async def test_denied(client):
            await asyncio.to_thread(client.get_object, Bucket="data", Key="k")

        @pytest.mark.asyncio
        async def test_clock(s3_clock, s3):
            s3_clock.freeze("2026-01-31")
            await asyncio.sleep(0.01)
            s3_clock.advance(days=1)
            s3.put_object(Bucket="data", Key="k")
            assert s3.head_object(Bucket="data", Key="k")["LastModified"].month == 2
        """
    )
    result = pytester.runpytest_subprocess("-o", "asyncio_default_fixture_loop_scope=function")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["* why S3 denied this *", "Asked   by arn:aws:iam::123456789012:user/eve*"])


def test_anyio(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("anyio")
    only(monkeypatch, "anyio")
    pytester.makeconftest(SEED)
    pytester.makepyfile(
        """
        import anyio.to_thread
        import pytest

        pytestmark = pytest.mark.anyio

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.fixture
        async def seeded(s3):
            s3.put_object(Bucket="data", Key="k2")

        async def test_round_trip(s3, seeded):
            await anyio.to_thread.run_sync(lambda: s3.get_object(Bucket="data", Key="k2"))

        @pytest.mark.s3_principal("user/eve")
        async def test_denied(aws):
            import boto3
            await anyio.to_thread.run_sync(lambda: boto3.client("s3").get_object(Bucket="data", Key="k"))
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["* why S3 denied this *"])


def test_unittest(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(SEED)
    pytester.makepyfile(
        """
        import unittest
        import boto3
        import pytest

        @pytest.mark.usefixtures("aws")
        class TestUsing(unittest.TestCase):
            def setUp(self):
                self.client = boto3.client("s3")

            def test_round_trip(self):
                self.assertEqual(self.client.get_object(Bucket="data", Key="k")["Body"].read(), b"v")
                self.client.delete_object(Bucket="data", Key="k")

            def test_again(self):
                self.client.get_object(Bucket="data", Key="k")

        class TestMarked(unittest.TestCase):
            @pytest.mark.s3_principal("user/eve")
            def test_denied(self):
                boto3.client("s3").get_object(Bucket="data", Key="k")

        class TestAutouse(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _bring(self, aws, s3_bucket):
                self.aws, self.bucket = aws, s3_bucket("mine")

            def test_brought(self):
                self.assertEqual(self.bucket.owner, self.aws.account().id)
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["* why S3 denied this *", "Asked   by arn:aws:iam::123456789012:user/eve*"])


def test_randomly_and_xdist(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "randomly", "xdist")
    pytester.makeconftest(SEED)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(12))
        def test_own_copy(s3, turn):
            assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 1
            s3.delete_object(Bucket="data", Key="k")
        """
    )
    for arguments in (("-n", "2"), ("-p", "randomly", "-p", "no:xdist")):
        pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=12)


def test_fixtures_of_the_user_named_like_ours(pytester: pytest.Pytester) -> None:
    """Markers still request the fixture ``aws``; a user's own fixture decides whether it starts a mock."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def aws():
            return "mine"

        @pytest.mark.mocks3(strict=True)
        def test_mine(aws):
            assert aws == "mine"
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_tests_without_it_pay_next_to_nothing(pytester: pytest.Pytester) -> None:
    """For an empty test only a few lines of the plugin run: its hooks see that the test does not use it."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(30))
        def test_empty(turn):
            pass
        """
    )
    pytester.makeconftest(
        """
        import sys

        lines = 0

        def trace(frame, event, argument):
            global lines
            if "pytest_mocks3" not in frame.f_code.co_filename:
                return None
            lines += event == "line"
            return trace

        def pytest_runtestloop():
            sys.settrace(trace)

        def pytest_sessionfinish():
            sys.settrace(None)
            print(f"\\n{lines} lines")
        """
    )
    result = pytester.runpytest_subprocess("-s")
    result.assert_outcomes(passed=30)
    (lines,) = (int(line.split()[0]) for line in result.outlines if line.endswith(" lines"))
    assert 0 < lines < 30 * 40
