"""The pytest plugin: it works after installation, and does nothing until a test uses it."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

HEAVY = ("mocks3", "boto3", "botocore", "responses", "xmltodict", "freezegun", "sortedcontainers")


def test_the_installed_package_offers_the_plugin_to_pytest() -> None:
    (entry,) = metadata.entry_points(group="pytest11", name="mocks3")
    assert entry.value == "pytest_mocks3.plugin"


def test_fixtures_are_there_without_registering_anything(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_round_trip(s3):
            s3.create_bucket(Bucket="uploads")
            s3.put_object(Bucket="uploads", Key="k", Body=b"v")
            assert s3.get_object(Bucket="uploads", Key="k")["Body"].read() == b"v"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_every_test_has_a_world_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", ["first", "second"])
        def test_no_bucket_from_before(s3, turn):
            assert s3.list_buckets()["Buckets"] == []
            s3.create_bucket(Bucket="uploads")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_s3_is_a_client_in_the_world_that_aws_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_same_world(aws, s3):
            aws.account().create_bucket("seeded")
            assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["seeded"]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_overriding_aws_changes_what_s3_sees(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def aws(aws):
            aws.account().create_bucket("seeded")
            return aws
        """
    )
    pytester.makepyfile(
        """
        def test_seeded(s3):
            assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["seeded"]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_overriding_s3_makes_the_calls_somebody_elses(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def s3(aws):
            return aws.account().create_user("nobody").client("s3")

        def test_denied(s3):
            with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
                s3.list_buckets()
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_world_ends_with_the_test_even_when_it_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os

        BEFORE = dict(os.environ)

        def test_fails(aws):
            raise RuntimeError("inside")

        def test_nothing_is_left():
            now = dict(os.environ)
            assert {**now, "PYTEST_CURRENT_TEST": ""} == {**BEFORE, "PYTEST_CURRENT_TEST": ""}
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1, failed=1)


def test_fixtures_are_explained_by_pytest(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--fixtures")
    result.stdout.fnmatch_lines(
        ["aws -- *", "*fresh in-memory AWS*", "s3 -- *", "*root user of the default account*"]
    )


def test_start_up_imports_nothing_beyond_pytest(pytester: pytest.Pytester) -> None:
    """A run that uses no fixture loads the plugin, and none of the modules that its fixtures need."""
    pytester.makepyfile(
        f"""
        import sys

        def test_light():
            assert "pytest_mocks3.plugin" in sys.modules
            assert not [name for name in {HEAVY!r} if name in sys.modules]
        """
    )
    # Plugins of the libraries that mocks3 is tested beside: they import those.
    others = [f"-pno:{name}" for name in ("pook", "pytest_httpx", "requests_mock")]
    pytester.runpytest_subprocess(*others).assert_outcomes(passed=1)


def test_importing_the_plugin_brings_in_only_what_pytest_brought() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import pytest_mocks3.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    brought = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert brought.split() == [
        "pytest_mocks3",
        "pytest_mocks3.fixtures",
        "pytest_mocks3.options",
        "pytest_mocks3.plugin",
    ]
