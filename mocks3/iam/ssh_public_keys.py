"""SSH public keys of users, for CodeCommit. They are records only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.iam import shapes
from mocks3.iam.faults import quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, key_holder, now
from mocks3.iam.paging import paginate
from mocks3.iam.public_keys import fingerprint, read_ssh_key, shown_ssh_key
from mocks3.iam.registering import iam_operation
from mocks3.iam.user_credentials import credential_of, credentials_of, put_status, shown_holder, status
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.credentials import SshKeyRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_KEYS = 5
"""How many SSH public keys a user can have (IAM user guide, "IAM and AWS STS quotas")."""

# API_UploadSSHPublicKey, "Errors"; the sentence is inferred.
DUPLICATE = Row("DuplicateSSHPublicKey", 400, "The SSH public key is already associated with the user.")

_MISSING = "The Public Key with id {} cannot be found."


@iam_operation(Need("iam:UploadSSHPublicKey", On.USER), name="UploadSSHPublicKey")
def upload_ssh_public_key(call: Authorized, params: Params) -> Params:
    """Store a key. Raises ``NoSuchEntity``, ``LimitExceeded``, ``InvalidPublicKey``, ``DuplicateSSHPublicKey``."""
    holder, iam, account = key_holder(call, params), iam_of(call), account_of(call)
    body, present = read_ssh_key(params["SSHPublicKeyBody"]), credentials_of(call, SshKeyRecord, holder)
    if any(each.body == body for each in present):
        raise DUPLICATE()
    if len(present) >= MOST_KEYS:
        raise quota_exceeded("SSHPublicKeysPerUser", MOST_KEYS)
    record = SshKeyRecord(account, iam.new_unique_id("APKA", account, holder), holder, now(), True, body)
    iam.put(record)
    return {"SSHPublicKey": _shown(call, params, record, "SSH")}


@iam_operation(Need("iam:GetSSHPublicKey", On.USER), name="GetSSHPublicKey")
def get_ssh_public_key(call: Authorized, params: Params) -> Params:
    """Return a key in the encoding that the call names. Raises ``NoSuchEntity``."""
    return {"SSHPublicKey": _shown(call, params, _key(call, params), params["Encoding"])}


@iam_operation(Need("iam:ListSSHPublicKeys", On.USER), name="ListSSHPublicKeys")
def list_ssh_public_keys(call: Authorized, params: Params) -> Params:
    """List the keys of a user, without bodies. Raises ``NoSuchEntity``."""
    records = credentials_of(call, SshKeyRecord, key_holder(call, params))
    shown = [_metadata(call, params, each) for each in records]
    return paginate(params, "SSHPublicKeys", shown, lambda each: each["SSHPublicKeyId"])


@iam_operation(Need("iam:UpdateSSHPublicKey", On.USER), name="UpdateSSHPublicKey")
def update_ssh_public_key(call: Authorized, params: Params) -> Params:
    """Activate or deactivate a key. Raises ``NoSuchEntity``."""
    return put_status(call, _key(call, params), params)


@iam_operation(Need("iam:DeleteSSHPublicKey", On.USER), name="DeleteSSHPublicKey")
def delete_ssh_public_key(call: Authorized, params: Params) -> Params:
    """Delete a key. Raises ``NoSuchEntity``."""
    iam_of(call).remove(_key(call, params))
    return {}


def _key(call: Authorized, params: Params) -> SshKeyRecord:
    return credential_of(call, params, SshKeyRecord, "SSHPublicKeyId", _MISSING)


def _metadata(call: Authorized, params: Params, record: SshKeyRecord) -> Params:
    return {
        **shown_holder(call, params),
        "SSHPublicKeyId": record.id,
        "Status": status(record),
        "UploadDate": shapes.date(record.created),
    }


def _shown(call: Authorized, params: Params, record: SshKeyRecord, encoding: str) -> Params:
    return {
        **_metadata(call, params, record),
        "SSHPublicKeyBody": shown_ssh_key(record.body, encoding),
        "Fingerprint": fingerprint(record.body),
    }
