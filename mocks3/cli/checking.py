"""Check one policy file: by the grammar, by the linter, and for bucket policies also as PutBucketPolicy does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mocks3.access.linting import lint
from mocks3.cli.file_errors import FileError
from mocks3.cli.files import PolicyFile, policy_in
from mocks3.cli.put_checks import refusals
from mocks3.errors import S3Error
from mocks3.operations import registered
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError

_CODE = re.compile(r" \[([a-z-]+)\]$")


class Finding(NamedTuple):
    """A finding about a policy. ``severity`` is ``error`` (AWS would reject the policy) or ``warning``."""

    path: Path
    line: int
    column: int
    severity: str
    message: str
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"


def check(path: Path, kind: str | None) -> Iterator[Finding]:
    """Yield the findings about one file, in the order of its lines."""
    try:
        file = policy_in(path)
        policy = file.check(_kind(file, kind))
    except FileError as fault:
        yield _error(fault)
        return
    registered()  # the linter knows the names of operations from their permission rows
    found = [_warning(file, each.pointer, each.message, each.code) for each in lint(policy)]
    if _kind(file, kind) is PolicyKind.RESOURCE:
        found += [_refusal(file, error, pointer) for pointer, error in refusals(policy)]
    yield from sorted(found, key=lambda each: (each.line, each.column))


def _error(fault: FileError) -> Finding:
    code = _CODE.search(fault.message)
    message = _CODE.sub("", fault.message)
    return Finding(fault.path, fault.line, fault.column, "error", message, code[1] if code else "unreadable")


def _warning(file: PolicyFile, pointer: str, message: str, code: str) -> Finding:
    place = file.fault(message, pointer)
    return Finding(place.path, place.line, place.column, "warning", message, code)


def _kind(file: PolicyFile, kind: str | None) -> PolicyKind:
    if kind is not None:
        return PolicyKind.RESOURCE if kind == "bucket" else PolicyKind(kind)
    try:
        statements = Policy.parse(file.text).statements
    except PolicySyntaxError as error:
        return (
            PolicyKind.TRUST
            if error.reason == "missing-resource" and '"sts:' in file.text
            else PolicyKind.IDENTITY
        )
    named = any(statement.principal is not None for statement in statements)
    return PolicyKind.RESOURCE if named else PolicyKind.IDENTITY


def _refusal(file: PolicyFile, error: S3Error, pointer: str) -> Finding:
    place = file.fault(error.message, pointer)
    return Finding(place.path, place.line, place.column, "error", error.message, error.code)
