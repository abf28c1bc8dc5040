"""The bucket or object that a request names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.lib.partitions import partition_of
from mocks3.lib.values import value
from mocks3.storage import strictest

if TYPE_CHECKING:
    from mocks3.storage import AccessPoint, Bucket, ObjectLambda, PublicAccessBlock
    from mocks3.storage.iam.guardrails import GuardRails


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
    """

    name: str
    bucket: Bucket | None
    key: str | None = None
    version_id: str | None = None
    source: Target | None = None
    access_point: AccessPoint | None = None
    object_lambda: ObjectLambda | None = None

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
