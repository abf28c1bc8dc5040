"""The bucket or object that a request names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from mocks3.lib.partitions import partition_of
from mocks3.lib.values import value
from mocks3.storage import strictest

if TYPE_CHECKING:
    from mocks3.storage import (
        AccessPoint,
        Acl,
        Bucket,
        Encryption,
        ObjectLambda,
        Owner,
        PublicAccessBlock,
        Version,
    )
    from mocks3.storage.iam.guardrails import GuardRails


class ObjectSnapshot(NamedTuple):
    """What decisions need of an object version, as it was. It does not keep the object's bytes in memory."""

    owner: Owner
    acl: Acl | None
    tags: Mapping[str, str]
    encryption: Encryption


def lookup(bucket: Bucket | None, key: str | None, version_id: str | None) -> Version | None:
    """Return the named version or the current one, which may be a delete marker. None if there is none."""
    if bucket is None or key is None:
        return None
    return bucket.current(key) if version_id is None else bucket.version(key, version_id)


@value
class Target:
    """A bucket, or a key in a bucket, on which permissions are checked.

    name           the bucket's name
    bucket         the bucket; None if it does not exist (yet)
    key            the key; None for the bucket itself
    version_id     the version that the request names, if any
    source         the object that is copied to this one, if any
    access_point   the access point of the request; None if the request names the bucket itself
    object_lambda  the Object Lambda access point of the request, if any
    present        the object that was there when the target was made; None for a missing key and for a delete marker
    """

    name: str
    bucket: Bucket | None
    key: str | None = None
    version_id: str | None = None
    source: Target | None = None
    access_point: AccessPoint | None = None
    object_lambda: ObjectLambda | None = None
    present: ObjectSnapshot | None = field(init=False)

    def __post_init__(self) -> None:
        version = lookup(self.bucket, self.key, self.version_id)
        self.present = (  # type: ignore[misc]  # the only assignment
            None
            if version is None or version.is_delete_marker
            else ObjectSnapshot(version.owner, version.acl, version.tags, version.encryption)
        )

    @property
    def is_configured(self) -> bool:
        """Whether the bucket has any configuration, such as Requester Pays or replication."""
        return self.bucket is not None and bool(self.bucket.configurations)

    @property
    def arn(self) -> str:
        """The ARN that the request names, with the key not encoded: the S3 ARN or the access point's (F-122)."""
        return self.own_arn if self.access_point is None else self.access_point.arn_of(self.key)

    @property
    def own_arn(self) -> str:
        """``arn:aws:s3:::BUCKET`` or ``arn:aws:s3:::BUCKET/KEY``, also for requests through an access point."""
        bucket = f"arn:aws:s3:::{self.name}" if self.bucket is None else self.bucket.arn
        return bucket if self.key is None else f"{bucket}/{self.key}"

    def public_access_block(self, guardrails: GuardRails) -> PublicAccessBlock | None:
        """Return the Block Public Access settings that apply: a setting is on if any level turns it on (B-5).

        The levels are the access point, the bucket, the account that owns the bucket, and its organization.
        """
        if self.bucket is None:
            return None
        point = None if self.access_point is None else self.access_point.public_access_block
        own = strictest(point, self.bucket.public_access_block)
        return strictest(own, guardrails.public_access_block(self.bucket.owner))

    def in_same_bucket(self, key: str | None = None, version_id: str | None = None) -> Target:
        """Return another key of the same bucket, or the bucket, with the same access point."""
        return Target(
            self.name,
            self.bucket,
            key,
            version_id,
            access_point=self.access_point,
            object_lambda=self.object_lambda,
        )


@value
class DirectoryTarget(Target):
    """A directory bucket, or a key in one. Calls on keys are authorized on the bucket (F-150).

    region_and_account  ``REGION:ACCOUNT``
    mode                the mode of the session that s3express:CreateSession is checked for
    """

    region_and_account: str = ""
    mode: str | None = None

    @property
    def own_arn(self) -> str:
        """``arn:aws:s3express:REGION:ACCOUNT:bucket/NAME``."""
        partition = partition_of(self.region_and_account.partition(":")[0])
        return f"arn:{partition}:s3express:{self.region_and_account}:bucket/{self.name}"

    def in_same_bucket(self, key: str | None = None, version_id: str | None = None) -> Target:
        """Return another key of the same bucket, or the bucket."""
        return DirectoryTarget(
            self.name,
            self.bucket,
            key,
            version_id,
            region_and_account=self.region_and_account,
            mode=self.mode,
        )
