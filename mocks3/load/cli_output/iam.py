"""Read what ``aws iam`` prints. Source: IAM API Reference, the output of each operation."""

from __future__ import annotations

from mocks3.load.arns import account_in
from mocks3.load.arns import managed_policy as parts_of
from mocks3.load.cli_output.fields import Fields
from mocks3.load.descriptions import (
    GroupDescription,
    HolderDescription,
    InstanceProfileDescription,
    Json,
    ManagedPolicyDescription,
    RoleDescription,
    UserDescription,
)

_DATES = ("CreateDate", "UpdateDate")


def authorization_details(found: Fields) -> None:
    """``get-account-authorization-details``."""
    for each in found.each("UserDetailList"):
        user(each)
    for each in found.each("GroupDetailList"):
        group(each)
    for each in found.each("RoleDetailList"):
        role(each)
    for each in found.each("Policies"):
        managed_policy(each)


def user(found: Fields, groups: tuple[str, ...] = ()) -> None:
    """A user of get-user, list-users, get-group or get-account-authorization-details."""
    arn = found.text("Arn")
    found.output.add(
        UserDescription(
            place=found.place,
            account=account_in(arn),
            name=found.required("UserName"),
            path=found.text("Path"),
            unique_id=found.text("UserId"),
            inline=_inline(found, "UserPolicyList"),
            attached=_attached(found, "AttachedManagedPolicies"),
            boundary=_boundary(found),
            tags=found.tags("Tags"),
            groups=groups or found.texts("GroupList"),
        )
    )
    found.done(*_DATES, "PasswordLastUsed")


def role(found: Fields) -> None:
    """A role of get-role, list-roles or get-account-authorization-details."""
    arn = found.text("Arn")
    account = account_in(arn)
    name = found.required("RoleName")
    found.output.add(
        RoleDescription(
            place=found.place,
            account=account,
            name=name,
            path=found.text("Path"),
            unique_id=found.text("RoleId"),
            inline=_inline(found, "RolePolicyList"),
            attached=_attached(found, "AttachedManagedPolicies"),
            boundary=_boundary(found),
            tags=found.tags("Tags"),
            trust=found.policy("AssumeRolePolicyDocument"),
            max_session=found.number("MaxSessionDuration"),
        )
    )
    for each in found.each("InstanceProfileList"):
        instance_profile(each, role_name=name)
    found.done(*_DATES, "RoleLastUsed", "Description", "MaxSigninSessionDuration", "SourceRoleTemplate")


def group(found: Fields) -> None:
    """A group of get-group, list-groups or get-account-authorization-details."""
    arn = found.text("Arn")
    found.output.add(
        GroupDescription(
            place=found.place,
            account=account_in(arn),
            name=found.required("GroupName"),
            path=found.text("Path"),
            unique_id=found.text("GroupId"),
            inline=_inline(found, "GroupPolicyList"),
            attached=_attached(found, "AttachedManagedPolicies"),
        )
    )
    found.done(*_DATES)


def instance_profile(found: Fields, role_name: str | None = None) -> None:
    """An instance profile of get-instance-profile, list-instance-profiles and others."""
    roles = [each.required("RoleName") for each in found.each("Roles")]
    found.output.add(
        InstanceProfileDescription(
            place=found.place,
            account=account_in(found.text("Arn")),
            name=found.required("InstanceProfileName"),
            path=found.text("Path"),
            role=roles[0] if roles else role_name,
        )
    )
    found.done(*_DATES, "InstanceProfileId", "Tags")


def managed_policy(found: Fields) -> None:
    """A managed policy of get-policy, list-policies or get-account-authorization-details."""
    account, path, _ = parts_of(found.text("Arn"))
    default = found.text("DefaultVersionId")
    versions: dict[str, Json] = {}
    for each in found.each("PolicyVersionList"):
        document = each.policy("Document")
        if document is not None:
            versions[each.required("VersionId")] = document
        if each.flag("IsDefaultVersion"):
            default = each.text("VersionId")
        each.done("VersionId", *_DATES)
    found.output.add(
        ManagedPolicyDescription(
            place=found.place,
            account=account,
            name=found.required("PolicyName"),
            path=found.text("Path") or path,
            versions=versions,
            default=default,
            document=versions.get(default or ""),
            tags=found.tags("Tags"),
        )
    )
    found.done(
        *_DATES,
        "PolicyId",
        "AttachmentCount",
        "PermissionsBoundaryUsageCount",
        "IsAttachable",
        "Description",
    )


def _inline(found: Fields, name: str) -> dict[str, Json]:
    inline: dict[str, Json] = {}
    for each in found.each(name):
        document = each.policy("PolicyDocument")
        if document is not None:
            inline[each.required("PolicyName")] = document
        each.done("PolicyName")
    return inline


def _attached(found: Fields, name: str) -> tuple[str, ...]:
    arns = []
    for each in found.each(name):
        arns.append(each.required("PolicyArn"))
        each.done("PolicyName")
    return tuple(arns)


def _boundary(found: Fields) -> str | None:
    boundary = found.inside("PermissionsBoundary")
    if boundary is None:
        return None
    arn = boundary.text("PermissionsBoundaryArn")
    boundary.done("PermissionsBoundaryType")
    return arn


def one_user(found: Fields) -> None:
    """``get-user``."""
    inside = found.inside("User")
    if inside is not None:
        user(inside)


def users(found: Fields) -> None:
    """``list-users``."""
    for each in found.each("Users"):
        user(each)


def one_role(found: Fields) -> None:
    """``get-role``, ``create-role``."""
    inside = found.inside("Role")
    if inside is not None:
        role(inside)


def roles(found: Fields) -> None:
    """``list-roles``."""
    for each in found.each("Roles"):
        role(each)


def one_group(found: Fields) -> None:
    """``get-group``: a group with its members."""
    inside = found.inside("Group")
    if inside is None:
        return
    group(inside)
    name = inside.required("GroupName")
    for each in found.each("Users"):
        user(each, groups=(name,))


def groups(found: Fields) -> None:
    """``list-groups``, or ``list-groups-for-user`` if the file's name says so."""
    names = tuple(each.required("GroupName") for each in found.each("Groups"))
    for each in found.each("Groups"):
        group(each)
    if "user" in found.output.file.lower().replace("\\", "/").rpartition("/")[2]:
        found.output.add(HolderDescription(place=found.place, kind="user", groups=names))


def one_instance_profile(found: Fields) -> None:
    """``get-instance-profile``."""
    inside = found.inside("InstanceProfile")
    if inside is not None:
        instance_profile(inside)


def instance_profiles(found: Fields) -> None:
    """``list-instance-profiles``."""
    for each in found.each("InstanceProfiles"):
        instance_profile(each)


def policies(found: Fields) -> None:
    """``list-policies`` of IAM."""
    for each in found.each("Policies"):
        managed_policy(each)


def one_policy(found: Fields) -> None:
    """``get-policy`` of IAM."""
    inside = found.inside("Policy")
    if inside is not None:
        managed_policy(inside)


def policy_version(found: Fields) -> None:
    """``get-policy-version``. It does not print which policy it is about."""
    inside = found.inside("PolicyVersion")
    if inside is None:
        return
    version, document = inside.required("VersionId"), inside.policy("Document")
    default = inside.flag("IsDefaultVersion")
    if document is not None:
        found.output.add(
            ManagedPolicyDescription(
                place=found.place,
                name=None,
                versions={version: document},
                default=version if default else None,
                document=document if default else None,
            )
        )
    inside.done(*_DATES)


def user_policy(found: Fields) -> None:
    """``get-user-policy``."""
    inline = _one_inline(found)
    found.output.add(UserDescription(place=found.place, name=found.required("UserName"), inline=inline))


def role_policy(found: Fields) -> None:
    """``get-role-policy``."""
    inline = _one_inline(found)
    found.output.add(RoleDescription(place=found.place, name=found.required("RoleName"), inline=inline))


def group_policy(found: Fields) -> None:
    """``get-group-policy``."""
    inline = _one_inline(found)
    found.output.add(GroupDescription(place=found.place, name=found.required("GroupName"), inline=inline))


def _one_inline(found: Fields) -> dict[str, Json]:
    document = found.policy("PolicyDocument")
    return {} if document is None else {found.text("PolicyName") or "inline": document}


def attached_policies(found: Fields) -> None:
    """``list-attached-user-policies``, ``-role-policies`` and ``-group-policies``, which do not print of whom."""
    name = found.output.file.lower().replace("\\", "/").rpartition("/")[2]
    kinds = [kind for kind in ("user", "role", "group") if kind in name]
    found.output.add(
        HolderDescription(
            place=found.place,
            kind=kinds[0] if len(kinds) == 1 else None,
            attached=_attached(found, "AttachedPolicies"),
        )
    )


def policy_names(found: Fields) -> None:
    """``list-user-policies`` and others: names without documents."""
    for index, name in enumerate(found.texts("PolicyNames")):
        found.output.skip(
            name,
            f"{found.at('PolicyNames')}/{index}",
            "the list has no documents: load what aws iam get-user-policy, get-role-policy or get-group-policy prints",
        )


def access_keys(found: Fields) -> None:
    """``list-access-keys``."""
    for each in found.each("AccessKeyMetadata"):
        found.output.add(
            UserDescription(
                place=each.place,
                name=each.required("UserName"),
                access_keys=(each.required("AccessKeyId"),) if each.text("Status") == "Active" else (),
            )
        )
        each.done("AccessKeyId", *_DATES)
