"""Fixtures of a project that take the place of mocks3's fixtures."""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.doctor.project import Project, ProjectProblem, fixture_name, functions, parameters


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield the fixtures that shadow one of mocks3's. One that requests the fixture itself extends it."""
    for source in project.sources:
        for function, _ in functions(source.tree):
            name = fixture_name(function)
            if (
                name in project.fixtures
                and name not in parameters(function)
                and not name.endswith("aws_seed")
            ):
                yield ProjectProblem(
                    source.place(function),
                    f"the fixture {name} replaces the fixture {name} of mocks3, also in mocks3's other fixtures",
                    f"request {name} in it to extend it; or rename it; or set mocks3_fixture_prefix = mocks3_ in "
                    "pytest's settings, and mocks3's fixtures are mocks3_aws, mocks3_s3 and so on",
                )
