"""Hypothesis profiles, rules for other releases of botocore, and fixtures that the tests of several packages use.

Each folder defines its own ``aws``, and the fixtures that only it needs.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import botocore
import pytest
from hypothesis import HealthCheck, settings
from packaging.version import Version

import mocks3
from mocks3 import NotSupported

# pytest 8.0 imports this file as tests.conftest without creating the package tests. Then relative imports fail.
if "tests" not in sys.modules:
    sys.modules["tests"] = ModuleType("tests")
    sys.modules["tests"].__path__ = [str(Path(__file__).parent)]

# The collected tests alone are a million objects. With Python's thresholds, a quarter of the time is spent on looking
# for garbage among them.
gc.set_threshold(100_000, 20, 50)

# No deadline, because a shared machine can pause a test. No database in CI, because the result of a run must depend on
# the commit only, and not on examples that an earlier run found.
settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, database=None, print_blob=True)
settings.register_profile("brief", settings.get_profile("ci"), max_examples=10)
settings.register_profile(
    "deep", settings.get_profile("ci"), max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", settings.get_profile("deep"), max_examples=1_000)
settings.load_profile(os.environ.get("MOCKS3_HYPOTHESIS_PROFILE") or ("ci" if "CI" in os.environ else "dev"))

LOCK = (Path(__file__).parents[1] / "locks" / "test.txt").read_text("utf-8")
LOCKED = Version(re.findall(r"^botocore==(\S+)", LOCK, re.MULTILINE)[0])
INSTALLED = Version(botocore.__version__)

UNKNOWN_TO_BOTOCORE = re.compile(
    r"Unknown parameter in|'(?:S3|S3Control|STS|IAM|KMS|Organizations)' object has no attribute|"
    r"the installed botocore has no operation"
)


if os.environ.get("MOCKS3_TWINS"):

    @pytest.fixture(autouse=True)
    def played_twice() -> Iterator[None]:
        """Play every direct call of every test twice, and compare (``tests/twins.py``)."""
        from tests import twins

        with twins.played():
            yield


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Skip or xfail a test that fails only because botocore is another release than the locked one.

    With an older botocore, tests of newer members and operations are skipped. With a newer one, a test may fail because
    mocks3 refuses a new member by name. With both, a test that compares mocks3 with the whole model may fail. With the
    locked release every failure counts.
    """
    try:
        return (yield)
    except Exception as error:
        reason = f"botocore {INSTALLED} (locked: {LOCKED}): {' '.join(str(error).split())}"
        if INSTALLED < LOCKED and UNKNOWN_TO_BOTOCORE.search(str(error)):
            pytest.skip(reason)
        if INSTALLED > LOCKED and isinstance(error, NotSupported) and f"botocore {INSTALLED}" in str(error):
            pytest.xfail(reason)
        if INSTALLED != LOCKED and pyfuncitem.get_closest_marker("compares_with_the_model"):
            pytest.xfail(reason)
        raise


@pytest.fixture(scope="session")
def everything_imported() -> None:
    """Import every module of mocks3, and what clients of boto3 import when they are created."""
    for module in pkgutil.walk_packages(mocks3.__path__, "mocks3."):
        if not module.name.endswith(".__main__"):
            with contextlib.suppress(ModuleNotFoundError):  # aiobotocore
                importlib.import_module(module.name)
    importlib.import_module("boto3.s3.inject")


@pytest.fixture
def pytester(everything_imported: None, pytester: pytest.Pytester) -> pytest.Pytester:
    """Run pytest in this process without importing a module of mocks3 for the first time there.

    pytest forgets the modules that such a run imports. A later test would import them again, and there would be two of
    each: with two lists of open mocks, a patch of one does not see the mock of the other.
    """
    return pytester


@pytest.fixture
def s3(aws: Any) -> Any:
    """A client of the default account's root user."""
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """A bucket with the default settings of new buckets."""
    s3.create_bucket(Bucket="amzn-data")
    return "amzn-data"


@pytest.fixture
def versioned(s3: Any) -> str:
    """A bucket with versioning enabled."""
    s3.create_bucket(Bucket="amzn-versions")
    s3.put_bucket_versioning(Bucket="amzn-versions", VersioningConfiguration={"Status": "Enabled"})
    return "amzn-versions"
