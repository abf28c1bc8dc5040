"""What calls to KMS have in common: where they are, the key they are about, and lists a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from mocks3.errors import NotSupported, Row
from mocks3.storage.kms.faults import KEY_NOT_FOUND, PENDING_KEY
from mocks3.storage.kms.records import PENDING_DELETION

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.kms import KeyRecord

VALIDATION = Row("ValidationException", 400, "{message}")
INVALID_MARKER = Row("InvalidMarkerException", 400, "Invalid marker")
# API_CreateGrant, API_RevokeGrant; the sentence is that of the developer guide, "Testing your permissions".
DRY_RUN = Row(
    "DryRunOperationException", 412, "The request would have succeeded, but the DryRun option is set."
)
MANAGED_KEY = Row("AccessDeniedException", 400, "{arn} is managed by AWS: it cannot be changed")

Item = TypeVar("Item")


def account_of(call: Authorized) -> str:
    """The account in which a call is made."""
    return call.caller.account or call.settings.account


def region_of(call: Authorized) -> str:
    """The Region of the endpoint that was called."""
    return call.parsed.address.region or call.settings.region


def key_of(call: Authorized) -> KeyRecord:
    """The key that the call names, as it stands."""
    assert call.kms_key is not None, call.parsed.operation
    key = call.world.keyring.key(call.kms_key.arn)
    if key is None:
        raise KEY_NOT_FOUND(arn=call.kms_key.arn)
    return key


def key_to_change(call: Authorized, *, pending: bool = False) -> KeyRecord:
    """The same, to be changed. Raises for keys that AWS manages, and unless ``pending`` for keys on their way out."""
    key = key_of(call)
    if key.manager == "AWS":
        raise MANAGED_KEY(arn=key.arn)
    if key.state == PENDING_DELETION and not pending:
        raise PENDING_KEY(arn=key.arn)
    return key


def refuse_members(operation: str, params: Params, *members: str) -> None:
    """Raise :class:`NotSupported` for a member that mocks3 does not act on."""
    for name in members:
        if params.get(name):
            raise NotSupported(f"mocks3 does not support {name} of kms:{operation}; nothing was changed")


def paginate(
    params: Params, items: Sequence[Item], limit: int, name: Callable[[Item], str]
) -> tuple[list[Item], Params]:
    """A page of a list, and the members that say whether there is more. Raises ``InvalidMarkerException``."""
    start = 0
    if "Marker" in params:
        names = [name(item) for item in items]
        if params["Marker"] not in names:
            raise INVALID_MARKER()
        start = names.index(params["Marker"]) + 1
    end = start + params.get("Limit", limit)
    shown = list(items[start:end])
    more = end < len(items)
    return shown, {"Truncated": more, **({"NextMarker": name(shown[-1])} if more else {})}
