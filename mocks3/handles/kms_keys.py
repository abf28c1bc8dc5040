"""Handles of KMS keys.

    key = ops.create_kms_key(alias="alias/data")
    s3.put_object(..., ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
    key.disable()

Rule: a handle stores an ARN only; its state is looked up on every use.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.bucket_policies import stored_principals
from mocks3.access.kms import key_use
from mocks3.errors import Mocks3Error, S3Error
from mocks3.handles.principals import principals_of, unknown_principal
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document, parse_key_policy
from mocks3.storage.kms.key_names import find
from mocks3.storage.kms.key_store import alias_arn

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.principals import Principal, Role
    from mocks3.storage.kms import GrantRecord, KeyRecord

Constraints = Mapping[str, Mapping[str, str]]


class KmsKey:
    """A KMS key. Get it with ``account.create_kms_key()`` or ``account.kms_key(name)``."""

    def __init__(self, aws: AwsState, arn: str) -> None:
        self._aws = aws
        self.arn = arn

    @property
    def id(self) -> str:
        """The key id, a UUID."""
        return self.arn.rpartition("/")[2]

    @property
    def record(self) -> KeyRecord:
        """The stored state of the key.

        Raises:
            Mocks3Error: The key was deleted.
        """
        record = self._aws.kms.key(self.arn)
        if record is None:
            raise Mocks3Error(f"the key {self.arn} was deleted")
        return record

    @property
    def state(self) -> str:
        """``Enabled``, ``Disabled`` or ``PendingDeletion``."""
        return self.record.state

    @property
    def policy(self) -> dict[str, Any]:
        """The current key policy."""
        return dict(json.loads(key_use.policy_of(self._aws, self.record).text))

    @holding("_aws.lock")
    def put_policy(self, document: Document | None) -> None:
        """Replace the key policy.

        Args:
            document: A dict, JSON text or the path of a ``.json`` file; None for the default policy.

        Raises:
            Mocks3Error: The policy names a principal that does not exist, or AWS manages the key.
            PolicySyntaxError: The policy is malformed.
        """
        policy = parse_key_policy(document, self.record.account, self.record.region)
        self._change(policy=policy, principals=principals_of(self._aws, policy))

    @holding("_aws.lock")
    def add_alias(self, alias: str) -> None:
        """Add an alias.

        Args:
            alias: A name such as ``alias/data``.

        Raises:
            Mocks3Error: The name is not valid, or the alias already exists.
        """
        record = self.record
        arn = alias_arn(record.account, record.region, alias)
        if not alias.startswith("alias/") or alias.startswith("alias/aws/"):
            raise Mocks3Error(f"an alias must be a name like alias/data, and not alias/aws/...: {alias!r}")
        if self._aws.kms.alias(arn) is not None:
            raise Mocks3Error(f"{arn} already exists")
        self._aws.kms.put_alias(arn, self.arn)

    @holding("_aws.lock")
    def enable(self) -> None:
        """Enable the key."""
        self._change(enabled=True)

    @holding("_aws.lock")
    def disable(self) -> None:
        """Disable the key. It cannot be used until it is enabled again."""
        self._change(enabled=False)

    @holding("_aws.lock")
    def schedule_deletion(self, days: int = 30) -> None:
        """Schedule the key's deletion. It cannot be used until then.

        Args:
            days: The waiting period.
        """
        self._change()
        self._aws.kms.schedule_deletion(self.record, days)

    @holding("_aws.lock")
    def cancel_deletion(self) -> None:
        """Cancel the deletion. The key is disabled afterwards, as at KMS."""
        self._change(deletion=None, enabled=False)

    @holding("_aws.lock")
    def grant(
        self,
        grantee: Principal | Role | str,
        operations: Iterable[str] = ("Encrypt", "Decrypt", "GenerateDataKey"),
        constraints: Constraints | None = None,
    ) -> GrantRecord:
        """Create a grant: a principal may use the key, independently of the key policy.

        Args:
            grantee: A user, role or session, or an ARN.
            operations: The KMS operations that are allowed.
            constraints: Encryption context constraints, as in CreateGrant.

        Returns:
            The grant, for :meth:`revoke`.

        Raises:
            Mocks3Error: The grantee does not exist or has no credentials, or AWS manages the key.
        """
        arn = grantee if isinstance(grantee, str) else grantee.arn
        if arn is None:
            raise Mocks3Error(
                "the grantee must be a principal with credentials; the anonymous caller has none"
            )
        self._change()
        try:
            principals = stored_principals.of_arns(self._aws.iam, arn)
        except stored_principals.UnknownPrincipal as unknown:
            raise unknown_principal("the grant", unknown.value) from None
        given = constraints or {}
        return self._aws.kms.grant(
            self.record,
            arn,
            operations,
            f"arn:aws:iam::{self.record.account}:root",
            principals=principals,
            equals=given.get("EncryptionContextEquals"),
            subset=given.get("EncryptionContextSubset"),
        )

    @holding("_aws.lock")
    def revoke(self, grant: GrantRecord | str) -> None:
        """Revoke a grant.

        Args:
            grant: The grant, or its id.
        """
        identifier = grant if isinstance(grant, str) else grant.id
        self._change(grants=tuple(each for each in self.record.grants if each.id != identifier))

    def _change(self, **changes: Any) -> None:
        record = self.record
        if record.manager == "AWS":
            raise Mocks3Error(f"{self.arn} is an AWS managed key and cannot be changed")
        self._aws.kms.put(dataclasses.replace(record, **changes))

    def __repr__(self) -> str:
        return f"KmsKey({self.arn})"


def make_key(
    aws: AwsState,
    account: str,
    policy: Document | None,
    alias: str | None,
    description: str,
    region: str | None,
) -> KmsKey:
    """Create a key. See ``Account.create_kms_key``."""
    region = region or aws.settings.region
    parsed = parse_key_policy(policy, account, region)
    record = aws.kms.create(
        account,
        region,
        parsed,
        description,
        principals=principals_of(aws, parsed),
    )
    key = KmsKey(aws, record.arn)
    if alias is not None:
        key.add_alias(alias)
    return key


def find_key(aws: AwsState, account: str, name: str, region: str | None) -> KmsKey:
    """Return an existing key. See ``Account.kms_key``."""
    try:
        record = find(aws.kms, name, account, region or aws.settings.region)
    except S3Error as error:
        raise Mocks3Error(error.message) from None
    if record is None:
        raise Mocks3Error(f"Key {name!r} does not exist")
    return KmsKey(aws, record.arn)
