"""Read the organization, its units and accounts, and its policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mocks3.load.descriptions import (
    AccountDescription,
    Description,
    OrganizationDescription,
    OrganizationPolicyDescription,
)
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.derived import digits
from mocks3.load.terraform.document import TerraformResource, Unknown
from mocks3.load.terraform.documents import policy_document
from mocks3.load.terraform.reader import Terraform

ORGANIZATION = "aws_organizations_organization"
_LEVELS = (ORGANIZATION, "aws_organizations_organizational_unit", "aws_organizations_account")
_POLICIES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def organization(block: Block) -> Iterator[Description]:
    """Read ``aws_organizations_organization``, also the data source: its root, and its management account."""
    terraform, resource = block.terraform, block.resource
    own, root = terraform.attribute(resource, "id"), _root(terraform, resource)
    management = block.values.get("master_account_id")
    block.taken |= {"id", "master_account_id", "roots"}
    types = block.texts("enabled_policy_types")
    yield OrganizationDescription(
        place=block.place,
        id=own if isinstance(own, str) else None,
        management=management
        if isinstance(management, str) and management
        else terraform.known_account(resource),
    )
    yield OrganizationDescription(place=block.place, id=root, name="Root", policy_types=types or None)


def _root(terraform: Terraform, resource: TerraformResource) -> str:
    given = terraform.options.values.get(f"{resource.address}.roots[0].id")
    roots = resource.values.get("roots")
    first = roots[0] if isinstance(roots, list) and roots else None
    known = given or (first.get("id") if isinstance(first, Mapping) else None)
    return known if isinstance(known, str) and known else f"r-{digits(resource, 4)}"


def unit(block: Block) -> Iterator[Description]:
    """Read ``aws_organizations_organizational_unit``."""
    yield _level(block, block.text("name"))


def account(block: Block) -> Iterator[Description]:
    """Read ``aws_organizations_account``."""
    level = _level(block, block.text("name"))
    yield AccountDescription(place=block.place, id=level.id, name=level.name)
    yield level


def _level(block: Block, name: str | None) -> OrganizationDescription:
    own = block.terraform.attribute(block.resource, "id")
    return OrganizationDescription(
        place=block.place,
        id=own if isinstance(own, str) else None,
        name=name,
        parent=_target(block, "parent_id"),
    )


def _target(block: Block, name: str) -> str | None:
    """Return the id of a root, unit or account that an attribute means."""
    value = block.take(name)
    if not isinstance(value, Unknown):
        return block.checked_text(name, value)
    targets, _ = block.terraform.targets(value, block.resource)
    found = {each.address: each for each, _ in targets if each.type in _LEVELS}
    if len(found) == 1:
        level = next(iter(found.values()))
        if level.type == ORGANIZATION:
            return _root(block.terraform, level)
        known = block.terraform.attribute(level, "id")
        if isinstance(known, str):
            return known
    if value.references or block.resource.type == "aws_organizations_policy_attachment":
        block.terraform.missing(value, block.resource, block.pointer_of(name))
    return None  # an account without parent_id is in the root


def policy(block: Block) -> Iterator[Description]:
    """Read ``aws_organizations_policy``. Policies of other types, such as tag policies, have no effect on S3."""
    kind = block.text("type") or _POLICIES[0]
    if kind not in _POLICIES:
        block.ignore()
        return
    own = block.terraform.attribute(block.resource, "id")
    yield OrganizationPolicyDescription(
        place=block.place,
        id=own if isinstance(own, str) else None,
        name=block.text("name"),
        kind=kind,
        document=policy_document(block, "content"),
    )


def policy_attachment(block: Block) -> Iterator[Description]:
    """Read ``aws_organizations_policy_attachment``."""
    own = block.referred("policy_id", ("aws_organizations_policy",), "id")
    target = _target(block, "target_id")
    if own is not None and target is not None:
        yield OrganizationPolicyDescription(place=block.place, id=own, targets=(target,))
