"""Trusted access: which AWS services may work in all accounts of an organization.

Source: API_EnableAWSServiceAccess, API_DisableAWSServiceAccess, API_ListAWSServiceAccessForOrganization. It is a record
that IAM's centralized root access needs.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.organizations.lookup import organization, page, store

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized


@operation(
    Need("organizations:EnableAWSServiceAccess", ACCOUNT),
    service="organizations",
    name="EnableAWSServiceAccess",
)
def enable_aws_service_access(call: Authorized, params: Params) -> Params:
    """Enable trusted access of a service. Raises ``AWSOrganizationsNotInUseException``."""
    record = organization(call)
    since = {params["ServicePrincipal"]: clock.now().replace(microsecond=0)}
    store(call, dataclasses.replace(record, services={**since, **record.services}))
    return {}


@operation(
    Need("organizations:DisableAWSServiceAccess", ACCOUNT),
    service="organizations",
    name="DisableAWSServiceAccess",
)
def disable_aws_service_access(call: Authorized, params: Params) -> Params:
    """Disable trusted access of a service. Raises ``AWSOrganizationsNotInUseException``."""
    record = organization(call)
    left = {name: since for name, since in record.services.items() if name != params["ServicePrincipal"]}
    store(call, dataclasses.replace(record, services=left))
    return {}


@operation(
    Need("organizations:ListAWSServiceAccessForOrganization", ACCOUNT),
    service="organizations",
    name="ListAWSServiceAccessForOrganization",
)
def list_aws_service_access_for_organization(call: Authorized, params: Params) -> Params:
    """List the services with trusted access. Raises ``AWSOrganizationsNotInUseException``."""
    enabled = [
        {"ServicePrincipal": name, "DateEnabled": since}
        for name, since in organization(call).services.items()
    ]
    return page(params, "EnabledServicePrincipals", enabled)
