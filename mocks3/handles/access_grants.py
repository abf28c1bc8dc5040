"""Handles of S3 Access Grants, and how a test creates a grant without an S3 call.

    grant = account.create_access_grant(eve, "s3://data/reports/*", "READ", role=role)

Rule: a handle stores an ARN only; its state is looked up on every use.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import Mocks3Error
from mocks3.lib.locking import holding
from mocks3.rules import access_grants as rules
from mocks3.storage.control.grants import (
    AccessGrant,
    AccessGrantsInstance,
    AccessGrantsLocation,
    instance_arn,
)

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.principals import Principal, Role

PERMISSIONS = ("READ", "WRITE", "READWRITE")


class AccessGrantHandle:
    """A grant of S3 Access Grants. Create it with ``account.create_access_grant(...)``."""

    def __init__(self, aws: AwsState, arn: str) -> None:
        self._aws = aws
        self.arn = arn

    @property
    def record(self) -> AccessGrant:
        """The stored state of the grant.

        Raises:
            Mocks3Error: The grant was deleted.
        """
        record = self._aws.store.control.find(AccessGrant, self.arn)
        if record is None:
            raise Mocks3Error(f"the access grant {self.arn} was deleted")
        return record

    @property
    def id(self) -> str:
        """The id of the grant, as ``GetAccessGrant`` takes it."""
        return self.record.id

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the grant. Credentials that it gave stay valid until they expire."""
        self._aws.store.control.remove(self.record)

    def __repr__(self) -> str:
        return f"AccessGrantHandle({self.arn})"


def make_access_grant(
    aws: AwsState, account: str, grantee: Principal | Role, scope: str, permission: str, role: Role
) -> AccessGrantHandle:
    """Create a grant, and the instance and the location that it needs. See ``Account.create_access_grant``."""
    bucket = aws.store.bucket(rules.bucket_of(scope))
    if not scope.startswith("s3://") or bucket is None or bucket.zone is not None:
        raise Mocks3Error(
            f"the scope of a grant must name an existing bucket, like s3://data/*; not {scope!r}"
        )
    if permission not in PERMISSIONS:
        raise Mocks3Error(f"the permission of a grant is READ, WRITE or READWRITE, not {permission!r}")
    if grantee.arn is None:
        raise Mocks3Error("the grantee must be a user or a role; the anonymous caller cannot be one")
    if role.arn.split(":")[4] != account:
        raise Mocks3Error(f"the role of a location must belong to {account}; {role.arn} does not")
    control, now = aws.store.control, clock.now().replace(microsecond=0)
    arn = instance_arn(bucket.region, account)
    if control.find(AccessGrantsInstance, arn) is None:
        control.put(AccessGrantsInstance(account, bucket.region, now))
    place = f"s3://{bucket.name}"
    where = account, bucket.region, place
    locations = control.all(AccessGrantsLocation)
    location = next((each for each in locations if (each.account, each.region, each.scope) == where), None)
    if location is None:
        made = AccessGrantsLocation(account, bucket.region, "", place, role.arn, now)
        location = control.first_unused(
            dataclasses.replace(made, id=each) for each in rules.new_ids(arn, place)
        )
        control.put(location)
    elif location.role != role.arn:
        raise Mocks3Error(
            f"the location {place} has the role {location.role}; it has one role for all grants"
        )
    sub_prefix = scope.removeprefix(place).removeprefix("/") or None
    grant = AccessGrant(
        account,
        bucket.region,
        "",
        location.id,
        sub_prefix,
        grantee.arn,
        permission,
        rules.scope_of(place, sub_prefix),
        now,
    )
    present = rules.same_grant(control.all(AccessGrant), grant)
    if present is not None:
        raise Mocks3Error(f"{present.arn} already exists (AccessGrantAlreadyExists)")
    ids = rules.new_ids(arn, scope, grantee.arn, permission)
    grant = control.first_unused(dataclasses.replace(grant, id=each) for each in ids)
    control.put(grant)
    return AccessGrantHandle(aws, grant.arn)
