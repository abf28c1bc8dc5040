"""The versions that tox installs: locked with hashes, matching pyproject.toml, which has no upper bounds."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DEPENDENCIES: list[str] = PROJECT["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
GROUPS: dict[str, list[Any]] = PROJECT["dependency-groups"]
TOOLS = ("build", "lock", "release", "tox")
"""Locks of tools that run without mocks3."""

ENTRY = re.compile(r"(?P<name>\S+)==(?P<version>\S+)(?P<marker> ; .+)?(?: --hash=sha256:[0-9a-f]{64})+")
LOCKS = sorted(path.stem for path in (ROOT / "locks").glob("*.txt"))


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group, and of the groups that it includes."""
    found: list[str] = []
    for entry in GROUPS[name]:
        found += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return found


def entries(lock: str) -> list[str]:
    """Return the entries of a lock, each on one line."""
    text = (ROOT / "locks" / f"{lock}.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return re.sub(r" \\\n *", " ", "\n".join(lines)).splitlines()


def required_by_pyproject(lock: str) -> list[Requirement]:
    """Return the requirements of pyproject.toml for a lock."""
    texts = group("test" if lock == "oldest" else lock)
    texts += [] if lock in TOOLS else DEPENDENCIES
    texts += [text for extra in EXTRAS.values() for text in extra] if lock == "oldest" else []
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_versions_and_hashes_alone(lock: str) -> None:
    """A lock has no addresses: the machine configures the package index."""
    assert [entry for entry in entries(lock) if not ENTRY.fullmatch(entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_matches_pyproject(lock: str) -> None:
    """A requirement that is added or raised is locked in the same change: `tox run -e lock`."""
    locked = {}
    for entry in entries(lock):
        found = ENTRY.fullmatch(entry)
        assert found is not None
        locked.setdefault(canonicalize_name(found["name"]), []).append(found["version"])
    for requirement in required_by_pyproject(lock):
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert versions, f"locks/{lock}.txt lacks {requirement}: tox run -e lock"
        assert all(requirement.specifier.contains(version) for version in versions), (requirement, versions)


def test_oldest_has_the_lower_bounds() -> None:
    """The oldest versions that users may have are those that `tox run -e oldest` tests with."""
    bounds = [*DEPENDENCIES, *(text for extra in EXTRAS.values() for text in extra)]
    locked = {entry.split(" ")[0] for entry in entries("oldest")}
    for requirement in map(Requirement, bounds):
        (bound,) = requirement.specifier
        written = [f"{requirement.name}=={bound.version}{zeros}" for zeros in ("", ".0", ".0.0")]
        assert locked & set(written), (
            f"locks/oldest.txt lacks {requirement.name} {bound.version}: tox run -e lock"
        )


def test_every_environment_of_tox_has_a_lock() -> None:
    used = set(re.findall(r"locks/([\w-]+)\.txt", (ROOT / "tox.ini").read_text("utf-8")))
    assert used == set(LOCKS)


def test_the_packages_of_node_have_versions_and_hashes() -> None:
    """`npm ci` installs exactly these. The lock has no addresses: the machine configures the registry."""
    folder = ROOT / "tests" / "clients"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert locked.pop("")["dependencies"] == wanted
    assert locked.keys() >= {f"node_modules/{name}" for name in wanted}
    for name, entry in locked.items():
        assert entry["version"], name
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_nothing_has_an_upper_bound() -> None:
    """A future release of a dependency never conflicts with mocks3."""
    texts = [*DEPENDENCIES, *PROJECT["build-system"]["requires"]]
    texts += [text for extra in EXTRAS.values() for text in extra]
    texts += [text for name in GROUPS for text in group(name)]
    bounds = {spec.operator for text in texts for spec in Requirement(text).specifier}
    assert bounds == {">="}


def test_the_group_build_is_the_build_system() -> None:
    assert group("build") == PROJECT["build-system"]["requires"]
