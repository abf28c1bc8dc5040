"""Errors about the namespaces of general purpose buckets. The messages are those that users of the service report."""

from __future__ import annotations

from mocks3.errors import Row

INVALID_NAMESPACE_HEADER = Row("InvalidNamespaceHeader", 400, "{message}")
MISSING_NAMESPACE_HEADER = Row(
    "MissingNamespaceHeader",
    400,
    "The requested bucket is an account-regional namespace bucket, but your request is missing the required "
    "x-amz-bucket-namespace header.",
)
