"""Permissions boundaries of users and roles. A boundary is a managed policy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam.faults import NO_SUCH_ENTITY
from mocks3.iam.lookup import check_policy_arn, iam_of, role_to_change, user_of
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import Need, On

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized


def boundary_of_call(call: Authorized, params: Params) -> str | None:
    """Return the boundary that a call names, or None. Raises ``NoSuchEntity``, ``InvalidInput``."""
    arn: str | None = params.get("PermissionsBoundary")
    if arn is None:
        return None
    check_policy_arn(call, arn)
    record = iam_of(call).managed_policy(arn)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"Scope ARN: {arn} does not exist or is not attachable.")
    return record.arn


@iam_operation(Need("iam:PutUserPermissionsBoundary", On.USER))
def put_user_permissions_boundary(call: Authorized, params: Params) -> Params:
    """Set the permissions boundary of a user. Raises ``NoSuchEntity``, ``InvalidInput``."""
    record = user_of(call, params["UserName"])
    iam_of(call).put(dataclasses.replace(record, boundary=boundary_of_call(call, params)))
    return {}


@iam_operation(Need("iam:DeleteUserPermissionsBoundary", On.USER))
def delete_user_permissions_boundary(call: Authorized, params: Params) -> Params:
    """Remove the permissions boundary of a user. Raises ``NoSuchEntity``."""
    record = user_of(call, params["UserName"])
    if record.boundary is None:
        raise NO_SUCH_ENTITY(message=f"User {record.name} does not have a permission boundary.")
    iam_of(call).put(dataclasses.replace(record, boundary=None))
    return {}


@iam_operation(Need("iam:PutRolePermissionsBoundary", On.IAM_ROLE))
def put_role_permissions_boundary(call: Authorized, params: Params) -> Params:
    """Set the permissions boundary of a role. Raises ``NoSuchEntity``, ``InvalidInput``, ``UnmodifiableEntity``."""
    record = role_to_change(call, params)
    iam_of(call).put(dataclasses.replace(record, boundary=boundary_of_call(call, params)))
    return {}


@iam_operation(Need("iam:DeleteRolePermissionsBoundary", On.IAM_ROLE))
def delete_role_permissions_boundary(call: Authorized, params: Params) -> Params:
    """Remove the permissions boundary of a role. Raises ``NoSuchEntity``, ``UnmodifiableEntity``."""
    record = role_to_change(call, params)
    if record.boundary is None:
        raise NO_SUCH_ENTITY(message=f"Role {record.name} does not have a permission boundary.")
    iam_of(call).put(dataclasses.replace(record, boundary=None))
    return {}
