"""The role of a replication configuration, the permissions it needs, and the replicas that S3 writes as that role.

Source: user guide, "Setting up permissions for live replication", "Changing the replica owner", "Replicating
encrypted objects"; F-130, F-131.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.access import Decision, Question, ask_recorded, hypothetical_request, roles
from mocks3.access.kms import key_use
from mocks3.effects.events import S3
from mocks3.effects.rule_filters import Content
from mocks3.errors import S3Error
from mocks3.lib.limits import later
from mocks3.model.target import Target
from mocks3.operations.buckets.ownership import ENFORCED
from mocks3.rules import locks
from mocks3.storage import ENABLED, kms
from mocks3.storage.iam import ServiceRecord, SessionRecord
from mocks3.storage.iam.callers import caller_of_service
from mocks3.storage.kms.key_names import find as find_key

if TYPE_CHECKING:
    from mocks3.access.context import RequestInfo
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Acl, Bucket, Encryption, Lock, Version
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.kms import KeyRecord


class Problem(NamedTuple):
    """Why a replica was not written.

    ``reason`` is AWS's code (user guide, "Amazon S3 replication failure reasons"), ``why`` a sentence, ``decision`` the
    denied permission, if there was one.
    """

    reason: str
    why: str
    decision: Decision | None = None


_REASONS = {
    "s3:GetObjectVersionAcl": "SrcGetAclNotPermitted",
    "s3:GetObjectRetention": "SrcGetRetentionNotPermitted",
    "s3:GetObjectLegalHold": "SrcGetLegalHoldNotPermitted",
    "s3:ReplicateDelete": "DstDelObjNotPermitted",
    "s3:ReplicateObject": "DstPutObjectNotPermitted",
    "s3:ObjectOwnerOverrideToBucketOwner": "DstPutObjectNotPermitted",
    "kms:Encrypt": "DstPutObjectNotPermitted",
}
"""Failure reasons by the action that was denied. All other actions mean that S3 cannot read the source."""

_KEYS = {"kms:Decrypt": "SrcKmsKeyInvalidState", "kms:Encrypt": "DstKmsKeyInvalidState"}

SESSION = "s3-replication"
_HOUR = 3600


def assume_role(world: EffectsWorld, arn: str) -> tuple[Caller | None, Problem | None]:
    """Return S3 as a session of the role, or the reason why S3 may not assume the role."""
    role = world.iam.role(arn)
    if role is None:
        return None, Problem("AssumeRoleNotPermitted", f"there is no role {arn}")
    service = hypothetical_request(world, caller_of_service(ServiceRecord(S3)))
    decision = roles.ask_recorded(world, service, role)
    if not decision.allowed:
        return None, Problem("AssumeRoleNotPermitted", f"S3 may not assume the role {arn}", decision)
    now = clock.now()
    session = SessionRecord("session", role.account, role.unique_id, SESSION, now, later(now, seconds=_HOUR))
    return world.iam.caller_of(session), None


def write_replica(
    world: EffectsWorld, caller: Caller, source: Bucket, version: Version, name: str, rule: Content
) -> Problem | None:
    """Write a replica of a version. Return the problem if that is not possible."""
    destination = world.store.bucket(name)
    if destination is None:
        return Problem("DstBucketNotFound", f"there is no bucket {name}")
    if destination.versioning != ENABLED:
        return Problem("DstBucketUnversioned", f"versioning is not enabled in {name}")
    if locks.is_enabled(source) and not locks.is_enabled(destination):
        return Problem(
            "DstBucketObjectLockConfigMissing", f"{source.name} has Object Lock enabled, {name} has not"
        )
    account = rule["Destination"].get("Account")
    if account is not None and account != destination.owner:
        return Problem("DstPutObjectNotPermitted", f"account {account} does not own the bucket {name}")
    request_info = hypothetical_request(world, caller)
    for action, target in _needs(source, version, destination, rule):
        decision = ask_recorded(world, Question(request_info, action, target))
        if not decision.allowed:
            why = f"{decision.principal} may not {action} on {target.arn}"
            return Problem(_REASONS.get(action, "SrcGetObjectNotPermitted"), why, decision)
    how, problem = _encryption(world, caller, source, version, destination, rule)
    if problem is not None:
        return problem
    tags = version.tags if _copies_tags(world, request_info, source, version, destination) else {}
    replica = _replica(version, destination, rule, how, locks.default_lock(destination, clock.now()))
    with world.store.editing(name) as bucket:
        if bucket.version(version.key, version.version_id) is None:
            bucket.insert(replace(replica, tags=tags))
    return None


def update_replica(
    world: EffectsWorld, caller: Caller, source: Bucket, version: Version, name: str, rule: Content
) -> None:
    """Copy a version's tags, ACL and lock to its replica, if the role has the permissions."""
    destination = world.store.bucket(name)
    replica = None if destination is None else destination.version(version.key, version.version_id)
    if destination is None or replica is None:
        return
    request_info = hypothetical_request(world, caller)
    if not all(
        ask_recorded(world, Question(request_info, action, target)).allowed
        for action, target in _needs(source, version, destination, rule)
    ):
        return
    tags = version.tags if _copies_tags(world, request_info, source, version, destination) else replica.tags
    like = _replica(version, destination, rule, replica.encryption, replica.lock)
    with world.store.editing(name) as bucket:
        bucket.update(replace(replica, tags=tags, acl=like.acl, lock=like.lock))


def _needs(
    source: Bucket, version: Version, destination: Bucket, rule: Content
) -> Iterator[tuple[str, Target]]:
    """Yield the actions that the role needs and their targets, in the order in which S3 needs them (F-130)."""
    bucket = Target(source.name, source)
    original = Target(source.name, source, version.key, version.version_id)
    # The replica counts as a new object: the owner of the object that has this key now does not matter (E-68).
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
    if _changes_owner(rule):
        yield "s3:ObjectOwnerOverrideToBucketOwner", copy


def _copies_tags(
    world: EffectsWorld, request_info: RequestInfo, source: Bucket, version: Version, destination: Bucket
) -> bool:
    """Return whether the role may read and write the tags. If not, the object is copied without tags."""
    if not version.tags:
        return True
    original = Target(source.name, source, version.key, version.version_id)
    copy = Target(destination.name, destination, version.key, version.version_id)
    reads = ask_recorded(world, Question(request_info, "s3:GetObjectVersionTagging", original)).allowed
    return reads and ask_recorded(world, Question(request_info, "s3:ReplicateTags", copy)).allowed


def _encryption(
    world: EffectsWorld, caller: Caller, source: Bucket, version: Version, destination: Bucket, rule: Content
) -> tuple[Encryption, Problem | None]:
    """Return the encryption of the replica: that of the original, with the rule's KMS key if it names one.

    The destination's default encryption is not used, because every original is encrypted (user guide, "Replicating
    encrypted objects", "How default bucket encryption affects replication").
    """
    how = version.encryption
    if how.kms_key is None:
        return how, None
    configured = rule["Destination"].get("EncryptionConfiguration") or {}
    name = configured.get("ReplicaKmsKeyID", how.kms_key)
    problem = _key_problem(world, caller, "kms:Decrypt", how.kms_key, source, version)
    problem = problem or _key_problem(world, caller, "kms:Encrypt", name, destination, version)
    if problem is not None:
        return how, problem
    key = _key(world, caller, name, destination)
    return how if key is None else replace(how, kms_key=key.arn), None


def _key_problem(
    world: EffectsWorld, caller: Caller, action: str, name: str, bucket: Bucket, version: Version
) -> Problem | None:
    """Return why the role cannot use a KMS key for a version in a bucket, None if it can."""
    key = _key(world, caller, name, bucket)
    if key is None:
        missing = "DstKmsKeyNotFound" if action == "kms:Encrypt" else _KEYS[action]
        return Problem(missing, f"there is no KMS key {name}")
    arn = Target(bucket.name, bucket, None if version.encryption.bucket_key else version.key).arn
    context = {"aws:s3:arn": arn}
    request_info = key_use.made_by_s3(world, caller, bucket.region, context)
    decision = key_use.ask_recorded(world, request_info, action, key, context)
    if not decision.allowed:
        why = f"{decision.principal} may not {action} with {key.arn}"
        return Problem(_REASONS.get(action, "SrcGetObjectNotPermitted"), why, decision)
    if key.state != kms.ENABLED:
        return Problem(_KEYS[action], f"the state of {key.arn} is {key.state}")
    return None


def _key(world: EffectsWorld, caller: Caller, name: str, bucket: Bucket) -> KeyRecord | None:
    """Return the KMS key of an id, ARN or alias in the role's account (API_EncryptionConfiguration)."""
    try:
        return find_key(world.kms, name, caller.account or bucket.owner, bucket.region)
    except S3Error:
        return None


def _replica(version: Version, destination: Bucket, rule: Content, how: Encryption, lock: Lock) -> Version:
    """Return the replica. ``lock`` is its lock if its original has no retention."""
    new_owner = _changes_owner(rule) or destination.ownership == ENFORCED
    acl: Acl | None = None if new_owner else version.acl
    return replace(
        version,
        owner=destination.owner if new_owner else version.owner,
        acl=acl,
        encryption=how,
        storage_class=rule["Destination"].get("StorageClass", version.storage_class),
        lock=version.lock if version.lock.mode else replace(lock, legal_hold=version.lock.legal_hold),
        replication_status="REPLICA",
    )


def _changes_owner(rule: Content) -> bool:
    translation = rule["Destination"].get("AccessControlTranslation") or {}
    return bool(translation.get("Owner") == "Destination")
