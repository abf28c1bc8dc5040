"""Instance profiles, which give a role to EC2 instances."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.faults import DELETE_CONFLICT, ENTITY_EXISTS, NO_SUCH_ENTITY, quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, now, role_of
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_page, with_tags, without_tags
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.entities import InstanceProfileRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized


@iam_operation(
    Need("iam:CreateInstanceProfile", On.NEW_INSTANCE_PROFILE),
    Need("iam:TagInstanceProfile", On.NEW_INSTANCE_PROFILE, when=TAGGED),
)
def create_instance_profile(call: Authorized, params: Params) -> Params:
    """Create an instance profile without a role. Raises ``EntityAlreadyExists``, ``InvalidInput``."""
    iam, account, name = iam_of(call), account_of(call), params["InstanceProfileName"]
    if iam.resource_named(InstanceProfileRecord, account, name) is not None:
        raise ENTITY_EXISTS(message=f"Instance Profile {name} already exists.")
    record = InstanceProfileRecord(
        account,
        name,
        params.get("Path", "/"),
        iam.new_unique_id("AIPA", account, name),
        now(),
        tags=given_tags(params),
    )
    iam.put(record)
    return {"InstanceProfile": shapes.instance_profile(iam, record)}


@iam_operation(Need("iam:GetInstanceProfile", On.INSTANCE_PROFILE))
def get_instance_profile(call: Authorized, params: Params) -> Params:
    """Return an instance profile with its role. Raises ``NoSuchEntity``."""
    return {"InstanceProfile": shapes.instance_profile(iam_of(call), _profile(call, params))}


@iam_operation(Need("iam:ListInstanceProfiles", On.INSTANCE_PROFILES))
def list_instance_profiles(call: Authorized, params: Params) -> Params:
    """List the instance profiles under a path, by name."""
    return _page(call, params, list(iam_of(call).resources(InstanceProfileRecord, account_of(call))))


@iam_operation(Need("iam:ListInstanceProfilesForRole", On.IAM_ROLE))
def list_instance_profiles_for_role(call: Authorized, params: Params) -> Params:
    """List the instance profiles that have a role. Raises ``NoSuchEntity``."""
    role = role_of(call, params)
    profiles = iam_of(call).resources(InstanceProfileRecord, account_of(call))
    return _page(call, params, [each for each in profiles if each.role == role.unique_id])


def _page(call: Authorized, params: Params, profiles: list[InstanceProfileRecord]) -> Params:
    shown = [shapes.instance_profile(iam_of(call), each, tags=False) for each in under_path(params, profiles)]
    return paginate(params, "InstanceProfiles", shown, lambda each: each["InstanceProfileId"])


@iam_operation(Need("iam:DeleteInstanceProfile", On.INSTANCE_PROFILE))
def delete_instance_profile(call: Authorized, params: Params) -> Params:
    """Delete an instance profile without a role. Raises ``NoSuchEntity``, ``DeleteConflict``."""
    record = _profile(call, params)
    if record.role is not None:
        raise DELETE_CONFLICT(message="Cannot delete entity, must remove roles from instance profile first.")
    iam_of(call).remove(record)
    return {}


@iam_operation(
    Need("iam:AddRoleToInstanceProfile", On.INSTANCE_PROFILE),
    Need("iam:PassRole", On.PROFILE_ROLE),
)
def add_role_to_instance_profile(call: Authorized, params: Params) -> Params:
    """Give an instance profile its role. It can have one. Raises ``NoSuchEntity``, ``LimitExceeded``."""
    record, role = _profile(call, params), role_of(call, params)
    if record.role is not None:
        raise quota_exceeded("InstanceSessionsPerInstanceProfile", 1)
    iam_of(call).put(dataclasses.replace(record, role=role.unique_id))
    return {}


@iam_operation(Need("iam:RemoveRoleFromInstanceProfile", On.INSTANCE_PROFILE))
def remove_role_from_instance_profile(call: Authorized, params: Params) -> Params:
    """Remove the role of an instance profile. Raises ``NoSuchEntity``."""
    record, role = _profile(call, params), role_of(call, params)
    if record.role != role.unique_id:
        raise NO_SUCH_ENTITY(
            message=f"The role with name {role.name} is not in the Instance Profile {record.name}."
        )
    iam_of(call).put(dataclasses.replace(record, role=None))
    return {}


@iam_operation(Need("iam:TagInstanceProfile", On.INSTANCE_PROFILE))
def tag_instance_profile(call: Authorized, params: Params) -> Params:
    """Add tags to an instance profile. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = _profile(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagInstanceProfile", On.INSTANCE_PROFILE))
def untag_instance_profile(call: Authorized, params: Params) -> Params:
    """Remove tags of an instance profile. Raises ``NoSuchEntity``."""
    record = _profile(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListInstanceProfileTags", On.INSTANCE_PROFILE))
def list_instance_profile_tags(call: Authorized, params: Params) -> Params:
    """List the tags of an instance profile, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, _profile(call, params).tags)


def _profile(call: Authorized, params: Params) -> InstanceProfileRecord:
    name = params["InstanceProfileName"]
    record = iam_of(call).resource_named(InstanceProfileRecord, account_of(call), name)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"Instance Profile {name} cannot be found.")
    return record
