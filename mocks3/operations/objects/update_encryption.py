"""UpdateObjectEncryption: change the KMS key of an object in place. Source: its API page; F-66."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import INVALID_REQUEST, Why
from mocks3.errors.refusals import FOREIGN_KEY, LOCKED_ENCRYPTION
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BODY_KMS_KEY, BUCKET, OBJECT, OBJECT_KMS_KEY, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules import locks
from mocks3.rules.finding import editing, find_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import UpdateObjectEncryptionRequestTypeDef

    from mocks3.storage import Encryption, Version

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
        now = clock.now()
        if locks.protects(version, now, bypassed=False):
            raise LOCKED_ENCRYPTION(_why_locked(version, now))
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
        raise FOREIGN_KEY(
            Why(
                "kms-key",
                f"the key belongs to the account {match[1]}, and the bucket to {call.bucket.owner}",
                "F-66",
                (f"name a key of the account {call.bucket.owner}",),
            )
        )
    encryption = call.encryption
    assert encryption is not None, "the key in the body was authorized"
    return encryption


def _why_locked(version: Version, now: datetime) -> Why:
    """Return why a locked version keeps its encryption. The bypass header does not exist for this operation."""
    why = locks.why_locked(version, now, "another encryption")
    if why.unfixable or version.lock.legal_hold:
        return why
    return why._replace(
        fixes=("remove the retention first: put_object_retention with BypassGovernanceRetention",)
    )
