"""The role of a replication configuration, what it must be allowed, and the replicas it writes.

Source: user guide, "Setting up permissions for live replication", "Changing the replica owner", "Replicating
encrypted objects"; F-130, F-131.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.access import Decision, Question, ask_recorded, roles, supposed
from mocks3.access.kms import key_use
from mocks3.effects.events import S3
from mocks3.effects.rule_filters import Content
from mocks3.errors import S3Error
from mocks3.model.target import Target
from mocks3.operations.buckets.ownership import ENFORCED
from mocks3.rules import locks
from mocks3.storage import ENABLED, REPLICATION_STATUS, kms
from mocks3.storage.iam import ServiceRecord, SessionRecord
from mocks3.storage.iam.callers import caller_of_service
from mocks3.storage.kms.key_names import find as find_key

if TYPE_CHECKING:
    from mocks3.access.context import Scene
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Acl, Bucket, Encryption, Lock, Version
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.kms import KeyRecord


class Problem(NamedTuple):
    """Why a replica was not written: as events call it, in words, and the refusal behind it.

    Source of ``reason``: user guide, "Amazon S3 replication failure reasons".
    """

    reason: str
    why: str
    decision: Decision | None = None


_REFUSALS = {
    "s3:GetObjectVersionAcl": "SrcGetAclNotPermitted",
    "s3:GetObjectRetention": "SrcGetRetentionNotPermitted",
    "s3:GetObjectLegalHold": "SrcGetLegalHoldNotPermitted",
    "s3:ReplicateDelete": "DstDelObjNotPermitted",
    "s3:ReplicateObject": "DstPutObjectNotPermitted",
    "s3:ObjectOwnerOverrideToBucketOwner": "DstPutObjectNotPermitted",
    "kms:Encrypt": "DstPutObjectNotPermitted",
}
"""Reasons by the action that was refused; all others keep S3 from reading the source."""

_KEYS = {"kms:Decrypt": "SrcKmsKeyInvalidState", "kms:Encrypt": "DstKmsKeyInvalidState"}

SESSION = "s3-replication"
_HOUR = datetime.timedelta(hours=1)


def assume_role(world: EffectsWorld, arn: str) -> tuple[Caller | None, Problem | None]:
    """S3 in the role; or why it may not take the role."""
    role = world.directory.role(arn)
    if role is None:
        return None, Problem("AssumeRoleNotPermitted", f"there is no role {arn}")
    service = supposed(world, caller_of_service(ServiceRecord(S3)))
    decision = roles.ask_recorded(world, service, role)
    if not decision.allowed:
        return None, Problem("AssumeRoleNotPermitted", f"S3 may not assume the role {arn}", decision)
    now = clock.now()
    session = SessionRecord("session", role.account, role.unique_id, SESSION, now, now + _HOUR)
    return world.directory.caller_of(session), None


def write_replica(
    world: EffectsWorld, caller: Caller, source: Bucket, version: Version, name: str, rule: Content
) -> Problem | None:
    """Write a replica of a version, or say why not."""
    destination = world.store.bucket(name)
    if destination is None:
        return Problem("DstBucketNotFound", f"there is no bucket {name}")
    if destination.versioning != ENABLED:
        return Problem("DstBucketUnversioned", f"versioning is not enabled in {name}")
    if locks.is_enabled(source) and not locks.is_enabled(destination):
        return Problem("DstBucketObjectLockConfigMissing", f"{name} has no Object Lock, as {source.name} has")
    account = rule["Destination"].get("Account")
    if account is not None and account != destination.owner:
        return Problem("DstPutObjectNotPermitted", f"{name} is not of the account {account}")
    scene = supposed(world, caller)
    for action, target in _needs(source, version, destination, rule):
        decision = ask_recorded(world, Question(scene, action, target))
        if not decision.allowed:
            why = f"{decision.principal} may not {action} on {target.arn}"
            return Problem(_REFUSALS.get(action, "SrcGetObjectNotPermitted"), why, decision)
    how, problem = _encryption(world, caller, source, version, destination, rule)
    if problem is not None:
        return problem
    tags = version.tags if _copies_tags(world, scene, source, version, destination) else {}
    replica = _replica(version, destination, rule, how, locks.default(destination, clock.now()))
    with world.store.editing(name) as bucket:
        if bucket.version(version.key, version.version_id) is None:
            bucket.adopt(replace(replica, tags=tags))
    return None


def update_replica(
    world: EffectsWorld, caller: Caller, source: Bucket, version: Version, name: str, rule: Content
) -> None:
    """Let a replica's tags, ACL and lock be those of its original, as far as the role may see to it."""
    destination = world.store.bucket(name)
    replica = None if destination is None else destination.version(version.key, version.version_id)
    if destination is None or replica is None:
        return
    scene = supposed(world, caller)
    if not all(
        ask_recorded(world, Question(scene, action, target)).allowed
        for action, target in _needs(source, version, destination, rule)
    ):
        return
    tags = version.tags if _copies_tags(world, scene, source, version, destination) else replica.tags
    like = _replica(version, destination, rule, replica.encryption, replica.lock)
    with world.store.editing(name) as bucket:
        bucket.update(replace(replica, tags=tags, acl=like.acl, lock=like.lock))


def _needs(
    source: Bucket, version: Version, destination: Bucket, rule: Content
) -> Iterator[tuple[str, Target]]:
    """What the role must be allowed, in the order in which S3 needs it (F-130)."""
    bucket = Target(source.name, source)
    original = Target(source.name, source, version.key, version.version_id)
    # The replica is judged as what is yet to be: whoever owns what the key holds now has no say (E-68).
    copy = Target(destination.name, destination, version.key, version.version_id)
    yield "s3:GetReplicationConfiguration", bucket
    yield "s3:ListBucket", bucket
    if version.is_delete_marker:
        yield "s3:ReplicateDelete", copy
        return
    yield "s3:GetObjectVersionForReplication", original
    yield "s3:GetObjectVersionAcl", original
    if version.lock.mode is not None:
        yield "s3:GetObjectRetention", original
    if version.lock.legal_hold is not None:
        yield "s3:GetObjectLegalHold", original
    yield "s3:ReplicateObject", copy
    if _hands_over(rule):
        yield "s3:ObjectOwnerOverrideToBucketOwner", copy


def _copies_tags(
    world: EffectsWorld, scene: Scene, source: Bucket, version: Version, destination: Bucket
) -> bool:
    """Whether the role may read the tags and write them; without that the object goes without them."""
    if not version.tags:
        return True
    original = Target(source.name, source, version.key, version.version_id)
    copy = Target(destination.name, destination, version.key, version.version_id)
    reads = ask_recorded(world, Question(scene, "s3:GetObjectVersionTagging", original)).allowed
    return reads and ask_recorded(world, Question(scene, "s3:ReplicateTags", copy)).allowed


def _encryption(
    world: EffectsWorld, caller: Caller, source: Bucket, version: Version, destination: Bucket, rule: Content
) -> tuple[Encryption, Problem | None]:
    """How the replica is encrypted: as the original, with the rule's KMS key in place of the original's.

    The destination's default does not count, since there is nothing that is not encrypted (user guide, "Replicating
    encrypted objects", "How default bucket encryption affects replication").
    """
    how = version.encryption
    if how.kms_key is None:
        return how, None
    configured = rule["Destination"].get("EncryptionConfiguration") or {}
    name = configured.get("ReplicaKmsKeyID", how.kms_key)
    problem = _use(world, caller, "kms:Decrypt", how.kms_key, source, version)
    problem = problem or _use(world, caller, "kms:Encrypt", name, destination, version)
    if problem is not None:
        return how, problem
    key = _key(world, caller, name, destination)
    return how if key is None else replace(how, kms_key=key.arn), None


def _use(
    world: EffectsWorld, caller: Caller, action: str, name: str, bucket: Bucket, version: Version
) -> Problem | None:
    """What keeps the role from using a key for a version in a bucket."""
    key = _key(world, caller, name, bucket)
    if key is None:
        missing = "DstKmsKeyNotFound" if action == "kms:Encrypt" else _KEYS[action]
        return Problem(missing, f"there is no key {name}")
    arn = Target(bucket.name, bucket, None if version.encryption.bucket_key else version.key).arn
    context = {"aws:s3:arn": arn}
    scene = key_use.by_itself(world, caller, bucket.region, context)
    decision = key_use.ask_recorded(world, scene, action, key, context)
    if not decision.allowed:
        why = f"{decision.principal} may not {action} with {key.arn}"
        return Problem(_REFUSALS.get(action, "SrcGetObjectNotPermitted"), why, decision)
    if key.state != kms.ENABLED:
        return Problem(_KEYS[action], f"the state of {key.arn} is {key.state}")
    return None


def _key(world: EffectsWorld, caller: Caller, name: str, bucket: Bucket) -> KeyRecord | None:
    """The key that a name means to the role's account; it may be an alias (API_EncryptionConfiguration)."""
    try:
        return find_key(world.keyring, name, caller.account or bucket.owner, bucket.region)
    except S3Error:
        return None


def _replica(version: Version, destination: Bucket, rule: Content, how: Encryption, lock: Lock) -> Version:
    """The replica. ``lock`` is what retains it where nothing retains its original."""
    takes_over = _hands_over(rule) or destination.ownership == ENFORCED
    acl: Acl | None = None if takes_over else version.acl
    return replace(
        version,
        owner=destination.owner if takes_over else version.owner,
        acl=acl,
        encryption=how,
        storage_class=rule["Destination"].get("StorageClass", version.storage_class),
        lock=version.lock if version.lock.mode else replace(lock, legal_hold=version.lock.legal_hold),
        facts={REPLICATION_STATUS: "REPLICA"},
    )


def _hands_over(rule: Content) -> bool:
    translation = rule["Destination"].get("AccessControlTranslation") or {}
    return bool(translation.get("Owner") == "Destination")
