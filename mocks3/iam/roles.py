"""IAM roles: create, read, list, change, delete, their trust policies and tags; service-linked roles."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import TYPE_CHECKING

from mocks3.access.iam.linked_roles import LINKED_PATH, linked_name
from mocks3.iam import shapes
from mocks3.iam.boundaries import boundary_of_call
from mocks3.iam.documents import new_trust_policy, trust_policy
from mocks3.iam.faults import DELETE_CONFLICT, INVALID_INPUT, NO_SUCH_ENTITY
from mocks3.iam.lookup import (
    account_of,
    iam_of,
    now,
    refuse_members,
    require_free_name,
    role_of,
    role_to_change,
)
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_page, with_tags, without_tags
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import RoleRecord
from mocks3.storage.iam.entities import InstanceProfileRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

_SIGN_IN = ("MaxSigninSessionDuration", "ResetMaxSigninSessionDuration")
"""Members about sessions of the console, which mocks3 does not have."""


@iam_operation(
    Need("iam:CreateRole", On.NEW_ROLE),
    Need("iam:TagRole", On.NEW_ROLE, when=TAGGED),
)
def create_role(call: Authorized, params: Params) -> Params:
    """Create a role. Raises ``MalformedPolicyDocument``, ``EntityAlreadyExists``, ``InvalidInput``."""
    refuse_members(call, params, *_SIGN_IN)
    name, iam = params["RoleName"], iam_of(call)
    trust, principals = new_trust_policy(call.world, params["AssumeRolePolicyDocument"])
    path = params.get("Path", "/")
    if path.startswith(LINKED_PATH):
        raise INVALID_INPUT(
            message=f"Path prefix '{LINKED_PATH}' can only be used for AWS Service linked Roles"
        )
    record = RoleRecord(
        account_of(call),
        name,
        path,
        iam.new_unique_id("AROA", account_of(call), name),
        trust,
        {},
        boundary=boundary_of_call(call, params),
        tags=given_tags(params),
        principals=principals,
        created=now(),
        description=params.get("Description"),
        max_session=params.get("MaxSessionDuration", 3600),
    )
    require_free_name(call, record, "Role")
    iam.put(record)
    return {"Role": shapes.role(iam, record)}


@iam_operation(Need("iam:GetRole", On.IAM_ROLE))
def get_role(call: Authorized, params: Params) -> Params:
    """Return a role with its trust policy, tags and boundary. Raises ``NoSuchEntity``."""
    return {"Role": {**shapes.role(iam_of(call), role_of(call, params)), "RoleLastUsed": {}}}


@iam_operation(Need("iam:ListRoles", On.ROLES))
def list_roles(call: Authorized, params: Params) -> Params:
    """List the roles under a path, by name."""
    iam = iam_of(call)
    roles = iam.principals_of(account_of(call), RoleRecord)
    shown = [shapes.role(iam, each, whole=False) for each in under_path(params, roles)]
    return paginate(params, "Roles", shown, lambda each: each["RoleId"])


@iam_operation(Need("iam:UpdateRole", On.IAM_ROLE))
def update_role(call: Authorized, params: Params) -> Params:
    """Change the description or the longest session. Raises ``NoSuchEntity``, ``UnmodifiableEntity``."""
    refuse_members(call, params, *_SIGN_IN)
    record = role_to_change(call, params)
    iam_of(call).put(
        dataclasses.replace(
            record,
            description=params.get("Description", record.description),
            max_session=params.get("MaxSessionDuration", record.max_session),
        )
    )
    return {}


@iam_operation(Need("iam:UpdateRoleDescription", On.IAM_ROLE))
def update_role_description(call: Authorized, params: Params) -> Params:
    """Change the description. Raises ``NoSuchEntity``, ``UnmodifiableEntity``."""
    record = dataclasses.replace(role_to_change(call, params), description=params["Description"])
    iam_of(call).put(record)
    return {"Role": shapes.role(iam_of(call), record)}


@iam_operation(Need("iam:UpdateAssumeRolePolicy", On.IAM_ROLE))
def update_assume_role_policy(call: Authorized, params: Params) -> Params:
    """Replace the trust policy. Raises ``NoSuchEntity``, ``MalformedPolicyDocument``, ``UnmodifiableEntity``."""
    record, iam = role_to_change(call, params), iam_of(call)
    trust, principals = new_trust_policy(call.world, params["PolicyDocument"])
    iam.put(dataclasses.replace(record, trust=trust, principals=principals))
    return {}


@iam_operation(Need("iam:DeleteRole", On.IAM_ROLE))
def delete_role(call: Authorized, params: Params) -> Params:
    """Delete a role that has nothing left. Raises ``NoSuchEntity``, ``DeleteConflict``, ``UnmodifiableEntity``."""
    record = role_to_change(call, params)
    profiles = iam_of(call).resources(InstanceProfileRecord, record.account)
    if any(each.role == record.unique_id for each in profiles):
        raise DELETE_CONFLICT(message="Cannot delete entity, must remove roles from instance profile first.")
    if record.attached:
        raise DELETE_CONFLICT(message="Cannot delete entity, must detach all policies first.")
    if record.policies:
        raise DELETE_CONFLICT(message="Cannot delete entity, must delete policies first.")
    iam_of(call).remove(record)
    return {}


@iam_operation(Need("iam:TagRole", On.IAM_ROLE))
def tag_role(call: Authorized, params: Params) -> Params:
    """Add tags to a role. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = role_of(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagRole", On.IAM_ROLE))
def untag_role(call: Authorized, params: Params) -> Params:
    """Remove tags of a role. Raises ``NoSuchEntity``."""
    record = role_of(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListRoleTags", On.IAM_ROLE))
def list_role_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a role, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, role_of(call, params).tags)


@iam_operation(Need("iam:CreateServiceLinkedRole", On.LINKED_ROLE))
def create_service_linked_role(call: Authorized, params: Params) -> Params:
    """Create the role that only an AWS service can assume. It has no policies here. Raises ``InvalidInput``."""
    service, account, iam = params["AWSServiceName"], account_of(call), iam_of(call)
    if not service.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        raise INVALID_INPUT(message=f"Service role for {service} cannot be created: it is not a service.")
    name = linked_name(service, params)
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust, principals = trust_policy(iam, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    record = RoleRecord(
        account,
        name,
        f"{LINKED_PATH}{service}/",
        iam.new_unique_id("AROA", account, name),
        trust,
        {},
        principals=principals,
        created=now(),
        description=params.get("Description"),
    )
    if iam.with_same_name(record) is not None:
        raise INVALID_INPUT(
            message=f"Service role name {name} has been taken in this account, please try a different suffix."
        )
    iam.put(record)
    return {"Role": shapes.role(iam, record)}


@iam_operation(Need("iam:DeleteServiceLinkedRole", On.IAM_ROLE))
def delete_service_linked_role(call: Authorized, params: Params) -> Params:
    """Delete a service-linked role at once, and return the id of the finished task. Raises ``NoSuchEntity``."""
    record = role_of(call, params)
    if record.linked_service is None:
        raise NO_SUCH_ENTITY(message=f"The role with name {record.name} cannot be found.")
    iam_of(call).remove(record)
    return {"DeletionTaskId": f"task{record.path}{record.name}/{uuid.uuid5(uuid.NAMESPACE_URL, record.arn)}"}


@iam_operation(Need("iam:GetServiceLinkedRoleDeletionStatus", On.LINKED_ROLE))
def get_service_linked_role_deletion_status(call: Authorized, params: Params) -> Params:
    """Return SUCCEEDED for a task that DeleteServiceLinkedRole returned. Raises ``NoSuchEntity``."""
    task = params["DeletionTaskId"].split("/")
    arn = f"arn:aws:iam::{account_of(call)}:role/{'/'.join(task[1:-1])}"
    if task[0] != "task" or task[-1] != str(uuid.uuid5(uuid.NAMESPACE_URL, arn)):
        raise NO_SUCH_ENTITY(message=f"Deletion Task ID not found: {params['DeletionTaskId']}")
    return {"Status": "SUCCEEDED"}
