"""Hypothesis profiles, old botocores, and what several rooms' tests start from in the AWS that each makes (``aws``).

Whatever a room's tests need beyond them stands in that room's folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# No deadline: a shared machine's pauses are not failures. No database but at the desk: a run in CI answers for the
# commit alone, not for what an earlier run happened to find.
settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, database=None, print_blob=True)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=10)
settings.register_profile(
    "deep", settings.get_profile("ci"), max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", settings.get_profile("deep"), max_examples=1_000)
settings.load_profile(os.environ.get("MOCKS3_HYPOTHESIS_PROFILE") or ("ci" if "CI" in os.environ else "dev"))

UNKNOWN_TO_BOTOCORE = re.compile(
    r"Unknown parameter in|'S3' object has no attribute|the installed botocore has no operation"
)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Skip what an old botocore has no words for. Only where tox installs one: with today's, it is a failure."""
    try:
        return (yield)
    except Exception as error:
        if "MOCKS3_OLD_BOTOCORE" in os.environ and UNKNOWN_TO_BOTOCORE.search(str(error)):
            pytest.skip(f"this botocore is too old to ask: {' '.join(str(error).split())}")
        raise


@pytest.fixture
def s3(aws: Any) -> Any:
    """A client of the default account's root."""
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """A bucket with the settings of new buckets."""
    s3.create_bucket(Bucket="amzn-data")
    return "amzn-data"


@pytest.fixture
def versioned(s3: Any) -> str:
    """A bucket that keeps versions."""
    s3.create_bucket(Bucket="amzn-versions")
    s3.put_bucket_versioning(Bucket="amzn-versions", VersioningConfiguration={"Status": "Enabled"})
    return "amzn-versions"
