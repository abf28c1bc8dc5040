"""Calls to STS with MFA: ``SerialNumber`` and ``TokenCode`` of AssumeRole and GetSessionToken (P-19).

Any six digits are accepted as the code of a device that belongs to the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import Why
from mocks3.errors.refusals import MFA_INCOMPLETE, MFA_NOT_VALID
from mocks3.storage.iam.entities import MfaDeviceRecord

if TYPE_CHECKING:
    from mocks3.storage.iam import IamStore
    from mocks3.storage.iam.caller import Caller


def has_mfa(iam: IamStore, caller: Caller, params: Mapping[str, object]) -> bool:
    """Return whether the call has a code of an MFA device of the caller.

    Args:
        iam: The accounts and principals.
        caller: The caller.
        params: The parameters of the call.

    Returns:
        False for a call without a device and without a code.

    Raises:
        S3Error: ``AccessDenied``: one of the two is missing, or the device is not the caller's.
    """
    serial, code = params.get("SerialNumber"), params.get("TokenCode")
    if not serial and not code:
        return False
    if not (serial and code):
        raise MFA_INCOMPLETE(_why("the call has " + ("no TokenCode" if serial else "no SerialNumber")))
    if not _is_own(iam, caller, str(serial)):
        raise MFA_NOT_VALID(_why(f"{caller.arn} has no MFA device {serial} that is enabled"))
    return True


def _is_own(iam: IamStore, caller: Caller, serial: str) -> bool:
    if caller.root:
        account = iam.account(caller.account or "")
        return account is not None and serial in account.mfa_devices
    device = iam.resource(MfaDeviceRecord, serial)
    return device is not None and device.user is not None and device.user == caller.user_id


def _why(fault: str) -> Why:
    return Why(
        "mfa-device",
        f"a call with MFA names an enabled device of its caller and six digits, and {fault}",
        "P-19",
        (
            "enable a device with iam.enable_mfa_device, and send its SerialNumber with six digits as TokenCode",
        ),
    )
