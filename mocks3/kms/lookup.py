"""Helpers of the KMS operations: the account, Region and key of a call, and paginated lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from mocks3.errors import NotSupported, RefusalRow, Row, Why
from mocks3.storage.kms.faults import KEY_NOT_FOUND, pending_deletion
from mocks3.storage.kms.records import PENDING_DELETION

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.kms import KeyRecord

VALIDATION = Row("ValidationException", 400, "{message}")
INVALID_MARKER = Row("InvalidMarkerException", 400, "Invalid marker")
# API_CreateGrant, API_RevokeGrant; the message is that of the developer guide, "Testing your permissions".
DRY_RUN = Row(
    "DryRunOperationException", 412, "The request would have succeeded, but the DryRun option is set."
)
MANAGED_KEY = RefusalRow("AccessDeniedException", 400, "{arn} is an AWS managed key: it cannot be changed")

Item = TypeVar("Item")


def account_of(call: Authorized) -> str:
    """Return the account in which the call is made."""
    return call.caller.account or call.settings.account


def region_of(call: Authorized) -> str:
    """Return the Region of the endpoint that was called."""
    return call.parsed.address.region or call.settings.region


def key_of(call: Authorized) -> KeyRecord:
    """Return the current record of the key that the call names. Raises ``NotFoundException``."""
    assert call.kms_key is not None, call.parsed.operation
    key = call.world.kms.key(call.kms_key.arn)
    if key is None:
        raise KEY_NOT_FOUND(arn=call.kms_key.arn)
    return key


def key_to_change(call: Authorized, *, pending: bool = False) -> KeyRecord:
    """Return the key for a change. Raises for AWS managed keys, and for keys pending deletion unless ``pending``."""
    key = key_of(call)
    if key.manager == "AWS":
        raise MANAGED_KEY(
            Why(
                "kms-key",
                "the key is an AWS managed key, and only AWS changes it",
                "F-61",
                ("encrypt with a key of your own, or with SSE-S3",),
                resource=key.arn,
            ),
            arn=key.arn,
        )
    if key.state == PENDING_DELETION and not pending:
        raise pending_deletion(key.arn, f"kms:{call.parsed.operation}")
    return key


def refuse_members(operation: str, params: Params, *members: str) -> None:
    """Raise :class:`NotSupported` if the call has one of these members, which mocks3 does not support."""
    for name in members:
        if params.get(name):
            raise NotSupported(f"mocks3 does not support {name} of kms:{operation}; nothing was changed")


def paginate(
    params: Params, items: Sequence[Item], limit: int, name: Callable[[Item], str]
) -> tuple[list[Item], Params]:
    """Return one page of a list, with ``Truncated`` and ``NextMarker``. Raises ``InvalidMarkerException``."""
    start = 0
    if "Marker" in params:
        names = [name(item) for item in items]
        if params["Marker"] not in names:
            raise INVALID_MARKER()
        start = names.index(params["Marker"]) + 1
    end = start + params.get("Limit", limit)
    page = list(items[start:end])
    more = end < len(items)
    return page, {"Truncated": more, **({"NextMarker": name(page[-1])} if more else {})}
