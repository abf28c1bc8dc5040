"""The reference pages and the pictures say what the code says."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

import mocks3
from mocks3 import handles
from mocks3.cli import COMMANDS
from mocks3.interceptors import outside_clients
from mocks3.mocking import environment
from pytest_mocks3 import fixtures, options

DOCS = Path(__file__).parents[2] / "docs"
HANDLES = [each.name for each in pkgutil.iter_modules(handles.__path__)]


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


def test_every_handle_that_a_method_returns_is_public() -> None:
    """A user who annotates a variable finds its class in ``mocks3``."""
    classes = [each for name in mocks3.__all__ if isinstance(each := getattr(mocks3, name), type)]
    members = [getattr(each, "fget", each) for kind in classes for each in public(kind)]
    returned = {str(each.__annotations__.get("return")) for each in members if inspect.isfunction(each)}
    defined = {
        name
        for module in (importlib.import_module(f"mocks3.handles.{each}") for each in HANDLES)
        for name, found in vars(module).items()
        if isinstance(found, type) and found.__module__ == module.__name__
    }
    named = {name for each in returned for name in re.findall(r"\w+", each)}
    assert {"OidcProvider", "SamlProvider", "Snapshot", "AccessGrantHandle"} <= named & defined
    assert sorted((named & defined) - set(mocks3.__all__)) == []


def public(kind: type) -> list[object]:
    return [each for name, each in inspect.getmembers(kind) if not name.startswith("_")]


def test_no_rule_is_linked_twice() -> None:
    """``docs/generate.py`` links the ids of rules in the pages that it writes."""
    pages = {path.name: path.read_text("utf-8") for path in DOCS.rglob("*.md")}
    assert [name for name, text in pages.items() if re.search(r"\[\[[A-Z]+-\d+\]\(", text)] == []


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


def test_every_variable_that_a_mock_or_a_server_sets_is_described() -> None:
    page = (DOCS / "reference" / "environment.md").read_text("utf-8")
    with mocks3.mock_s3() as aws, aws.serve() as server:
        names = {*environment.HIDDEN, *environment._SET, *server.environment(), "GITHUB_ACTIONS"}
        names |= set(outside_clients.NAMES)
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_every_page_is_in_the_tree() -> None:
    """Sphinx warns about a page that no ``toctree`` names, and a warning is an error."""
    named = {DOCS / "index.md"}
    for page in DOCS.rglob("*.md"):
        for block in re.findall(
            r"^```\{toctree\}\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        ):
            for line in block.splitlines():
                if line and not line.startswith(":"):
                    named |= {path.resolve() for path in page.parent.glob(f"{line}.md")}
    pages = {path for path in DOCS.rglob("*.md") if "_build" not in path.parts}
    assert sorted(str(path.relative_to(DOCS)) for path in pages - named) == []


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
