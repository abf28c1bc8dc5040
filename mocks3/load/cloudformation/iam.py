"""Resource types of IAM: users, groups, roles, policies, instance profiles and access keys.

Each policy in a template is a description of its own, so that it has its own place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mocks3.load.cloudformation.properties import document, number, tags, text, texts
from mocks3.load.cloudformation.stack import TemplateResource
from mocks3.load.cloudformation.types import resource_type
from mocks3.load.descriptions import (
    Description,
    FilePlace,
    GroupDescription,
    InstanceProfileDescription,
    ManagedPolicyDescription,
    RoleDescription,
    UserDescription,
)

_HOLDERS = {"Roles": RoleDescription, "Users": UserDescription, "Groups": GroupDescription}


def _holder(
    kind: str, resource: TemplateResource, name: str, place: FilePlace, **members: Any
) -> Description:
    description: Description = _HOLDERS[kind](
        name=name, account=resource.environment.account, place=place, **members
    )
    return description


def _inline(kind: str, resource: TemplateResource, name: str) -> Iterator[Description]:
    """Yield the policies in the property Policies of a user, group or role."""
    listed = resource.properties.get("Policies")
    if not isinstance(listed, list):
        found = resource.value("Policies")
        for each in found if isinstance(found, list) else [found]:
            yield from _computed_policy(kind, resource, name, each, "Policies")
        return
    for index, each in enumerate(listed):
        if (
            not isinstance(each, dict) or "PolicyDocument" not in each
        ):  # a function such as Fn::If, or malformed
            value = resource.value("Policies", index)
            yield from _computed_policy(kind, resource, name, value, "Policies", index)
            continue
        policy = document(resource, "Policies", index, "PolicyDocument")
        title = text(resource, "Policies", index, "PolicyName")
        if policy is not None and title is not None:
            place = resource.place("Policies", index, "PolicyDocument")
            yield _holder(kind, resource, name, place, inline={title: policy})
        elif "PolicyName" not in each:
            resource.not_read("a policy must have a PolicyName and a PolicyDocument", "Policies", index)


def _computed_policy(
    kind: str, resource: TemplateResource, name: str, policy: Any, *steps: str | int
) -> Iterator[Description]:
    """Yield a policy that a function returns. None: the function returns AWS::NoValue, or its value is not known."""
    if policy is None:
        return
    if isinstance(policy, dict) and isinstance(policy.get("PolicyDocument"), dict) and "PolicyName" in policy:
        inline = {str(policy["PolicyName"]): policy["PolicyDocument"]}
        yield _holder(kind, resource, name, resource.place(*steps), inline=inline)
    else:
        resource.not_read("a policy must have a PolicyName and a PolicyDocument", *steps)


@resource_type(
    "AWS::IAM::Role",
    reads="AssumeRolePolicyDocument ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary Policies RoleName "
    "Tags",
    ignores="Description",
)
def read_role(resource: TemplateResource) -> Iterator[Description]:
    """Read a role with its policies."""
    yield RoleDescription(
        place=resource.place(),
        account=resource.environment.account,
        name=resource.id,
        path=text(resource, "Path"),
        trust=document(resource, "AssumeRolePolicyDocument"),
        attached=texts(resource, "ManagedPolicyArns"),
        boundary=text(resource, "PermissionsBoundary"),
        max_session=number(resource, "MaxSessionDuration"),
        tags=tags(resource),
    )
    yield from _inline("Roles", resource, resource.id)


@resource_type(
    "AWS::IAM::User",
    reads="UserName Path Groups ManagedPolicyArns PermissionsBoundary Policies Tags",
    ignores="LoginProfile",
)
def read_user(resource: TemplateResource) -> Iterator[Description]:
    """Read a user with its policies and groups."""
    yield UserDescription(
        place=resource.place(),
        account=resource.environment.account,
        name=resource.id,
        path=text(resource, "Path"),
        attached=texts(resource, "ManagedPolicyArns"),
        boundary=text(resource, "PermissionsBoundary"),
        groups=texts(resource, "Groups"),
        tags=tags(resource),
    )
    yield from _inline("Users", resource, resource.id)


@resource_type("AWS::IAM::Group", reads="GroupName Path ManagedPolicyArns Policies")
def read_group(resource: TemplateResource) -> Iterator[Description]:
    """Read a group with its policies."""
    yield GroupDescription(
        place=resource.place(),
        account=resource.environment.account,
        name=resource.id,
        path=text(resource, "Path"),
        attached=texts(resource, "ManagedPolicyArns"),
    )
    yield from _inline("Groups", resource, resource.id)


@resource_type("AWS::IAM::Policy", reads="PolicyName PolicyDocument Roles Users Groups")
def read_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read an inline policy of roles, users and groups."""
    yield from _inline_policy(resource, "PolicyDocument", {kind: texts(resource, kind) for kind in _HOLDERS})


@resource_type("AWS::IAM::RolePolicy", reads="PolicyName PolicyDocument RoleName")
def read_role_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read an inline policy of one role."""
    yield from _inline_policy(resource, "PolicyDocument", {"Roles": texts(resource, "RoleName")})


@resource_type("AWS::IAM::UserPolicy", reads="PolicyName PolicyDocument UserName")
def read_user_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read an inline policy of one user."""
    yield from _inline_policy(resource, "PolicyDocument", {"Users": texts(resource, "UserName")})


@resource_type("AWS::IAM::GroupPolicy", reads="PolicyName PolicyDocument GroupName")
def read_group_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read an inline policy of one group."""
    yield from _inline_policy(resource, "PolicyDocument", {"Groups": texts(resource, "GroupName")})


def _inline_policy(
    resource: TemplateResource, name: str, holders: dict[str, tuple[str, ...]]
) -> Iterator[Description]:
    policy, title = document(resource, name), text(resource, "PolicyName")
    if policy is None or title is None:
        return
    if not any(holders.values()):
        resource.not_read("the policy names no user, group or role")
    for kind, names in holders.items():
        for each in names:
            yield _holder(kind, resource, each, resource.place(name), inline={title: policy})


@resource_type(
    "AWS::IAM::ManagedPolicy",
    reads="ManagedPolicyName Path PolicyDocument Roles Users Groups",
    ignores="Description",
)
def read_managed_policy(resource: TemplateResource) -> Iterator[Description]:
    """Read a customer managed policy, and its attachments."""
    arn = resource.id
    yield ManagedPolicyDescription(
        place=resource.place("PolicyDocument"),
        account=resource.environment.account,
        name=arn.rpartition("/")[2],
        path=text(resource, "Path"),
        document=document(resource, "PolicyDocument"),
    )
    for kind in _HOLDERS:
        for each in texts(resource, kind):
            yield _holder(kind, resource, each, resource.place(kind), attached=(arn,))


@resource_type("AWS::IAM::InstanceProfile", reads="InstanceProfileName Path Roles")
def read_instance_profile(resource: TemplateResource) -> Iterator[Description]:
    """Read an instance profile. It has one role."""
    yield InstanceProfileDescription(
        place=resource.place(),
        account=resource.environment.account,
        name=resource.id,
        path=text(resource, "Path"),
        role=next(iter(texts(resource, "Roles")), None),
    )


@resource_type("AWS::IAM::UserToGroupAddition", reads="GroupName Users")
def read_addition(resource: TemplateResource) -> Iterator[Description]:
    """Read the users that are added to a group."""
    group = text(resource, "GroupName")
    if group is not None:
        yield GroupDescription(
            place=resource.place(),
            account=resource.environment.account,
            name=group,
            members=texts(resource, "Users"),
        )


@resource_type("AWS::IAM::AccessKey", reads="UserName Status", ignores="Serial")
def read_access_key(resource: TemplateResource) -> Iterator[Description]:
    """Read an access key of a user."""
    user, status = text(resource, "UserName"), text(resource, "Status")
    if user is None:
        return
    if status == "Inactive":
        resource.not_read("mocks3 does not load an inactive access key")
        return
    yield UserDescription(
        place=resource.place(), account=resource.environment.account, name=user, access_keys=(resource.id,)
    )
