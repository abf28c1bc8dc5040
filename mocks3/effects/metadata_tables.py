"""The metadata tables that a configuration asks for: who may make them, and what stands in their way.

They are made at once, with the permissions of whoever configured them, and of the services that write into them where
a KMS key encrypts. The call succeeds whatever comes of it; the configuration tells. A table outlives its
configuration, and stands in the way of the next one: it is deleted through S3 Tables only, which is not played.

Source: user guide, "Setting up permissions for configuring metadata tables", "Deleting metadata table
configurations"; API_ErrorDetails. That S3 passes the caller's permissions on as it does to KMS
(P-10, F-60) is inferred.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access import Question, ask_recorded, roles, supposed
from mocks3.access.kms import key_use
from mocks3.model.permissions import LATER, TABLE, TABLE_KMS_KEY, Need
from mocks3.operations.configurations import metadata
from mocks3.operations.configurations import table_errors as faults
from mocks3.storage.iam import ServiceRecord
from mocks3.storage.iam.callers import caller_of_service
from mocks3.storage.kms import ENABLED

if TYPE_CHECKING:
    from mocks3.access.context import Scene
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
"""Operations after which a table may be asked for that is not there."""

EXISTING_TABLES = "metadata-tables"
"""Under which name a bucket remembers the tables that were made for it: what they are called, and the ARN."""

SERVICE = "metadata.s3.amazonaws.com"
_USERS = (SERVICE, "maintenance.s3tables.amazonaws.com")
_EXISTS = {
    metadata.FIRST_GENERATION: faults.TABLE_EXISTS,
    metadata.JOURNAL: faults.JOURNAL_EXISTS,
    metadata.INVENTORY: faults.INVENTORY_EXISTS,
    metadata.ANNOTATION: faults.ANNOTATION_EXISTS,
}


def create_tables(operation: Operation, call: Authorized) -> None:
    """Make the tables that are asked for and not there, or let the configuration say why they can't be."""
    needs = [need for need in operation.needs if need.mode is LATER]
    with call.store.editing(call.target.name) as bucket:
        content = bucket.documents[metadata.DOCUMENT]
        tables: dict[str, MetadataTable] = dict(content[metadata.TABLES])
        left: dict[str, str] = dict(bucket.documents.get(EXISTING_TABLES, {}))
        for member, table in tables.items():
            if table.error is None and table.arn not in left.values():
                making = _Making(call, bucket, content, member, table)
                fault = making.error(needs) or making.conflict(tables)
                tables[member] = table._replace(error=fault)
                if fault is None:
                    left[making.name] = table.arn
        bucket.documents[metadata.DOCUMENT] = {**content, metadata.TABLES: tables}
        bucket.documents[EXISTING_TABLES] = left


def delete_unused_tables(bucket: Bucket) -> None:
    """Delete the tables that no configuration keeps up."""
    content = bucket.documents.get(metadata.DOCUMENT) or {metadata.TABLES: {}}
    kept = {table.arn for table in content[metadata.TABLES].values()}
    left = bucket.documents.get(EXISTING_TABLES, {})
    bucket.documents[EXISTING_TABLES] = {name: arn for name, arn in left.items() if arn in kept}


@dataclasses.dataclass(frozen=True, slots=True)
class _Making:
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
        """What no two tables of a table bucket may be called."""
        return f"{self.table.bucket_arn}/{self.namespace}/{self.table.name}"

    def conflict(self, tables: dict[str, MetadataTable]) -> TableError | None:
        """What stands in the way of a table that may be made."""
        buckets = [*self.call.store.buckets().values(), self.bucket]
        if any(self.name in each.documents.get(EXISTING_TABLES, {}) for each in buckets):
            return _EXISTS[self.member]
        if self.member == metadata.INVENTORY and tables[metadata.JOURNAL].error is not None:
            return faults.JOURNAL_NOT_AVAILABLE
        return None

    def error(self, needs: list[Need]) -> TableError | None:
        """Why the table may not be made."""
        own = f":{self.bucket.region}:{self.bucket.owner}:bucket/"
        if own not in self.table.bucket_arn:
            return faults.NO_TABLE_BUCKET
        if self._may(needs) or self.call.settings.enforce == "report":
            return None
        return (
            faults.FIRST_GENERATION_ACCESS_DENIED
            if self.member == metadata.FIRST_GENERATION
            else faults.ACCESS_DENIED
        )

    def _may(self, needs: list[Need]) -> bool:
        """Whether whoever configured the table may make it, and S3 use what it names.

        The table bucket is the account's own and has no policy, so that nobody of another account may.
        """
        if self.call.caller.account != self.bucket.owner:
            return False
        return all(self._meets(need) for need in needs) and self._key_is_usable() and self._role_is_usable()

    def _meets(self, need: Need) -> bool:
        world = self.call.world
        if need.on is TABLE_KMS_KEY:
            key = None if self.table.key is None else world.keyring.key(self.table.key)
            scene = self._forwarded({"kms:viaservice": (f"s3tables.{self.bucket.region}.amazonaws.com",)})
            return key is None or key_use.ask_recorded(world, scene, need.action, key).allowed
        arn = self.table.arn if need.on is TABLE else self.table.bucket_arn
        scene = self._forwarded(
            {"s3tables:namespace": (self.namespace,), "s3tables:tablename": (self.table.name,)}
        )
        return ask_recorded(world, Question(scene, need.action, None, arn=arn)).allowed

    def _forwarded(self, keys: key_use.Keys) -> Scene:
        told = self.call.parsed.request.facts
        facts = dataclasses.replace(
            told, via_aws_service=True, keys={"aws:sourceip": (), **keys, **told.keys}
        )
        return supposed(self.call.world, self.call.caller, facts)

    def _service(self, name: str, keys: key_use.Keys) -> Scene:
        """A service that acts for the bucket."""
        record = ServiceRecord(name, f"arn:aws:s3:::{self.bucket.name}", self.bucket.owner)
        facts = dataclasses.replace(self.call.parsed.request.facts, keys=keys)
        return supposed(self.call.world, caller_of_service(record), facts)

    def _key_is_usable(self) -> bool:
        """Whether its KMS key, if it has one, is there, in its Region, and open to those who write the table."""
        if self.table.key is None:
            return True
        world = self.call.world
        key = world.keyring.key(self.table.key)
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
        """Whether the service may take the role, where the table has one (API_AnnotationTableConfiguration)."""
        arn = None if self.member == metadata.FIRST_GENERATION else self.content[self.member].get("Role")
        if arn is None:
            return True
        world = self.call.world
        role = world.directory.role(arn)
        if role is None:
            return False
        scene = self._service(SERVICE, {})
        return roles.ask_recorded(world, scene, role).allowed
