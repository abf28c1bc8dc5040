"""The reference pages and the pictures say what the code says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import mocks3
from mocks3.cli import COMMANDS
from pytest_mocks3 import fixtures, options

DOCS = Path(__file__).parents[2] / "docs"


def program(folder: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{folder}", DOCS / folder / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: page() for name, page in program("reference").PAGES.items()}


def test_every_public_name_is_on_the_page_of_handles(pages) -> None:
    shown = re.findall(r"^\.\. auto\w+:: mocks3\.(\w+)$", pages["handles.md"], re.MULTILINE)
    assert sorted(shown) == sorted(set(mocks3.__all__) - {"__version__"})


def test_every_fixture_is_described(pages) -> None:
    assert re.findall(r"^## (\w+)$", pages["fixtures.md"], re.MULTILINE) == list(fixtures.NAMES)
    assert '```python\n@pytest.fixture(scope="session")\ndef aws_seed(aws_seed):' in pages["fixtures.md"]
    assert "::\n" not in pages["fixtures.md"]


def test_every_marker_and_option_is_described(pages) -> None:
    for option in options.OPTIONS:
        assert f"| `{option.flag}` | `{option.ini}` | " in pages["pytest.md"]
    assert f"`{options.INSTEAD}`" in pages["pytest.md"]
    assert f"`{options.PREFIX}`" in pages["pytest.md"]
    assert pages["pytest.md"].count("\n| `s3_") == 2


def test_every_command_is_described(pages) -> None:
    assert re.findall(r"^## mocks3 (\w+)$", pages["command-line.md"], re.MULTILINE) == list(COMMANDS)
    for command in COMMANDS.values():
        assert command.DESCRIPTION.strip() in pages["command-line.md"]
    assert "| `--json` | print JSON, for programs |" in pages["command-line.md"]


def test_the_pictures_show_what_the_programs_print() -> None:
    """``python docs/pictures/generate.py`` writes them."""
    pytest.importorskip("rich")
    pictures = program("pictures")
    for name, (command, printed) in pictures.TERMINAL.items():
        shown = (DOCS / "pictures" / name).read_text("utf-8")
        now = pictures.as_svg(command, printed())
        assert pictures.text_of(shown) == pictures.text_of(now), f"docs/pictures/{name} is old"
        assert "url(http" not in shown


def test_the_pictures_of_the_explanation_are_current() -> None:
    pictures = program("pictures")
    for name, made in pictures.DRAWN.items():
        assert (DOCS / "pictures" / name).read_text("utf-8") == made(), f"docs/pictures/{name} is old"
    layers = pictures.layers()
    for package in (DOCS.parent / "mocks3").glob("*/__init__.py"):
        assert f">{package.parent.name}</text>" in layers
