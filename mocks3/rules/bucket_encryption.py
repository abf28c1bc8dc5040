"""The encryption configuration of a bucket: its default encryption, and the encryption types that it blocks.

Rule: only this module reads the document that PutBucketEncryption stores. A bucket without one has the defaults of new
buckets (R-100 to R-102, F-25).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ServerSideEncryptionRuleTypeDef

    from mocks3.storage import Bucket

DOCUMENT: Final = "encryption"
CUSTOMER_KEYS = "SSE-C"


class DefaultEncryption(NamedTuple):
    """``algorithm`` is AES256, aws:kms or aws:kms:dsse. ``key`` is the configured KMS key, None for ``aws/s3``."""

    algorithm: str = "AES256"
    key: str | None = None
    bucket_key: bool = False


SSE_S3 = DefaultEncryption()


def default_encryption(bucket: Bucket) -> DefaultEncryption:
    """Return how the bucket encrypts objects whose request names no encryption."""
    rule = _rule(bucket)
    if not rule:
        return SSE_S3
    by_default = rule.get("ApplyServerSideEncryptionByDefault", {})
    return DefaultEncryption(
        by_default.get("SSEAlgorithm", "AES256"),
        by_default.get("KMSMasterKeyID") or None,
        bool(rule.get("BucketKeyEnabled")),
    )


def allows_customer_keys(bucket: Bucket, new_bucket_defaults: str) -> bool:
    """Return whether the bucket accepts SSE-C: as configured, otherwise as new buckets do since April 2026."""
    blocked = _rule(bucket).get("BlockedEncryptionTypes", {}).get("EncryptionType")
    if blocked:
        return CUSTOMER_KEYS not in blocked
    return new_bucket_defaults == "legacy"


def _rule(bucket: Bucket) -> ServerSideEncryptionRuleTypeDef:
    rules = bucket.configurations.get(DOCUMENT, {}).get("Rules")
    return rules[0] if rules else {}
