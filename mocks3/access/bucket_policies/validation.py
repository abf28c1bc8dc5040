"""Check a document that shall become a bucket's policy, and return S3's errors (docs/rules/bucket-policies.md).

The same rules apply to the policy of an access point (V-51).

Rule 1: statements are checked one after the other, each in the order of V-50: effect, principal, action, resource,
whether actions apply to resources, condition keys, operators and values. S3 reports the first error. Rule 2:
``mocks3.policy`` checks the grammar; this package adds S3's messages and S3's own rules.
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
"""The largest size of the normalized document in bytes (V-3), as S3's error names it."""

MAX_COMPACT_SIZE = 24_620
"""The largest size in bytes of the document as JSON without blanks that S3 is known to accept (V-3).

S3's normal form is shorter than that JSON, and not published.
"""

_STAGES = (
    ("Effect",),
    ("Principal", "NotPrincipal"),
    ("Action", "NotAction"),
    ("Resource", "NotResource"),
    ("Condition",),
)
_VALID_VALUES: Mapping[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def check_bucket_policy(iam: IamStore, arn: str, text: str) -> stored_principals.PrincipalIds:
    """Check a document that shall become the policy of the bucket with this ARN.

    Returns the unique ids of its principals, to be stored with it. Raises ``MalformedPolicy`` with S3's message.
    """
    return _validate(statements.StatementChecks(iam, arn, "/"), text)


def check_access_point_policy(iam: IamStore, arn: str, text: str) -> stored_principals.PrincipalIds:
    """Check the policy of an access point, which can name the access point and objects in it (V-51)."""
    is_object_lambda = arn.split(":")[2] == "s3-object-lambda"
    words = OBJECT_LAMBDA_ACCESS_POINTS if is_object_lambda else None
    return _validate(statements.StatementChecks(iam, arn, "/object/", words), text)


def check_directory_bucket_policy(iam: IamStore, arn: str, text: str) -> stored_principals.PrincipalIds:
    """Check the policy of a directory bucket, which can name s3express:CreateSession only (API_PutBucketPolicy)."""
    return _validate(statements.StatementChecks(iam, arn, "", DIRECTORY_BUCKETS), text)


def _validate(checks: statements.StatementChecks, text: str) -> stored_principals.PrincipalIds:
    document = _read(text)
    for statement in _statements(document):
        _check_statement(document, statement, checks)
    _parse_whole(document)
    return stored_principals.merge(checks.found)


def _read(text: str) -> dict[str, Any]:
    """Return the document, after the checks of its top-level members (V-30 to V-34, V-48)."""
    if not text.startswith("{"):
        raise malformed("Policies must be valid JSON and the first byte must be '{'")
    try:
        Policy.parse(text)
    except PolicySyntaxError as error:
        if error.reason in ("not-json", "too-deep"):
            raise malformed("This policy contains invalid Json").with_note(str(error)) from error
        if error.reason == "duplicate-member":
            raise fault_of(error) from error
    document: dict[str, Any] = json.loads(text)
    check_size(document)
    statement = document.get("Statement")
    if isinstance(statement, dict) or (isinstance(statement, list) and statement):
        _parse(document, _VALID_VALUES)
    else:
        _parse_whole(document)
    return document


def check_size(document: Mapping[str, object]) -> None:
    """Raise ``MalformedPolicy`` if the document is too large (V-3)."""
    compact = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if len(compact.encode(errors="surrogatepass")) > MAX_COMPACT_SIZE:
        raise malformed(f"Normalized policy document exceeds the maximum allowed size of {MAX_SIZE} bytes")


def _statements(document: Mapping[str, object]) -> list[Any]:
    written = document["Statement"]
    return written if isinstance(written, list) else [written]


def _check_statement(
    document: Mapping[str, object], statement: object, checks: statements.StatementChecks
) -> None:
    """Check one statement element by element; the first invalid element raises the error."""
    if not isinstance(statement, dict):
        _parse(document, statement)
        return
    for stage, part in enumerate(_growing_statements(statement)):
        if stage == len(_STAGES) - 1:
            checks.keys(part)
        parsed = _parse(document, part).statements[0]
        if stage == 1:
            checks.principal(parsed)
        elif stage == 2:
            checks.actions(parsed)
        elif stage == 3:
            checks.resources(parsed)
    _parse(document, statement, strictly=True)


def _growing_statements(statement: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """Yield the statement with its first element and valid values for the others, then with two elements, and so on."""
    for stage in range(len(_STAGES)):
        later = {name for names in _STAGES[stage + 1 :] for name in names}
        part = {name: value for name, value in statement.items() if name not in later}
        yield {**part, **{name: _VALID_VALUES[name] for name in later if name in _VALID_VALUES}}


def _parse(document: Mapping[str, object], statement: object, *, strictly: bool = False) -> Policy:
    """Parse the document with only this statement."""
    try:
        policy = Policy.parse({**document, "Statement": [statement]}, kind=PolicyKind.RESOURCE)
        if strictly:
            policy.check_strictly(PolicyKind.RESOURCE)
        return policy
    except PolicySyntaxError as error:
        raise fault_of(error, statement) from error


def _parse_whole(document: Mapping[str, object]) -> None:
    try:
        Policy.parse(document).check_strictly(PolicyKind.RESOURCE)
    except PolicySyntaxError as error:
        raise fault_of(error) from error
