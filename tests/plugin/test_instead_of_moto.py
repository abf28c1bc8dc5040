"""``--mocks3-instead-of-moto``: a suite that imports moto runs on mocks3, and its summary names each habit."""

from __future__ import annotations

import pytest

CONFTEST = """
import boto3
import pytest
from moto import mock_aws

@pytest.fixture
def s3():
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1")
"""
SUITE = """
import sys

import boto3
import moto
import pytest
from moto import mock_aws

from mocks3.mocking.mock import Mock

@pytest.mark.parametrize("name", ["My_Bucket", "Other_Bucket"])
def test_name(s3, name):
    s3.create_bucket(Bucket=name)

@mock_aws
def test_nested(s3):
    s3.create_bucket(Bucket="data", ACL="public-read")
    s3.put_object(Bucket="data", Key="k", ACL="public-read")

def test_what_it_is():
    assert isinstance(mock_aws(), Mock) and isinstance(moto.mock_s3(), Mock)
"""
SENTENCES = [
    "*mocks3: what AWS refuses and an option allowed*",
    "compat: 1 mock joined the mock that was open *",
    "compat: 2 buckets had names that S3 refuses *On AWS: S3 answers InvalidBucketName*",
    "compat: 1 ACL was accepted that a new bucket refuses *",
]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytest.importorskip("moto")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(SUITE)
    return pytester


def test_the_flag_replaces_moto(suite: pytest.Pytester) -> None:
    result = suite.runpytest_subprocess("--mocks3-instead-of-moto")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(SENTENCES)


def test_without_the_flag_moto_is_moto(suite: pytest.Pytester) -> None:
    result = suite.runpytest_subprocess("-k", "what_it_is")
    result.assert_outcomes(failed=1, deselected=3)
    result.stdout.no_fnmatch_line("*compat:*")


def test_the_counts_of_workers_are_added(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly -p no:asyncio")
    result = suite.runpytest_subprocess("--mocks3-instead-of-moto", "-n", "2")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(SENTENCES)


def test_the_summary_is_of_this_run_only(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        from mocks3 import mock_s3

        def test(request):
            with mock_s3(bucket_names="any"):
                boto3.client("s3").create_bucket(Bucket="My_Bucket")
        """
    )
    for _ in range(2):
        result = pytester.runpytest()
        result.stdout.fnmatch_lines(["compat: 1 bucket had a name that S3 refuses *"])


def test_moto_must_be_installed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(moto="raise ImportError('no moto here')")
    result = pytester.runpytest_subprocess("--mocks3-instead-of-moto", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: --mocks3-instead-of-moto replaces moto, which cannot be imported: no moto here. *"]
    )


def test_a_misspelt_flag(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--mocks3-instead-of-motto")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*there is no flag --mocks3-instead-of-motto; did you mean --mocks3-instead-of-moto?*"]
    )
