"""Creating the metadata tables of a configuration: the permissions and the conflicts.

Tables are created during the call, with the permissions of the caller. If a KMS key encrypts a table, the services that
write it need permissions too. The call succeeds in any case; the configuration shows the error. A table remains after
its configuration is deleted and conflicts with the next table of its name. Tables are deleted only through S3 Tables,
which mocks3 does not support.

Source: user guide, "Setting up permissions for configuring metadata tables", "Deleting metadata table
configurations"; API_ErrorDetails. That S3 uses the caller's permissions, as it does for KMS (P-10, F-60), is inferred.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access import Question, ask_recorded, hypothetical_request, roles
from mocks3.access.kms import key_use
from mocks3.model.permissions import LATER, TABLE, TABLE_KMS_KEY, Need
from mocks3.operations.configurations import metadata
from mocks3.operations.configurations import table_errors as errors
from mocks3.storage.iam import ServiceRecord
from mocks3.storage.iam.callers import caller_of_service
from mocks3.storage.kms import ENABLED

if TYPE_CHECKING:
    from mocks3.access.context import RequestInfo
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authorized
    from mocks3.operations.configurations.document import Content
    from mocks3.operations.configurations.metadata import MetadataTable
    from mocks3.operations.configurations.table_errors import TableError
    from mocks3.storage import Bucket

CREATING_OPERATIONS = frozenset(
    {
        "CreateBucketMetadataConfiguration",
        "CreateBucketMetadataTableConfiguration",
        "UpdateBucketMetadataInventoryTableConfiguration",
        "UpdateBucketMetadataAnnotationTableConfiguration",
    }
)
"""Operations that may create tables."""

SERVICE = "metadata.s3.amazonaws.com"
_USERS = (SERVICE, "maintenance.s3tables.amazonaws.com")
_EXISTS = {
    metadata.FIRST_GENERATION: errors.TABLE_EXISTS,
    metadata.JOURNAL: errors.JOURNAL_EXISTS,
    metadata.INVENTORY: errors.INVENTORY_EXISTS,
    metadata.ANNOTATION: errors.ANNOTATION_EXISTS,
}


def create_tables(operation: Operation, call: Authorized) -> None:
    """Create the configured tables that do not exist yet, or store in the configuration why that is impossible."""
    needs = [need for need in operation.needs if need.mode is LATER]
    with call.store.editing(call.target.name) as bucket:
        content = bucket.configurations[metadata.DOCUMENT]
        tables: dict[str, MetadataTable] = dict(content[metadata.TABLES])
        existing: dict[str, str] = dict(bucket.metadata_tables)
        for member, table in tables.items():
            if table.error is None and table.arn not in existing.values():
                creation = _Creation(call, bucket, content, member, table)
                error = creation.error(needs) or creation.conflict(tables)
                tables[member] = table._replace(error=error)
                if error is None:
                    existing[creation.name] = table.arn
        bucket.configurations[metadata.DOCUMENT] = {**content, metadata.TABLES: tables}
        bucket.metadata_tables = existing


def delete_unused_tables(bucket: Bucket) -> None:
    """Delete the tables that are not part of the bucket's configuration."""
    content = bucket.configurations.get(metadata.DOCUMENT) or {metadata.TABLES: {}}
    used = {table.arn for table in content[metadata.TABLES].values()}
    bucket.metadata_tables = {name: arn for name, arn in bucket.metadata_tables.items() if arn in used}


@dataclasses.dataclass(frozen=True, slots=True)
class _Creation:
    """The creation of one table."""

    call: Authorized
    bucket: Bucket
    content: Content
    member: str
    table: MetadataTable

    @property
    def namespace(self) -> str:
        return metadata.namespace(self.bucket.name, self.content)

    @property
    def name(self) -> str:
        """The name that must be unique: table bucket, namespace and table."""
        return f"{self.table.bucket_arn}/{self.namespace}/{self.table.name}"

    def conflict(self, tables: dict[str, MetadataTable]) -> TableError | None:
        """Return the error if the table exists already, or if the journal table it needs has failed."""
        buckets = [*self.call.store.buckets().values(), self.bucket]
        if any(self.name in each.metadata_tables for each in buckets):
            return _EXISTS[self.member]
        if self.member == metadata.INVENTORY and tables[metadata.JOURNAL].error is not None:
            return errors.JOURNAL_NOT_AVAILABLE
        return None

    def error(self, needs: list[Need]) -> TableError | None:
        """Return the error if the table bucket is another account's, or if a permission is missing."""
        own = f":{self.bucket.region}:{self.bucket.owner}:bucket/"
        if own not in self.table.bucket_arn:
            return errors.NO_TABLE_BUCKET
        if self._is_permitted(needs) or self.call.settings.enforce == "report":
            return None
        return (
            errors.FIRST_GENERATION_ACCESS_DENIED
            if self.member == metadata.FIRST_GENERATION
            else errors.ACCESS_DENIED
        )

    def _is_permitted(self, needs: list[Need]) -> bool:
        """Return whether the caller may create the table, and S3 may use its KMS key and its role.

        The table bucket belongs to the bucket's owner and has no policy. So principals of other accounts may not.
        """
        if self.call.caller.account != self.bucket.owner:
            return False
        return (
            all(self._is_allowed(need) for need in needs) and self._key_is_usable() and self._role_is_usable()
        )

    def _is_allowed(self, need: Need) -> bool:
        world = self.call.world
        if need.on is TABLE_KMS_KEY:
            key = None if self.table.key is None else world.kms.key(self.table.key)
            request_info = self._forwarded(
                {"kms:viaservice": (f"s3tables.{self.bucket.region}.amazonaws.com",)}
            )
            return key is None or key_use.ask_recorded(world, request_info, need.action, key).allowed
        arn = self.table.arn if need.on is TABLE else self.table.bucket_arn
        request_info = self._forwarded(
            {"s3tables:namespace": (self.namespace,), "s3tables:tablename": (self.table.name,)}
        )
        return ask_recorded(world, Question(request_info, need.action, None, arn=arn)).allowed

    def _forwarded(self, keys: key_use.Keys) -> RequestInfo:
        """Return the request context of S3 that acts with the caller's permissions."""
        facts = self.call.parsed.request.context
        all_keys = {"aws:sourceip": (), **keys, **facts.keys}
        facts = dataclasses.replace(facts, via_aws_service=True, keys=all_keys)
        return hypothetical_request(self.call.world, self.call.caller, facts)

    def _service(self, name: str, keys: key_use.Keys) -> RequestInfo:
        """Return the request context of a service that acts for the bucket."""
        record = ServiceRecord(name, self.bucket.arn, self.bucket.owner)
        facts = dataclasses.replace(self.call.parsed.request.context, keys=keys)
        return hypothetical_request(self.call.world, caller_of_service(record), facts)

    def _key_is_usable(self) -> bool:
        """Return whether the table's KMS key is enabled, in the bucket's Region, and usable by the services."""
        if self.table.key is None:
            return True
        world = self.call.world
        key = world.kms.key(self.table.key)
        if key is None or key.manager == "AWS" or key.state != ENABLED or key.region != self.bucket.region:
            return False
        context = {"aws:s3:arn": f"{self.table.arn}/metadata"}
        return all(
            key_use.ask_recorded(
                world, self._service(user, key_use.context_keys(context)), action, key, context
            ).allowed
            for user in _USERS
            for action in ("kms:GenerateDataKey", "kms:Decrypt")
        )

    def _role_is_usable(self) -> bool:
        """Return whether the service may assume the table's role, if any (API_AnnotationTableConfiguration)."""
        arn = None if self.member == metadata.FIRST_GENERATION else self.content[self.member].get("Role")
        if arn is None:
            return True
        world = self.call.world
        role = world.iam.role(arn)
        if role is None:
            return False
        request_info = self._service(SERVICE, {})
        return roles.ask_recorded(world, request_info, role).allowed
