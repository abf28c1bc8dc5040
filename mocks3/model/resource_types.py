"""What S3 calls a resource that a request selects: in MethodNotAllowed, and in server access logs.

Source: user guide, "Amazon S3 server access log format" (``REST.GET.BUCKETPOLICY``); the ``ResourceType`` of errors is
reported with the same words (brekkylab/backlot #267, #335).
"""

from __future__ import annotations

from collections.abc import Iterable

_NAMES = {
    "abac": "BUCKET_ABAC",
    "attributes": "OBJECT_ATTRIBUTES",
    "delete": "MULTI_OBJECT_DELETE",
    "legal-hold": "OBJECT_LOCK_LEGALHOLD",
    "logging": "LOGGING_STATUS",
    "metadataAnnotationTable": "BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION",
    "metadataConfiguration": "BUCKET_METADATA_CONFIGURATION",
    "metadataInventoryTable": "BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION",
    "metadataJournalTable": "BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION",
    "metadataTable": "BUCKET_METADATA_TABLE_CONFIGURATION",
    "object-lock": "OBJECT_LOCK_CONFIGURATION",
    "ownershipControls": "OWNERSHIP_CONTROLS",
    "policy": "BUCKETPOLICY",
    "policyStatus": "POLICY_STATUS",
    "publicAccessBlock": "PUBLIC_ACCESS_BLOCK",
    "requestPayment": "REQUEST_PAYMENT",
    "retention": "OBJECT_LOCK_RETENTION",
    "versions": "BUCKETVERSIONS",
}

_PLAIN = (
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "lifecycle",
    "location",
    "metrics",
    "notification",
    "replication",
    "restore",
    "select",
    "tagging",
    "torrent",
    "uploads",
    "versioning",
    "website",
)
_NAMES |= {selector: selector.upper().replace("-", "_") for selector in _PLAIN}
"""The names of subresources, by their selectors."""

_OF_OBJECTS = _NAMES | {
    "annotation": "OBJECT_ANNOTATIONS",
    "encryption": "OBJECT_ENCRYPTION",
    "tagging": "OBJECT_TAGGING",
}


def resource_type(query: Iterable[str], *, of_object: bool) -> str:
    """Return the name of what the names in a query select: ``BUCKETPOLICY`` for ``policy``, ``OBJECT`` for nothing."""
    names = _OF_OBJECTS if of_object else _NAMES
    selected = next((names[name] for name in query if name in names), None)
    return selected or ("OBJECT" if of_object else "BUCKET")
