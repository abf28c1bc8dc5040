"""Credentials of users other than access keys: how a call finds one, and how its status changes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from mocks3.access.iam.resources import user_name
from mocks3.iam.faults import NO_SUCH_ENTITY
from mocks3.iam.lookup import account_of, iam_of, key_holder
from mocks3.storage.iam.credentials import UserCredentialRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

C = TypeVar("C", bound=UserCredentialRecord)


def credentials_of(call: Authorized, kind: type[C], holder: str) -> list[C]:
    """Return the credentials of one kind that a user (by unique id) or a root user (by account) has."""
    return [each for each in iam_of(call).resources(kind, account_of(call)) if each.holder == holder]


def credential_of(call: Authorized, params: Params, kind: type[C], member: str, missing: str) -> C:
    """Return the credential that a call names.

    Args:
        call: The call.
        params: Its parameters. The user is the one they name, or the caller.
        kind: The type of the record.
        member: The member with the credential's id.
        missing: The message of ``NoSuchEntity``, with the id as ``{}``.

    Raises:
        S3Error: ``NoSuchEntity``: there is no such user, or the user has no such credential.
    """
    holder, wanted = key_holder(call, params), params[member]
    record = iam_of(call).resource(kind, wanted)
    if record is None or record.holder != holder:
        raise NO_SUCH_ENTITY(message=missing.format(wanted))
    return record


def put_status(call: Authorized, record: UserCredentialRecord, params: Params) -> Params:
    """Activate or deactivate a credential."""
    iam_of(call).put(dataclasses.replace(record, active=params["Status"] == "Active"))
    return {}


def shown_holder(call: Authorized, params: Params) -> Params:
    """Return the members that all credentials have: the name of the user that a call is about."""
    return {"UserName": user_name(call.caller, params) or "root"}


def status(record: UserCredentialRecord) -> str:
    """Return ``Active`` or ``Inactive``."""
    return "Active" if record.active else "Inactive"
