"""S3 Metadata: the configuration of a bucket's metadata tables, of both generations, and its updates.

The second generation has a journal table, and perhaps an inventory table and an annotation table, in the table bucket
``aws-s3`` that AWS keeps for an account in a Region. The first had one table, in a table bucket of the account's own.
A bucket has one configuration, of either. Tables are asked for here and made in ``acting``; what they hold is read
through S3 Tables, not through S3.

Source: API_CreateBucketMetadataConfiguration, API_GetBucketMetadataConfiguration and their neighbours,
API_ErrorDetails; user guide, "How metadata tables work". The service's answers were not recorded: how it refuses a
document is inferred from how it refuses others.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import clock
from mocks3.errors import (
    INVALID_ARGUMENT,
    INVALID_BUCKET_STATE,
    INVALID_REQUEST,
    MALFORMED_XML,
    METHOD_NOT_ALLOWED,
    NO_SUCH_METADATA,
)
from mocks3.model.permissions import LATER, PASSED_ROLE, TABLE, TABLE_BUCKET, TABLE_KMS_KEY, Need, When
from mocks3.operations.configurations.document import Content
from mocks3.operations.configurations.table_errors import TableError

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authorized
    from mocks3.model.target import Target

DOCUMENT = "metadata"
TABLES = "Tables"
JOURNAL, INVENTORY, ANNOTATION = (
    "JournalTableConfiguration",
    "InventoryTableConfiguration",
    "AnnotationTableConfiguration",
)
FIRST_GENERATION = "S3TablesDestination"
"""What a configuration of the first generation has, and none of the second."""

NAMES = {JOURNAL: "journal", INVENTORY: "inventory", ANNOTATION: "annotation"}
FIRST_NAMESPACE = "aws_s3_metadata"

CREATION_TIME = timedelta(minutes=1)
"""How long a table is in the making. Inferred: AWS documents no figure."""

BACKFILL_TIME = timedelta(minutes=15)
"""How long a table that shows what the bucket holds is filled, at the least (user guide, "Live inventory table")."""

SHORTEST, LONGEST = 7, (1 << 31) - 1
"""Days that records of the journal are kept (API_RecordExpiration)."""

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", re.ASCII)
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/.+", re.ASCII)
_TABLE_BUCKET = re.compile(r"arn:aws[a-z-]*:s3tables:[a-z0-9-]+:\d{12}:bucket/[a-z0-9_-]{3,63}", re.ASCII)
_TABLE_NAME = re.compile(r"[a-z0-9_]{1,255}", re.ASCII)


def _names_role(parsed: Parsed, target: Target) -> bool:
    body = parsed.params.get("MetadataConfiguration") or parsed.params
    return "Role" in (body.get(ANNOTATION) or {})


# API_CreateBucketMetadataTableConfiguration, "Permissions".
FIRST_GENERATION_NEEDS = (
    Need("s3tables:CreateNamespace", TABLE_BUCKET, mode=LATER),
    Need("s3tables:CreateTable", TABLE_BUCKET, mode=LATER),
    Need("s3tables:GetTable", TABLE, mode=LATER),
    Need("s3tables:PutTablePolicy", TABLE, mode=LATER),
)
# API_UpdateBucketMetadataInventoryTableConfiguration.
INVENTORY_TABLE_NEEDS = (
    Need("s3tables:CreateTableBucket", TABLE_BUCKET, mode=LATER),
    *FIRST_GENERATION_NEEDS,
    Need("s3tables:PutTableEncryption", TABLE, mode=LATER),
    Need("kms:DescribeKey", TABLE_KMS_KEY, mode=LATER),
)
# API_UpdateBucketMetadataAnnotationTableConfiguration.
ROLE_NEEDS = (Need("iam:PassRole", PASSED_ROLE, when=When("a role is named", _names_role)),)
# API_CreateBucketMetadataConfiguration.
ALL_TABLES_NEEDS = (
    *INVENTORY_TABLE_NEEDS,
    Need("s3tables:PutTableBucketPolicy", TABLE_BUCKET, mode=LATER),
    *ROLE_NEEDS,
)


class MetadataTable(NamedTuple):
    """A table: ``asked`` for at that moment, filled with what the bucket holds or not, encrypted with ``key`` or not.

    ``fault`` is why it can't be made.
    """

    name: str
    arn: str
    requested: datetime
    is_backfilled: bool = False
    key: str | None = None
    error: TableError | None = None

    @property
    def bucket_arn(self) -> str:
        """The table bucket that it is in."""
        return self.arn.partition("/table/")[0]

    @property
    def status(self) -> str:
        """As it is now (API_JournalTableConfigurationResult, API_InventoryTableConfigurationResult)."""
        age = clock.now() - self.requested
        if age < CREATION_TIME:
            return "CREATING"
        if self.error is not None:
            return "FAILED"
        return "BACKFILLING" if self.is_backfilled and age < CREATION_TIME + BACKFILL_TIME else "ACTIVE"


# Putting


def check(call: Authorized, content: Content) -> Content:
    """A new configuration of the second generation."""
    _check_absent(call)
    for member in NAMES:
        _check_table(content.get(member) or {})
    asked = {name: _asked(call, name, content[name]) for name in NAMES if _is_enabled(name, content)}
    return {**content, TABLES: asked}


def check_first_generation(call: Authorized, content: Content) -> Content:
    """A new configuration of the first generation."""
    _check_absent(call)
    destination = content[FIRST_GENERATION]
    bucket, name = destination["TableBucketArn"], destination["TableName"]
    _check_form(_TABLE_BUCKET, "TableBucketArn", bucket)
    _check_form(_TABLE_NAME, "TableName", name)
    return {**content, TABLES: {FIRST_GENERATION: _table(name, bucket)}}


def check_journal(call: Authorized, content: Content) -> Content:
    """Whether the journal's records expire, and when."""
    present = _present(call)
    _check_table(content)
    return {**present, JOURNAL: {**present[JOURNAL], **content}}


def check_inventory(call: Authorized, content: Content) -> Content:
    """Whether there is an inventory table."""
    return _switched(call, INVENTORY, content)


def check_annotation(call: Authorized, content: Content) -> Content:
    """Whether there is an annotation table, and its role."""
    return _switched(call, ANNOTATION, content)


def _switched(call: Authorized, member: str, content: Content) -> Content:
    """The configuration with a table on or off. One that is there keeps its encryption ("How metadata tables work")."""
    present = _present(call)
    _check_table(content)
    settings, tables = present.get(member) or {}, dict(present[TABLES])
    encryption = content.get("EncryptionConfiguration")
    if content["ConfigurationState"] == "DISABLED":
        tables.pop(member, None)
    elif member not in tables:
        tables[member] = _asked(call, member, content)
    elif encryption not in (None, settings.get("EncryptionConfiguration")):
        raise INVALID_REQUEST(message="The encryption of a metadata table that exists can't be changed.")
    return {**present, member: {**settings, **content}, TABLES: tables}


def _check_absent(call: Authorized) -> None:
    if DOCUMENT in call.bucket.documents:
        raise INVALID_BUCKET_STATE(message="A metadata configuration already exists for this bucket.")


def _present(call: Authorized) -> Content:
    """The configuration that is updated. One of the first generation has no tables that could be."""
    content: Content | None = call.bucket.documents.get(DOCUMENT)
    if content is None:
        raise NO_SUCH_METADATA(BucketName=call.bucket.name)
    if FIRST_GENERATION in content:
        raise METHOD_NOT_ALLOWED()
    return content


def _check_table(content: Content) -> None:
    expiration = content.get("RecordExpiration") or {}
    if (expiration.get("Expiration") == "ENABLED") != ("Days" in expiration):
        raise MALFORMED_XML()
    if not SHORTEST <= expiration.get("Days", SHORTEST) <= LONGEST:
        raise INVALID_ARGUMENT(
            message=f"Days must be a whole number from {SHORTEST} to {LONGEST}",
            ArgumentName="Days",
            ArgumentValue=expiration["Days"],
        )
    encryption = content.get("EncryptionConfiguration") or {}
    if (encryption.get("SseAlgorithm") == "aws:kms") != ("KmsKeyArn" in encryption):
        raise MALFORMED_XML()
    _check_form(_KEY, "KmsKeyArn", encryption.get("KmsKeyArn"))
    _check_form(_ROLE, "Role", content.get("Role"))


def _check_form(form: re.Pattern[str], name: str, value: str | None) -> None:
    if value is not None and not form.fullmatch(value):
        raise INVALID_ARGUMENT(message=f"The {name} is not valid", ArgumentName=name, ArgumentValue=value)


def _is_enabled(member: str, content: Content) -> bool:
    return member in content and content[member].get("ConfigurationState", "ENABLED") == "ENABLED"


def _asked(call: Authorized, member: str, content: Content) -> MetadataTable:
    bucket = f"arn:aws:s3tables:{call.bucket.region}:{call.bucket.owner}:bucket/aws-s3"
    key = (content.get("EncryptionConfiguration") or {}).get("KmsKeyArn")
    return _table(NAMES[member], bucket)._replace(is_backfilled=member != JOURNAL, key=key)


def _table(name: str, bucket: str) -> MetadataTable:
    return MetadataTable(name, f"{bucket}/table/{uuid.uuid4()}", clock.now())


# Getting


def namespace(bucket: str, content: Content) -> str:
    """Where the tables of a bucket's configuration are."""
    return FIRST_NAMESPACE if FIRST_GENERATION in content else "b_" + bucket.replace(".", "_")


def get_output(call: Authorized, content: Content) -> Content:
    """As GetBucketMetadataConfiguration tells it, of either generation."""
    first = content[TABLES].get(FIRST_GENERATION)
    results = (
        {JOURNAL: {**_told(first), "RecordExpiration": {"Expiration": "DISABLED"}}}
        if first
        else {member: _result(member, content) for member in NAMES if member in content}
    )
    some = first or content[TABLES][JOURNAL]
    return {
        "MetadataConfigurationResult": {
            "DestinationResult": {
                "TableBucketType": "customer" if first else "aws",
                "TableBucketArn": some.bucket_arn,
                "TableNamespace": namespace(call.bucket.name, content),
            },
            **{f"{member}Result": result for member, result in results.items()},
        }
    }


def get_first_generation_output(call: Authorized, content: Content) -> Content:
    """As GetBucketMetadataTableConfiguration tells it, which knows the first generation only."""
    require_first_generation(content)
    table = content[TABLES][FIRST_GENERATION]
    told = _told(table)
    destination = {**content[FIRST_GENERATION], "TableArn": table.arn, "TableNamespace": FIRST_NAMESPACE}
    error = {"Error": told["Error"]} if "Error" in told else {}
    return {
        "MetadataTableConfigurationResult": {"S3TablesDestinationResult": destination},
        "Status": told["TableStatus"],
        **error,
    }


def _result(member: str, content: Content) -> Content:
    settings, table = content[member], content[TABLES].get(member)
    kept = {
        name: settings[name]
        for name in ("ConfigurationState", "RecordExpiration", "Role")
        if name in settings
    }
    return kept if table is None else {**kept, **_told(table)}


def _told(table: MetadataTable) -> Content:
    told = {"TableStatus": table.status, "TableName": table.name}
    if told["TableStatus"] == "CREATING":
        return told
    if table.error is None:
        return {**told, "TableArn": table.arn}
    return {**told, "Error": {"ErrorCode": table.error.code, "ErrorMessage": table.error.message}}


# Deleting


def check_delete(call: Authorized) -> None:
    """There must be a configuration, of either generation."""
    if DOCUMENT not in call.bucket.documents:
        raise NO_SUCH_METADATA(BucketName=call.bucket.name)


def check_delete_first_generation(call: Authorized) -> None:
    """There must be a configuration, of the first generation."""
    check_delete(call)
    require_first_generation(call.bucket.documents[DOCUMENT])


def require_first_generation(content: Content) -> None:
    """Raise ``MethodNotAllowed`` for the second generation (API_GetBucketMetadataTableConfiguration)."""
    if FIRST_GENERATION not in content:
        raise METHOD_NOT_ALLOWED()
