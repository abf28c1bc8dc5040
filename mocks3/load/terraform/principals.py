"""Read users, roles, groups and their policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mocks3.load.descriptions import (
    Description,
    GroupDescription,
    InstanceProfileDescription,
    Json,
    ManagedPolicyDescription,
    RoleDescription,
    UserDescription,
)
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.derived import own_name
from mocks3.load.terraform.documents import policy_document

_HOLDERS = {"role": RoleDescription, "user": UserDescription, "group": GroupDescription}


def _names(block: Block) -> dict[str, Any]:
    """Return what users, roles, groups and policies have: name, path, account and place."""
    block.taken |= {"name", "name_prefix"}
    return {
        "place": block.place,
        "name": own_name(block.terraform, block.resource),
        "path": block.text("path"),
        "account": block.terraform.known_account(block.resource),
    }


def role(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_role``, also the data source."""
    inline = {
        name: policy
        for each in block.blocks("inline_policy")
        if (name := each.text("name")) is not None and (policy := policy_document(each, "policy")) is not None
    }
    yield RoleDescription(
        **_names(block),
        unique_id=block.checked_text("unique_id", _planned(block, "unique_id")),
        trust=policy_document(block, "assume_role_policy"),
        inline=inline,
        attached=block.references("managed_policy_arns"),
        boundary=block.reference("permissions_boundary"),
        tags=block.tags(),
        max_session=block.number("max_session_duration"),
    )


def user(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_user``, also the data source."""
    yield UserDescription(
        **_names(block),
        unique_id=block.checked_text("unique_id", _planned(block, "unique_id")),
        boundary=block.reference("permissions_boundary"),
        tags=block.tags(),
    )


def group(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_group``."""
    yield GroupDescription(
        **_names(block), unique_id=block.checked_text("unique_id", _planned(block, "unique_id"))
    )


def _planned(block: Block, name: str) -> object:
    """Return a value, or None if it is unknown: AWS chooses it, and nothing depends on it."""
    value = block.take(name)
    return value if isinstance(value, str) else None


def managed_policy(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_policy``, also the data source."""
    arn = block.take("arn")
    document = policy_document(block, "policy")
    if isinstance(arn, str) and ":iam::aws:policy/" in arn:
        return  # a policy of AWS
    yield ManagedPolicyDescription(**_names(block), document=document, tags=block.tags())


def _holder(block: Block, kind: str) -> str | None:
    return block.referred(kind, (f"aws_iam_{kind}",), "name")


def _described(block: Block, kind: str, name: str, **members: Any) -> Description:
    account = block.terraform.known_account(block.resource)
    holder: Description = _HOLDERS[kind](place=block.place, name=name, account=account, **members)
    return holder


def inline_policy(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_role_policy``, ``aws_iam_user_policy`` and ``aws_iam_group_policy``."""
    kind = block.resource.type.split("_")[2]
    block.taken |= {"name", "name_prefix"}
    holder, policy = _holder(block, kind), policy_document(block, "policy")
    if holder is not None and policy is not None:
        inline: dict[str, Json] = {own_name(block.terraform, block.resource): policy}
        yield _described(block, kind, holder, inline=inline)


def attachment(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_role_policy_attachment`` and those of users and groups."""
    kind = block.resource.type.split("_")[2]
    holder, arn = _holder(block, kind), block.reference("policy_arn")
    if holder is not None and arn is not None:
        yield _described(block, kind, holder, attached=(arn,))


def attachments(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_policy_attachment``: one policy for several users, roles and groups."""
    arn = block.reference("policy_arn")
    block.taken.add("name")
    for kind in _HOLDERS:
        for name in block.references(f"{kind}s"):
            if arn is not None:
                yield _described(block, kind, name, attached=(arn,))


def group_membership(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_group_membership``: the users of one group."""
    block.taken.add("name")
    name, members = _holder(block, "group"), block.references("users")
    if name is not None:
        yield _described(block, "group", name, members=members)


def user_groups(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_user_group_membership``: the groups of one user."""
    name, groups = _holder(block, "user"), block.references("groups")
    if name is not None:
        yield _described(block, "user", name, groups=groups)


def instance_profile(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_instance_profile``."""
    block.taken |= {"name", "name_prefix"}
    role_name = block.reference("role")
    yield InstanceProfileDescription(
        place=block.place,
        name=own_name(block.terraform, block.resource),
        path=block.text("path"),
        account=block.terraform.known_account(block.resource),
        role=role_name,
    )


def access_key(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_access_key``. The id of a key that does not exist yet decides nothing."""
    name, key_id, status = _holder(block, "user"), block.values.get("id"), block.text("status")
    if name is not None:
        usable = isinstance(key_id, str) and key_id and status != "Inactive"
        yield _described(block, "user", name, access_keys=(key_id,) if usable else ())


def service_linked_role(block: Block) -> Iterator[Description]:
    """Read ``aws_iam_service_linked_role``. AWS chooses its name."""
    service, name = block.text("aws_service_name"), block.reference("name")
    block.taken |= {"path", "custom_suffix"}
    if service is not None and name is not None:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        yield RoleDescription(
            place=block.place,
            name=name,
            path=f"/aws-service-role/{service}/",
            account=block.terraform.known_account(block.resource),
            trust={"Version": "2012-10-17", "Statement": [statement]},
        )
