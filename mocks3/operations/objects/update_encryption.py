"""UpdateObjectEncryption: change the KMS key of an object in place. Source: its API page; F-66."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import INVALID_REQUEST, S3Error
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BODY_KMS_KEY, BUCKET, OBJECT, OBJECT_KMS_KEY, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules import locks
from mocks3.rules.finding import editing, find_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import UpdateObjectEncryptionRequestTypeDef

    from mocks3.storage import Encryption

_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:([0-9]{12}):key/.+", re.ASCII)
_NO_TYPE = (
    "Requests that modify an object encryption configuration require a valid new encryption type. Valid values are "
    "SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again."
)
_NO_ARN = (
    "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name "
    "(ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again."
)
_OTHER_SOURCE = (
    "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C. "
    "Only source objects encrypted with SSE-S3 or SSE-KMS are supported."
)
_FOREIGN_KEY = (
    "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a "
    "KMS key from the same account, and then try again."
)
_LOCKED = (
    "The encryption type for the specified object can’t be updated because that object is protected by S3 Object Lock. "
    "If the object has a governance-mode retention period or a legal hold, you must first remove the Object Lock "
    "status on the object before you issue your UpdateObjectEncryption request. You can't use the "
    "UpdateObjectEncryption operation with objects that have an Object Lock compliance mode retention period applied "
    "to them."
)


# ``kms:ReEncryptFrom`` is checked for the old key, ``kms:ReEncryptTo`` for the new one (F-66).
@operation(
    Need("s3:UpdateObjectEncryption", OBJECT),
    Need("kms:Decrypt", OBJECT_KMS_KEY),
    Need("kms:ReEncryptFrom", OBJECT_KMS_KEY),
    Need("kms:Encrypt", BODY_KMS_KEY),
    Need("kms:Decrypt", BODY_KMS_KEY),
    Need("kms:GenerateDataKey", BODY_KMS_KEY),
    Need("kms:ReEncryptTo", BODY_KMS_KEY),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
)
def update_object_encryption(call: Authorized, params: UpdateObjectEncryptionRequestTypeDef) -> Params:
    """Encrypt a version with another KMS key. Its date, its ETag and its checksums do not change.

    Raise ``InvalidRequest`` unless SSE-S3 or SSE-KMS changes to SSE-KMS, ``AccessDenied`` for a key of another account
    and for a locked version, ``NoSuchKey``, ``NoSuchVersion`` or ``MethodNotAllowed``.
    """
    encryption = _requested_encryption(call, params)
    with editing(call) as bucket:
        version = find_version(bucket, call.key, params.get("VersionId"), "PUT", masked=False)
        if version.encryption.algorithm not in ("AES256", "aws:kms"):
            raise INVALID_REQUEST(message=_OTHER_SOURCE)
        if locks.protects(version, clock.now(), bypassed=False):
            raise S3Error("AccessDenied", 403, _LOCKED)
        bucket.update(replace(version, encryption=encryption))
    return {}


def _requested_encryption(call: Authorized, params: UpdateObjectEncryptionRequestTypeDef) -> Encryption:
    kms = params["ObjectEncryption"].get("SSEKMS")
    if kms is None:
        raise INVALID_REQUEST(message=_NO_TYPE)
    match = _ARN.fullmatch(kms.get("KMSKeyArn", ""))
    if match is None:
        raise INVALID_REQUEST(message=_NO_ARN)
    if match[1] != call.bucket.owner:
        raise S3Error("AccessDenied", 403, _FOREIGN_KEY)
    encryption = call.encryption
    assert encryption is not None, "the key in the body was authorized"
    return encryption
