"""IAM users: create, read, list, change, delete, and their tags."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.boundaries import boundary_of_call
from mocks3.iam.faults import DELETE_CONFLICT
from mocks3.iam.lookup import account_of, iam_of, named_user, now, require_free_name, user_of
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_page, with_tags, without_tags
from mocks3.iam.user_credentials import credentials_of
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import UserRecord
from mocks3.storage.iam.credentials import (
    ServiceCredentialRecord,
    SigningCertificateRecord,
    SshKeyRecord,
    UserCredentialRecord,
)
from mocks3.storage.iam.entities import MfaDeviceRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized


@iam_operation(
    Need("iam:CreateUser", On.NEW_USER),
    Need("iam:TagUser", On.NEW_USER, when=TAGGED),
)
def create_user(call: Authorized, params: Params) -> Params:
    """Create a user without access keys. Raises ``EntityAlreadyExists``, ``InvalidInput``, ``NoSuchEntity``."""
    name, iam = params["UserName"], iam_of(call)
    record = UserRecord(
        account_of(call),
        name,
        params.get("Path", "/"),
        iam.new_unique_id("AIDA", account_of(call), name),
        {},
        boundary=boundary_of_call(call, params),
        tags=given_tags(params),
        created=now(),
    )
    require_free_name(call, record, "User")
    iam.put(record)
    return {"User": shapes.user(record)}


@iam_operation(Need("iam:GetUser", On.USER))
def get_user(call: Authorized, params: Params) -> Params:
    """Return a user: the one that is named, or the caller; for the root user, the account. Raises ``NoSuchEntity``."""
    if "UserName" not in params and call.caller.root:
        account = iam_of(call).account(account_of(call))
        assert account is not None, "the caller's account exists"
        created = iam_of(call).root_key(account.id).created
        return {
            "User": {
                "Path": "/",
                "UserName": account.name,
                "UserId": account.id,
                "Arn": account.root_arn,
                "CreateDate": shapes.date(created),
            }
        }
    return {"User": shapes.user(named_user(call, params))}


@iam_operation(Need("iam:ListUsers", On.USERS))
def list_users(call: Authorized, params: Params) -> Params:
    """List the users under a path, by name."""
    account = account_of(call)
    users = (
        each for each in iam_of(call).principals() if isinstance(each, UserRecord) and each.account == account
    )
    shown = [shapes.user(each, whole=False) for each in under_path(params, users)]
    return paginate(params, "Users", shown, lambda each: each["UserId"])


@iam_operation(Need("iam:UpdateUser", On.USER))
def update_user(call: Authorized, params: Params) -> Params:
    """Rename a user, or move it to another path. Policies follow it, because they store its unique id (PE-14).

    Raises ``NoSuchEntity``, ``EntityAlreadyExists``.
    """
    record = user_of(call, params["UserName"])
    renamed = dataclasses.replace(
        record, name=params.get("NewUserName", record.name), path=params.get("NewPath", record.path)
    )
    require_free_name(call, renamed, "User")
    iam_of(call).put(renamed)
    return {}


@iam_operation(Need("iam:DeleteUser", On.USER))
def delete_user(call: Authorized, params: Params) -> Params:
    """Delete a user that has nothing left. Raises ``NoSuchEntity``, ``DeleteConflict``."""
    record = user_of(call, params["UserName"])
    for what, exists in _left(call, record).items():
        if exists:
            raise DELETE_CONFLICT(message=f"Cannot delete entity, must {what} first.")
    iam_of(call).remove(record)
    return {}


def _left(call: Authorized, record: UserRecord) -> dict[str, bool]:
    """Return what a user must not have when it is deleted (API_DeleteUser)."""
    devices = iam_of(call).resources(MfaDeviceRecord, record.account)
    return {
        "detach all policies": bool(record.attached),
        "delete policies": bool(record.policies),
        "remove users from group": bool(record.groups),
        "delete access keys": bool(iam_of(call).keys_of(record.unique_id)),
        "delete login profile": record.login is not None,
        "delete MFA device": any(each.user == record.unique_id for each in devices),
        **{what: bool(credentials_of(call, kind, record.unique_id)) for what, kind in _CREDENTIALS.items()},
    }


_CREDENTIALS: dict[str, type[UserCredentialRecord]] = {
    "delete signing certificates": SigningCertificateRecord,
    "delete SSH public keys": SshKeyRecord,
    "delete service specific credentials": ServiceCredentialRecord,
}
"""The other credentials that a user must not have when it is deleted; the words are inferred."""


@iam_operation(Need("iam:TagUser", On.USER))
def tag_user(call: Authorized, params: Params) -> Params:
    """Add tags to a user. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = user_of(call, params["UserName"])
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagUser", On.USER))
def untag_user(call: Authorized, params: Params) -> Params:
    """Remove tags of a user. Raises ``NoSuchEntity``."""
    record = user_of(call, params["UserName"])
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListUserTags", On.USER))
def list_user_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a user, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, user_of(call, params["UserName"]).tags)
