"""Member accounts."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.bucket_policies import stored_principals
from mocks3.access.organizations.authorizing import level_arn
from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.organizations.lookup import (
    CONSTRAINT,
    any_organization,
    level_of,
    organization,
    page,
    store,
)
from mocks3.organizations.tagging import TAGGING, given_tags
from mocks3.organizations.units import children, kind_of
from mocks3.rules.policy_documents import default_trust
from mocks3.storage.iam import RoleRecord, ids
from mocks3.storage.iam.organizations import (
    AccountRequest,
    OrganizationLevel,
    OrganizationRecord,
    usual_scps,
)
from mocks3.wire import models

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import IamStore

ACCESS_ROLE = "OrganizationAccountAccessRole"
"""The role of a new account that the management account can assume (API_CreateAccount, ``RoleName``)."""

REQUEST_NOT_FOUND = Row(
    "CreateAccountStatusNotFoundException",
    400,
    "We can't find an create account request with the CreateAccountRequestId that you specified.",
)
MANAGEMENT_CANNOT_LEAVE = Row(
    "MasterCannotLeaveOrganizationException",
    400,
    "You can't remove a management account from an organization.",
)
ALREADY_CLOSED = Row(
    "AccountAlreadyClosedException", 400, "You attempted to close an account that is already closed."
)
DUPLICATE_ACCOUNT = Row(
    "DuplicateAccountException", 400, "That account is already present in the specified destination."
)


@operation(Need("organizations:CreateAccount", ACCOUNT), TAGGING, service="organizations")
def create_account(call: Authorized, params: Params) -> Params:
    """Create an account under the root, with a role that the management account can assume.

    The answer has the state ``IN_PROGRESS``, as AWS's has. The account exists at once: DescribeCreateAccountStatus
    returns its id, or ``EMAIL_ALREADY_EXISTS`` if a member has the email address.
    """
    tags = given_tags(params)
    record, now = organization(call), clock.now().replace(microsecond=0)
    number = len(record.requests)
    request = AccountRequest(f"car-{ids.lower_id(record.id, 'request', number)}", params["AccountName"], now)
    if any(each.email == params["Email"] for each in record.levels.values()):
        request = dataclasses.replace(request, failure="EMAIL_ALREADY_EXISTS")
    else:
        account = _free_id(call.world.iam, record.id, number)
        level = OrganizationLevel(
            account,
            f"account {account}",
            record.root,
            usual_scps(record),
            email=params["Email"],
            joined=now,
            created=True,
        )
        call.world.iam.add_account(account, params["AccountName"])
        _add_role(call.world.iam, account, record.management, params.get("RoleName") or ACCESS_ROLE)
        record = record.put(level).with_tags(account, tags)
        request = dataclasses.replace(request, account=account)
    store(call, dataclasses.replace(record, requests={**record.requests, request.id: request}))
    return {"CreateAccountStatus": {**_status(request, now=True)}}


@operation(Need("organizations:DescribeCreateAccountStatus", ACCOUNT), service="organizations")
def describe_create_account_status(call: Authorized, params: Params) -> Params:
    """Return the state of a call of CreateAccount. Raises ``CreateAccountStatusNotFoundException``."""
    request = organization(call).requests.get(params["CreateAccountRequestId"])
    if request is None:
        raise REQUEST_NOT_FOUND()
    return {"CreateAccountStatus": _status(request)}


@operation(Need("organizations:ListAccounts", ACCOUNT), service="organizations")
def list_accounts(call: Authorized, params: Params) -> Params:
    """List all accounts of the organization."""
    record = organization(call)
    accounts = [each for each in record.levels.values() if kind_of(each) == "ACCOUNT"]
    return page(params, "Accounts", [account_shown(call, record, each) for each in accounts])


@operation(Need("organizations:ListAccountsForParent", On.PARENT), service="organizations")
def list_accounts_for_parent(call: Authorized, params: Params) -> Params:
    """List the accounts directly under a root or a unit. Raises ``ParentNotFoundException``."""
    record = organization(call)
    parent = level_of(record, params["ParentId"], "Parent")
    accounts = [each for each in children(record, parent.id) if kind_of(each) == "ACCOUNT"]
    return page(params, "Accounts", [account_shown(call, record, each) for each in accounts])


@operation(Need("organizations:DescribeAccount", On.MEMBER), service="organizations")
def describe_account(call: Authorized, params: Params) -> Params:
    """Return an account. Raises ``AccountNotFoundException``."""
    record = organization(call)
    return {"Account": account_shown(call, record, level_of(record, params["AccountId"], "Account"))}


@operation(
    Need("organizations:MoveAccount", On.MEMBER),
    Need("organizations:MoveAccount", On.SOURCE_PARENT),
    Need("organizations:MoveAccount", On.DESTINATION_PARENT),
    service="organizations",
)
def move_account(call: Authorized, params: Params) -> Params:
    """Move an account to another root or unit. The policies attached to it stay attached.

    Raises ``AccountNotFoundException``, ``SourceParentNotFoundException``, ``DestinationParentNotFoundException``,
    ``DuplicateAccountException``.
    """
    record = organization(call)
    account = level_of(record, params["AccountId"], "Account")
    source = params["SourceParentId"]
    level_of(record, source if source == account.parent else "", "SourceParent")
    target = level_of(record, params["DestinationParentId"], "DestinationParent")
    if target.id == account.parent:
        raise DUPLICATE_ACCOUNT()
    store(call, record.put(dataclasses.replace(account, parent=target.id)))
    return {}


@operation(Need("organizations:RemoveAccountFromOrganization", On.MEMBER), service="organizations")
def remove_account_from_organization(call: Authorized, params: Params) -> Params:
    """Remove a member account. The policies of the organization no longer limit it.

    Raises ``AccountNotFoundException``, ``MasterCannotLeaveOrganizationException``; ``ConstraintViolationException``
    for a delegated administrator.
    """
    record = organization(call)
    account = level_of(record, params["AccountId"], "Account")
    _leave(call, record, account.id)
    return {}


@operation(Need("organizations:LeaveOrganization", ACCOUNT), service="organizations")
def leave_organization(call: Authorized, params: Params) -> Params:
    """Remove the caller's account.

    Raises ``MasterCannotLeaveOrganizationException``; ``ConstraintViolationException`` for a delegated administrator.
    """
    _leave(call, any_organization(call), str(call.caller.account))
    return {}


def _leave(call: Authorized, record: OrganizationRecord, account: str) -> None:
    """Remove an account. Its tags in the organization are deleted."""
    if account == record.management:
        raise MANAGEMENT_CANNOT_LEAVE()
    if account in record.delegated:
        raise CONSTRAINT(
            message="You attempted to remove an account from the organization that is designated as a delegated "
            "administrator for a service principal."
        )
    store(call, record.without(account))


@operation(Need("organizations:CloseAccount", On.MEMBER), service="organizations")
def close_account(call: Authorized, params: Params) -> Params:
    """Close a member account. Its principals and its buckets refuse calls; it stays in the organization.

    Raises ``AccountNotFoundException``, ``AccountAlreadyClosedException``; ``ConstraintViolationException`` for the
    management account.
    """
    record = organization(call)
    account = call.world.iam.account(level_of(record, params["AccountId"], "Account").id)
    assert account is not None, "members exist"
    if account.id == record.management:
        raise CONSTRAINT(message="You attempted to close the management account of the organization.")
    if account.state == "CLOSED":
        raise ALREADY_CLOSED()
    call.world.iam.put_account(dataclasses.replace(account, state="CLOSED"))
    return {}


@operation(Need("organizations:ListCreateAccountStatus", ACCOUNT), service="organizations")
def list_create_account_status(call: Authorized, params: Params) -> Params:
    """List the calls of CreateAccount; ``States`` selects them."""
    wanted = params.get("States") or ("SUCCEEDED", "FAILED")
    found = [_status(each) for each in organization(call).requests.values()]
    return page(params, "CreateAccountStatuses", [each for each in found if each["State"] in wanted])


def _free_id(iam: IamStore, *what: object) -> str:
    """Return the id of a new account: 12 digits that are the same in every run."""
    number = int.from_bytes(ids.lower_id("account", *what).encode())
    while iam.account(f"{number % 10**12:012}") is not None:
        number += 1
    return f"{number % 10**12:012}"


def _add_role(iam: IamStore, account: str, management: str, name: str) -> None:
    """Create the role with administrator permissions that trusts the management account."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{management}:root"},
        "Action": "sts:AssumeRole",
    }
    trust = default_trust({"Version": "2012-10-17", "Statement": [statement]}, name)
    iam.put(
        RoleRecord(
            account,
            name,
            "/",
            iam.new_unique_id("AROA", account, name),
            trust,
            {},
            principals=stored_principals.known_of_policy(iam, trust),
            attached=("arn:aws:iam::aws:policy/AdministratorAccess",),
            created=clock.now().replace(microsecond=0),
        )
    )


def _status(request: AccountRequest, *, now: bool = False) -> Params:
    """Return the state of a request (API_CreateAccountStatus)."""
    shown: Params = {
        "Id": request.id,
        "AccountName": request.name,
        "RequestedTimestamp": request.requested,
    }
    if now:
        return {**shown, "State": "IN_PROGRESS"}
    shown["CompletedTimestamp"] = request.requested
    if request.account is None:
        return {**shown, "State": "FAILED", "FailureReason": request.failure}
    return {**shown, "State": "SUCCEEDED", "AccountId": request.account}


@functools.cache
def _has_state() -> bool:
    """Whether the installed botocore knows the state of an account, which is newer than its status."""
    return "State" in models.service_model("organizations").shape_for("Account").members


def account_shown(call: Authorized, record: OrganizationRecord, level: OrganizationLevel) -> Params:
    """Return an account (API_Account)."""
    account = call.world.iam.account(level.id)
    assert account is not None, "members exist"
    return {
        "Id": level.id,
        "Arn": level_arn(record, level.id),
        **({} if level.email is None else {"Email": level.email}),
        "Name": account.name,
        "Status": "SUSPENDED" if account.state == "CLOSED" else account.state,
        **({"State": account.state} if _has_state() else {}),
        "JoinedMethod": "CREATED" if level.created else "INVITED",
        "JoinedTimestamp": level.joined,
    }
