"""Organizational units, parents and children."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.organizations.authorizing import level_arn
from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import Need, On
from mocks3.organizations.lookup import level_of, organization, page, store
from mocks3.organizations.tagging import TAGGING, given_tags
from mocks3.storage.iam.organizations import OrganizationLevel, OrganizationRecord, unit_named

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

DUPLICATE_UNIT = Row("DuplicateOrganizationalUnitException", 400, "An OU with the same name already exists.")
UNIT_NOT_EMPTY = Row(
    "OrganizationalUnitNotEmptyException",
    400,
    "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try "
    "the operation again.",
)


@operation(Need("organizations:CreateOrganizationalUnit", On.PARENT), TAGGING, service="organizations")
def create_organizational_unit(call: Authorized, params: Params) -> Params:
    """Create a unit under a root or a unit.

    Raises ``ParentNotFoundException``, ``DuplicateOrganizationalUnitException``.
    """
    tags, record = given_tags(params), organization(call)
    parent = level_of(record, params["ParentId"], "Parent")
    _require_free(record, params["Name"], parent.id)
    unit = unit_named(record, params["Name"], parent.id)
    store(call, record.put(unit).with_tags(unit.id, tags))
    return {"OrganizationalUnit": _shown(record, unit)}


@operation(Need("organizations:DescribeOrganizationalUnit", On.UNIT), service="organizations")
def describe_organizational_unit(call: Authorized, params: Params) -> Params:
    """Return a unit. Raises ``OrganizationalUnitNotFoundException``."""
    record = organization(call)
    return {"OrganizationalUnit": _shown(record, _unit(record, params))}


@operation(Need("organizations:UpdateOrganizationalUnit", On.UNIT), service="organizations")
def update_organizational_unit(call: Authorized, params: Params) -> Params:
    """Rename a unit. Its id stays the same.

    Raises ``OrganizationalUnitNotFoundException``, ``DuplicateOrganizationalUnitException``.
    """
    record = organization(call)
    unit = _unit(record, params)
    name = params.get("Name", unit.title)
    if name != unit.title:
        _require_free(record, name, unit.parent)
        unit = dataclasses.replace(unit, name=f"OU {name}")
        store(call, record.put(unit))
    return {"OrganizationalUnit": _shown(record, unit)}


@operation(Need("organizations:DeleteOrganizationalUnit", On.UNIT), service="organizations")
def delete_organizational_unit(call: Authorized, params: Params) -> Params:
    """Delete an empty unit. Raises ``OrganizationalUnitNotFoundException``, ``OrganizationalUnitNotEmptyException``."""
    record = organization(call)
    unit = _unit(record, params)
    if children(record, unit.id):
        raise UNIT_NOT_EMPTY()
    store(call, record.without(unit.id))
    return {}


@operation(Need("organizations:ListOrganizationalUnitsForParent", On.PARENT), service="organizations")
def list_organizational_units_for_parent(call: Authorized, params: Params) -> Params:
    """List the units directly under a root or a unit. Raises ``ParentNotFoundException``."""
    record = organization(call)
    parent = level_of(record, params["ParentId"], "Parent")
    units = [_shown(record, each) for each in children(record, parent.id) if each.id.startswith("ou-")]
    return page(params, "OrganizationalUnits", units)


@operation(Need("organizations:ListChildren", On.PARENT), service="organizations")
def list_children(call: Authorized, params: Params) -> Params:
    """List the units or the accounts directly under a root or a unit. Raises ``ParentNotFoundException``."""
    record, wanted = organization(call), params["ChildType"]
    parent = level_of(record, params["ParentId"], "Parent")
    found = [{"Id": each.id, "Type": kind_of(each)} for each in children(record, parent.id)]
    return page(params, "Children", [each for each in found if each["Type"] == wanted])


@operation(Need("organizations:ListParents", On.CHILD), service="organizations")
def list_parents(call: Authorized, params: Params) -> Params:
    """Return the parent of a unit or an account. Raises ``ChildNotFoundException``."""
    record = organization(call)
    parent = level_of(record, params["ChildId"], "Child").parent
    assert parent is not None, "the model's pattern allows no root"
    return page(params, "Parents", [{"Id": parent, "Type": kind_of(record.levels[parent])}])


def children(record: OrganizationRecord, parent: str) -> list[OrganizationLevel]:
    """Return the units and accounts directly under a level."""
    return [each for each in record.levels.values() if each.parent == parent]


def kind_of(level: OrganizationLevel) -> str:
    """Return ``ROOT``, ``ORGANIZATIONAL_UNIT`` or ``ACCOUNT``."""
    if level.parent is None:
        return "ROOT"
    return "ORGANIZATIONAL_UNIT" if level.id.startswith("ou-") else "ACCOUNT"


def _require_free(record: OrganizationRecord, name: str, parent: str | None) -> None:
    siblings = () if parent is None else children(record, parent)
    if any(each.id.startswith("ou-") and each.title == name for each in siblings):
        raise DUPLICATE_UNIT()


def _unit(record: OrganizationRecord, params: Params) -> OrganizationLevel:
    return level_of(record, params["OrganizationalUnitId"], "OrganizationalUnit")


def _shown(record: OrganizationRecord, unit: OrganizationLevel) -> Params:
    """Return a unit (API_OrganizationalUnit)."""
    return {"Id": unit.id, "Arn": level_arn(record, unit.id), "Name": unit.title}
