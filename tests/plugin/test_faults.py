"""The section on injected faults in the report of a failing test."""

from __future__ import annotations

import pytest

TESTS = """
from mocks3.faults import ReadTimeout, SlowDown
import pytest

def test_fails(aws, s3):
    s3.create_bucket(Bucket="data")
    aws.faults.add("PutObject", SlowDown, times=2)
    aws.faults.add("PutObject", ReadTimeout, times=1)
    s3.put_object(Bucket="data", Key="k", Body=b"")
    assert False

def test_fails_without_faults(s3):
    assert s3.list_buckets()["Buckets"] == ["x"]
"""


def test_a_failing_test_lists_its_faults(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    done = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(
        [
            "*faults that the test injected*",
            "SlowDown in PutObject on data/k by arn:aws:iam::123456789012:root (2 times)",
            "ReadTimeout in PutObject on data/k by arn:aws:iam::123456789012:root",
            "*test_fails_without_faults*",
        ]
    )
    assert str(done.stdout).count("faults that the test injected") == 1
