"""The role of a replication configuration, what it must be allowed, and the replicas it writes.

Source: user guide, "Setting up permissions for live replication", "Changing the replica owner", "Replicating
encrypted objects"; authorization.md F-130, F-131.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access import Decision, Question, guarded, judge, kms, supposed
from mocks3.acting.occurrences import S3
from mocks3.acting.rules import Content
from mocks3.call import Target
from mocks3.identity import ServiceRecord, SessionRecord
from mocks3.identity.callers import caller_of_service
from mocks3.operations import locks
from mocks3.operations.ownership import ENFORCED
from mocks3.storage import ENABLED, REPLICATION_STATUS, UNLOCKED

if TYPE_CHECKING:
    from mocks3.access.context import Scene
    from mocks3.call import Caller, World
    from mocks3.storage import Acl, Bucket, Encryption, Version

Problem = tuple[str, Decision | None]
"""Why a replica was not written, and the refusal behind it."""

SESSION = "s3-replication"
_HOUR = datetime.timedelta(hours=1)


def assumed(world: World, arn: str) -> tuple[Caller | None, Problem | None]:
    """S3 in the role; or why it may not take the role."""
    role = world.directory.role(arn)
    if role is None:
        return None, (f"there is no role {arn}", None)
    service = supposed(world, caller_of_service(ServiceRecord(S3)))
    decision = guarded.judge(world, service, "sts:AssumeRole", role.arn, role.account, role.trust)
    if not decision.allowed:
        return None, (f"S3 may not assume the role {arn}", decision)
    now = clock.now()
    session = SessionRecord("session", role.account, role.unique_id, SESSION, now, now + _HOUR)
    return world.directory.caller_of(session), None


def write(
    world: World, caller: Caller, source: Bucket, version: Version, name: str, rule: Content
) -> Problem | None:
    """Write a replica of a version, or say why not."""
    destination = world.store.bucket(name)
    if destination is None:
        return f"there is no bucket {name}", None
    if destination.versioning != ENABLED:
        return f"versioning is not enabled in {name}", None
    account = rule["Destination"].get("Account")
    if account is not None and account != destination.owner:
        return f"{name} is not of the account {account}", None
    scene = supposed(world, caller)
    for action, target in _needs(source, version, destination, rule):
        decision = judge(world, Question(scene, action, target))
        if not decision.allowed:
            return f"{decision.principal} may not {action} on {target.arn}", decision
    how, problem = _encryption(world, scene, version, rule)
    if problem is not None:
        return problem
    tags = version.tags if _copies_tags(world, scene, source, version, destination) else {}
    replica = _replica(version, destination, rule, how)
    with world.store.editing(name) as bucket:
        if bucket.version(version.key, version.version_id) is None:
            bucket.adopt(replace(replica, tags=tags))
    return None


def change(world: World, caller: Caller, source: Bucket, version: Version, name: str, rule: Content) -> None:
    """Let a replica's tags, ACL and lock be those of its original, as far as the role may see to it."""
    destination = world.store.bucket(name)
    replica = None if destination is None else destination.version(version.key, version.version_id)
    if destination is None or replica is None:
        return
    scene = supposed(world, caller)
    if not all(
        judge(world, Question(scene, action, target)).allowed
        for action, target in _needs(source, version, destination, rule)
    ):
        return
    tags = version.tags if _copies_tags(world, scene, source, version, destination) else replica.tags
    like = _replica(version, destination, rule, replica.encryption)
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
    yield "s3:ReplicateObject", copy
    if _hands_over(rule):
        yield "s3:ObjectOwnerOverrideToBucketOwner", copy


def _copies_tags(world: World, scene: Scene, source: Bucket, version: Version, destination: Bucket) -> bool:
    """Whether the role may read the tags and write them; without that the object goes without them."""
    if not version.tags:
        return True
    original = Target(source.name, source, version.key, version.version_id)
    copy = Target(destination.name, destination, version.key, version.version_id)
    reads = judge(world, Question(scene, "s3:GetObjectVersionTagging", original)).allowed
    return reads and judge(world, Question(scene, "s3:ReplicateTags", copy)).allowed


def _encryption(
    world: World, scene: Scene, version: Version, rule: Content
) -> tuple[Encryption, Problem | None]:
    """How the replica is encrypted: as the original, with the rule's KMS key in place of the original's."""
    how = version.encryption
    if how.kms_key is None:
        return how, None
    configured = rule["Destination"].get("EncryptionConfiguration") or {}
    name = configured.get("ReplicaKmsKeyID", how.kms_key)
    for action, arn in (("kms:Decrypt", how.kms_key), ("kms:Encrypt", name)):
        key = world.keyring.key(arn)
        if key is None:
            return how, (f"there is no key {arn}", None)
        decision = kms.judge(world, scene, action, key)
        if not decision.allowed:
            return how, (f"{decision.principal} may not {action} with {arn}", decision)
    return replace(how, kms_key=name), None


def _replica(version: Version, destination: Bucket, rule: Content, how: Encryption) -> Version:
    takes_over = _hands_over(rule) or destination.ownership == ENFORCED
    acl: Acl | None = None if takes_over else version.acl
    return replace(
        version,
        owner=destination.owner if takes_over else version.owner,
        acl=acl,
        encryption=how,
        storage_class=rule["Destination"].get("StorageClass", version.storage_class),
        lock=version.lock if locks.is_enabled(destination) else UNLOCKED,
        facts={REPLICATION_STATUS: "REPLICA"},
    )


def _hands_over(rule: Content) -> bool:
    translation = rule["Destination"].get("AccessControlTranslation") or {}
    return bool(translation.get("Owner") == "Destination")
