"""Find what remains of moto, LocalStack and MinIO in a project."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from mocks3.doctor.project import Project, ProjectProblem, PythonFile, called

_SERVERS = {4566: "LocalStack", 5000: "moto_server", 9000: "MinIO"}
"""The usual ports of the servers."""
_CONTAINERS = re.compile(r"\b(localstack/localstack|minio/minio|motoserver/moto)\b")
_REQUIREMENT = re.compile(r"(?:^|[\s\"'\[,])moto(?:\[[\w,\s-]*\])?\s*(?:[=<>~!@;\"',]|$)")
_IMPORTS_OF_MOCKS3 = "from mocks3.compat.moto import"
_S3 = frozenset({"mock_aws", "mock_s3", "mock_sts", "mock_kms", "mock_iam"})


def check(project: Project) -> Iterator[ProjectProblem]:
    """Yield imports of moto, its variables and requirements, and the addresses of other servers."""
    for name in sorted(os.environ):
        if name.startswith("MOTO_") and name != "MOTO_S3_CUSTOM_ENDPOINTS":
            yield ProjectProblem("", f"{name} is set, and mocks3 does not read it", f"unset {name}")
    for source in project.sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from _import(source, node)
            elif isinstance(node, ast.Call):
                yield from _address(source, node)
    for path in project.files:
        if _lists_requirements(path) or path.suffix in (".yaml", ".yml"):
            yield from _in_file(project, path)


def _import(source: PythonFile, node: ast.AST) -> Iterator[ProjectProblem]:
    if isinstance(node, ast.ImportFrom) and node.level == 0 and _is_moto(node.module or ""):
        names = [each.name for each in node.names]
        own = [each for each in names if each in _S3 or each == "ThreadedMotoServer"]
        fix = f"{_IMPORTS_OF_MOCKS3} {', '.join(own)}" if own else _other(node.module or "")
        yield ProjectProblem(source.place(node), f"moto is imported: {', '.join(names)}", fix)
    elif isinstance(node, ast.Import):
        for each in node.names:
            if _is_moto(each.name):
                yield ProjectProblem(
                    source.place(node), f"{each.name} is imported", f"{_IMPORTS_OF_MOCKS3} mock_aws"
                )


def _is_moto(module: str) -> bool:
    return module.partition(".")[0] == "moto"


def _other(module: str) -> str:
    return (
        f"{_IMPORTS_OF_MOCKS3} DEFAULT_ACCOUNT_ID, if the tests use that; keep the mock of another service: moto and "
        f"mocks3 work at the same time ({module})"
    )


def _address(source: PythonFile, node: ast.Call) -> Iterator[ProjectProblem]:
    """Yield the address of a server that a client is given."""
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg == "endpoint_url" and isinstance(value, ast.Constant) and isinstance(value.value, str):
            server = _server(value.value)
            if server is not None:
                yield ProjectProblem(
                    source.place(node),
                    f"{called(node)} calls {server} at {value.value}",
                    "omit endpoint_url, and request the fixture s3 or aws; for a program in another process, request "
                    "s3_server and use s3_server.url",
                )


def _server(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    local = parts.hostname in ("localhost", "127.0.0.1", "::1", "localstack", "minio", "moto")
    return _SERVERS.get(port or 0) if local else None


def _lists_requirements(path: Path) -> bool:
    return path.name in ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "Pipfile") or (
        "requirements" in path.as_posix() and path.suffix in (".txt", ".in")
    )


def _in_file(project: Project, path: Path) -> Iterator[ProjectProblem]:
    place = path.relative_to(project.root).as_posix()
    for number, line in enumerate(project.text(path).splitlines(), 1):
        text = line.partition("#")[0]
        container = _CONTAINERS.search(text)
        if container is not None:
            yield ProjectProblem(
                f"{place}:{number}",
                f"the container {container[1]} is started",
                "the fixtures of mocks3 need no container; mocks3 serve is a server for other programs",
            )
        elif _lists_requirements(path) and _REQUIREMENT.search(text):
            yield ProjectProblem(
                f"{place}:{number}",
                "moto is required",
                "require mocks3; keep moto as well if the tests mock other services",
            )
