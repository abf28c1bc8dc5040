"""Initiators of multipart uploads, in storage and in responses (M-8, M-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.storage import Initiator

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.caller import Caller


def from_caller(caller: Caller) -> Initiator:
    """Return the caller as an initiator. Anonymous callers cannot start uploads (M-17)."""
    assert caller.arn is not None
    assert caller.account is not None
    return Initiator(caller.arn, caller.account, caller.principal.kind, caller.unique_id)


def is_same(caller: Caller, initiator: Initiator) -> bool:
    """Return whether the caller is the identity that started the upload. The session name may differ."""
    asking = (caller.principal.kind, caller.account, caller.unique_id)
    return asking == (initiator.kind, initiator.account, initiator.unique_id)


def response_members(call: Authorized, initiator: Initiator) -> Params:
    """Return ``ID`` and ``DisplayName``: those of the account for root, otherwise ARN and name (R-108)."""
    if initiator.kind == "root":
        account = call.world.iam.account(initiator.account)
        name = account.name if account else initiator.account
        return {"ID": call.world.iam.canonical_id(initiator.account), "DisplayName": name}
    _, _, path = initiator.arn.rpartition(":")
    pieces = path.split("/")
    return {
        "ID": initiator.arn,
        "DisplayName": "/".join(pieces[1:] if initiator.kind == "session" else pieces[-1:]),
    }
