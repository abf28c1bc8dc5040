"""What a matrix asks about: the principals, the operations, the buckets and the keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.operations import registered
from mocks3.policy import Policy
from mocks3.wire import models

if TYPE_CHECKING:
    from mocks3.calls import CallWorld

ANONYMOUS = "anonymous"
OUTSIDE_ACCOUNT = "999999999999"
OUTSIDE = f"arn:aws:iam::{OUTSIDE_ACCOUNT}:user/outside"
"""A user of an account that no file names, who has all permissions there."""

USUAL_OPERATIONS = (
    "ListObjectsV2", "ListObjectVersions", "GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging",
    "GetObjectAttributes", "PutObject", "CreateMultipartUpload", "AbortMultipartUpload", "PutObjectAcl",
    "PutObjectTagging", "PutObjectRetention", "PutObjectLegalHold", "RestoreObject", "DeleteObject",
    "DeleteObjectTagging", "GetBucketPolicy", "GetBucketAcl", "GetBucketLocation", "PutBucketPolicy",
    "DeleteBucketPolicy", "PutBucketAcl", "PutPublicAccessBlock", "PutBucketOwnershipControls",
    "PutBucketEncryption", "PutBucketVersioning", "PutBucketLifecycleConfiguration",
    "PutBucketNotificationConfiguration", "PutBucketReplication", "DeleteBucket",
)  # fmt: skip
"""The operations of a matrix if none are named."""

NOT_ASKED: Mapping[str, str] = {
    "WriteGetObjectResponse": "only a function of an Object Lambda access point can call it",
    "CreateBucket": "it is a call on a bucket that does not exist",
}
"""Operations that a matrix cannot ask about, with the reason."""

USUAL_KEY = "key"
MOST_KEYS = 40
"""How many keys of a bucket are asked about if none are named."""

_RESOURCE = re.compile(r"arn:aws[a-z-]*:s3:::(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)


@dataclass(frozen=True)
class Axes:
    """What a matrix asks about.

    Attributes:
        principals: Names of principals.
        operations: Operations of S3.
        buckets: Names of buckets, or ARNs of access points.
        keys: The keys of each bucket.
        notes: What is not asked, in sentences.
    """

    principals: tuple[str, ...]
    operations: tuple[str, ...]
    buckets: tuple[str, ...]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def axes_of(
    aws: CallWorld,
    *,
    principals: Iterable[str] | None = None,
    operations: Iterable[str] | None = None,
    buckets: Iterable[str] | None = None,
    keys: Iterable[str] | None = None,
) -> Axes:
    """Return what a matrix asks about. Names may have the wildcards ``*`` and ``?``.

    Args:
        aws: The in-memory AWS.
        principals: ARNs or names such as ``role/*``. Default: every user and role, ``anonymous``, and a user of another
            account.
        operations: Operations; ``*`` for all. Default: :data:`USUAL_OPERATIONS`.
        buckets: Names of buckets. Default: all.
        keys: Keys, for all buckets. Default: one for each prefix that a policy names, and one without a prefix.

    Raises:
        Mocks3Error: A name has no wildcard and names no operation or bucket, or nothing has the name.
    """
    notes: list[str] = []
    named = _buckets(aws, buckets)
    given = tuple(dict.fromkeys(keys)) if keys is not None else None
    found = {}
    for bucket in named:
        found[bucket] = given if given is not None else tuple(_keys(aws, bucket))
        if len(found[bucket]) > MOST_KEYS and given is None:
            left = len(found[bucket]) - MOST_KEYS
            notes.append(
                f"{left} more keys of the bucket {bucket} that policies name are not asked: name keys with --keys"
            )
            found[bucket] = found[bucket][:MOST_KEYS]
    return Axes(_principals(aws, principals), _operations(operations, notes), named, found, tuple(notes))


def union(one: Axes, other: Axes) -> Axes:
    """Return what one of two matrices asks about, so that both can be asked the same."""
    keys = {
        bucket: _joined(one.keys.get(bucket, ()), other.keys.get(bucket, ()))
        for bucket in {**one.keys, **other.keys}
    }
    return Axes(
        _joined(one.principals, other.principals),
        _joined(one.operations, other.operations),
        _joined(one.buckets, other.buckets),
        keys,
        _joined(one.notes, other.notes),
    )


def _joined(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def principal_names(aws: CallWorld) -> tuple[str, ...]:
    """Return the ARNs of all users and roles."""
    return tuple(sorted(each.arn for each in aws.iam.principals()))


def _principals(aws: CallWorld, named: Iterable[str] | None) -> tuple[str, ...]:
    every = principal_names(aws)
    if named is None:
        return (ANONYMOUS, OUTSIDE, *every)
    found: list[str] = []
    for name in named:
        if "*" not in name and "?" not in name:
            found.append(next((each for each in every if name in (each, each.split(":", 5)[5])), name))
            continue
        fitting = [
            each for each in every if any(fnmatchcase(part, name) for part in (each, each.split(":", 5)[5]))
        ]
        if not fitting:
            raise Mocks3Error(f"no principal has a name like {name!r}; the principals are {_shown(every)}")
        found.extend(fitting)
    return _joined(found, ())


def _operations(named: Iterable[str] | None, notes: list[str]) -> tuple[str, ...]:
    every = sorted(name for service, name in registered() if service == "s3")
    if named is None:
        return USUAL_OPERATIONS
    found: list[str] = []
    for name in named:
        fitting = [each for each in every if fnmatchcase(each.lower(), name.lower())]
        if not fitting:
            raise Mocks3Error(f"S3 has no operation {name!r}{suggestion(name, every)}")
        refused = [each for each in fitting if each in NOT_ASKED]
        notes.extend(f"{each} is not asked: {NOT_ASKED[each]}" for each in refused)
        found.extend(each for each in fitting if each not in NOT_ASKED)
    return _joined(found, ())


def _buckets(aws: CallWorld, named: Iterable[str] | None) -> tuple[str, ...]:
    every = tuple(aws.store.buckets())
    if named is None:
        return every
    found: list[str] = []
    for name in named:
        if aws.store.resolve_bucket(name) is not None:
            found.append(name)
            continue
        fitting = [each for each in every if fnmatchcase(each, name)]
        if not fitting:
            raise Mocks3Error(f"there is no bucket {name!r}; the buckets are {_shown(every)}")
        found.extend(fitting)
    return _joined(found, ())


def _shown(names: tuple[str, ...]) -> str:
    return (
        ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
        if names
        else "none"
    )


def _keys(aws: CallWorld, bucket: str) -> Iterator[str]:
    """Yield a key without a prefix, and one for each pattern of a key that a policy has for the bucket."""
    patterns: dict[str, None] = {}
    stored = aws.store.resolve_bucket(bucket)
    name = bucket if stored is None else stored.name
    for policy in _policies(aws, bucket):
        for pattern in _patterns(policy):
            found = _RESOURCE.fullmatch(pattern)
            if found is not None and fnmatchcase(name, found["bucket"]):
                patterns.setdefault(found["key"])
    yield from dict.fromkeys((USUAL_KEY, *map(_example, patterns)))


def _example(pattern: str) -> str:
    """Return a key that a pattern of a policy matches: ``logs/*`` gives ``logs/key``."""
    plain = re.sub(r"\$\{([*?$])\}", r"\1", pattern)
    plain = re.sub(r"\$\{[^}]*\}", "variable", plain)
    return plain.replace("*", USUAL_KEY).replace("?", "x")


def _patterns(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        yield from statement.resources or ()


def _policies(aws: CallWorld, bucket: str) -> Iterator[Policy]:
    """Yield the policies that can name keys of a bucket."""
    stored = aws.store.resolve_bucket(bucket)
    if stored is not None and stored.policy is not None:
        yield Policy.parse(stored.policy)
    for record in aws.iam.principals():
        yield from aws.iam.policies_of(record).identity
        yield from aws.iam.policies_of(record).boundaries
    for endpoint in aws.guardrails.endpoints.values():
        if endpoint.policy is not None:
            yield endpoint.policy


def operations_with_keys() -> frozenset[str]:
    """Return the operations that are calls on an object."""
    model = models.service_model("s3")
    names = (name for name in model.operation_names if model.operation_model(name).input_shape is not None)
    return frozenset(name for name in names if "Key" in model.operation_model(name).input_shape.members)
