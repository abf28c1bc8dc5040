"""The runs inside these tests load mocks3's plugin and pytest's own, and take every warning for an error."""

from __future__ import annotations

import pytest

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
