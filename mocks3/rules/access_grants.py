"""Scopes of S3 Access Grants: which grant covers a target, and what its credentials may do.

A scope is ``s3://BUCKET/PREFIX*``, or ``s3://BUCKET/KEY`` for one object. The location ``s3://`` covers every bucket.

Source: user guide, "Request access to Amazon S3 data through S3 Access Grants", "Register a location" (the actions of
the role's policy); API_control_GetDataAccess; F-170, F-171.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from mocks3.storage.control.grants import AccessGrant

READ, WRITE = "READ", "WRITE"

_ON_OBJECTS = {
    READ: (
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetObjectAcl",
        "s3:GetObjectVersionAcl",
        "s3:ListMultipartUploadParts",
    ),
    WRITE: (
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectVersionAcl",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:AbortMultipartUpload",
    ),
}
_ON_BUCKETS = ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads")
_ON_KEYS = {READ: ("kms:Decrypt",), WRITE: ("kms:Decrypt", "kms:GenerateDataKey")}


def scope_of(location: str, sub_prefix: str | None) -> str:
    """Return the scope of a grant: the location's scope with the sub-prefix."""
    if not sub_prefix:
        return location
    base = location.removesuffix("*")
    if base != "s3://" and "/" not in base.removeprefix("s3://"):
        base += "/"
    return base + sub_prefix


def new_ids(*what: str) -> Iterator[str]:
    """Return ids for one location or grant after another, for those that are deleted and created again.

    They are the same in every run.
    """
    for number in itertools.count():
        yield str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join((*what, *([str(number)] if number else ())))))


def same_grant(grants: Iterable[AccessGrant], wanted: AccessGrant) -> AccessGrant | None:
    """Return the grant of the same instance that gives the same grantee the same permission on the same scope."""

    def what(grant: AccessGrant) -> tuple[str, ...]:
        return grant.account, grant.region, grant.scope, grant.grantee, grant.permission

    return next((each for each in grants if what(each) == what(wanted)), None)


def bucket_of(scope: str) -> str:
    """Return the bucket of a scope or target; empty for ``s3://``."""
    return scope.removeprefix("s3://").partition("/")[0].removesuffix("*")


def permissions(permission: str) -> frozenset[str]:
    """Return READ, WRITE or both."""
    return frozenset(each for each in (READ, WRITE) if each in permission)


def covers(scope: str, target: str) -> bool:
    """Return whether a scope covers a target, which may be a prefix that ends in ``*``."""
    if scope.removeprefix("s3://") in ("", "*"):
        return True
    if "/" not in scope.removeprefix("s3://") and not scope.endswith("*"):
        return bucket_of(scope) == bucket_of(target)
    if not scope.endswith("*"):
        return scope == target
    return target.removesuffix("*").startswith(scope.removesuffix("*"))


def best(grants: list[AccessGrant], target: str, permission: str) -> AccessGrant | None:
    """Return the grant with the longest scope that covers the target with the permission, or None."""
    wanted = permissions(permission)
    found = [each for each in grants if wanted <= permissions(each.permission) and covers(each.scope, target)]
    return max(found, key=lambda each: len(each.scope), default=None)


def session_policy(partition: str, scope: str, permission: str) -> dict[str, Any]:
    """Return the session policy of the credentials for a scope (F-171)."""
    bucket, _, rest = scope.removeprefix("s3://").partition("/")
    name = bucket or "*"
    keys = rest or "*"
    wanted = sorted(permissions(permission))
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": [action for each in wanted for action in _ON_OBJECTS[each]],
            "Resource": f"arn:{partition}:s3:::{name}/{keys}",
        },
        {
            "Effect": "Allow",
            "Action": sorted({action for each in wanted for action in _ON_KEYS[each]}),
            "Resource": "*",
        },
    ]
    if READ in wanted:
        listing: dict[str, Any] = {
            "Effect": "Allow",
            "Action": list(_ON_BUCKETS),
            "Resource": f"arn:{partition}:s3:::{name}",
        }
        if keys != "*":
            listing["Condition"] = {"StringLike": {"s3:prefix": keys}}
        statements.append(listing)
    return {"Version": "2012-10-17", "Statement": statements}
