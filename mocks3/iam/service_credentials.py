"""Service-specific credentials: user names and passwords for CodeCommit and Amazon Keyspaces. They are records only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import NotSupported
from mocks3.iam import shapes
from mocks3.iam.faults import NO_SUCH_ENTITY, quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, key_holder, now, refuse_members
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.iam.user_credentials import credential_of, credentials_of, put_status, shown_holder, status
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import ids
from mocks3.storage.iam.credentials import ServiceCredentialRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

SERVICES = ("cassandra.amazonaws.com", "codecommit.amazonaws.com")
"""The services with a user name and a password (API_CreateServiceSpecificCredential)."""

BEDROCK = "bedrock.amazonaws.com"
"""The service whose credential is an API key."""

MOST_CREDENTIALS = 2
"""How many credentials a user can have for one service (API_CreateServiceSpecificCredential)."""

_MISSING = "No such credential {} exists"


@iam_operation(Need("iam:CreateServiceSpecificCredential", On.USER))
def create_service_specific_credential(call: Authorized, params: Params) -> Params:
    """Create a user name and password. Only this answer has the password.

    Raises ``NoSuchEntity``, ``LimitExceeded``; :class:`NotSupported` for keys of Amazon Bedrock.
    """
    holder, service, iam, account = (
        key_holder(call, params),
        params["ServiceName"],
        iam_of(call),
        account_of(call),
    )
    _check_service(service)
    refuse_members(call, params, "CredentialAgeDays")
    present = [
        each for each in credentials_of(call, ServiceCredentialRecord, holder) if each.service == service
    ]
    if len(present) >= MOST_CREDENTIALS:
        raise quota_exceeded("ServiceSpecificCredentialsPerUser", MOST_CREDENTIALS)
    name = params["UserName"]
    names = (f"{name}-at-{account}", *(f"{name}+{n}-at-{account}" for n in range(1, MOST_CREDENTIALS)))
    taken = {each.user_name for each in present}
    record = ServiceCredentialRecord(
        account,
        iam.new_unique_id("ACCA", account, holder),
        holder,
        now(),
        True,
        service,
        next(each for each in names if each not in taken),
    )
    iam.put(record)
    return {"ServiceSpecificCredential": _with_password(call, params, record, record.id)}


@iam_operation(Need("iam:ListServiceSpecificCredentials", On.USER))
def list_service_specific_credentials(call: Authorized, params: Params) -> Params:
    """List the credentials of a user, without passwords; ``ServiceName`` selects them. Raises ``NoSuchEntity``."""
    refuse_members(call, params, "AllUsers")
    service = params.get("ServiceName")
    if service is not None:
        _check_service(service)
    records = credentials_of(call, ServiceCredentialRecord, key_holder(call, params))
    shown = [_metadata(call, params, each) for each in records if service in (None, each.service)]
    return paginate(
        params, "ServiceSpecificCredentials", shown, lambda each: each["ServiceSpecificCredentialId"]
    )


@iam_operation(Need("iam:ResetServiceSpecificCredential", On.USER))
def reset_service_specific_credential(call: Authorized, params: Params) -> Params:
    """Return a new password. The credential becomes active. Raises ``NoSuchEntity``."""
    record = _credential(call, params)
    put_status(call, record, {"Status": "Active"})
    again = iam_of(call).new_unique_id("", record.id)
    return {"ServiceSpecificCredential": _with_password(call, params, _credential(call, params), again)}


@iam_operation(Need("iam:UpdateServiceSpecificCredential", On.USER))
def update_service_specific_credential(call: Authorized, params: Params) -> Params:
    """Activate or deactivate a credential. Raises ``NoSuchEntity``."""
    return put_status(call, _credential(call, params), params)


@iam_operation(Need("iam:DeleteServiceSpecificCredential", On.USER))
def delete_service_specific_credential(call: Authorized, params: Params) -> Params:
    """Delete a credential. Raises ``NoSuchEntity``."""
    iam_of(call).remove(_credential(call, params))
    return {}


def _check_service(service: str) -> None:
    """Raise ``NoSuchEntity`` for another service than those with credentials."""
    if service == BEDROCK:
        raise NotSupported("mocks3 does not support API keys of Amazon Bedrock; nothing was changed")
    if service not in SERVICES:
        raise NO_SUCH_ENTITY(
            message=f"No such service {service} is supported for Service Specific Credentials"
        )


def _credential(call: Authorized, params: Params) -> ServiceCredentialRecord:
    return credential_of(call, params, ServiceCredentialRecord, "ServiceSpecificCredentialId", _MISSING)


def _metadata(call: Authorized, params: Params, record: ServiceCredentialRecord) -> Params:
    return {
        **shown_holder(call, params),
        "Status": status(record),
        "ServiceUserName": record.user_name,
        "CreateDate": shapes.date(record.created),
        "ServiceSpecificCredentialId": record.id,
        "ServiceName": record.service,
    }


def _with_password(call: Authorized, params: Params, record: ServiceCredentialRecord, what: str) -> Params:
    """Return a credential with the password that follows from ``what``, which is stored nowhere."""
    return {**_metadata(call, params, record), "ServicePassword": f"{ids.secret(record.id, what)}="}
