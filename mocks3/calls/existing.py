"""Store objects, versions, uploads and KMS keys without a call, as a call would have stored them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import S3Error
from mocks3.handles.principals import principals_of
from mocks3.lib import checksum
from mocks3.lib.limits import later
from mocks3.rules import bodies, bucket_encryption, drafts, initiators
from mocks3.rules.policy_documents import parse_key_policy
from mocks3.storage import (
    SSE_S3,
    SUSPENDED,
    Annotation,
    Blob,
    Encryption,
    Initiator,
    Lock,
    Part,
    Version,
)
from mocks3.storage.ids import NULL
from mocks3.storage.kms import KeyRecord
from mocks3.storage.kms.key_names import find
from mocks3.storage.kms.managed import s3_key

if TYPE_CHECKING:
    from mocks3.calls.world import CallWorld
    from mocks3.handles.principals import Principal
    from mocks3.storage import Bucket

EMPTY_ETAG = checksum.new("md5").digest().hex()
OTHER_ACCOUNT = "888888888888"
"""An account that no file names: the owner of objects that other accounts uploaded."""

_KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):(?P<name>.+)", re.ASCII)


def default_key(bucket: Bucket) -> str | None:
    """Return the KMS key of the bucket's default encryption, as it is named there; None for SSE-S3 and ``aws/s3``."""
    return bucket_encryption.default_encryption(bucket).key


def default_encryption(aws: CallWorld, bucket: Bucket) -> Encryption:
    """Return the encryption of an object whose write named none."""
    default = bucket_encryption.default_encryption(bucket)
    encryption = kms_encryption(aws, bucket, default.algorithm, default.key)
    return dataclasses.replace(encryption, bucket_key=default.bucket_key)


def kms_encryption(aws: CallWorld, bucket: Bucket, algorithm: str | None, key: str | None) -> Encryption:
    """Return the encryption with a key that is named as in a request; SSE-S3 for another algorithm than KMS's."""
    if algorithm not in ("aws:kms", "aws:kms:dsse"):
        return SSE_S3
    if key is None:
        return Encryption(algorithm, s3_key(bucket.owner, bucket.region).arn)
    try:
        found = find(aws.kms, key, bucket.owner, bucket.region)
    except S3Error:
        found = None
    return Encryption(algorithm, key if found is None else found.arn)


def encryption_of(parameters: Mapping[str, Any], prefix: str = "") -> Encryption | None:
    """Return the encryption with the customer's key that a read sends; None if it sends none."""
    key = parameters.get(f"{prefix}SSECustomerKey")
    md5 = parameters.get(f"{prefix}SSECustomerKeyMD5")
    if key is None and md5 is None:
        return None
    if md5 is None:
        md5 = checksum.b64("md5", str(key).encode() if isinstance(key, str) else bytes(key or b""))
    return Encryption(None, customer_algorithm="AES256", customer_key_md5=str(md5))


def add_object(
    aws: CallWorld,
    bucket: Bucket,
    key: str,
    *,
    version_id: str | None,
    owner: str,
    encryption: Encryption,
    tags: Mapping[str, str],
    etag: str | None = None,
    archived: bool = False,
    governed: bool = False,
    annotation: str | None = None,
) -> int:
    """Store an empty object.

    Args:
        aws: The in-memory AWS.
        bucket: The bucket.
        key: The key.
        version_id: The id of the version, also one of the real S3. None: as the bucket's versioning gives it.
        owner: The account that owns it.
        encryption: How it is encrypted.
        tags: Its tags.
        etag: Its ETag, without quotes.
        archived: Whether it is in the storage class GLACIER.
        governed: Whether it has a retention period in GOVERNANCE mode.
        annotation: The name of its annotation.

    Returns:
        The version's position in the order of all writes.
    """
    now = clock.now().replace(microsecond=0)
    blob = Blob.of(b"")
    tag = etag or EMPTY_ETAG
    notes = {} if annotation is None else {annotation: Annotation(annotation, blob, tag, now, {})}
    version = Version(
        key,
        now,
        owner,
        blob,
        tag,
        headers={"content-type": drafts.DEFAULT_TYPE},
        tags=dict(tags),
        storage_class="GLACIER" if archived else drafts.storage_class(bucket, None),
        encryption=encryption,
        annotations=notes,
    )
    if governed:
        until = later(now, days=1)
        version = dataclasses.replace(version, lock=Lock("GOVERNANCE", until))
    with aws.store.editing(bucket.name) as edited:
        if version_id == NULL:
            edited.versioning = None if edited.versioning is None else SUSPENDED
        stored = edited.put(version)
        edited.versioning = bucket.versioning
        if version_id not in (None, stored.version_id):
            edited.remove(key, stored.version_id)
            edited.insert(dataclasses.replace(stored, version_id=version_id))
    return stored.sequence


def add_upload(
    aws: CallWorld,
    bucket: Bucket,
    key: str,
    *,
    initiator: Initiator,
    encryption: Encryption,
    requested: Mapping[str, str],
    parts: int,
) -> tuple[str, str]:
    """Start an upload with empty parts.

    Args:
        aws: The in-memory AWS.
        bucket: The bucket.
        key: The key.
        initiator: Who started it.
        encryption: How the object will be encrypted.
        requested: The encryption parameters of CreateMultipartUpload.
        parts: How many parts it has.

    Returns:
        The id of the upload, and the ETag of its parts.
    """
    now = clock.now().replace(microsecond=0)
    draft = Version(
        key,
        now,
        bucket.owner,
        headers={"content-type": drafts.DEFAULT_TYPE},
        storage_class=drafts.storage_class(bucket, None),
        encryption=encryption,
    )
    blob = Blob.of(b"")
    checksums = {bodies.DEFAULT_ALGORITHM: checksum.b64(bodies.DEFAULT_ALGORITHM, b"")}
    with aws.store.editing(bucket.name) as edited:
        upload = edited.start_upload(
            draft,
            initiator=initiator,
            initiated=now,
            requested_encryption=requested.get("ServerSideEncryption"),
            requested_kms_key=requested.get("SSEKMSKeyId"),
        )
        for number in range(1, parts + 1):
            edited.put_part(upload.id, Part(number, blob, EMPTY_ETAG, now, checksums))
    return upload.id, EMPTY_ETAG


def initiator_of(principal: Principal) -> Initiator | None:
    """Return a principal as the initiator of an upload; None for a caller that cannot start one."""
    caller = principal.caller()
    return None if caller.arn is None or caller.account is None else initiators.from_caller(caller)


def add_key(aws: CallWorld, name: str, account: str, region: str) -> str | None:
    """Create the KMS key that a name refers to, with the default key policy, unless it exists.

    Args:
        aws: The in-memory AWS.
        name: A key's id, ARN, alias or alias ARN.
        account: The account in which ids and aliases are looked up.
        region: The Region.

    Returns:
        The ARN of the new key; None if the key exists, or if KMS would refuse the name.
    """
    try:
        if find(aws.kms, name, account, region) is not None:
            return None
    except S3Error:
        pass  # it does not exist, or the name is not valid: then the next lines find no id
    arn = _KEY_ARN.fullmatch(name)
    if arn is not None and arn["region"] != region:
        return None
    account, name = (arn["account"], arn["name"]) if arn else (account, name)
    aws.account(account)
    alias = name if name.startswith("alias/") else None
    identifier = name.removeprefix("key/") if alias is None else _key_id_of(alias)
    policy = parse_key_policy(None, account, region)
    now = clock.now().replace(microsecond=0)
    key = KeyRecord(account, region, identifier, policy, now, principals=principals_of(aws, policy))
    aws.kms.put(key)
    if alias is not None:
        aws.kms.put_alias(key.arn.rpartition(":")[0] + f":{alias}", key.arn)
    return key.arn


def _key_id_of(alias: str) -> str:
    md5 = checksum.new("md5")
    md5.update(alias.encode())
    digest = md5.digest().hex()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))
