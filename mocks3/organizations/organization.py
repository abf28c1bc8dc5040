"""The organization, its root, and the types of policies that are enabled."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from mocks3.access.organizations.authorizing import level_arn
from mocks3.errors import NotSupported, Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.organizations.lookup import (
    ALREADY_IN_ORGANIZATION,
    any_organization,
    level_of,
    organization,
    page,
    store,
)
from mocks3.storage.iam import ids
from mocks3.storage.iam.organizations import RCP, S3, SCP, OrganizationRecord, new_organization

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

NOT_EMPTY = Row(
    "OrganizationNotEmptyException",
    400,
    "The organization isn't empty. To delete an organization, you must first remove all accounts except the management "
    "account, delete all OUs, and delete all policies.",
)
TYPE_ENABLED = Row(
    "PolicyTypeAlreadyEnabledException",
    400,
    "The specified policy type is already enabled in the specified root.",
)
TYPE_NOT_ENABLED = Row(
    "PolicyTypeNotEnabledException", 400, "The specified policy type isn't currently enabled in this root."
)


@operation(Need("organizations:CreateOrganization", ACCOUNT), service="organizations")
def create_organization(call: Authorized, params: Params) -> Params:
    """Create an organization with the caller's account as its management account. No type of policies is enabled.

    Raises ``AlreadyInOrganizationException``; :class:`NotSupported` for ``CONSOLIDATED_BILLING``.
    """
    account = call.caller.account
    assert account is not None, "only signed requests get here"
    rails = call.world.guardrails
    if rails.organization_of(account) is not None:
        raise ALREADY_IN_ORGANIZATION()
    if params.get("FeatureSet", "ALL") != "ALL":
        raise NotSupported("mocks3 supports only organizations with all features, not CONSOLIDATED_BILLING")
    made = (_new_id(account, len(rails.organizations) + number) for number in itertools.count())
    organization_id = next(each for each in made if each not in rails.organizations.keys() | rails.deleted)
    record = new_organization(organization_id, account, frozenset())
    store(call, record)
    return {"Organization": _shown(record)}


def _new_id(account: str, number: int) -> str:
    return f"o-{ids.lower_id(account, number)}{ids.lower_id(account, number, 'o')[:2]}"


@operation(Need("organizations:DeleteOrganization", ACCOUNT), service="organizations")
def delete_organization(call: Authorized, params: Params) -> Params:
    """Delete an organization without member accounts.

    Raises ``AWSOrganizationsNotInUseException``, ``OrganizationNotEmptyException``.
    """
    record = organization(call)
    if set(record.levels) != {record.root, record.management}:
        raise NOT_EMPTY()
    call.world.guardrails = call.world.guardrails.without_organization(record.id)
    return {}


@operation(Need("organizations:DescribeOrganization", ACCOUNT), service="organizations")
def describe_organization(call: Authorized, params: Params) -> Params:
    """Return the organization of the caller's account. Raises ``AWSOrganizationsNotInUseException``."""
    return {"Organization": _shown(any_organization(call))}


@operation(Need("organizations:ListRoots", ACCOUNT), service="organizations")
def list_roots(call: Authorized, params: Params) -> Params:
    """Return the root of the organization, with the types of policies that are enabled."""
    return page(params, "Roots", [root_shown(organization(call))])


@operation(Need("organizations:EnablePolicyType", On.ROOT), service="organizations")
def enable_policy_type(call: Authorized, params: Params) -> Params:
    """Enable a type of policies. FullAWSAccess is attached everywhere when SCPs are enabled.

    Raises ``RootNotFoundException``, ``PolicyTypeAlreadyEnabledException``.
    """
    record, kind = _root_and_type(call, params)
    if kind in record.enabled:
        raise TYPE_ENABLED()
    record = record.with_type(kind, enabled=True)
    store(call, record)
    return {"Root": root_shown(record)}


@operation(Need("organizations:DisablePolicyType", On.ROOT), service="organizations")
def disable_policy_type(call: Authorized, params: Params) -> Params:
    """Disable a type of policies. All policies of the type are detached.

    Raises ``RootNotFoundException``, ``PolicyTypeNotEnabledException``.
    """
    record, kind = _root_and_type(call, params)
    if kind not in record.enabled:
        raise TYPE_NOT_ENABLED()
    record = record.with_type(kind, enabled=False)
    store(call, record)
    return {"Root": root_shown(record)}


def check_type(kind: str) -> str:
    """Return a type of policies. Raises :class:`NotSupported` for types that have no effect on S3."""
    if kind not in (SCP, RCP, S3):
        raise NotSupported(f"mocks3 supports policies of the types {SCP}, {RCP} and {S3}, not {kind}")
    return kind


def root_shown(record: OrganizationRecord) -> Params:
    """Return the root (API_Root)."""
    return {
        "Id": record.root,
        "Arn": level_arn(record, record.root),
        "Name": "Root",
        "PolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind in sorted(record.enabled)],
    }


def _root_and_type(call: Authorized, params: Params) -> tuple[OrganizationRecord, str]:
    record = organization(call)
    level_of(record, params["RootId"], "Root")
    return record, check_type(params["PolicyType"])


def _shown(record: OrganizationRecord) -> Params:
    """Return the organization (API_Organization)."""
    email = record.levels[record.management].email
    return {
        "Id": record.id,
        "Arn": f"arn:aws:organizations::{record.management}:organization/{record.id}",
        "FeatureSet": "ALL",
        "MasterAccountArn": level_arn(record, record.management),
        "MasterAccountId": record.management,
        **({} if email is None else {"MasterAccountEmail": email}),
        "AvailablePolicyTypes": [{"Type": SCP, "Status": "ENABLED"}],
    }
