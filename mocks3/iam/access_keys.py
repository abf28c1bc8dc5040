"""Access keys of users and of the root user."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.iam.resources import user_name
from mocks3.errors import NotSupported
from mocks3.iam import shapes
from mocks3.iam.faults import NO_SUCH_ENTITY, quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, key_holder
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import AccessKeyRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_KEYS = 2
"""How many access keys a user can have (IAM user guide, "IAM and AWS STS quotas")."""


@iam_operation(Need("iam:CreateAccessKey", On.USER))
def create_access_key(call: Authorized, params: Params) -> Params:
    """Create an access key. Only this answer contains the secret. Raises ``NoSuchEntity``, ``LimitExceeded``."""
    holder = key_holder(call, params)
    if len(iam_of(call).keys_of(holder)) >= MOST_KEYS:
        raise quota_exceeded("AccessKeysPerUser", MOST_KEYS)
    key = iam_of(call).issue_key(holder)
    return {"AccessKey": {**_shown(call, params, key), "SecretAccessKey": key.secret}}


@iam_operation(Need("iam:ListAccessKeys", On.USER))
def list_access_keys(call: Authorized, params: Params) -> Params:
    """List the access keys of a user, without secrets. Raises ``NoSuchEntity``."""
    keys = [_shown(call, params, key) for key in iam_of(call).keys_of(key_holder(call, params))]
    return paginate(params, "AccessKeyMetadata", keys, lambda each: each["AccessKeyId"])


@iam_operation(Need("iam:UpdateAccessKey", On.USER))
def update_access_key(call: Authorized, params: Params) -> Params:
    """Activate or deactivate an access key. Requests with an inactive key are rejected. Raises ``NoSuchEntity``."""
    key = _key(call, params)
    iam_of(call).put_key(dataclasses.replace(key, active=params["Status"] == "Active"))
    return {}


@iam_operation(Need("iam:DeleteAccessKey", On.USER))
def delete_access_key(call: Authorized, params: Params) -> Params:
    """Delete an access key. Raises ``NoSuchEntity``; :class:`NotSupported` for the root user's first key."""
    key = _key(call, params)
    if key.id == iam_of(call).root_key(account_of(call)).id:
        raise NotSupported(
            "mocks3 does not support iam:DeleteAccessKey for the first access key of a root user, which its own "
            "clients and unknown credentials use; nothing was changed"
        )
    iam_of(call).remove_key(key.id)
    return {}


@iam_operation(Need("iam:GetAccessKeyLastUsed", On.ACCESS_KEY))
def get_access_key_last_used(call: Authorized, params: Params) -> Params:
    """Return the user of an access key, and the last call that was signed with it. Raises ``NoSuchEntity``."""
    key = iam_of(call).key(params["AccessKeyId"])
    owner = None if key is None else iam_of(call).principal(str(key.holder))
    is_root = key is not None and key.holder == account_of(call)
    if key is None or not (is_root or (owner is not None and owner.account == account_of(call))):
        raise NO_SUCH_ENTITY(message=f"The Access Key with id {params['AccessKeyId']} cannot be found.")
    used = call.world.last_use(key.id)
    return {
        "UserName": owner.name if isinstance(owner, UserRecord) else None,
        "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}
        if used is None
        else {"LastUsedDate": shapes.date(used.when), "ServiceName": used.service, "Region": used.region},
    }


def _key(call: Authorized, params: Params) -> AccessKeyRecord:
    key = iam_of(call).key(params["AccessKeyId"])
    if key is None or key.holder != key_holder(call, params):
        raise NO_SUCH_ENTITY(message=f"The Access Key with id {params['AccessKeyId']} cannot be found.")
    return key


def _shown(call: Authorized, params: Params, key: AccessKeyRecord) -> Params:
    return {
        "UserName": user_name(call.caller, params) or "root",
        "AccessKeyId": key.id,
        "Status": "Active" if key.active else "Inactive",
        "CreateDate": shapes.date(key.created),
    }
