"""Small suites with the usual habits have the same outcome with moto, with the flag, and after ``mocks3 migrate``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mocks3 import cli

SUITES = Path(__file__).parent / "suites"
OTHERS = (
    *("anyio", "asyncio", "hypothesispytest", "pook", "pytest_httpx", "randomly", "requests_mock", "respx"),
    *("time_machine", "xdist"),
)
INI = "[pytest]\nfilterwarnings =\n    ignore\n"
HABITS = [
    "compat: * joined the mock that was open *",
    "compat: * had names that S3 refuses *",
    "compat: * refuses *",
    "compat: 1 bucket was created in a Region that AWS does not have *",
    "compat: 1 role was assumed without a look at its trust policy *",
]


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    pytest.importorskip("moto", minversion="5")
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in OTHERS))
    pytester.makefile(".ini", pytest=INI)
    for file in SUITES.glob("*.py"):
        (pytester.path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    return pytester


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    found = re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", result.stdout.str(), re.MULTILINE)
    return {test: outcome for outcome, test in found}


def test_the_outcome_is_the_same(suite: pytest.Pytester) -> None:
    with_moto = outcomes(suite.runpytest_subprocess("-rA"))
    assert len(with_moto) == 18
    assert [test for test, outcome in with_moto.items() if outcome != "PASSED"] == [
        "test_storage.py::test_fails_in_both"
    ]

    flagged = suite.runpytest_subprocess("-rA", "--mocks3-instead-of-moto")
    assert outcomes(flagged) == with_moto
    flagged.stdout.fnmatch_lines(HABITS)

    pytest.importorskip("libcst")
    assert cli.main(["migrate", "--write", str(suite.path)]) == 0
    for file in suite.path.glob("*.py"):
        assert "from moto" not in file.read_text("utf-8")
    changed = suite.runpytest_subprocess("-rA")
    assert outcomes(changed) == with_moto
    changed.stdout.fnmatch_lines(HABITS)
