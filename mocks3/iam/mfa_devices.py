"""MFA devices as records: virtual devices, and devices that are enabled for a user. Any two codes are accepted."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from typing import TYPE_CHECKING

from mocks3.errors import Why
from mocks3.iam import shapes
from mocks3.iam.faults import DELETE_CONFLICT, ENTITY_EXISTS, INVALID_CODE, NO_SUCH_ENTITY, quota_exceeded
from mocks3.iam.lookup import account_of, account_record, iam_of, named_user, now, user_of, user_or_root
from mocks3.iam.paging import paginate
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_list, tag_page, with_tags, without_tags
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import AccountRecord, UserRecord
from mocks3.storage.iam.entities import MfaDeviceRecord
from mocks3.storage.iam.records import UNDATED

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_DEVICES = 8
"""How many MFA devices a user can have (IAM user guide, "IAM and AWS STS quotas")."""


@iam_operation(
    Need("iam:CreateVirtualMFADevice", On.NEW_MFA_DEVICE),
    Need("iam:TagMFADevice", On.NEW_MFA_DEVICE, when=TAGGED),
    name="CreateVirtualMFADevice",
)
def create_virtual_mfa_device(call: Authorized, params: Params) -> Params:
    """Create a virtual MFA device that is not enabled yet. There is no picture of its seed.

    Raises ``EntityAlreadyExists``, ``InvalidInput``.
    """
    path, name = params.get("Path", "/"), params["VirtualMFADeviceName"]
    arn = f"arn:aws:iam::{account_of(call)}:mfa{path}{name}"
    if iam_of(call).resource(MfaDeviceRecord, arn) is not None:
        raise ENTITY_EXISTS(message="MFADevice entity at the same path and name already exists.")
    record = MfaDeviceRecord(account_of(call), arn, tags=given_tags(params))
    iam_of(call).put(record)
    seed = base64.b32encode(hashlib.sha256(arn.encode()).digest()[:20])
    return {
        "VirtualMFADevice": {"SerialNumber": arn, "Base32StringSeed": seed, "QRCodePNG": b"", **_tags(record)}
    }


@iam_operation(Need("iam:EnableMFADevice", On.USER), name="EnableMFADevice")
def enable_mfa_device(call: Authorized, params: Params) -> Params:
    """Enable a device for a user: a virtual one that exists, or any device with a printed serial number.

    Raises ``NoSuchEntity``, ``EntityAlreadyExists``, ``LimitExceeded``; ``InvalidAuthenticationCode`` for equal codes.
    """
    user, serial, iam = user_of(call, params["UserName"]), params["SerialNumber"], iam_of(call)
    record = iam.resource(MfaDeviceRecord, serial)
    if record is None and serial.startswith("arn:"):
        raise _missing(serial)
    if record is not None and record.user is not None:
        raise ENTITY_EXISTS(message="MFA Device is already in use.")
    if len(_devices_of(call, user)) >= MOST_DEVICES:
        raise quota_exceeded("MFADevicesPerUser", MOST_DEVICES)
    _check_codes(params)
    enabled = record or MfaDeviceRecord(account_of(call), serial)
    iam.put(dataclasses.replace(enabled, user=user.unique_id, enabled=now()))
    return {}


@iam_operation(Need("iam:DeactivateMFADevice", On.USER), name="DeactivateMFADevice")
def deactivate_mfa_device(call: Authorized, params: Params) -> Params:
    """Take a device from its user, or from the root user. Raises ``NoSuchEntity``."""
    user = user_or_root(call, params)
    if not isinstance(user, UserRecord):
        return _taken_from_root(call, user, params["SerialNumber"])
    record = _device(call, params, user)
    if record.is_virtual:
        iam_of(call).put(dataclasses.replace(record, user=None, enabled=None))
    else:
        iam_of(call).remove(record)
    return {}


@iam_operation(Need("iam:ResyncMFADevice", On.USER), name="ResyncMFADevice")
def resync_mfa_device(call: Authorized, params: Params) -> Params:
    """Accept two codes of an enabled device. Raises ``NoSuchEntity``, ``InvalidAuthenticationCode``."""
    _device(call, params, user_of(call, params["UserName"]))
    _check_codes(params)
    return {}


@iam_operation(Need("iam:GetMFADevice", On.USER), name="GetMFADevice")
def get_mfa_device(call: Authorized, params: Params) -> Params:
    """Return an enabled device of a user. Raises ``NoSuchEntity``."""
    user = named_user(call, params)
    return _enabled(user, _device(call, params, user))


@iam_operation(Need("iam:ListMFADevices", On.USER), name="ListMFADevices")
def list_mfa_devices(call: Authorized, params: Params) -> Params:
    """List the enabled devices of a user, or of the root user. Raises ``NoSuchEntity``."""
    user = user_or_root(call, params)
    if isinstance(user, UserRecord):
        devices = [_enabled(user, each) for each in _devices_of(call, user)]
    else:
        devices = [
            {"UserName": "root", "SerialNumber": serial, "EnableDate": UNDATED}
            for serial in sorted(user.mfa_devices)
        ]
    return paginate(params, "MFADevices", devices, lambda each: each["SerialNumber"])


@iam_operation(Need("iam:ListVirtualMFADevices", On.MFA_DEVICES), name="ListVirtualMFADevices")
def list_virtual_mfa_devices(call: Authorized, params: Params) -> Params:
    """List the virtual devices of the account, also the root user's; ``AssignmentStatus`` filters them."""
    wanted = params.get("AssignmentStatus", "Any")
    found = [{"SerialNumber": serial} for serial in sorted(account_record(call).mfa_devices)]
    found = (
        [] if wanted == "Unassigned" else [each for each in found if each["SerialNumber"].startswith("arn:")]
    )
    for record in iam_of(call).resources(MfaDeviceRecord, account_of(call)):
        if record.is_virtual and wanted in ("Any", "Unassigned" if record.user is None else "Assigned"):
            found.append(_virtual(call, record))
    return paginate(params, "VirtualMFADevices", found, lambda each: each["SerialNumber"])


@iam_operation(Need("iam:DeleteVirtualMFADevice", On.MFA_DEVICE), name="DeleteVirtualMFADevice")
def delete_virtual_mfa_device(call: Authorized, params: Params) -> Params:
    """Delete a virtual device that is not enabled. Raises ``NoSuchEntity``, ``DeleteConflict``."""
    record = _virtual_device(call, params)
    if record.user is not None:
        raise DELETE_CONFLICT(message="MFA VirtualDevice in use. Must deactivate first.")
    iam_of(call).remove(record)
    return {}


@iam_operation(Need("iam:TagMFADevice", On.MFA_DEVICE), name="TagMFADevice")
def tag_mfa_device(call: Authorized, params: Params) -> Params:
    """Add tags to a virtual device. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = _virtual_device(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagMFADevice", On.MFA_DEVICE), name="UntagMFADevice")
def untag_mfa_device(call: Authorized, params: Params) -> Params:
    """Remove tags of a virtual device. Raises ``NoSuchEntity``."""
    record = _virtual_device(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListMFADeviceTags", On.MFA_DEVICE), name="ListMFADeviceTags")
def list_mfa_device_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a virtual device, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, _virtual_device(call, params).tags)


def _taken_from_root(call: Authorized, account: AccountRecord, serial: str) -> Params:
    if serial not in account.mfa_devices:
        raise NO_SUCH_ENTITY(message="MFA Device invalid for user root.")
    iam_of(call).put_account(dataclasses.replace(account, mfa_devices=account.mfa_devices - {serial}))
    if serial.startswith("arn:"):
        iam_of(call).put(MfaDeviceRecord(account.id, serial))
    return {}


def _missing(serial: str) -> Exception:
    return NO_SUCH_ENTITY(message=f"VirtualMFADevice with serial number {serial} doesn't exist.")


def _virtual_device(call: Authorized, params: Params) -> MfaDeviceRecord:
    record = iam_of(call).resource(MfaDeviceRecord, params["SerialNumber"])
    if record is None or not record.is_virtual or record.account != account_of(call):
        raise _missing(params["SerialNumber"])
    return record


def _device(call: Authorized, params: Params, user: UserRecord) -> MfaDeviceRecord:
    record = iam_of(call).resource(MfaDeviceRecord, params["SerialNumber"])
    if record is None or record.user != user.unique_id:
        raise NO_SUCH_ENTITY(message=f"MFA Device invalid for user {user.name}.")
    return record


def _devices_of(call: Authorized, user: UserRecord) -> list[MfaDeviceRecord]:
    devices = iam_of(call).resources(MfaDeviceRecord, user.account)
    return [each for each in devices if each.user == user.unique_id]


def _check_codes(params: Params) -> None:
    """Raise ``InvalidAuthenticationCode`` for the same code twice: the second one must be the next one."""
    if params["AuthenticationCode1"] == params["AuthenticationCode2"]:
        raise INVALID_CODE(
            Why(
                "mfa-device",
                "the two authentication codes are the same, and a device shows another code every 30 seconds",
                "P-18",
                ("send two different codes: mocks3 does not compare them with the device's seed",),
            ),
            message="Authentication codes for device are not valid.",
        )


def _enabled(user: UserRecord, record: MfaDeviceRecord) -> Params:
    return {"UserName": user.name, "SerialNumber": record.arn, "EnableDate": record.enabled}


def _virtual(call: Authorized, record: MfaDeviceRecord) -> Params:
    found = None if record.user is None else iam_of(call).principal(record.user)
    user = {"User": shapes.user(found, whole=False)} if isinstance(found, UserRecord) else {}
    return {"SerialNumber": record.arn, "EnableDate": record.enabled, **user, **_tags(record)}


def _tags(record: MfaDeviceRecord) -> Params:
    return {"Tags": tag_list(record.tags)} if record.tags else {}
