"""MFA delete: permanent deletion and changes of versioning require the root user and its MFA device.

Source: user guide "Configuring MFA delete"; F-13, F-51.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import ACCESS_DENIED, MFA_REQUIRED

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
        raise MFA_REQUIRED()
    account = call.world.iam.account(call.bucket.owner)
    match = _HEADER.fullmatch(params["MFA"].strip())
    is_owner = call.caller.root and call.caller.account == call.bucket.owner
    if not is_owner or account is None or match is None or match[1] not in account.mfa_devices:
        raise ACCESS_DENIED()
