"""The checks of small documents: acceleration, tags, ABAC, encryption.

Source: their API pages; error messages as recorded; F-81, F-90.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import BAD_REQUEST, INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML
from mocks3.errors.directory_buckets import ENCRYPTION_NOT_SUPPORTED
from mocks3.operations.configurations.document import Content
from mocks3.rules import tag_sets

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

ABAC_IS_ON = (
    "This S3 general purpose bucket has attribute-based access control (ABAC) enabled. {more}To delete tags from this "
    "bucket, initiate an UntagResource request."
)
ADD_TAGS = "To add tags to this bucket, initiate a TagResource request. "


def check_acceleration(call: Authorized, content: Content) -> Content:
    """Check the status. Raise ``InvalidRequest`` if the bucket's name has a period, for any status."""
    if "." in call.bucket.name:
        raise INVALID_REQUEST(
            message="S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"
        )
    if content.get("Status") not in ("Enabled", "Suspended"):
        raise MALFORMED_XML()
    return content


def check_tags(call: Authorized, content: Content) -> Content | None:
    """Check a bucket's tags. Return None for an empty set. Raise under ABAC: s3control sets tags then (F-81)."""
    if _is_abac_on(call.bucket):
        raise BAD_REQUEST(message=ABAC_IS_ON.format(more=ADD_TAGS))
    if "TagSet" not in content:
        raise MALFORMED_XML()
    tag_sets.check_bucket_tags(content["TagSet"])
    return content if content["TagSet"] else None


def check_delete_tags(call: Authorized) -> None:
    """Raise if ABAC is enabled: only s3control deletes tags then (F-81)."""
    if _is_abac_on(call.bucket):
        raise BAD_REQUEST(message=ABAC_IS_ON.format(more=""))


def _is_abac_on(bucket: Bucket) -> bool:
    return bool((bucket.configurations.get("abac") or {}).get("Status") == "Enabled")


def check_abac(call: Authorized, content: Content) -> Content:
    """Raise ``MalformedXML`` without a status."""
    if "Status" not in content:
        raise MALFORMED_XML()
    return content


DEFAULT_ENCRYPTION: Content = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
}
"""The output of GetBucketEncryption for a bucket without a configuration (recorded)."""

_KMS = ("aws:kms", "aws:kms:dsse")


def check_encryption(call: Authorized, content: Content) -> Content:
    """Check for exactly one rule, which says something, and for a KMS key only if the algorithm uses KMS.

    A rule has a default encryption, or blocks a kind of encryption (user guide, "Blocking or unblocking SSE-C"). Other
    rules are ``MalformedXML`` (inferred).
    """
    rules = content.get("Rules", [])
    if len(rules) != 1:
        raise MALFORMED_XML()
    rule = rules[0]
    if not rule.keys() & {"ApplyServerSideEncryptionByDefault", "BlockedEncryptionTypes"}:
        raise MALFORMED_XML()
    default = rule.get("ApplyServerSideEncryptionByDefault") or {"SSEAlgorithm": "AES256"}
    if default["SSEAlgorithm"] not in ("AES256", *_KMS):
        raise MALFORMED_XML()
    if default.get("KMSMasterKeyID") and default["SSEAlgorithm"] not in _KMS:
        raise INVALID_ARGUMENT(
            message="a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            ArgumentName="ApplyServerSideEncryptionByDefault",
        )
    if call.bucket.zone is not None:
        return {"Rules": [_encryption_of_directory(call, default, rule)]}
    usual = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": False}
    return {"Rules": [{**usual, **rule}]}


def _encryption_of_directory(call: Authorized, default: Content, rule: Content) -> Content:
    """Check the encryption rule of a directory bucket: SSE-S3, or SSE-KMS with a customer managed key and a bucket key.

    The customer managed key can never change. Source: API_PutBucketEncryption, API_ServerSideEncryptionByDefault; the
    messages are inferred.
    """
    algorithm, key = default["SSEAlgorithm"], default.get("KMSMasterKeyID")
    if algorithm == "aws:kms:dsse":
        raise ENCRYPTION_NOT_SUPPORTED(message="Directory buckets support AES256 and aws:kms only.")
    if "BlockedEncryptionTypes" in rule:
        raise ENCRYPTION_NOT_SUPPORTED(message="Directory buckets do not support BlockedEncryptionTypes.")
    if algorithm == "AES256":
        return {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": False}
    if not key or "alias/" in key:
        raise ENCRYPTION_NOT_SUPPORTED(
            message="Directory buckets need the key ID or key ARN of a customer managed key for aws:kms."
        )
    wanted = key.rpartition("/")[2]
    with call.store.editing(call.bucket.name) as bucket:
        if bucket.customer_managed_key not in (None, wanted):
            raise ENCRYPTION_NOT_SUPPORTED(
                message="The customer managed key of a directory bucket cannot be changed once it was specified."
            )
        bucket.customer_managed_key = wanted
    return {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
