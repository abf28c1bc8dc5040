"""Check the policies in one file: by the grammar, by the linter, and bucket policies also as PutBucketPolicy does.

Rule: all findings of a file are given, sorted by place. After an error, the rest of the policy is checked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mocks3.access.linting import lint
from mocks3.cli.file_errors import FileError
from mocks3.cli.files import PolicyFile, is_json, json_of, policy_of, text_of
from mocks3.cli.put_checks import refusals
from mocks3.errors import Mocks3Error
from mocks3.operations import registered
from mocks3.policy import PolicyKind, PolicySyntaxError
from mocks3.policy.reading import read
from mocks3.policy.syntax_errors import Checked, find_errors

YAML = (".yaml", ".yml", ".template")
_TEMPLATE = re.compile(r"^Resources\s*:", re.MULTILINE)
_STATEMENT = re.compile(r"/Statement(?:/\d+)?")
_OF_POLICIES = re.compile(r"polic|content", re.IGNORECASE)


class Finding(NamedTuple):
    """A finding about a policy.

    ``severity`` is ``error`` (AWS would reject the policy), ``warning`` or ``note`` (a policy that was not checked).
    """

    path: Path
    line: int
    column: int
    severity: str
    message: str
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"


def check(path: Path, kind: str | None, *, named: bool = True) -> Iterator[Finding]:
    """Yield the findings about one file, in the order of its lines. Those of a plan can be in its .tf files.

    Args:
        path: The file: a policy, CLI output, a template, or what Terraform prints.
        kind: The kind of a policy. Those in templates have their own kinds.
        named: Whether the caller named the file, and not its folder. Then it must have a policy.
    """
    try:
        found = list(_findings(path, kind, named))
    except FileError as fault:
        found = [Finding(fault.path, fault.line, fault.column, "error", fault.message, "unreadable")]
    yield from sorted(dict.fromkeys(found), key=lambda each: (str(each.path), each.line, each.column))


def _findings(path: Path, kind: str | None, named: bool) -> Iterator[Finding]:
    from mocks3.cli.embedded import is_infrastructure

    read = _value(path, named)
    if read is None:
        return
    text, value = read
    if is_infrastructure(value):
        yield from _of_infrastructure(path, text, value)
    elif named or _is_like_a_policy(value):
        file = policy_of(path, text, value)
        known = _kind(file, kind)
        yield from _of_policy(file, known, known is PolicyKind.RESOURCE)


def _value(path: Path, named: bool) -> tuple[str, Any] | None:
    """Return the text and the value of a file. None for YAML that is no template, in a folder."""
    if path.suffix.lower() not in YAML:
        return json_of(path)
    text = text_of(path)
    if is_json(text):
        return json_of(path)
    if not named and not _TEMPLATE.search(text):
        return None
    from mocks3.load.yaml_text import read_yaml

    try:
        return text, read_yaml(text, str(path))
    except Mocks3Error as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Mocks3Error) -> FileError:
    """Return the error for a file that cannot be loaded, or that needs a library that is not installed."""
    from mocks3.load import LoadError

    if isinstance(error, LoadError):
        return FileError(path, error.message, error.place.line or 1, error.place.column or 1)
    return FileError(path, str(error))


def _is_like_a_policy(value: Any) -> bool:
    from mocks3.handles.cli_output import policy_document

    found = policy_document(value).document
    return isinstance(found, str) or (isinstance(found, dict) and bool({"Statement", "Version"} & set(found)))


def _of_infrastructure(path: Path, text: str, value: Any) -> Iterator[Finding]:
    from mocks3.cli.embedded import policies

    try:
        found, unread = policies(value, text, path)
    except Mocks3Error as error:
        raise _unreadable(path, error) from None
    for each in found:
        yield from _of_policy(each.file, each.kind, each.of_bucket)
    for missing in unread:
        if _OF_POLICIES.search(missing.what):
            message = f"{missing.what} is not checked: {missing.reason}"
            place = missing.place
            yield Finding(path, place.line or 1, place.column or 1, "note", message, "not-checked")


def _of_policy(file: PolicyFile, kind: PolicyKind, of_bucket: bool) -> Iterator[Finding]:
    checked = find_errors(file.text, kind, file.path.name)
    for error in checked.errors:
        yield _finding(file, error.pointer, "error", error.detail, error.reason)
    if checked.policy is None:
        return
    registered()  # the linter knows the names of operations from their permission rows
    known = {(error.pointer, error.reason) for error in checked.errors}
    for each in lint(checked.policy):
        is_known = each.code == "unreadable-value" or (each.pointer, each.code) in known
        if checked.is_own(each.pointer) and not is_known:
            yield _finding(file, each.pointer, "warning", each.message, each.code)
    if of_bucket:
        wrong = _statements_with_errors(checked)
        for pointer, refused in refusals(checked.policy):
            if _statement_of(pointer) not in wrong:
                yield _finding(file, pointer, "error", refused.message, refused.code)


def _statements_with_errors(checked: Checked) -> set[str]:
    """Return the pointers of statements that S3 refuses already by their grammar."""
    return {_statement_of(error.pointer) for error in checked.errors}


def _statement_of(pointer: str) -> str:
    found = _STATEMENT.match(pointer)
    return found[0] if found else ""


def _finding(file: PolicyFile, pointer: str, severity: str, message: str, code: str) -> Finding:
    place = file.fault(message, pointer)
    return Finding(place.path, place.line, place.column, severity, message, code)


def _kind(file: PolicyFile, kind: str | None) -> PolicyKind:
    """Return the kind of a policy: the given one, or the one that its elements show."""
    if kind is not None:
        return PolicyKind.RESOURCE if kind == "bucket" else PolicyKind(kind)
    statements = [each for each in _statements(file) if isinstance(each, dict)]
    has_resources = any("Resource" in each or "NotResource" in each for each in statements)
    if not has_resources and '"sts:' in file.text:
        return PolicyKind.TRUST
    named = any("Principal" in each or "NotPrincipal" in each for each in statements)
    return PolicyKind.RESOURCE if named else PolicyKind.IDENTITY


def _statements(file: PolicyFile) -> list[Any]:
    try:
        document = read(file.text)
    except PolicySyntaxError:
        return []
    listed = document.get("Statement") if isinstance(document, dict) else None
    return listed if isinstance(listed, list) else [listed]
