"""Delegated administrators: member accounts that may read the organization and administer a service.

Source: API_RegisterDelegatedAdministrator, API_DeregisterDelegatedAdministrator, API_ListDelegatedAdministrators,
API_ListDelegatedServicesForAccount, and their "Errors".
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.organizations.accounts import account_shown
from mocks3.organizations.lookup import CONSTRAINT, level_of, organization, page, store

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.organizations import OrganizationRecord

ALREADY_REGISTERED = Row(
    "AccountAlreadyRegisteredException",
    400,
    "The provided account is already a delegated administrator for your organization.",
)
NOT_REGISTERED = Row(
    "AccountNotRegisteredException",
    400,
    "The provided account is not a registered delegated administrator for your organization.",
)


@operation(Need("organizations:RegisterDelegatedAdministrator", On.MEMBER), service="organizations")
def register_delegated_administrator(call: Authorized, params: Params) -> Params:
    """Let a member account administer a service that has trusted access.

    Raises ``AccountNotFoundException``, ``AccountAlreadyRegisteredException``; ``ConstraintViolationException`` for the
    management account, and for a service without trusted access.
    """
    record, service = organization(call), params["ServicePrincipal"]
    account = level_of(record, params["AccountId"], "Account").id
    if account == record.management:
        raise CONSTRAINT(
            message="You cannot register master account/yourself as delegated administrator for your organization."
        )
    if service not in record.services:
        raise CONSTRAINT(
            message="You attempted to register a delegated administrator before you enabled service access. Call the "
            "EnableAWSServiceAccess API first."
        )
    present = record.delegated.get(account, {})
    if service in present:
        raise ALREADY_REGISTERED()
    _store(call, record, account, {**present, service: clock.now().replace(microsecond=0)})
    return {}


@operation(Need("organizations:DeregisterDelegatedAdministrator", On.MEMBER), service="organizations")
def deregister_delegated_administrator(call: Authorized, params: Params) -> Params:
    """End the delegation of a service. Raises ``AccountNotFoundException``, ``AccountNotRegisteredException``."""
    record, service = organization(call), params["ServicePrincipal"]
    account = level_of(record, params["AccountId"], "Account").id
    present = record.delegated.get(account, {})
    if service not in present:
        raise NOT_REGISTERED()
    _store(call, record, account, {name: since for name, since in present.items() if name != service})
    return {}


@operation(Need("organizations:ListDelegatedAdministrators", ACCOUNT), service="organizations")
def list_delegated_administrators(call: Authorized, params: Params) -> Params:
    """List the delegated administrators; with ``ServicePrincipal``, those for one service."""
    record, service = organization(call), params.get("ServicePrincipal")
    found = [
        {
            **account_shown(call, record, record.levels[account]),
            "DelegationEnabledDate": min(services.values()) if service is None else services[service],
        }
        for account, services in record.delegated.items()
        if service is None or service in services
    ]
    return page(params, "DelegatedAdministrators", found)


@operation(Need("organizations:ListDelegatedServicesForAccount", On.MEMBER), service="organizations")
def list_delegated_services_for_account(call: Authorized, params: Params) -> Params:
    """List the services that an account administers.

    Raises ``AccountNotFoundException``, ``AccountNotRegisteredException``.
    """
    record = organization(call)
    services = record.delegated.get(level_of(record, params["AccountId"], "Account").id)
    if services is None:
        raise NOT_REGISTERED()
    found = [{"ServicePrincipal": name, "DelegationEnabledDate": since} for name, since in services.items()]
    return page(params, "DelegatedServices", found)


def _store(
    call: Authorized,
    record: OrganizationRecord,
    account: str,
    services: Mapping[str, datetime.datetime],
) -> None:
    others = {each: found for each, found in record.delegated.items() if each != account}
    delegated = {**others, account: services} if services else others
    store(call, dataclasses.replace(record, delegated=delegated))
