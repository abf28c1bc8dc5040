"""Find the entities that a call names, or raise IAM's error; refuse what mocks3 does not support."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.iam.resources import user_name
from mocks3.errors import NotSupported
from mocks3.iam.faults import ENTITY_EXISTS, INVALID_INPUT, NO_SUCH_ENTITY, UNMODIFIABLE, VALIDATION_ERROR
from mocks3.rules.policy_elements import ARN_PARTS
from mocks3.storage.iam import GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import AccountRecord, IamStore
    from mocks3.storage.iam.records import LoginProfileRecord


def iam_of(call: Authorized) -> IamStore:
    """Return the store of accounts and principals."""
    return call.world.iam


def account_of(call: Authorized) -> str:
    """Return the account in which the call is made."""
    assert call.caller.account is not None, "only signed requests get here"
    return call.caller.account


def account_record(call: Authorized) -> AccountRecord:
    """Return the record of the account in which the call is made."""
    record = iam_of(call).account(account_of(call))
    assert record is not None, "the caller's account exists"
    return record


def now() -> datetime.datetime:
    """Return the current time to the second, as IAM stores it."""
    return clock.now().replace(microsecond=0)


def user_of(call: Authorized, name: str) -> UserRecord:
    """Return a user. Raises ``NoSuchEntity``."""
    record = iam_of(call).user_named(account_of(call), name)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"The user with name {name} cannot be found.")
    return record


def named_user(call: Authorized, params: Params) -> UserRecord:
    """Return the user that a call is about: the one it names, or the caller.

    Raises ``NoSuchEntity``; ``ValidationError`` if the root user does not name one.
    """
    name = user_name(call.caller, params)
    if name is None:
        raise NO_SUCH_ENTITY(message="The user with name root cannot be found.")
    return user_of(call, name)


def user_or_root(call: Authorized, params: Params) -> UserRecord | AccountRecord:
    """Return the user that a call is about, or the account if it is about the root user. Raises as ``named_user``."""
    name = user_name(call.caller, params)
    return account_record(call) if name is None else user_of(call, name)


def put_login(call: Authorized, holder: UserRecord | AccountRecord, login: LoginProfileRecord | None) -> None:
    """Replace or delete the password of a user, or of the root user."""
    if isinstance(holder, UserRecord):
        iam_of(call).put(dataclasses.replace(holder, login=login))
    else:
        iam_of(call).put_account(dataclasses.replace(holder, login=login))


def shown_name(holder: UserRecord | AccountRecord) -> str:
    """Return the name in answers: a user's, or ``root``."""
    return holder.name if isinstance(holder, UserRecord) else "root"


def key_holder(call: Authorized, params: Params) -> str:
    """Return the holder of access keys that a call is about: a user's unique id, or the account for its root user."""
    name = user_name(call.caller, params)
    return account_of(call) if name is None else user_of(call, name).unique_id


def group_of(call: Authorized, params: Params) -> GroupRecord:
    """Return the group that a call names. Raises ``NoSuchEntity``."""
    record = iam_of(call).group(account_of(call), params["GroupName"])
    if record is None:
        raise NO_SUCH_ENTITY(message=f"The group with name {params['GroupName']} cannot be found.")
    return record


def role_of(call: Authorized, params: Params) -> RoleRecord:
    """Return the role that a call names. Raises ``NoSuchEntity``."""
    record = iam_of(call).role_named(account_of(call), params["RoleName"])
    if record is None:
        raise NO_SUCH_ENTITY(message=f"The role with name {params['RoleName']} cannot be found.")
    return record


def role_to_change(call: Authorized, params: Params) -> RoleRecord:
    """Return a role for a change. Raises ``NoSuchEntity``; ``UnmodifiableEntity`` for a service-linked role."""
    record = role_of(call, params)
    if record.linked_service is not None:
        raise UNMODIFIABLE(name=record.name)
    return record


def policy_of(call: Authorized, params: Params) -> ManagedPolicyRecord:
    """Return the managed policy that a call names. Raises ``NoSuchEntity``, ``InvalidInput``."""
    arn = params["PolicyArn"]
    check_policy_arn(call, arn)
    record = iam_of(call).managed_policy(arn)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"Policy {arn} was not found.")
    return record


def policy_to_change(call: Authorized, params: Params) -> ManagedPolicyRecord:
    """Return a customer managed policy for a change. Raises ``NoSuchEntity``, ``InvalidInput``.

    AWS managed policies cannot be changed; AWS denies it to every caller, its message is inferred.
    """
    record = policy_of(call, params)
    if record.account == "aws":
        raise INVALID_INPUT(message=f"ARN {record.arn} is not valid.")
    return record


def check_policy_arn(call: Authorized, arn: str) -> None:
    """Raise an error for a text that is not the ARN of a policy.

    ``ValidationError``: it is no ARN, or one of another partition than the endpoint. ``InvalidInput``: it is the ARN of
    something else. The messages as users report them (hashicorp/terraform-provider-aws #1337,
    pulumi/pulumi-aws-apigateway #347); that about texts that are no ARN is inferred.
    """
    parts = arn.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS or parts[0] != "arn":
        raise VALIDATION_ERROR(message="Invalid ARN:  Could not be parsed!")
    if parts[1] != call.caller.partition:
        raise VALIDATION_ERROR(message="Invalid ARN partition")
    if parts[2] != "iam" or not parts[5].startswith("policy/"):
        raise INVALID_INPUT(message=f"ARN {arn} is not valid.")


def require_free_name(call: Authorized, record: UserRecord | RoleRecord | GroupRecord, kind: str) -> None:
    """Raise ``EntityAlreadyExists`` if the name is in use, in any path and in upper or lower case."""
    present = iam_of(call).with_same_name(record)
    mine = getattr(record, "unique_id", None)
    if present is not None and present.unique_id != mine:
        raise ENTITY_EXISTS(message=f"{kind} with name {record.name} already exists.")


def refuse_members(call: Authorized, params: Params, *members: str) -> None:
    """Raise :class:`NotSupported` if the call has one of these members, which mocks3 does not support."""
    for name in members:
        if params.get(name):
            raise NotSupported(
                f"mocks3 does not support {name} of iam:{call.parsed.operation}; nothing was changed"
            )
