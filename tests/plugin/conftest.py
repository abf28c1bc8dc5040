"""The pytest runs inside these tests load only mocks3's plugin and pytest's own. Every warning is an error."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import boto3  # noqa: F401 - see below
import freezegun  # noqa: F401
import pytest

import mocks3
import pytest_mocks3

# After a run in this process pytester removes the modules that the run imported first, but packages keep them as
# attributes. The next run would then mix old and new modules. So all modules are imported here.
for package in (mocks3, pytest_mocks3):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # some modules need libraries that may be missing
                importlib.import_module(module.name)

OTHERS = (
    *("anyio", "asyncio", "hypothesispytest", "pook", "pytest_httpx", "randomly", "requests_mock", "respx"),
    *("time_machine", "xdist"),
)
INI = """
[pytest]
filterwarnings =
    error
    ignore:datetime\\.datetime\\.utc:DeprecationWarning:botocore
"""


@pytest.fixture(autouse=True)
def _without_other_plugins(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in OTHERS))
    pytester.makefile(".ini", pytest=INI)
