"""The headers of server-side encryption: of writes, of reads, and of responses.

Content is not really encrypted. A version stores how it is encrypted and, with SSE-C, the MD5 of the customer's key;
later requests are compared with that. A KMS key is looked up and authorized before the operation runs
(``call.permissions.encryption``).

Source: R-40 to R-59, R-100 to R-102; F-25, X-46.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import (
    ACCESS_DENIED,
    CUSTOMER_KEYS_BLOCKED,
    ENCRYPTED_WITH_CUSTOMER_KEY,
    INVALID_ARGUMENT,
    INVALID_ENCRYPTION_ALGORITHM,
    INVALID_REQUEST,
    KMS_NEEDS_HEADER,
    WRONG_CUSTOMER_KEY,
    S3Error,
)
from mocks3.lib import checksum
from mocks3.rules import bucket_encryption
from mocks3.storage import SSE_S3, Encryption

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.rules.inputs import NewObject

HEADER = "x-amz-server-side-encryption"
_KMS = frozenset({"aws:kms", "aws:kms:dsse"})
_KMS_ONLY = ("SSEKMSKeyId", "SSEKMSEncryptionContext", "BucketKeyEnabled")
_CUSTOMER = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
_ALL = frozenset({"ServerSideEncryption", *_KMS_ONLY, *_CUSTOMER})
_AES256 = {"ServerSideEncryption": "AES256"}
_MUST_PROVIDE = "Requests specifying Server Side Encryption with Customer provided keys must provide "


def requested(call: Authorized, params: NewObject) -> Encryption:
    """Return the encryption of a write: the one its headers name, otherwise the default of the bucket.

    Raise ``InvalidArgument``, ``InvalidEncryptionAlgorithmError``, or ``AccessDenied`` if the bucket blocks SSE-C.
    """
    if _ALL.isdisjoint(params):
        return call.encryption or SSE_S3
    if not _names_customer_key(params):
        return _without_customer_key(call, params)
    if "ServerSideEncryption" in params:
        raise INVALID_ARGUMENT(
            message="Server Side Encryption with Customer provided key is incompatible with the encryption method "
            "specified",
            ArgumentName=HEADER,
            ArgumentValue=params.get("SSECustomerAlgorithm"),
        )
    key_md5 = customer_key_md5(params)
    _require_customer_keys_allowed(call)
    return Encryption(None, customer_algorithm="AES256", customer_key_md5=key_md5)


def customer_key_md5(params: Mapping[str, object], prefix: str = "") -> str:
    """Return the MD5 of the customer's key in the headers. Raise an error for malformed headers."""
    algorithm, key, md5 = (params.get(prefix + member) for member in _CUSTOMER)
    if algorithm is None:
        raise _invalid(_MUST_PROVIDE + "a valid encryption algorithm.")
    if algorithm != "AES256":
        raise INVALID_ENCRYPTION_ALGORITHM(ArgumentName=HEADER, ArgumentValue=algorithm)
    if key is None:
        raise _invalid(_MUST_PROVIDE + "an appropriate secret key.")
    secret = _decoded(str(key))
    if md5 is None or len(secret) != 32:
        raise _invalid("The secret key was invalid for the specified algorithm.")
    if checksum.b64("md5", secret) != md5:
        raise _invalid("The calculated MD5 hash of the key did not match the hash that was provided.")
    return str(md5)


def require_read_key(encryption: Encryption, params: Mapping[str, object], prefix: str = "") -> None:
    """Raise an error unless the request has the customer's key of a version with SSE-C, and none for others."""
    names_key = _names_customer_key(params, prefix)
    if encryption.customer_key_md5 is None:
        if names_key:
            raise INVALID_REQUEST(message="The encryption parameters are not applicable to this object.")
        return
    if not names_key:
        raise ENCRYPTED_WITH_CUSTOMER_KEY()
    algorithm = params.get(f"{prefix}SSECustomerAlgorithm")
    if algorithm != "AES256":
        raise INVALID_ENCRYPTION_ALGORITHM(ArgumentName=HEADER, ArgumentValue=algorithm)
    key = params.get(f"{prefix}SSECustomerKey")
    md5 = params.get(f"{prefix}SSECustomerKeyMD5")
    right = key is not None and checksum.b64("md5", _decoded(str(key))) == encryption.customer_key_md5
    if not right or md5 != encryption.customer_key_md5:
        raise WRONG_CUSTOMER_KEY()


def require_upload_key(encryption: Encryption, params: Mapping[str, object], *, checked: bool) -> None:
    """Raise ``InvalidRequest`` if a call on a whole upload has another customer's key than the upload, or lacks it.

    The key is required only if the upload has a checksum algorithm (API_CompleteMultipartUpload, API_ListParts: "needed
    only when the object was created using a checksum algorithm"). The error for a missing key was never recorded.
    """
    if _names_customer_key(params) or (checked and encryption.customer_key_md5 is not None):
        require_part_key(encryption, params)


def require_part_key(encryption: Encryption, params: Mapping[str, object]) -> None:
    """Raise ``InvalidRequest`` unless a part has the same customer's key as its upload."""
    expected = encryption.customer_key_md5
    if _names_customer_key(params) != (expected is not None):
        raise INVALID_REQUEST(
            message="The multipart upload initiate requested encryption. Subsequent part requests must include the "
            "appropriate encryption parameters."
        )
    if expected is not None and customer_key_md5(params) != expected:
        raise INVALID_REQUEST(
            message="The provided encryption parameters did not match the ones used originally."
        )


def has_opaque_etag(encryption: Encryption) -> bool:
    """Return whether the ETag is not the MD5 of the content: with SSE-C and with KMS (R-100 to R-102)."""
    return encryption.customer_key_md5 is not None or encryption.kms_key is not None


def response_members(encryption: Encryption) -> dict[str, Any]:
    """Return the encryption as members of a response."""
    if encryption is SSE_S3:
        return _AES256
    if encryption.customer_key_md5 is not None:
        return {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": encryption.customer_key_md5}
    members: dict[str, Any] = {"ServerSideEncryption": encryption.algorithm or "AES256"}
    if encryption.kms_key is not None:
        members["SSEKMSKeyId"] = encryption.kms_key
    if encryption.bucket_key:
        members["BucketKeyEnabled"] = True
    return members


def write_response_members(encryption: Encryption) -> dict[str, Any]:
    """Return the encryption as members of the response to a write, which also repeats the encryption context."""
    members = response_members(encryption)
    return (
        members if encryption.context is None else {**members, "SSEKMSEncryptionContext": encryption.context}
    )


def _without_customer_key(call: Authorized, params: NewObject) -> Encryption:
    algorithm = params.get("ServerSideEncryption")
    if algorithm not in _KMS and "SSEKMSKeyId" in params:
        raise KMS_NEEDS_HEADER(ArgumentName=HEADER, ArgumentValue=algorithm)
    if algorithm is None or algorithm in _KMS:
        encryption = call.encryption
        assert encryption is not None or algorithm is None, (
            "a write with KMS has a permission row for its key"
        )
        return encryption or SSE_S3
    if algorithm != "AES256":
        raise INVALID_ARGUMENT(
            message="The encryption method specified is not supported",
            ArgumentName=HEADER,
            ArgumentValue=algorithm,
        )
    return SSE_S3


def _require_customer_keys_allowed(call: Authorized) -> None:
    """Raise ``AccessDenied`` if the bucket blocks SSE-C, as new buckets do since April 2026 (F-25)."""
    if bucket_encryption.allows_customer_keys(call.bucket, call.settings.new_bucket_defaults):
        return
    if call.caller.account != call.bucket.owner:
        raise ACCESS_DENIED()
    raise CUSTOMER_KEYS_BLOCKED(user=call.caller.arn, arn=call.target.arn)


def _names_customer_key(params: Mapping[str, object], prefix: str = "") -> bool:
    return any(prefix + member in params for member in _CUSTOMER)


def _decoded(key: str) -> bytes:
    try:
        return base64.b64decode(key, validate=True)
    except binascii.Error:
        return b""


def _invalid(message: str) -> S3Error:
    return INVALID_ARGUMENT(message=message, ArgumentName=HEADER)
