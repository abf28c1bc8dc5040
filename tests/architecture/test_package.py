"""The installed package: its version, its types, and what importing it imports."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from importlib import metadata
from importlib.resources import files
from pathlib import Path

import pytest

import mocks3._version
import mocks3.policy


def test_the_version_is_said_once() -> None:
    assert metadata.version("mocks3") == mocks3._version.__version__


def test_the_citation_has_the_version_and_the_changelog_its_changes() -> None:
    root = Path(__file__).parents[2]
    assert f"\nversion: {mocks3._version.__version__}\n" in (root / "CITATION.cff").read_text("utf-8")
    assert f"\n## {mocks3._version.__version__} (" in (root / "CHANGELOG.md").read_text("utf-8")


def test_a_url_without_a_home_is_a_placeholder() -> None:
    """No host under .invalid exists (RFC 2606). Files that have one say that it is a placeholder."""
    root = Path(__file__).parents[2]
    urls = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["urls"].values()
    assert len(urls) >= 5
    assert {url.startswith("https://mocks3.invalid/") for url in urls} == {True}
    for name in ("pyproject.toml", "CITATION.cff", ".github/ISSUE_TEMPLATE/config.yml"):
        text = (root / name).read_text("utf-8")
        assert text.lower().index("placeholder") < text.index("mocks3.invalid")


@pytest.mark.parametrize(
    ("old", "new"),
    [("Decision", "PolicyDecision"), ("Outcome", "PolicyOutcome"), ("Principal", "RequestPrincipal")],
)
def test_an_old_name_of_the_policy_engine_warns(old: str, new: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"mocks3.policy.{old} is now {new}") as warned:
        assert getattr(mocks3.policy, old) is getattr(mocks3.policy, new)
    assert warned[0].filename == __file__


@pytest.mark.parametrize("package", ["mocks3", "pytest_mocks3"])
def test_types_are_shipped(package: str) -> None:
    assert files(package).joinpath("py.typed").is_file()


@pytest.mark.parametrize(
    "library",
    ["boto3", "responses", "requests", "xmltodict", "freezegun", "moto", "pyarrow", "pytest", "sqlglot"],
)
def test_importing_mocks3_leaves_heavy_libraries_alone(library: str) -> None:
    program = f"import sys, mocks3; from mocks3 import *; sys.exit({library!r} in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_importing_mock_s3_imports_little_of_mocks3() -> None:
    """The storage and the permissions are imported when the first mock starts."""
    program = "import sys; from mocks3 import mock_s3; print(*(each for each in sys.modules if each[:7] == 'mocks3.'))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    packages = {name.split(".")[1] for name in done.stdout.split()}
    assert packages <= {"_version", "errors", "handles", "interceptors", "lib", "mocking", "model"}
    assert len(done.stdout.split()) <= 16


def test_tests_keep_to_the_repository() -> None:
    """A test that names a path outside the repository passes on one machine only."""
    root = Path(__file__).parents[1]
    # Written in two parts, so that this file does not match itself.
    outside = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "/Us" + "ers/"]
    found = [
        f"{path.relative_to(root)}: {place}"
        for path in sorted(root.rglob("*.py"))
        for place in outside
        if f'"{place}' in path.read_text(encoding="utf-8") or f"'{place}" in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_a_class_name_is_defined_once() -> None:
    """A class name has one meaning in the whole product."""
    root = Path(__file__).parents[2]
    names = Counter(
        node.name
        for folder in ("mocks3", "conftest_plugin")
        for path in (root / folder).rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []
