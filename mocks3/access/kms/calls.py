"""Decide about calls to KMS itself: the key's policy decides if the call names a key, else identity policies do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.ask import ask
from mocks3.access.kms import key_use
from mocks3.access.question import Question
from mocks3.errors import DenialRow, RefusalRow, S3Error, Why
from mocks3.model.permissions import KMS_KEY, Need
from mocks3.storage.kms.key_names import find

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World
    from mocks3.storage.kms import KeyRecord

# KMS API Reference, "Common Errors".
DENIED = DenialRow("AccessDeniedException", 400, "{message}")
KEY_DENIED = RefusalRow("AccessDeniedException", 400, "{message}")

MEMBERS = ("KeyId", "TargetKeyId")
"""The input members that name a key."""


def require_kms_permission(world: World, authenticated: Authenticated, need: Need) -> KeyRecord | None:
    """Check the permission for a call to KMS.

    Returns the key that the call is about; None if there is none. Raises ``AccessDeniedException`` (400) with KMS's
    message, and ``NotFoundException``.
    """
    if need.on is not KMS_KEY:
        request_info = key_use.kms_request_info(world, authenticated, {})
        decision = refusing.record_decision(world, ask(world, Question(request_info, need.action, None)))
        refusing.require(world, decision, _denied)
        return None
    key = _key(world, authenticated, need.action)
    request_info = key_use.kms_request_info(world, authenticated, {})
    refusing.require(world, key_use.ask_recorded(world, request_info, need.action, key), _denied)
    return key


def _key(world: World, authenticated: Authenticated, action: str) -> KeyRecord:
    parsed, caller = authenticated.parsed, authenticated.caller
    name = next(parsed.params[member] for member in MEMBERS if member in parsed.params)
    region = parsed.address.region or world.settings.region
    key = find(world.kms, name, caller.account or world.settings.account, region)
    if key is None:
        why = Why(
            "kms-key",
            f"there is no KMS key {name} in {region}",
            "X-47",
            ("name a key that exists in this Region; an alias belongs to the caller's own account",),
            action=action,
            resource=name,
        )
        raise KEY_DENIED(why, message=key_use.missing_key_message(caller, action))
    return key


def _denied(decision: Decision) -> S3Error:
    return DENIED(message=key_use.denial_message(decision))
