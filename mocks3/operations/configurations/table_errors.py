"""The errors of metadata tables that could not be created, as the configuration shows them. Source: API_ErrorDetails.

The code for an annotation table that already exists is inferred from those of the other two tables.
"""

from __future__ import annotations

from typing import NamedTuple


class TableError(NamedTuple):
    """An error code and its message."""

    code: str
    message: str


_AGAIN = (
    "To create a new metadata table, you must delete the metadata configuration for this bucket, and then create a new "
    "metadata configuration."
)
_EXISTS = (
    "{article} {kind} table already exists in the Amazon Web Services managed table bucket's namespace. Delete the "
    f"{{kind}} table, and then try again. {_AGAIN}"
)

ACCESS_DENIED = TableError(
    "AccessDeniedCreatingResources",
    "You don't have sufficient permissions to create the required resources. Make sure that you have "
    "s3tables:CreateTableBucket, s3tables:CreateNamespace, s3tables:CreateTable, s3tables:GetTable, "
    "s3tables:PutTablePolicy, kms:DescribeKey, and s3tables:PutTableEncryption permissions. Additionally, ensure that "
    "the KMS key used to encrypt the table still exists, is active and has a resource policy granting access to the S3 "
    "service principals 'maintenance.s3tables.amazonaws.com' and 'metadata.s3.amazonaws.com'. " + _AGAIN,
)
FIRST_GENERATION_ACCESS_DENIED = TableError(
    "AccessDeniedCreatingResources",
    "You don't have sufficient permissions to create the required resources. Make sure that you have "
    "s3tables:CreateNamespace, s3tables:CreateTable, s3tables:GetTable and s3tables:PutTablePolicy permissions, and "
    "then try again. " + _AGAIN,
)
JOURNAL_EXISTS = TableError("JournalTableAlreadyExists", _EXISTS.format(article="A", kind="journal"))
INVENTORY_EXISTS = TableError("InventoryTableAlreadyExists", _EXISTS.format(article="An", kind="inventory"))
ANNOTATION_EXISTS = TableError(
    "AnnotationTableAlreadyExists", _EXISTS.format(article="An", kind="annotation")
)
JOURNAL_NOT_AVAILABLE = TableError(
    "JournalTableNotAvailable",
    "The journal table that the inventory table relies on has a FAILED status. An inventory table requires a journal "
    "table with an ACTIVE status. To create a new journal or inventory table, you must delete the metadata "
    "configuration for this bucket, along with any journal or inventory tables, and then create a new metadata "
    "configuration.",
)
TABLE_EXISTS = TableError(
    "TableAlreadyExists",
    "The table that you specified already exists in the table bucket's namespace. Specify a different table name. "
    + _AGAIN,
)
NO_TABLE_BUCKET = TableError(
    "TableBucketNotFound",
    "The table bucket that you specified doesn't exist in this Amazon Web Services Region and account. Create or "
    "choose a different table bucket. " + _AGAIN,
)
