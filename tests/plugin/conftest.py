"""The runs inside these tests load mocks3's plugin and pytest's own, and take every warning for an error."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import boto3  # noqa: F401 - see below
import freezegun  # noqa: F401
import pytest

import mocks3
import pytest_mocks3

# A run in this process forgets the modules that it was the first to import, but packages keep them as attributes: the
# next run would mix the old ones with new ones. So all are imported before.
for package in (mocks3, pytest_mocks3):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # some rooms stand on libraries that may be missing
                importlib.import_module(module.name)

OTHERS = ("asyncio", "hypothesispytest", "randomly", "time_machine", "xdist")
INI = """
[pytest]
filterwarnings =
    error
    ignore:datetime\\.datetime\\.utc:DeprecationWarning:botocore
"""


@pytest.fixture(autouse=True)
def _alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in OTHERS))
    pytester.makefile(".ini", pytest=INI)
