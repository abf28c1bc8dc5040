"""Whether a document may become a bucket's policy, and how S3 says that it may not (docs/rules/bucket-policies.md).

An access point's policy is held to the same rules (V-51).

Rule 1: statement by statement, and within one in the order of V-50: effect, principal, action, resource, whether
actions fit resources, condition keys, operators and values. The first fault is the answer. Rule 2: the grammar is
``mocks3.policy``'s; here are the sentences, and what only S3 knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.bucket_policies import statements, stored_principals
from mocks3.access.bucket_policies.sentences import fault_of, malformed
from mocks3.access.vocabulary import DIRECTORY_BUCKETS, OBJECT_LAMBDA_ACCESS_POINTS
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError

if TYPE_CHECKING:
    from mocks3.storage.iam import IamStore

MAX_SIZE = 20_480
"""Bytes of the normalized document (V-3)."""

_STAGES = (
    ("Effect",),
    ("Principal", "NotPrincipal"),
    ("Action", "NotAction"),
    ("Resource", "NotResource"),
    ("Condition",),
)
_FAULTLESS: Mapping[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def check_bucket_policy(iam: IamStore, bucket: str, text: str) -> stored_principals.PrincipalIds:
    """Check a document that is to be the policy of ``bucket``.

    Returns whom its principals mean, to be kept beside it. Raises ``MalformedPolicy`` with S3's sentence.
    """
    return _validate(statements.StatementChecks(iam, f"arn:aws:s3:::{bucket}", "/"), text)


def check_access_point_policy(iam: IamStore, arn: str, text: str) -> stored_principals.PrincipalIds:
    """The same for the policy of an access point, which may speak of itself and of objects through it (V-51)."""
    before_functions = arn.split(":")[2] == "s3-object-lambda"
    words = OBJECT_LAMBDA_ACCESS_POINTS if before_functions else None
    return _validate(statements.StatementChecks(iam, arn, "/object/", words), text)


def check_directory_bucket_policy(iam: IamStore, arn: str, text: str) -> stored_principals.PrincipalIds:
    """The same for the policy of a directory bucket, which speaks of sessions only (API_PutBucketPolicy)."""
    return _validate(statements.StatementChecks(iam, arn, "", DIRECTORY_BUCKETS), text)


def _validate(check: statements.StatementChecks, text: str) -> stored_principals.PrincipalIds:
    document = _read(text)
    for statement in _statements(document):
        _walk(document, statement, check)
    _parse_whole(document)
    return stored_principals.merge(check.found)


def _read(text: str) -> dict[str, Any]:
    """The document, with what stands at its top found right (V-30 to V-34, V-48)."""
    if not text.startswith("{"):
        raise malformed("Policies must be valid JSON and the first byte must be '{'")
    try:
        Policy.parse(text)
    except PolicySyntaxError as error:
        if error.reason in ("not-json", "too-deep"):
            raise malformed("This policy contains invalid Json") from error
        if error.reason == "duplicate-member":
            raise fault_of(error) from error
    document: dict[str, Any] = json.loads(text)
    check_size(document)
    statement = document.get("Statement")
    if isinstance(statement, dict) or (isinstance(statement, list) and statement):
        _parse(document, _FAULTLESS)
    else:
        _parse_whole(document)
    return document


def check_size(document: Mapping[str, Any]) -> None:
    """Raise ``MalformedPolicy`` for a document that is too large (V-3)."""
    normalized = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if len(normalized.encode(errors="surrogatepass")) > MAX_SIZE:
        raise malformed(f"Normalized policy document exceeds the maximum allowed size of {MAX_SIZE} bytes")


def _statements(document: Mapping[str, Any]) -> list[Any]:
    written = document["Statement"]
    return written if isinstance(written, list) else [written]


def _walk(document: Mapping[str, Any], statement: Any, check: statements.StatementChecks) -> None:
    """Take one statement in, element by element: what comes later is not looked at yet."""
    if not isinstance(statement, dict):
        _parse(document, statement)
        return
    for stage, part in enumerate(_growing(statement)):
        if stage == len(_STAGES) - 1:
            check.keys(part)
        parsed = _parse(document, part).statements[0]
        if stage == 1:
            check.principal(parsed)
        elif stage == 2:
            check.actions(parsed)
        elif stage == 3:
            check.resources(parsed)
    _parse(document, statement, strictly=True)


def _growing(statement: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The statement with its first element and nothing amiss otherwise, then with two, and so on."""
    for stage in range(len(_STAGES)):
        later = {name for names in _STAGES[stage + 1 :] for name in names}
        part = {name: value for name, value in statement.items() if name not in later}
        yield {**part, **{name: _FAULTLESS[name] for name in later if name in _FAULTLESS}}


def _parse(document: Mapping[str, Any], statement: Any, *, strictly: bool = False) -> Policy:
    """The document with one statement only."""
    try:
        policy = Policy.parse({**document, "Statement": [statement]}, kind=PolicyKind.RESOURCE)
        if strictly:
            policy.check_strictly(PolicyKind.RESOURCE)
        return policy
    except PolicySyntaxError as error:
        raise fault_of(error, statement) from error


def _parse_whole(document: Mapping[str, Any]) -> None:
    try:
        Policy.parse(document).check_strictly(PolicyKind.RESOURCE)
    except PolicySyntaxError as error:
        raise fault_of(error) from error
