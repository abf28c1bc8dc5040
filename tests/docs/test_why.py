"""The gallery of explanations, ``docs/why``: its pages are what its tests print, and each fix is enough."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

WHY = Path(__file__).parents[2] / "docs" / "why"
LINES, COLUMNS = 25, 100
"""The size in which the report of a denial with one cause fits."""

CASES = {
    "block-public-acls",
    "cross-account-role",
    "encryption-header",
    "foreign-object",
    "kms-key-policy",
    "missing-key",
    "permissions-boundary",
    "service-control-policy",
    "tls",
    "vpc-endpoint",
}


@pytest.fixture(scope="module")
def generate() -> Any:
    spec = importlib.util.spec_from_file_location("why_generate", WHY / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def outcomes(generate) -> dict[tuple[str, str], str | None]:
    return generate.outcomes()


def test_the_gallery_is_complete(generate, outcomes) -> None:
    assert {case.name for case in generate.cases()} == CASES
    assert set(outcomes) == {(name, test) for name in CASES for test in (generate.DENIED, generate.FIXED)}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_test_is_denied_and_the_fixed_test_passes(generate, outcomes, name: str) -> None:
    report = outcomes[name, generate.DENIED]
    assert report is not None
    assert report.startswith("Call ")
    assert "\nDENIED " in report
    assert outcomes[name, generate.FIXED] is None


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_denial_of_one_cause_is_short(generate, outcomes, name: str) -> None:
    lines = (outcomes[name, generate.DENIED] or "").splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS


def test_the_pages_are_current(generate, outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "outcomes", lambda: outcomes)
    made = generate.pages()
    assert {path.name for path in WHY.glob("*.md")} == set(made)
    old = [name for name, text in made.items() if (WHY / name).read_text("utf-8") != text]
    assert old == [], "run python docs/why/generate.py"
