"""MFA delete: what is gone for good, and the state of versioning, take the root user and its device.

Source: user guide "Configuring MFA delete"; F-13, F-51.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import ACCESS_DENIED, MFA_REQUIRED

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

DOCUMENT = "mfa-delete"
"""The document of a bucket that remembers whether MFA delete is ``Enabled`` or ``Disabled``; none while never set."""

_HEADER = re.compile(r"(\S+)\s+[0-9]{6}", re.ASCII)


def status(bucket: Bucket) -> str | None:
    """``Enabled``, ``Disabled``, or None while nobody ever said."""
    found: str | None = bucket.documents.get(DOCUMENT)
    return found


def require_if_enabled(call: Authorized, params: Params) -> None:
    """Raise ``AccessDenied`` where the bucket has MFA delete and this is not its owner's root user with a device."""
    if status(call.bucket) == "Enabled":
        require_device(call, params)


def require_device(call: Authorized, params: Params) -> None:
    """Raise ``AccessDenied`` unless the bucket owner's root user names a device of its account's, and a code.

    Any six digits pass for the code of a device that the account is known to have (``Account.enable_mfa``).
    """
    if "MFA" not in params:
        raise MFA_REQUIRED()
    account = call.world.directory.account(call.bucket.owner)
    match = _HEADER.fullmatch(params["MFA"].strip())
    is_owner = call.caller.root and call.caller.account == call.bucket.owner
    if not is_owner or account is None or match is None or match[1] not in account.mfa_devices:
        raise ACCESS_DENIED()
