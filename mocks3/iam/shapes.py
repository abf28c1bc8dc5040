"""The outputs of IAM: records as boto3 returns them.

Source: the data types of the IAM API Reference (API_User, API_Role, API_Group, API_Policy and others). Lists leave out
tags and boundaries (API_ListUsers, API_ListRoles, API_ListPolicies).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from mocks3.iam.documents import encoded, trust_text
from mocks3.iam.tagging import tag_list
from mocks3.storage.iam import GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord
from mocks3.storage.iam.entities import InstanceProfileRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.storage.iam import IamStore
    from mocks3.storage.iam.managed_policies import PolicyVersionRecord


def date(moment: datetime.datetime) -> datetime.datetime:
    """Return a time to the second, as IAM returns it."""
    return moment.replace(microsecond=0)


def user(record: UserRecord, *, whole: bool = True) -> Params:
    """Return a user; without tags and boundary unless ``whole``."""
    return {
        "Path": record.path,
        "UserName": record.name,
        "UserId": record.unique_id,
        "Arn": record.arn,
        "CreateDate": date(record.created),
        **(_tags_and_boundary(record) if whole else {}),
    }


def group(record: GroupRecord) -> Params:
    """Return a group."""
    return {
        "Path": record.path,
        "GroupName": record.name,
        "GroupId": record.unique_id,
        "Arn": record.arn,
        "CreateDate": date(record.created),
    }


def role(iam: IamStore, record: RoleRecord, *, whole: bool = True) -> Params:
    """Return a role; without tags and boundary unless ``whole``."""
    shown: Params = {
        "Path": record.path,
        "RoleName": record.name,
        "RoleId": record.unique_id,
        "Arn": record.arn,
        "CreateDate": date(record.created),
        "AssumeRolePolicyDocument": encoded(trust_text(iam, record)),
        "Description": record.description,
        "MaxSessionDuration": record.max_session,
    }
    return {**shown, **_tags_and_boundary(record)} if whole else shown


def _tags_and_boundary(record: UserRecord | RoleRecord) -> Params:
    shown: dict[str, Any] = {}
    if record.boundary is not None:
        shown["PermissionsBoundary"] = boundary(record.boundary)
    if record.tags:
        shown["Tags"] = tag_list(record.tags)
    return shown


def boundary(arn: str) -> dict[str, str]:
    """Return a permissions boundary (API_AttachedPermissionsBoundary)."""
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def policy(iam: IamStore, record: ManagedPolicyRecord, account: str, *, whole: bool = True) -> Params:
    """Return a managed policy as an account sees it; without description and tags unless ``whole``."""
    holders = [each for each in iam.holders_of(record.arn) if each.account == account]
    bounded = [each for each in iam.bounded_by(record.arn) if each.account == account]
    return {
        "PolicyName": record.name,
        "PolicyId": record.unique_id,
        "Arn": record.arn,
        "Path": record.path,
        "DefaultVersionId": record.default,
        "AttachmentCount": len(holders),
        "PermissionsBoundaryUsageCount": len(bounded),
        "IsAttachable": True,
        "CreateDate": date(record.created),
        "UpdateDate": date(record.updated),
        **({"Description": record.description, "Tags": tag_list(record.tags)} if whole else {}),
    }


def policy_version(
    record: ManagedPolicyRecord, version: PolicyVersionRecord, *, document: bool = True
) -> Params:
    """Return a version of a managed policy; lists leave out the document."""
    return {
        **({"Document": encoded(version.policy.text)} if document else {}),
        "VersionId": version.id,
        "IsDefaultVersion": version.id == record.default,
        "CreateDate": date(version.created),
    }


def instance_profile(iam: IamStore, record: InstanceProfileRecord, *, tags: bool = True) -> Params:
    """Return an instance profile with its role."""
    found = None if record.role is None else iam.principal(record.role)
    return {
        "Path": record.path,
        "InstanceProfileName": record.name,
        "InstanceProfileId": record.unique_id,
        "Arn": record.arn,
        "CreateDate": date(record.created),
        "Roles": [role(iam, found, whole=False)] if isinstance(found, RoleRecord) else [],
        **({"Tags": tag_list(record.tags)} if tags else {}),
    }


def attached(iam: IamStore, arns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the managed policies with these ARNs (API_AttachedPolicy)."""
    records = filter(None, map(iam.managed_policy, arns))
    return [{"PolicyName": each.name, "PolicyArn": each.arn} for each in records]
