"""May the caller make this call to KMS itself? Calls about a key ask its policy, the others identity policies alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.deciding import judge
from mocks3.access.guarded import Guarded
from mocks3.access.kms import key_use
from mocks3.access.question import Question
from mocks3.errors import S3Error
from mocks3.model.permissions import KMS_KEY, Need
from mocks3.storage.kms.key_names import find

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage.kms import KeyRecord

MEMBERS = ("KeyId", "TargetKeyId")
"""The members of an input that name a key."""


def require(world: World, authenticated: Authenticated, need: Need) -> Target | None:
    """The key that a call is about, once the caller may make it; None for calls about no key.

    Raises ``AccessDeniedException`` (400) with KMS's sentence, and ``NotFoundException``.
    """
    if need.on is not KMS_KEY:
        scene = key_use.scene_of(world, authenticated, {})
        _allow(world, judge(world, Question(scene, need.action, None)))
        return None
    key = _key(world, authenticated, need.action)
    scene = key_use.scene_of(world, authenticated, {})
    _allow(world, key_use.judge(world, scene, need.action, key))
    return Guarded(key.arn, None)


def _key(world: World, authenticated: Authenticated, action: str) -> KeyRecord:
    parsed, caller = authenticated.parsed, authenticated.caller
    name = next(parsed.params[member] for member in MEMBERS if member in parsed.params)
    region = parsed.address.region or world.settings.region
    key = find(world.keyring, name, caller.account or world.settings.account, region)
    if key is None:
        raise _refused(key_use.unseen(caller, action))
    return key


def _allow(world: World, decision: Decision) -> None:
    if not decision.allowed and world.settings.enforce != "report":
        error = _refused(key_use.sentence(decision))
        error.decision = decision
        raise error


def _refused(message: str) -> S3Error:
    return S3Error("AccessDeniedException", 400, message)
