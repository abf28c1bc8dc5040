"""Mutants of settings of a bucket: Block Public Access, Object Ownership, and the grants of ACLs.

Only settings that somebody chose are changed: those that differ from the default of new buckets, and those that a call
of the run set.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mocks3.operations.buckets.new_bucket import DEFAULTS
from mocks3.storage import Acl, Bucket, PublicAccessBlock, Version

if TYPE_CHECKING:
    from mocks3.access import Decision

ENFORCED: Final = "BucketOwnerEnforced"
_NAMES: Final = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
_SETTERS: Final = {
    "PutPublicAccessBlock": "public_access_block",
    "PutBucketOwnershipControls": "ownership",
    "PutBucketAcl": "acl",
}
"""The operations that set a setting."""


@dataclass(frozen=True)
class SettingMutant:
    """One change of a setting: ``attribute`` of a bucket, or of an object if there is a ``key``."""

    kind: str
    bucket: str
    key: str | None
    attribute: str
    before: Any
    after: Any
    text: str
    weight: int

    @property
    def place(self) -> str:
        """What is changed: the bucket, or the object."""
        return f"bucket {self.bucket}" if self.key is None else f"object {self.bucket}/{self.key}"


def setting_mutants(decision: Decision) -> Iterator[SettingMutant]:
    """Yield the mutants of the settings that decide about the bucket or the object of a decision."""
    target = decision.question.target
    bucket = None if target is None else target.bucket
    if target is None or bucket is None or bucket.zone is not None:
        return
    usual = set(DEFAULTS.values())
    chosen = _SETTERS.get(decision.operation or "")
    if (bucket.ownership, bucket.public_access_block) not in usual or chosen == "public_access_block":
        yield from _of_block(bucket)
    if (bucket.ownership, bucket.public_access_block) not in usual or chosen == "ownership":
        yield _of_ownership(bucket)
    if bucket.acl is not None:
        yield from _of_acl(bucket.name, None, bucket.acl, bucket.owner)
    present = target.present
    if present is not None and present.acl is not None and target.key is not None:
        yield from _of_acl(bucket.name, target.key, present.acl, present.owner)


def _of_block(bucket: Bucket) -> Iterator[SettingMutant]:
    block = bucket.public_access_block
    if block is None:
        return
    for field in dataclasses.fields(PublicAccessBlock):
        if getattr(block, field.name):
            yield SettingMutant(
                "block-public-access",
                bucket.name,
                None,
                "public_access_block",
                block,
                dataclasses.replace(block, **{field.name: False}),
                f"{_NAMES[field.name]} of Block Public Access is off",
                75,
            )


def _of_ownership(bucket: Bucket) -> SettingMutant:
    after = "ObjectWriter" if bucket.ownership == ENFORCED else ENFORCED
    return SettingMutant(
        "ownership",
        bucket.name,
        None,
        "ownership",
        bucket.ownership,
        after,
        f"its Object Ownership is {after} instead of {bucket.ownership or 'not set'}",
        60,
    )


def _of_acl(bucket: str, key: str | None, acl: Acl, owner: str) -> Iterator[SettingMutant]:
    for place, grant in enumerate(acl.grants):
        after = Acl(tuple(each for number, each in enumerate(acl.grants) if number != place))
        grantee = grant.grantee.id.rpartition("/")[2]
        yield SettingMutant(
            "drop-grant",
            bucket,
            key,
            "acl",
            acl,
            after,
            f"its ACL does not grant {grant.permission} to {grantee}",
            70,
        )


@contextmanager
def changed(mutant: SettingMutant) -> Iterator[None]:
    """Let a setting have another value in the block, whenever it is read.

    Snapshots and worlds are not changed: the attribute of the class is a property as long as the block runs.
    """
    holder: type[Bucket] | type[Version] = Bucket if mutant.key is None else Version
    name = mutant.bucket if mutant.key is None else mutant.key
    of_name = "name" if mutant.key is None else "key"
    slot = vars(holder)[mutant.attribute]

    def read(each: Any) -> Any:
        value = slot.__get__(each)
        return mutant.after if value == mutant.before and getattr(each, of_name) == name else value

    setattr(holder, mutant.attribute, property(read, slot.__set__))
    try:
        yield
    finally:
        setattr(holder, mutant.attribute, slot)
