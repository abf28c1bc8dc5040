"""Check one policy file: by the grammar, by the linter, and for bucket policies also as PutBucketPolicy does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mocks3.access.bucket_policies.validation import check_bucket_policy, check_size
from mocks3.access.linting import lint
from mocks3.cli.file_errors import FileError
from mocks3.cli.files import PolicyFile, policy_in
from mocks3.cli.world import create_named_principals
from mocks3.errors import S3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError, Statement

_CODE = re.compile(r" \[([a-z-]+)\]$")
_ELEMENTS = ("Principal", "Action", "Resource", "Condition", "Effect")


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
    found = [_warning(file, each.pointer, each.message, each.code) for each in lint(policy)]
    if _kind(file, kind) is PolicyKind.RESOURCE:
        found += _as_s3_says(file, policy)
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


def _as_s3_says(file: PolicyFile, policy: Policy) -> Iterator[Finding]:
    """Yield the first error that PutBucketPolicy would report, at the statement that causes it."""
    bucket = _bucket_arn(policy)
    if bucket is None:
        return
    whole = policy.document
    written = whole["Statement"]
    try:
        check_size(whole)
    except S3Error as error:
        yield _refusal(file, error, "")
        return
    aws = MockAWS()
    for statement in policy.statements:
        create_named_principals(aws, list(statement.principal.aws if statement.principal else ()))
        value = written[statement.position] if isinstance(written, list) else written
        try:
            check_bucket_policy(aws.iam, bucket, json.dumps({**whole, "Statement": [value]}))
        except S3Error as error:
            yield _refusal(file, error, _place(statement, error.message))
            return


def _refusal(file: PolicyFile, error: S3Error, pointer: str) -> Finding:
    place = file.fault(error.message, pointer)
    return Finding(place.path, place.line, place.column, "error", error.message, error.code)


def _bucket_arn(policy: Policy) -> str | None:
    """Return the ARN of the bucket that the policy is for: the first one that it names without wildcards."""
    for statement in policy.statements:
        for resource in statement.resources or ():
            bucket = _BUCKET_ARN.match(resource)
            if bucket is not None:
                return bucket[0]
    return None


_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[^/*?$]+(?=/|$)", re.ASCII)


def _place(statement: Statement, message: str) -> str:
    """Return the JSON pointer to the element that an error message of S3 is about."""
    for element in _ELEMENTS:
        if element.lower() in message.lower():
            name = statement.spelling(element) if element in ("Principal", "Action", "Resource") else element  # type: ignore[arg-type]
            return f"{statement.pointer}/{name}"
    return statement.pointer
