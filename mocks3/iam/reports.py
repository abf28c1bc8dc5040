"""Authorization details: every user, group, role and managed policy of the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.documents import encoded
from mocks3.iam.lookup import account_of, iam_of
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.storage.iam import GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord, aws_managed
from mocks3.storage.iam.entities import InstanceProfileRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

Entity = UserRecord | GroupRecord | RoleRecord | ManagedPolicyRecord


@iam_operation(Need("iam:GetAccountAuthorizationDetails", ACCOUNT))
def get_account_authorization_details(call: Authorized, params: Params) -> Params:
    """Return users, groups, roles and managed policies with all their policies, in pages; ``Filter`` selects kinds.

    AWS managed policies are listed if they are attached. The pages count entities of all kinds together.
    """
    wanted = params.get("Filter") or ("User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy")
    page = paginate(params, "all", list(_entities(call, wanted)), lambda each: each.arn)
    found = page.pop("all")
    return {
        "UserDetailList": [_user(call, each) for each in found if isinstance(each, UserRecord)],
        "GroupDetailList": [_group(call, each) for each in found if isinstance(each, GroupRecord)],
        "RoleDetailList": [_role(call, each) for each in found if isinstance(each, RoleRecord)],
        "Policies": [_policy(call, each) for each in found if isinstance(each, ManagedPolicyRecord)],
        **page,
    }


def _entities(call: Authorized, wanted: Iterable[str]) -> Iterator[Entity]:
    iam, account = iam_of(call), account_of(call)
    users, roles = iam.principals_of(account, UserRecord), iam.principals_of(account, RoleRecord)
    if "User" in wanted:
        yield from users
    if "Group" in wanted:
        yield from iam.groups(account)
    if "Role" in wanted:
        yield from roles
    if "LocalManagedPolicy" in wanted:
        yield from iam.resources(ManagedPolicyRecord, account)
    if "AWSManagedPolicy" in wanted:
        holders: tuple[UserRecord | RoleRecord | GroupRecord, ...] = (*users, *roles, *iam.groups(account))
        used = {arn for each in holders for arn in each.attached}
        yield from (each for each in aws_managed.policies() if each.arn in used)


def _policies_of(call: Authorized, kind: str, record: UserRecord | GroupRecord | RoleRecord) -> Params:
    inline = [
        {"PolicyName": name, "PolicyDocument": encoded(policy.text)}
        for name, policy in record.policies.items()
    ]
    return {
        f"{kind}PolicyList": inline,
        "AttachedManagedPolicies": shapes.attached(iam_of(call), record.attached),
    }


def _user(call: Authorized, record: UserRecord) -> Params:
    return {**shapes.user(record), **_policies_of(call, "User", record), "GroupList": list(record.groups)}


def _group(call: Authorized, record: GroupRecord) -> Params:
    return {**shapes.group(record), **_policies_of(call, "Group", record)}


def _role(call: Authorized, record: RoleRecord) -> Params:
    iam = iam_of(call)
    profiles = [
        shapes.instance_profile(iam, each, tags=False)
        for each in iam.resources(InstanceProfileRecord, record.account)
        if each.role == record.unique_id
    ]
    shown = shapes.role(iam, record)
    del shown["Description"], shown["MaxSessionDuration"]  # API_RoleDetail has neither
    return {
        **shown,
        **_policies_of(call, "Role", record),
        "InstanceProfileList": profiles,
        "RoleLastUsed": {},
    }


def _policy(call: Authorized, record: ManagedPolicyRecord) -> Params:
    shown = shapes.policy(iam_of(call), record, account_of(call), whole=False)
    versions = [shapes.policy_version(record, each) for each in record.versions.values()]
    return {**shown, "Description": record.description, "PolicyVersionList": versions}
