"""S3 Metadata: the configuration of a bucket's metadata tables, of both generations, and its updates.

The second generation has a journal table, and optionally an inventory table and an annotation table, in the AWS managed
table bucket ``aws-s3`` of the account and Region. The first generation has one table, in a table bucket that the
account owns. A bucket has one configuration, of one generation. This module stores the request for a table; package
``effects`` creates the table. The content of tables is read through S3 Tables, not through S3.

Source: API_CreateBucketMetadataConfiguration, API_GetBucketMetadataConfiguration and the pages of the other operations,
API_ErrorDetails; user guide, "How metadata tables work". No response of the service was recorded: its errors for
invalid documents are inferred from those of other documents.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from mocks3 import clock
from mocks3.errors import (
    INVALID_ARGUMENT,
    INVALID_BUCKET_STATE,
    INVALID_REQUEST,
    MALFORMED_XML,
    METHOD_NOT_ALLOWED,
    NO_SUCH_METADATA,
)
from mocks3.lib.partitions import partition_of
from mocks3.model.permissions import LATER, PASSED_ROLE, TABLE, TABLE_BUCKET, TABLE_KMS_KEY, Need, When
from mocks3.operations.configurations.document import Content
from mocks3.operations.configurations.table_errors import TableError

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authorized
    from mocks3.model.target import Target

DOCUMENT: Final = "metadata"
TABLES = "Tables"
JOURNAL, INVENTORY, ANNOTATION = (
    "JournalTableConfiguration",
    "InventoryTableConfiguration",
    "AnnotationTableConfiguration",
)
FIRST_GENERATION = "S3TablesDestination"
"""The member that only a configuration of the first generation has."""

NAMES = {JOURNAL: "journal", INVENTORY: "inventory", ANNOTATION: "annotation"}
FIRST_NAMESPACE = "aws_s3_metadata"

CREATION_TIME = timedelta(minutes=1)
"""How long a table has the status CREATING. Inferred: AWS documents no figure."""

BACKFILL_TIME = timedelta(minutes=15)
"""How long a table of the bucket's content is backfilled, at least (user guide, "Live inventory table")."""

SHORTEST, LONGEST = 7, (1 << 31) - 1
"""Limits of the days after which journal records expire (API_RecordExpiration)."""

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
    """A metadata table.

    ``requested`` is when it was configured. ``is_backfilled`` is True if it lists the objects that the bucket already
    has. ``key`` is the ARN of its KMS key, if any. ``error`` is the reason why it cannot be created, if any.
    """

    name: str
    arn: str
    requested: datetime
    is_backfilled: bool = False
    key: str | None = None
    error: TableError | None = None

    @property
    def bucket_arn(self) -> str:
        """The ARN of its table bucket."""
        return self.arn.partition("/table/")[0]

    @property
    def status(self) -> str:
        """The current status (API_JournalTableConfigurationResult, API_InventoryTableConfigurationResult)."""
        age = clock.now() - self.requested
        if age < CREATION_TIME:
            return "CREATING"
        if self.error is not None:
            return "FAILED"
        return "BACKFILLING" if self.is_backfilled and age < CREATION_TIME + BACKFILL_TIME else "ACTIVE"


# Putting


def check(call: Authorized, content: Content) -> Content:
    """Check a new configuration of the second generation."""
    _check_absent(call)
    for member in NAMES:
        _check_table(content.get(member) or {})
    tables = {name: _new_table(call, name, content[name]) for name in NAMES if _is_enabled(name, content)}
    return {**content, TABLES: tables}


def check_first_generation(call: Authorized, content: Content) -> Content:
    """Check a new configuration of the first generation."""
    _check_absent(call)
    destination = content[FIRST_GENERATION]
    bucket, name = destination["TableBucketArn"], destination["TableName"]
    _check_form(_TABLE_BUCKET, "TableBucketArn", bucket)
    _check_form(_TABLE_NAME, "TableName", name)
    return {**content, TABLES: {FIRST_GENERATION: _table(name, bucket)}}


def check_journal(call: Authorized, content: Content) -> Content:
    """Check an update of the journal table: whether its records expire, and when."""
    present = _present(call)
    _check_table(content)
    return {**present, JOURNAL: {**present[JOURNAL], **content}}


def check_inventory(call: Authorized, content: Content) -> Content:
    """Check an update that turns the inventory table on or off."""
    return _with_table_switched(call, INVENTORY, content)


def check_annotation(call: Authorized, content: Content) -> Content:
    """Check an update that turns the annotation table on or off, and sets its role."""
    return _with_table_switched(call, ANNOTATION, content)


def _with_table_switched(call: Authorized, member: str, content: Content) -> Content:
    """Return the configuration with a table turned on or off.

    The encryption of a table that exists cannot change (user guide, "How metadata tables work").
    """
    present = _present(call)
    _check_table(content)
    settings, tables = present.get(member) or {}, dict(present[TABLES])
    encryption = content.get("EncryptionConfiguration")
    if content["ConfigurationState"] == "DISABLED":
        tables.pop(member, None)
    elif member not in tables:
        tables[member] = _new_table(call, member, content)
    elif encryption not in (None, settings.get("EncryptionConfiguration")):
        raise INVALID_REQUEST(message="The encryption of a metadata table that exists can't be changed.")
    return {**present, member: {**settings, **content}, TABLES: tables}


def _check_absent(call: Authorized) -> None:
    if DOCUMENT in call.bucket.configurations:
        raise INVALID_BUCKET_STATE(message="A metadata configuration already exists for this bucket.")


def _present(call: Authorized) -> Content:
    """Return the configuration to update. Raise ``MethodNotAllowed`` for the first generation: it has no updates."""
    content: Content | None = call.bucket.configurations.get(DOCUMENT)
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


def _new_table(call: Authorized, member: str, content: Content) -> MetadataTable:
    bucket = f"arn:{partition_of(call.bucket.region)}:s3tables:{call.bucket.region}:{call.bucket.owner}:bucket/aws-s3"
    key = (content.get("EncryptionConfiguration") or {}).get("KmsKeyArn")
    return _table(NAMES[member], bucket)._replace(is_backfilled=member != JOURNAL, key=key)


def _table(name: str, bucket: str) -> MetadataTable:
    return MetadataTable(name, f"{bucket}/table/{uuid.uuid4()}", clock.now())


# Getting


def namespace(bucket: str, content: Content) -> str:
    """Return the namespace of the tables of a bucket's configuration."""
    return FIRST_NAMESPACE if FIRST_GENERATION in content else "b_" + bucket.replace(".", "_")


def get_output(call: Authorized, content: Content) -> Content:
    """Return the output of GetBucketMetadataConfiguration, for a configuration of either generation."""
    first = content[TABLES].get(FIRST_GENERATION)
    results = (
        {JOURNAL: {**_table_status(first), "RecordExpiration": {"Expiration": "DISABLED"}}}
        if first
        else {member: _result(member, content) for member in NAMES if member in content}
    )
    any_table = first or content[TABLES][JOURNAL]
    return {
        "MetadataConfigurationResult": {
            "DestinationResult": {
                "TableBucketType": "customer" if first else "aws",
                "TableBucketArn": any_table.bucket_arn,
                "TableNamespace": namespace(call.bucket.name, content),
            },
            **{f"{member}Result": result for member, result in results.items()},
        }
    }


def get_first_generation_output(call: Authorized, content: Content) -> Content:
    """Return the output of GetBucketMetadataTableConfiguration, which supports only the first generation."""
    require_first_generation(content)
    table = content[TABLES][FIRST_GENERATION]
    output = _table_status(table)
    destination = {**content[FIRST_GENERATION], "TableArn": table.arn, "TableNamespace": FIRST_NAMESPACE}
    error = {"Error": output["Error"]} if "Error" in output else {}
    return {
        "MetadataTableConfigurationResult": {"S3TablesDestinationResult": destination},
        "Status": output["TableStatus"],
        **error,
    }


def _result(member: str, content: Content) -> Content:
    settings, table = content[member], content[TABLES].get(member)
    shown = {
        name: settings[name]
        for name in ("ConfigurationState", "RecordExpiration", "Role")
        if name in settings
    }
    return shown if table is None else {**shown, **_table_status(table)}


def _table_status(table: MetadataTable) -> Content:
    output = {"TableStatus": table.status, "TableName": table.name}
    if output["TableStatus"] == "CREATING":
        return output
    if table.error is None:
        return {**output, "TableArn": table.arn}
    return {**output, "Error": {"ErrorCode": table.error.code, "ErrorMessage": table.error.message}}


# Deleting


def check_delete(call: Authorized) -> None:
    """Raise if the bucket has no configuration of either generation."""
    if DOCUMENT not in call.bucket.configurations:
        raise NO_SUCH_METADATA(BucketName=call.bucket.name)


def check_delete_first_generation(call: Authorized) -> None:
    """Raise if the bucket has no configuration of the first generation."""
    check_delete(call)
    require_first_generation(call.bucket.configurations[DOCUMENT])


def require_first_generation(content: Content) -> None:
    """Raise ``MethodNotAllowed`` for the second generation (API_GetBucketMetadataTableConfiguration)."""
    if FIRST_GENERATION not in content:
        raise METHOD_NOT_ALLOWED()
