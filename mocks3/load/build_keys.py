"""Create KMS keys, aliases and grants from descriptions.

Rule: while a world is built, every key has a policy that allows everything, so that objects can be encrypted. The key's
own policy and state are put at the end.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import Mocks3Error
from mocks3.handles.principals import principals_of
from mocks3.load.arns import account_in, region_in
from mocks3.load.build_iam import malformed
from mocks3.load.descriptions import (
    BucketDescription,
    GrantDescription,
    Json,
    KmsKeyDescription,
    ObjectDescription,
)
from mocks3.load.faults import LoadError
from mocks3.load.merging import Descriptions, Merged, key_id
from mocks3.load.named_principals import NamedPrincipals
from mocks3.load.notes import Notes
from mocks3.policy import Policy, PolicySyntaxError
from mocks3.rules.policy_documents import parse_key_policy
from mocks3.storage.kms import GrantRecord, KeyRecord
from mocks3.storage.kms.key_store import alias_arn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mocks3.handles.aws_state import AwsState

OPEN = Policy.parse(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
    },
    name="key policy",
)
"""A key policy that allows everything."""


class KeyBuilder:
    """Creates what KMS has."""

    def __init__(
        self, aws: AwsState, descriptions: Descriptions, named: NamedPrincipals, notes: Notes, region: str
    ) -> None:
        self._aws, self._all, self._named, self._notes, self._region = aws, descriptions, named, notes, region
        self._keys: dict[str, KeyRecord] = {}

    def create(self) -> None:
        """Create the keys that the files describe, and those that their buckets and objects use."""
        for merged in self._all.of(KmsKeyDescription):
            said = merged.said
            assert said.id is not None
            region = said.region or region_in(said.id) or self._region
            self._key(key_id(said.id), said.account or "", region)
            for alias in said.aliases:
                self._aws.kms.put_alias(
                    alias_arn(said.account or "", region, alias), self._keys[key_id(said.id)].arn
                )
        for arn in self._used():
            if key_id(arn) not in self._keys and self._aws.kms.key(arn) is None:
                self._key(key_id(arn), account_in(arn) or "", region_in(arn) or self._region)
                self._assume_default(arn)

    def _assume_default(self, arn: str) -> None:
        self._notes.assume(
            f"no file has the policy of the KMS key {arn} (aws kms get-key-policy): it is the default policy, with "
            "which the IAM policies of the key's account decide"
        )

    def _used(self) -> Iterator[str]:
        """Yield the ARNs of keys in the settings of buckets and objects."""
        for bucket in self._all.of(BucketDescription):
            yield from _arns_in(bucket.said.settings.get("PutBucketEncryption"))
        for each in self._all.of(ObjectDescription):
            yield from _arns_in(each.said.parameters.get("SSEKMSKeyId"))

    def _key(self, identifier: str, account: str, region: str) -> None:
        self._named.account(account)
        now = self._aws.clock.now().replace(microsecond=0)
        record = KeyRecord(account, region, identifier, OPEN, now)
        self._keys[identifier] = self._aws.kms.key(record.arn) or record
        self._aws.kms.put(self._keys[identifier])

    def finish(self) -> None:
        """Put the policies, the grants and the states of the keys."""
        described = {key_id(each.said.id or ""): each for each in self._all.of(KmsKeyDescription)}
        for identifier, created in self._keys.items():
            merged = described.get(identifier)
            record = self._with_policy(created, merged)
            if merged is not None and merged.said.enabled is not None:
                record = dataclasses.replace(record, enabled=merged.said.enabled)
            self._aws.kms.put(record)
        for grant in self._all.of(GrantDescription):
            self._grant(grant.said)
        for identifier, merged in described.items():
            if merged.said.pending_deletion:
                record = self._aws.kms.key(self._keys[identifier].arn) or self._keys[identifier]
                self._aws.kms.schedule_deletion(record, 30)

    def _with_policy(self, record: KeyRecord, merged: Merged[KmsKeyDescription] | None) -> KeyRecord:
        document = None if merged is None else merged.said.policy
        if document is None and record.policy is not OPEN:
            return record
        try:
            put = None if document is None else self._named.as_put(document)
            policy = parse_key_policy(put, record.account, record.region)
            principals = principals_of(self._aws, policy)
        except PolicySyntaxError as error:
            assert merged is not None
            raise malformed(error, merged.place("policy")) from None
        except Mocks3Error as error:
            assert merged is not None
            raise LoadError(str(error), merged.place("policy")) from None
        if document is None and merged is not None:
            self._assume_default(record.arn)
        return dataclasses.replace(record, policy=policy, principals=principals)

    def _grant(self, said: GrantDescription) -> None:
        found = self._keys.get(key_id(said.key))
        record = None if found is None else self._aws.kms.key(found.arn)
        if record is None:
            self._notes.skip(
                f"the grant {said.id or ''} of {said.grantee}",
                said.place,
                f"no file describes the key {said.key}; load aws kms describe-key --key-id {said.key}",
            )
            return
        constraints = said.constraints or {}
        try:
            principals = stored_principals.of_arns(self._aws.iam, said.grantee)
        except stored_principals.UnknownPrincipal:
            principals = {}
        granted = self._aws.kms.grant(
            record,
            said.grantee,
            said.operations,
            f"arn:aws:iam::{record.account}:root",
            principals=principals,
            equals=constraints.get("EncryptionContextEquals"),
            subset=constraints.get("EncryptionContextSubset"),
        )
        if said.id is not None:
            self._rename(record.arn, granted, said.id)

    def _rename(self, arn: str, granted: GrantRecord, grant_id: str) -> None:
        record = self._aws.kms.key(arn)
        assert record is not None
        grants = tuple(
            dataclasses.replace(each, id=grant_id) if each is granted else each for each in record.grants
        )
        self._aws.kms.put(dataclasses.replace(record, grants=grants))


def _arns_in(value: object) -> Iterator[str]:
    """Yield the ARNs of KMS keys in a setting."""
    if isinstance(value, str) and value.startswith("arn:") and ":key/" in value:
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _arns_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _arns_in(inner)


def documents(descriptions: Descriptions) -> Iterator[Json]:
    """Yield the key policies."""
    return (each.said.policy for each in descriptions.of(KmsKeyDescription) if each.said.policy is not None)
