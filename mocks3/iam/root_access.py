"""Centralized root access: whether the management account may have sessions of the members' root users.

Source: API_EnableOrganizationsRootSessions, API_EnableOrganizationsRootCredentialsManagement,
API_ListOrganizationsFeatures and their counterparts, "Errors".
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.root_sessions import IAM, ROOT_CREDENTIALS, ROOT_SESSIONS
from mocks3.errors import RefusalRow, Row, Why
from mocks3.iam.lookup import account_of
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import ACCOUNT, Need

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.organizations import OrganizationRecord

NOT_FOUND = Row("OrganizationNotFoundException", 404, "The account is not a member of an organization.")
NOT_MANAGEMENT = RefusalRow(
    "AccountNotManagementOrDelegatedAdministratorException",
    403,
    "The account is not the management account or a delegated administrator of the organization.",
)
SERVICE_NOT_ENABLED = Row(
    "ServiceAccessNotEnabledException", 400, "Trusted access is not enabled for IAM in AWS Organizations."
)


@iam_operation(Need("iam:EnableOrganizationsRootSessions", ACCOUNT))
def enable_organizations_root_sessions(call: Authorized, params: Params) -> Params:
    """Allow AssumeRoot on the root users of member accounts.

    Raises ``OrganizationNotFound``, ``AccountNotManagementOrDelegatedAdministrator``, ``ServiceAccessNotEnabled``.
    """
    return _changed(call, added=ROOT_SESSIONS)


@iam_operation(Need("iam:DisableOrganizationsRootSessions", ACCOUNT))
def disable_organizations_root_sessions(call: Authorized, params: Params) -> Params:
    """Stop allowing AssumeRoot. Sessions that exist stay valid. Raises as EnableOrganizationsRootSessions."""
    return _changed(call, removed=ROOT_SESSIONS)


@iam_operation(Need("iam:EnableOrganizationsRootCredentialsManagement", ACCOUNT))
def enable_organizations_root_credentials_management(call: Authorized, params: Params) -> Params:
    """Record that root credentials are managed centrally. Raises as EnableOrganizationsRootSessions."""
    return _changed(call, added=ROOT_CREDENTIALS)


@iam_operation(Need("iam:DisableOrganizationsRootCredentialsManagement", ACCOUNT))
def disable_organizations_root_credentials_management(call: Authorized, params: Params) -> Params:
    """Record that root credentials are not managed centrally. Raises as EnableOrganizationsRootSessions."""
    return _changed(call, removed=ROOT_CREDENTIALS)


@iam_operation(Need("iam:ListOrganizationsFeatures", ACCOUNT))
def list_organizations_features(call: Authorized, params: Params) -> Params:
    """List the features that are enabled. Raises as EnableOrganizationsRootSessions."""
    return _shown(_organization(call))


def _changed(call: Authorized, *, added: str | None = None, removed: str | None = None) -> Params:
    record = _organization(call)
    features = record.root_features - {removed} | ({added} if added else set())
    record = dataclasses.replace(record, root_features=frozenset(features))
    call.world.guardrails = call.world.guardrails.with_organization(record)
    return _shown(record)


def _organization(call: Authorized) -> OrganizationRecord:
    """Return the caller's organization. Raises the errors of the caller, and of IAM without trusted access."""
    record = call.world.guardrails.organization_of(account_of(call))
    if record is None:
        raise NOT_FOUND()
    if not record.administers(account_of(call), IAM):
        raise NOT_MANAGEMENT(
            Why(
                "organizations-caller",
                f"{call.caller.arn} is neither in the management account {record.management} of {record.id} nor in a "
                f"delegated administrator account for {IAM}",
                "P-8",
                (f"call it with credentials of the account {record.management}",),
            )
        )
    if IAM not in record.services:
        raise SERVICE_NOT_ENABLED()
    return record


def _shown(record: OrganizationRecord) -> Params:
    return {"OrganizationId": record.id, "EnabledFeatures": sorted(record.root_features)}
