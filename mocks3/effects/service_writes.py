"""Objects that S3 itself writes into a bucket, as a service principal: logs and inventory reports.

They are written with the ACL ``bucket-owner-full-control``. With BucketOwnerEnforced or BucketOwnerPreferred, the
bucket's owner owns them. Otherwise the service's account owns them, and the bucket's owner has FULL_CONTROL.

Source: docs/rules/ownership.md, F-132; user guide, "Enabling Amazon S3 server access logging", "Configuring Amazon S3
Inventory" (the policy for it asks for ``s3:x-amz-acl``, the key's policy for ``kms:GenerateDataKey``).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access import Question, ask_recorded, hypothetical_request
from mocks3.access.kms import key_use
from mocks3.effects import notifications
from mocks3.effects.events import event_by_s3
from mocks3.errors import S3Error
from mocks3.model.request_context import RequestContext
from mocks3.model.target import Target
from mocks3.operations.buckets.ownership import ENFORCED
from mocks3.operations.objects.put import etag_of
from mocks3.rules import bodies, bucket_encryption
from mocks3.rules.acls import PREFERRED
from mocks3.rules.bucket_encryption import DefaultEncryption
from mocks3.rules.finding import MAX_KEY_LENGTH
from mocks3.storage import FULL_OBJECT, SSE_S3, Acl, AclGrantee, Blob, Encryption, Grant, Version, kms
from mocks3.storage.iam import ServiceRecord
from mocks3.storage.iam.callers import caller_of_service
from mocks3.storage.kms.key_names import find as find_key
from mocks3.storage.kms.managed import s3_key

if TYPE_CHECKING:
    from datetime import datetime

    from mocks3.effects.state import EffectsWorld
    from mocks3.storage import Bucket
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.kms import KeyRecord

_FULL = "bucket-owner-full-control"


def write_as_service(
    world: EffectsWorld,
    service: str,
    source: Bucket,
    name: str,
    key: str,
    data: bytes,
    *,
    grants: tuple[Grant, ...] = (),
    encryption: DefaultEncryption | None = None,
    at: datetime | None = None,
) -> bool:
    """Write an object as a service principal, if the target bucket allows it. The decisions are recorded.

    Args:
        world: The mock.
        service: The service principal.
        source: The bucket whose configuration asks for the object.
        name: The target bucket.
        key: The key. If it is too long because of a prefix, nothing is written.
        data: The content.
        grants: Further grants of the object's ACL.
        encryption: The encryption, None for the target bucket's default.
        at: The time of the object, None for now.

    Returns:
        Whether the object was written.
    """
    target = world.store.bucket(name)
    if target is None or len(key.encode()) > MAX_KEY_LENGTH:
        return False
    caller = caller_of_service(ServiceRecord(service, source.arn, source.owner))
    how = encryption or bucket_encryption.default_encryption(target)
    kms_key = None if how.algorithm == "AES256" else _key(world, how, target)
    place = Target(name, target, key)
    if not ask_recorded(
        world, Question(hypothetical_request(world, caller, _facts(how, kms_key)), "s3:PutObject", place)
    ).allowed:
        return False
    if how.algorithm != "AES256" and not _encrypts(world, caller, how, kms_key, place):
        return False
    at = at or clock.now()
    stored_as = SSE_S3 if kms_key is None else Encryption(how.algorithm, kms_key.arn, how.bucket_key)
    draft = _version(target, key, data, at, stored_as, *_ownership(world, caller, target, grants))
    with world.store.editing(name) as bucket:
        version = bucket.put(draft)
    notifications.publish(world, [event_by_s3("ObjectCreated:Put", name, version, "PutObject", at)])
    return True


def _facts(how: DefaultEncryption, kms_key: KeyRecord | None) -> RequestContext:
    """Return the request context: the condition keys of the headers that S3 sends with the object."""
    keys = {"s3:x-amz-acl": (_FULL,), "s3:x-amz-server-side-encryption": (how.algorithm,)}
    if kms_key is not None:
        keys["s3:x-amz-server-side-encryption-aws-kms-key-id"] = (kms_key.arn,)
    return RequestContext(keys=keys)


def _ownership(
    world: EffectsWorld, caller: Caller, target: Bucket, grants: tuple[Grant, ...]
) -> tuple[str, Acl | None]:
    """Return owner and ACL of the object. The bucket owner's objects have the default ACL unless there are grants."""
    granted = world.iam.canonical_id(target.owner)
    if target.ownership == ENFORCED:
        return target.owner, None
    full = Grant(AclGrantee("CanonicalUser", granted), "FULL_CONTROL")
    if target.ownership == PREFERRED:
        return target.owner, Acl((full, *grants)) if grants else None
    owner = world.iam.owner_id(caller)
    return owner, Acl((Grant(AclGrantee("CanonicalUser", owner), "FULL_CONTROL"), full, *grants))


def _key(world: EffectsWorld, how: DefaultEncryption, target: Bucket) -> KeyRecord | None:
    if how.key is None:
        return s3_key(target.owner, target.region)
    try:
        return find_key(world.kms, how.key, target.owner, target.region)
    except S3Error:
        return None


def _encrypts(
    world: EffectsWorld, caller: Caller, how: DefaultEncryption, key: KeyRecord | None, target: Target
) -> bool:
    """Return whether the KMS key is enabled and its policy allows the service."""
    if key is None or target.bucket is None:
        return False
    context = {"aws:s3:arn": target.bucket.arn if how.bucket_key else target.arn}
    request_info = key_use.made_by_s3(world, caller, target.bucket.region, context)
    decision = key_use.ask_recorded(world, request_info, "kms:GenerateDataKey", key, context)
    return decision.allowed and key.state == kms.ENABLED


def _version(
    target: Bucket, key: str, data: bytes, at: datetime, how: Encryption, owner: str, acl: Acl | None
) -> Version:
    blob = Blob.of(data)
    digests = bodies.digest(blob, ("md5", bodies.DEFAULT_ALGORITHM))
    return Version(
        key,
        at.replace(microsecond=0),
        owner,
        blob,
        etag_of(target, digests["md5"], how),
        acl=acl,
        checksums={bodies.DEFAULT_ALGORITHM: base64.b64encode(digests[bodies.DEFAULT_ALGORITHM]).decode()},
        checksum_type=FULL_OBJECT,
        headers={"content-type": "binary/octet-stream"},
        encryption=how,
    )
