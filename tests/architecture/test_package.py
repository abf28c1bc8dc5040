"""The installed package: its version, its types, and what importing it imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from importlib import metadata
from importlib.resources import files
from pathlib import Path

import pytest

import mocks3._version


def test_the_version_is_said_once() -> None:
    assert metadata.version("mocks3") == mocks3._version.__version__


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
