"""The headers of server-side encryption: of writes, of reads, and of responses.

Content is not really encrypted. A version stores how it is encrypted and, with SSE-C, the MD5 of the customer's key;
later requests are compared with that. A KMS key is looked up and authorized before the operation runs
(``call.permissions.encryption``).

Source: R-40 to R-59, R-100 to R-102; F-25, X-46.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import (
    ENCRYPTED_WITH_CUSTOMER_KEY,
    INVALID_ARGUMENT,
    INVALID_ENCRYPTION_ALGORITHM,
    INVALID_REQUEST,
    KMS_NEEDS_HEADER,
    UPLOAD_NEEDS_CUSTOMER_KEY,
    S3Error,
    Why,
)
from mocks3.errors.refusals import ACCESS_DENIED, CUSTOMER_KEYS_BLOCKED, WRONG_CUSTOMER_KEY
from mocks3.lib import checksum
from mocks3.rules import bucket_encryption
from mocks3.storage import SSE_S3, Encryption

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.rules.inputs import NewObject

HEADER = "x-amz-server-side-encryption"
_KMS = frozenset({"aws:kms", "aws:kms:dsse"})
_KMS_ONLY = ("SSEKMSKeyId", "SSEKMSEncryptionContext", "BucketKeyEnabled")
_CUSTOMER = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
_CUSTOMER_OF = {prefix: tuple(prefix + member for member in _CUSTOMER) for prefix in ("", "CopySource")}
_ALL = frozenset({"ServerSideEncryption", *_KMS_ONLY, *_CUSTOMER})
_AES256 = {"ServerSideEncryption": "AES256"}
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_ANOTHER_KEY = "The provided encryption parameters did not match the ones used originally."
KEY_LENGTH = 32
"""The bytes of a customer's key (API_PutObject: AES256)."""
_MUST = "Requests specifying Server Side Encryption with Customer provided keys must "


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
    secret = _customer_key(call, params, needs_md5=True)
    if len(secret) != KEY_LENGTH:
        raise _invalid("The secret key was invalid for the specified algorithm.")
    key_md5 = checksum.b64("md5", secret)
    _require_customer_keys_allowed(call)
    return Encryption(None, customer_algorithm="AES256", customer_key_md5=key_md5)


def _customer_key(
    call: Authorized, params: Mapping[str, object], prefix: str = "", *, needs_md5: bool
) -> bytes:
    """Return the customer's key in the headers. Raise an error for malformed headers, in the order of S3 (R-56)."""
    algorithm, key, md5 = (params.get(prefix + member) for member in _CUSTOMER)
    request = call.parsed.request
    if request.scheme == "http" and request.host.endswith(".amazonaws.com"):
        raise _invalid(_MUST + "be made over a secure connection.")
    if algorithm is None:
        raise _invalid(_MUST + "provide a valid encryption algorithm.")
    if key is None:
        raise _invalid(_MUST + "provide an appropriate secret key.")
    if md5 is None and needs_md5:
        raise _invalid(_MUST + "provide the client calculated MD5 of the secret key.")
    secret = _decoded(str(key))
    if not secret:
        raise INVALID_ARGUMENT(
            message="The secret key was invalid - too short.", ArgumentName=HEADER, ArgumentValue=key
        )
    if md5 is not None and checksum.b64("md5", secret) != md5:
        raise _invalid("The calculated MD5 hash of the key did not match the hash that was provided.")
    if algorithm != "AES256":
        raise INVALID_ENCRYPTION_ALGORITHM(ArgumentName=HEADER, ArgumentValue=algorithm)
    return secret


def check_source_headers(call: Authorized, params: Mapping[str, object]) -> None:
    """Check the headers of the customer's key of a copy source. S3 checks them before those of the copy (R-56)."""
    if _names_customer_key(params, "CopySource"):
        _customer_key(call, params, "CopySource", needs_md5=False)


def require_read_key(
    call: Authorized, encryption: Encryption, params: Mapping[str, object], prefix: str = ""
) -> None:
    """Raise an error unless the request has the customer's key of a version with SSE-C, and none for others."""
    names_key = _names_customer_key(params, prefix)
    secret = _customer_key(call, params, prefix, needs_md5=False) if names_key else b""
    if encryption.customer_key_md5 is None:
        if names_key:
            raise INVALID_REQUEST(message="The encryption parameters are not applicable to this object.")
        return
    if not names_key:
        raise ENCRYPTED_WITH_CUSTOMER_KEY()
    if checksum.b64("md5", secret) != encryption.customer_key_md5:
        if prefix:
            raise INVALID_REQUEST(message=_ANOTHER_KEY)
        raise WRONG_CUSTOMER_KEY(
            Why(
                "customer-key",
                "the object was written with a customer-provided key (SSE-C), and the request has another key",
                "X-46",
                ("send the key with which the object was written; S3 stores no copy of it",),
            )
        )


def require_upload_key(
    call: Authorized, encryption: Encryption, params: Mapping[str, object], *, checked: bool
) -> None:
    """Raise ``InvalidRequest`` if a call on a whole upload has another customer's key than the upload, or lacks it.

    S3 ignores the headers unless the request has all three (R-56). The key is required only if the upload has a
    checksum algorithm (API_CompleteMultipartUpload, API_ListParts: "needed only when the object was created using a
    checksum algorithm"). That a missing key is the same error as another key is inferred.
    """
    expected = encryption.customer_key_md5
    if names_upload_key(params):
        is_right = checksum.b64("md5", _customer_key(call, params, needs_md5=True)) == expected
    else:
        is_right = not checked or expected is None
    if not is_right:
        raise UPLOAD_NEEDS_CUSTOMER_KEY()


def names_upload_key(params: Mapping[str, object]) -> bool:
    """Return whether a call on a whole upload has the customer's key. Less than three headers are ignored (R-56)."""
    return sum(member in params for member in _CUSTOMER) == len(_CUSTOMER)


def require_part_key(call: Authorized, encryption: Encryption, params: Mapping[str, object]) -> None:
    """Raise ``InvalidRequest`` unless a part has the same customer's key as its upload."""
    expected = encryption.customer_key_md5
    names_key = _names_customer_key(params)
    secret = _customer_key(call, params, needs_md5=True) if names_key else b""
    if names_key != (expected is not None):
        raise INVALID_REQUEST(
            message="The multipart upload initiate requested encryption. Subsequent part requests must include the "
            "appropriate encryption parameters."
        )
    if expected is not None and checksum.b64("md5", secret) != expected:
        raise INVALID_REQUEST(message=_ANOTHER_KEY)


def has_opaque_etag(encryption: Encryption) -> bool:
    """Return whether the ETag is not the MD5 of the content: with SSE-C and with KMS (R-100 to R-102)."""
    return encryption.customer_key_md5 is not None or encryption.kms_key is not None


def response_members(encryption: Encryption) -> Params:
    """Return the encryption as members of a response."""
    if encryption is SSE_S3:
        return _AES256
    if encryption.customer_key_md5 is not None:
        return {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": encryption.customer_key_md5}
    members: Params = {"ServerSideEncryption": encryption.algorithm or "AES256"}
    if encryption.kms_key is not None:
        members["SSEKMSKeyId"] = encryption.kms_key
    if encryption.bucket_key:
        members["BucketKeyEnabled"] = True
    return members


def write_response_members(encryption: Encryption) -> Params:
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
    why = Why(
        "customer-key",
        f"the bucket {call.bucket.name} blocks writes with customer-provided keys (SSE-C)",
        "F-25, X-46",
        (
            "encrypt with SSE-S3 or SSE-KMS",
            "unblock SSE-C: put_bucket_encryption with BlockedEncryptionTypes={'EncryptionType': ['NONE']}",
        ),
    )
    if call.caller.account != call.bucket.owner:
        raise ACCESS_DENIED(why)
    raise CUSTOMER_KEYS_BLOCKED(why, user=call.caller.arn, arn=call.target.arn)


def _names_customer_key(params: Mapping[str, object], prefix: str = "") -> bool:
    algorithm, key, md5 = _CUSTOMER_OF[prefix]
    return algorithm in params or key in params or md5 in params


def _decoded(key: str) -> bytes:
    """Decode a key as S3 does: ignore characters that base64 does not have, and an incomplete end (R-56)."""
    text = _NO_BASE64.sub("", key)
    try:
        return base64.b64decode(text[: len(text) // 4 * 4])
    except binascii.Error:
        return b""


def _invalid(message: str) -> S3Error:
    return INVALID_ARGUMENT(message=message, ArgumentName=HEADER)
