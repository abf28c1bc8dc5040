"""IAM groups and their members."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.faults import DELETE_CONFLICT, NO_SUCH_ENTITY, quota_exceeded
from mocks3.iam.lookup import account_of, group_of, iam_of, now, require_free_name, user_of
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import GroupRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_GROUPS = 10
"""How many groups a user can be in (IAM user guide, "IAM and AWS STS quotas")."""


@iam_operation(Need("iam:CreateGroup", On.NEW_GROUP))
def create_group(call: Authorized, params: Params) -> Params:
    """Create a group. Raises ``EntityAlreadyExists``."""
    name, iam = params["GroupName"], iam_of(call)
    unique_id = iam.new_unique_id("AGPA", account_of(call), name)
    record = GroupRecord(account_of(call), name, params.get("Path", "/"), unique_id, {}, created=now())
    require_free_name(call, record, "Group")
    iam.put(record)
    return {"Group": shapes.group(record)}


@iam_operation(Need("iam:GetGroup", On.GROUP))
def get_group(call: Authorized, params: Params) -> Params:
    """Return a group and one page of its members. Raises ``NoSuchEntity``."""
    record = group_of(call, params)
    users = [shapes.user(each, whole=False) for each in members_of(call, record)]
    return {
        "Group": shapes.group(record),
        **paginate(params, "Users", users, lambda each: each["UserId"]),
    }


def members_of(call: Authorized, group: GroupRecord) -> list[UserRecord]:
    """Return the users in a group."""
    users = iam_of(call).principals_of(group.account, UserRecord)
    return [each for each in users if group.name in each.groups]


@iam_operation(Need("iam:ListGroups", On.GROUPS))
def list_groups(call: Authorized, params: Params) -> Params:
    """List the groups under a path, by name."""
    groups = under_path(params, iam_of(call).groups(account_of(call)))
    return paginate(params, "Groups", [shapes.group(each) for each in groups], lambda each: each["GroupId"])


@iam_operation(Need("iam:ListGroupsForUser", On.USER))
def list_groups_for_user(call: Authorized, params: Params) -> Params:
    """List the groups of a user. Raises ``NoSuchEntity``."""
    record = user_of(call, params["UserName"])
    groups = filter(None, (iam_of(call).group(record.account, name) for name in record.groups))
    return paginate(params, "Groups", [shapes.group(each) for each in groups], lambda each: each["GroupId"])


@iam_operation(Need("iam:UpdateGroup", On.GROUP))
def update_group(call: Authorized, params: Params) -> Params:
    """Rename a group, or move it to another path. Raises ``NoSuchEntity``, ``EntityAlreadyExists``."""
    record, iam = group_of(call, params), iam_of(call)
    name = params.get("NewGroupName", record.name)
    renamed = dataclasses.replace(record, name=name, path=params.get("NewPath", record.path))
    require_free_name(call, renamed, "Group")
    members = members_of(call, record)
    iam.remove(record)
    iam.put(renamed)
    for user in members:
        groups = tuple(name if each == record.name else each for each in user.groups)
        iam.put(dataclasses.replace(user, groups=groups))
    return {}


@iam_operation(Need("iam:DeleteGroup", On.GROUP))
def delete_group(call: Authorized, params: Params) -> Params:
    """Delete a group without members and policies. Raises ``NoSuchEntity``, ``DeleteConflict``."""
    record = group_of(call, params)
    if record.attached:
        raise DELETE_CONFLICT(message="Cannot delete entity, must detach all policies first.")
    if record.policies:
        raise DELETE_CONFLICT(message="Cannot delete entity, must delete policies first.")
    if members_of(call, record):
        raise DELETE_CONFLICT(message="Cannot delete entity, must remove users from group first.")
    iam_of(call).remove(record)
    return {}


@iam_operation(Need("iam:AddUserToGroup", On.GROUP))
def add_user_to_group(call: Authorized, params: Params) -> Params:
    """Add a user to a group. Raises ``NoSuchEntity``, ``LimitExceeded``."""
    group, user = group_of(call, params), user_of(call, params["UserName"])
    if group.name in user.groups:
        return {}
    if len(user.groups) >= MOST_GROUPS:
        raise quota_exceeded("GroupsPerUser", MOST_GROUPS)
    iam_of(call).put(dataclasses.replace(user, groups=(*user.groups, group.name)))
    return {}


@iam_operation(Need("iam:RemoveUserFromGroup", On.GROUP))
def remove_user_from_group(call: Authorized, params: Params) -> Params:
    """Remove a user from a group. Raises ``NoSuchEntity``."""
    group, user = group_of(call, params), user_of(call, params["UserName"])
    if group.name not in user.groups:
        raise NO_SUCH_ENTITY(message=f"The user {user.name} is not in the group {group.name}.")
    groups = tuple(name for name in user.groups if name != group.name)
    iam_of(call).put(dataclasses.replace(user, groups=groups))
    return {}
