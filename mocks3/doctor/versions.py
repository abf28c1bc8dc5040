"""Find versions that do not work together: requirements of mocks3, boto3, pytest and others that are not met."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator

from mocks3.doctor.project import Project, ProjectProblem

SHOWN = ("mocks3", "boto3", "botocore", "aiobotocore", "aioboto3", "pytest", "moto")
"""The packages whose versions the report shows, and whose requirements are checked."""


def installed() -> Iterator[tuple[str, str]]:
    """Yield the packages that are installed, with their versions."""
    for name in SHOWN:
        found = version(name)
        if found is not None:
            yield name, found


def version(name: str) -> str | None:
    """Return the version of an installed package, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield the requirements that the installed versions do not meet."""
    for name, own in installed():
        for requirement in importlib.metadata.requires(name) or ():
            yield from _unmet(f"{name} {own}", requirement)
    yield from _newer_botocore()


def _unmet(who: str, requirement: str) -> Iterator[ProjectProblem]:
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:  # pytest requires packaging, so that only projects without pytest lack it
        return
    try:
        wanted = Requirement(requirement)
    except InvalidRequirement:
        return
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
        return
    found = version(wanted.name)
    if found is not None and not wanted.specifier.contains(found, prereleases=True):
        asked = f"{wanted.name}{wanted.specifier}"
        yield ProjectProblem(
            "",
            f"{who} needs {asked}, but {wanted.name} {found} is installed",
            f'pip install "{asked}"',
        )


def _newer_botocore() -> Iterator[ProjectProblem]:
    """Yield a problem for a botocore with members of inputs that this mocks3 does not know."""
    from mocks3.wire.known import table

    found, known = version("botocore"), table().botocore
    if found is not None and _numbers(found) > _numbers(known):
        yield ProjectProblem(
            "",
            f"botocore {found} is newer than {known}, the newest that this mocks3 was checked with: a parameter that "
            "it adds raises NotSupported",
            "pip install --upgrade mocks3",
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(".") if each.isdecimal())
