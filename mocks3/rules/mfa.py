"""MFA delete: permanent deletion and changes of versioning require the root user and its MFA device.

Source: user guide "Configuring MFA delete"; F-13, F-51.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import Why
from mocks3.errors.refusals import ACCESS_DENIED, MFA_REQUIRED

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.rules.inputs import WithMfa

_HEADER = re.compile(r"(\S+)\s+[0-9]{6}", re.ASCII)


def require_if_enabled(call: Authorized, params: WithMfa) -> None:
    """Raise ``AccessDenied`` if MFA delete is enabled and ``require_device`` fails."""
    if call.bucket.mfa_delete == "Enabled":
        require_device(call, params)


def require_device(call: Authorized, params: WithMfa) -> None:
    """Raise ``AccessDenied`` unless the bucket owner's root user sends the serial of an MFA device and a code.

    Any six digits are accepted as the code of a device that ``Account.enable_mfa`` added.
    """
    if "MFA" not in params:
        raise MFA_REQUIRED(_why(call, "the request has no x-amz-mfa"))
    account = call.world.iam.account(call.bucket.owner)
    match = _HEADER.fullmatch(params["MFA"].strip())
    if not (call.caller.root and call.caller.account == call.bucket.owner):
        raise ACCESS_DENIED(_why(call, f"{call.caller.arn} is not the root user of {call.bucket.owner}"))
    if match is None:
        raise ACCESS_DENIED(_why(call, "x-amz-mfa is not the serial of a device, a space and six digits"))
    if account is None or match[1] not in account.mfa_devices:
        raise ACCESS_DENIED(_why(call, f"the root user has no MFA device {match[1]}"))


def _why(call: Authorized, fault: str) -> Why:
    return Why(
        "mfa-delete",
        f"MFA delete requires the root user of the bucket's account and a code of its MFA device, and {fault}",
        "F-13, F-51",
        (
            f"call as the root user of {call.bucket.owner} with MFA='SERIAL CODE'; Account.enable_mfa adds a device",
            "delete without a version id: that adds a delete marker and needs no MFA",
        )
        if call.parsed.operation.startswith("Delete")
        else (
            f"call as the root user of {call.bucket.owner} with MFA='SERIAL CODE'; Account.enable_mfa adds a device",
        ),
    )
