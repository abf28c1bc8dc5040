"""Find the KMS key that a call to S3 uses, and check whether its caller may use it (docs/rules/kms.md).

S3 calls KMS with the caller's identity, after it has checked its own permissions (F-60, F-64). A need names the kind of
the key (``permissions.KMS_KEYS``). Without KMS encryption there is nothing to check.

    NEW_KMS_KEY      the key for a new object: the key in the headers, else the bucket's default
    BODY_KMS_KEY     the new key in the body (UpdateObjectEncryption)
    OBJECT_KMS_KEY   the key of the object that is read      SOURCE_KMS_KEY   the key of the object that is copied
    UPLOAD_KMS_KEY   the key of the upload
"""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3.access import refusing
from mocks3.access.kms import key_use
from mocks3.errors import INVALID_ARGUMENT, S3Error, Why
from mocks3.errors.refusals import (
    CIPHERTEXT_OF_MISSING_KEY,
    DENIED_BY_POLICIES,
    KMS_DENIED,
    KMS_NEEDS_SIGNATURE,
)
from mocks3.lib import limits
from mocks3.model.permissions import (
    BODY_KMS_KEY,
    NEW_KMS_KEY,
    OBJECT_KMS_KEY,
    SOURCE_KMS_KEY,
    UPLOAD_KMS_KEY,
    On,
)
from mocks3.rules import bucket_encryption
from mocks3.storage import Encryption, Upload
from mocks3.storage.kms import DISABLED, PENDING_DELETION
from mocks3.storage.kms.faults import KEY_NOT_FOUND, disabled, pending_deletion
from mocks3.storage.kms.key_names import find as find_key
from mocks3.storage.kms.managed import s3_key

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Bucket, EndedUpload
    from mocks3.storage.kms import KeyRecord

KMS = frozenset({"aws:kms", "aws:kms:dsse"})
CONTEXT = "x-amz-server-side-encryption-context"


class KmsKeyUse(NamedTuple):
    """The use of a KMS key: how ``target`` is encrypted, or will be encrypted.

    ``encryption.kms_key`` is the key's ARN. If ``new`` is True, it is the name in the request, and None for ``aws/s3``.
    """

    encryption: Encryption
    target: Target
    new: bool = False


Find = Callable[["Parsed", "Target", "Upload | EndedUpload | None"], KmsKeyUse | None]


def find_key_use(
    on: On, parsed: Parsed, target: Target, upload: Upload | EndedUpload | None
) -> KmsKeyUse | None:
    """Return the use of a KMS key that a need is about; None if no key is used."""
    return _FINDERS[on](parsed, target, upload)


def require_key_use(world: World, authenticated: Authenticated, action: str, use: KmsKeyUse) -> Encryption:
    """Check that the caller may use the key, and that the key can be used.

    Returns the encryption with the key's ARN. Raises ``InvalidArgument`` if the request is not signed with Version 4
    (X-65), the denials of X-47, and ``KMS.NotFoundException``, ``KMS.DisabledException``,
    ``KMS.KMSInvalidStateException``.
    """
    caller, bucket = authenticated.caller, use.target.bucket
    assert bucket is not None
    if caller.anonymous or authenticated.signature.version == "AWS":
        header = authenticated.parsed.sent.headers.get("authorization", "null")
        signed = "is not signed" if caller.anonymous else "has a signature of Version 2"
        raise KMS_NEEDS_SIGNATURE(
            Why(
                "kms-key",
                f"the object is encrypted with a KMS key, the request {signed}, and KMS accepts Version 4 only",
                "X-65",
                ("sign the request with Version 4", "encrypt the object with SSE-S3"),
            ),
            ArgumentName="Authorization",
            ArgumentValue=header,
        )
    context = _context(use)
    key = _resolve(world, authenticated, action, use, bucket)
    keys = {**key_use.context_keys(context), **_alias_keys(world, use, key)}
    request_info = key_use.forwarded_by_s3(world, authenticated, bucket.region, keys)
    decision = key_use.ask_recorded(world, request_info, action, key, context)
    refusing.require(
        world, decision, lambda denied: DENIED_BY_POLICIES(message=key_use.denial_message(denied))
    )
    if key.state == PENDING_DELETION:
        raise _through_s3(pending_deletion(key.arn, action))
    if key.state == DISABLED:
        raise _through_s3(disabled(key.arn, action))
    return dataclasses.replace(use.encryption, kms_key=key.arn)


def _key_of_write(parsed: Parsed, target: Target, _: object) -> KmsKeyUse | None:
    """Return the key that a write asks for, else the bucket's default key."""
    head, bucket = parsed.head, target.bucket
    if bucket is None or ("ServerSideEncryption" not in head and not bucket.configurations):
        return None
    algorithm, key = head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")
    default = bucket_encryption.default_encryption(bucket)
    if algorithm is None and key is None:
        algorithm, key = default.algorithm, default.key
    if algorithm not in KMS or "SSECustomerAlgorithm" in head:
        return None
    bucket_key = head.get("BucketKeyEnabled", default.bucket_key) and algorithm == "aws:kms"
    encryption = Encryption(algorithm, key, bool(bucket_key), head.get("SSEKMSEncryptionContext"))
    return KmsKeyUse(encryption, target, new=True)


def _key_in_body(parsed: Parsed, target: Target, _: object) -> KmsKeyUse | None:
    """Return the key whose ARN the body names; None if it is not a key of the bucket's account (F-66)."""
    sse_kms = parsed.params["ObjectEncryption"].get("SSEKMS") or {}
    key, bucket = str(sse_kms.get("KMSKeyArn")), target.bucket
    if bucket is None or not re.fullmatch(rf"arn:aws[a-z-]*:kms:[a-z0-9-]+:{bucket.owner}:key/.+", key):
        return None
    return KmsKeyUse(Encryption("aws:kms", key, bool(sse_kms.get("BucketKeyEnabled"))), target, new=True)


def _key_of_object(parsed: Parsed, target: Target, _: object) -> KmsKeyUse | None:
    present = target.present
    return (
        None
        if present is None or present.encryption.kms_key is None
        else KmsKeyUse(present.encryption, target)
    )


def _key_of_source(parsed: Parsed, target: Target, _: object) -> KmsKeyUse | None:
    return None if target.source is None else _key_of_object(parsed, target.source, None)


def _key_of_upload(parsed: Parsed, target: Target, upload: Upload | EndedUpload | None) -> KmsKeyUse | None:
    if not isinstance(upload, Upload) or upload.draft.encryption.kms_key is None:
        return None
    return KmsKeyUse(upload.draft.encryption, target)


_FINDERS: Mapping[On, Find] = {
    NEW_KMS_KEY: _key_of_write,
    BODY_KMS_KEY: _key_in_body,
    OBJECT_KMS_KEY: _key_of_object,
    SOURCE_KMS_KEY: _key_of_source,
    UPLOAD_KMS_KEY: _key_of_upload,
}


def _resolve(
    world: World, authenticated: Authenticated, action: str, use: KmsKeyUse, bucket: Bucket
) -> KeyRecord:
    """Return the key, by its name in the caller's account or by its stored ARN."""
    name, caller = use.encryption.kms_key, authenticated.caller
    if use.new:
        account = caller.account or bucket.owner
        if name is None:
            return s3_key(account, bucket.region)
        try:
            key = find_key(world.kms, name, account, bucket.region)
        except S3Error as error:
            raise _through_s3(error, _missing(name, bucket.region, action)) from None
        if key is None:
            why = _missing(name, bucket.region, action)
            raise KMS_DENIED(why, message=key_use.missing_key_message(caller, action))
        return key
    assert name is not None
    key = world.kms.key(name)
    if key is None:
        why = _missing(name, bucket.region, action)
        decrypts = action == "kms:Decrypt"
        raise CIPHERTEXT_OF_MISSING_KEY(why) if decrypts else _through_s3(KEY_NOT_FOUND(arn=name), why)
    return key


def _context(use: KmsKeyUse) -> dict[str, str]:
    """Return the encryption context: the object's ARN, or the bucket's for a bucket key (F-63), and the header's."""
    bucket, target = use.target.bucket, use.target
    assert bucket is not None
    by_bucket = use.encryption.bucket_key and bucket.zone is None  # a directory bucket's target is the bucket
    arn = bucket.arn if by_bucket else target.own_arn
    return {"aws:s3:arn": arn, **_header_context(use.encryption.context)}


def _header_context(header: str | None) -> dict[str, str]:
    if not header:
        return {}
    try:
        added = limits.json_value(base64.b64decode(header, validate=True))
    except ValueError:
        added = None
    if not isinstance(added, dict) or not all(isinstance(value, str) for value in added.values()):
        raise INVALID_ARGUMENT(
            message=f"The header '{CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON which represents a "
            "string-string map",
            ArgumentName=CONTEXT,
            ArgumentValue=header,
        )
    return added


def _alias_keys(world: World, use: KmsKeyUse, key: KeyRecord) -> key_use.Keys:
    """Return ``kms:ResourceAliases``, and ``kms:RequestAlias`` if the request names the key by an alias."""
    own = world.kms.aliases(key.account, key.region)
    names = tuple(alias.split(":", 5)[5] for alias, arn in own.items() if arn == key.arn)
    keys: key_use.Keys = {"kms:resourcealiases": names} if names else {}
    name = use.encryption.kms_key or ""
    alias = name.rpartition(":")[2]
    return {**keys, "kms:requestalias": (alias,)} if alias.startswith("alias/") else keys


def _missing(name: str, region: str, action: str) -> Why:
    return Why(
        "kms-key",
        f"the KMS key {name} does not exist in {region}",
        "X-47",
        (f"name a key that exists in {region}; an alias belongs to the caller's own account",),
        action=action,
        resource=name,
    )


def _through_s3(error: S3Error, why: Why | None = None) -> S3Error:
    """Return KMS's own error in the form in which S3 returns it."""
    return S3Error(f"KMS.{error.code}", 400, error.message, error.extra, None, why or error.why)
