"""The bucket or object that a request names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.lib.values import value

if TYPE_CHECKING:
    from mocks3.storage import AccessPoint, Bucket, ObjectLambda, PublicAccessBlock


@value
class Target:
    """A bucket, or a key in one, that a need is about. ``bucket`` is None where it does not exist (yet).

    ``source`` is what is copied onto it, if anything is. ``access_point`` is what it was reached through, None where
    the request names the bucket itself; ``object_lambda`` what stood before that, if anything did.
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
        """The ARN by which the request names it, key un-encoded: its own, or one of the access point (F-122)."""
        return self.own_arn if self.access_point is None else self.access_point.arn_of(self.key)

    @property
    def own_arn(self) -> str:
        """``arn:aws:s3:::BUCKET`` or ``arn:aws:s3:::BUCKET/KEY``, however it was reached."""
        return f"arn:aws:s3:::{self.name}" if self.key is None else f"arn:aws:s3:::{self.name}/{self.key}"

    @property
    def public_access_block(self) -> PublicAccessBlock | None:
        """What of Block Public Access holds for requests to it: the bucket's settings and the access point's (B-5)."""
        own = None if self.bucket is None else self.bucket.public_access_block
        if self.access_point is None or self.access_point.public_access_block is None:
            return own
        return self.access_point.public_access_block.joined(own)

    def in_same_bucket(self, key: str | None = None, version_id: str | None = None) -> Target:
        """Another key of the same bucket, or the bucket, reached in the same way."""
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
    """A directory bucket, or a key in one: what is done there is authorized on the bucket (F-150).

    ``home`` is ``REGION:ACCOUNT``; ``mode`` what the session would be for whose making is asked about.
    """

    region_and_account: str = ""
    mode: str | None = None

    @property
    def own_arn(self) -> str:
        """``arn:aws:s3express:REGION:ACCOUNT:bucket/NAME``."""
        return f"arn:aws:s3express:{self.region_and_account}:bucket/{self.name}"

    def in_same_bucket(self, key: str | None = None, version_id: str | None = None) -> Target:
        """Another key of the same bucket, or the bucket."""
        return DirectoryTarget(
            self.name,
            self.bucket,
            key,
            version_id,
            region_and_account=self.region_and_account,
            mode=self.mode,
        )
