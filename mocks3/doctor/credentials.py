"""Credentials of the machine that a test can reach when no mock is open, and credentials in files of the project.

While a mock is open, new clients find only its own credentials. Code that runs before it does not: the import of a test
file or of a conftest, a fixture of a wider scope, another process.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mocks3.doctor.project import Project, ProjectProblem
from mocks3.mocking.environment import HIDDEN

_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")
_NO_CREDENTIALS = frozenset({"AWS_ACCOUNT_ID", "AWS_CREDENTIAL_EXPIRATION", "AWS_ROLE_SESSION_NAME"})
_SUFFIXES = frozenset({".cfg", ".env", ".ini", ".json", ".py", ".sh", ".toml", ".yaml", ".yml"})
_WHEN = "code that runs while no mock is open uses it"


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield the credentials in the environment, in the files of the AWS CLI and in the project."""
    yield from _environment()
    yield from _files_of_the_cli()
    yield from _endpoints()
    for path in project.files:
        if path.suffix in _SUFFIXES or path.name.startswith(".env"):
            yield from _in_file(project, path)


def _environment() -> Iterator[ProjectProblem]:
    key = os.environ.get("AWS_ACCESS_KEY_ID", "")
    if _is_real(key):
        yield ProjectProblem(
            "",
            f"AWS_ACCESS_KEY_ID is an access key of AWS ({key[:4]}…): {_WHEN}",
            "run the tests without it: env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN pytest",
        )
    for name in HIDDEN:
        given = os.environ.get(name)
        if given and name not in _NO_CREDENTIALS and "TOKEN" not in name.removesuffix("_TOKEN_FILE"):
            yield ProjectProblem(
                "",
                f"{name} gives clients credentials of this machine: {_WHEN}",
                f"run the tests with env -u {name}",
            )


def _files_of_the_cli() -> Iterator[ProjectProblem]:
    for variable, usual in (
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        ("AWS_CONFIG_FILE", "~/.aws/config"),
    ):
        path = Path(os.path.expanduser(os.environ.get(variable) or usual))
        try:
            text = path.read_text("utf-8", errors="replace")
        except OSError:
            continue
        found = next(filter(_is_real, _KEY.findall(text)), None)
        if found is not None or re.search(r"^\s*(sso_|credential_process|role_arn)", text, re.MULTILINE):
            yield ProjectProblem(
                str(path),
                f"the file gives clients credentials: {_WHEN}",
                f"run the tests with {variable}=/dev/null",
            )


def _endpoints() -> Iterator[ProjectProblem]:
    for name, value in sorted(os.environ.items()):
        if name == "AWS_ENDPOINT_URL" or name.startswith("AWS_ENDPOINT_URL_"):
            yield ProjectProblem(
                "", f"{name} sends the calls of clients to {value}", f"run the tests with env -u {name}"
            )


def _in_file(project: Project, path: Path) -> Iterator[ProjectProblem]:
    text = project.text(path)
    if not any(map(_is_real, _KEY.findall(text))):
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = next(filter(_is_real, _KEY.findall(line)), None)
        if found is not None:
            yield ProjectProblem(
                f"{path.relative_to(project.root).as_posix()}:{number}",
                f"this looks like an access key of AWS ({found[:4]}…)",
                "if it is real, deactivate it and remove it from the history of the repository; in tests, use the keys "
                "that mocks3 creates, or AKIAIOSFODNN7EXAMPLE of AWS's documentation",
            )


def _is_real(key: str) -> bool:
    """Return whether a text can be an access key of AWS. Keys in documentation contain EXAMPLE."""
    return _KEY.fullmatch(key) is not None and "EXAMPLE" not in key
