"""Handles of buckets, and how a test creates one without an S3 call.

    ops.create_bucket("data", policy={...}, public_access_block=None, objects={"k": b"..."})

Rule 1: arguments pass the same validators as the calls, and errors contain AWS's own message.
Rule 2: a handle stores a name only; its state is looked up on every use.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import current_bucket_policy
from mocks3.access.bucket_policies.validation import check_bucket_policy, check_directory_bucket_policy
from mocks3.effects import apply_due_effects, metadata_tables
from mocks3.effects.logging import deliver_logs
from mocks3.errors import ACL_WITH_BUCKET_OWNER_ENFORCED, Mocks3Error, S3Error
from mocks3.handles import arguments
from mocks3.handles.access_points import AccessPointHandle, make_access_point
from mocks3.handles.arguments import DEFAULT, NewBucketDefault
from mocks3.lib.locking import holding
from mocks3.model import zones
from mocks3.model.target import Target
from mocks3.operations.buckets import new_bucket
from mocks3.operations.buckets.ownership import ENFORCED, grants_others
from mocks3.operations.objects.put import etag_of
from mocks3.rules import acls, bodies, drafts, regions
from mocks3.rules.policy_documents import Document, document_text
from mocks3.storage import (
    ENABLED,
    FULL_OBJECT,
    GROUPS,
    SSE_S3,
    SUSPENDED,
    Acl,
    AclGrantee,
    Blob,
    Bucket,
    Grant,
    PublicAccessBlock,
    Version,
)

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState

Objects = Mapping[str, bytes | str]
LONGEST_KEY = 1024
"""The maximum length of a key in bytes of UTF-8 (user guide, "Naming Amazon S3 objects")."""


class OwningAccount(Protocol):
    """An :class:`mocks3.Account`, as far as a bucket needs one."""

    @property
    def id(self) -> str:
        """The account id: 12 digits."""


class BucketHandle:
    """A bucket of the in-memory AWS. Create it with ``account.create_bucket(name)``."""

    def __init__(self, aws: AwsState, name: str) -> None:
        self._aws = aws
        self.name = name

    @property
    def arn(self) -> str:
        """``arn:aws:s3:::NAME``; for a directory bucket ``arn:aws:s3express:REGION:ACCOUNT:bucket/NAME``."""
        return self._bucket.arn

    @property
    def owner(self) -> str:
        """The id of the account that owns the bucket."""
        return self._bucket.owner

    @property
    def region(self) -> str:
        """The bucket's Region."""
        return self._bucket.region

    @property
    @holding("_aws.lock")
    def policy(self) -> dict[str, Any] | None:
        """The current bucket policy, or None."""
        text = current_bucket_policy(self._bucket, self._aws.iam)
        return None if text is None else dict(json.loads(text))

    @property
    @holding("_aws.lock")
    def keys(self) -> list[str]:
        """The keys of the current objects, in S3's order (UTF-8 binary order)."""
        return [version.key for version in self._bucket.list_keys(limit=1 << 62).entries]

    @holding("_aws.lock")
    def put_policy(self, policy: Document) -> None:
        """Replace the bucket policy.

        Args:
            policy: A dict, JSON text or the path of a ``.json`` file.

        Raises:
            Mocks3Error: PutBucketPolicy would reject the policy. The message contains AWS's own.
        """
        text = document_text(policy)
        block = Target(self.name, self._bucket).public_access_block(self._aws.guardrails)
        try:
            if zones.is_directory_bucket(self.name):
                principals = check_directory_bucket_policy(self._aws.iam, self.arn, text)
            else:
                principals = check_bucket_policy(self._aws.iam, self.arn, text)
        except S3Error as error:
            raise Mocks3Error(f"the policy of {self.name}: {arguments.aws_answer(error)}") from None
        if block is not None and block.block_public_policy and is_public(text):
            raise Mocks3Error(
                f"the policy of {self.name} is public, and Block Public Access rejects public policies; create the "
                "bucket with public_access_block=None, and do not turn on block_public_policy for its account or "
                "organization"
            )
        with self._aws.store.editing(self.name) as bucket:
            bucket.policy = text
            bucket.policy_principals = principals

    @holding("_aws.lock")
    def create_access_point(
        self,
        name: str,
        *,
        account: OwningAccount | None = None,
        policy: Document | None = None,
        vpc: str | None = None,
        public_access_block: PublicAccessBlock | None = PublicAccessBlock(),  # noqa: B008 - frozen
    ) -> AccessPointHandle:
        """Create an access point for the bucket. See :meth:`Account.create_access_point`.

        Args:
            name: The access point's name.
            account: The account that owns the access point. Default: the bucket's owner.
            policy: The access point policy: a dict, JSON text or the path of a ``.json`` file.
            vpc: The id of the only VPC that may use it.
            public_access_block: The access point's own Block Public Access settings. Default: all on. None: all off.

        Returns:
            The access point.

        Raises:
            Mocks3Error: An argument is invalid, or AWS would reject it.
            NotSupported: The bucket is a directory bucket.
        """
        return make_access_point(
            self._aws,
            self.owner if account is None else account.id,
            name,
            self.name,
            policy=policy,
            vpc=vpc,
            public_access_block=public_access_block,
        )

    @holding("_aws.lock")
    def put(self, objects: Objects) -> None:
        """Store objects. The bucket's account owns them.

        Args:
            objects: Keys to bodies. A body is bytes, or text, which is stored as UTF-8.

        Raises:
            Mocks3Error: A key or body is not valid.
        """
        arguments.check_type("objects", objects, Mapping, "a dict of keys to bodies")
        with self._aws.clock.applied():
            bucket = self._bucket
            versions = [_version(bucket, key, body) for key, body in objects.items()]
        with self._aws.store.editing(self.name) as bucket:
            for version in versions:
                bucket.put(version)

    @holding("_aws.lock")
    def delete_metadata_tables(self) -> None:
        """Delete the metadata tables that no metadata configuration uses any more, as DeleteTable of S3 Tables would.

        Until they are deleted, no new metadata tables can be created (user guide, "Deleting metadata table
        configurations").
        """
        with self._aws.store.editing(self._bucket.name) as bucket:
            metadata_tables.delete_unused_tables(bucket)

    @property
    def _bucket(self) -> Bucket:
        with self._aws.clock.applied():
            apply_due_effects(self._aws)
            deliver_logs(self._aws, self.name)
        bucket = self._aws.store.bucket(self.name)
        if bucket is None:
            raise Mocks3Error(f"the bucket {self.name} was deleted")
        return bucket

    def __repr__(self) -> str:
        return f"BucketHandle({self.name})"


Ownership = Literal["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]
"""An Object Ownership setting."""

Versioning = Literal["Enabled", "Suspended"]

BucketAcl = Literal[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
    "log-delivery-write",
]
"""The name of a canned ACL that buckets can have."""


def make_bucket(
    aws: AwsState,
    account: str,
    name: str,
    *,
    region: str | None,
    acl: str | None,
    ownership: str | None,
    public_access_block: PublicAccessBlock | NewBucketDefault | None,
    versioning: str | bool | None,
) -> BucketHandle:
    """Create an empty bucket. Raise Mocks3Error for an invalid argument. See ``Account.create_bucket``."""
    if aws.store.bucket(name) is not None:
        raise Mocks3Error(f"a bucket named {name!r} already exists")
    if zones.is_directory_bucket(name):
        return _make_directory(aws, account, name, region, (acl, ownership, versioning), public_access_block)
    usual_ownership, usual_block = new_bucket.DEFAULTS[aws.settings.new_bucket_defaults]
    ownership = usual_ownership if ownership is None else ownership
    try:
        new_bucket.check_name(aws.settings, name)
        grants = _acl(aws, account, acl, ownership)
    except S3Error as error:
        raise Mocks3Error(f"the bucket {name!r}: {arguments.aws_answer(error)}") from None
    region = region or aws.settings.region
    if not regions.exists(aws.settings, region):
        raise Mocks3Error(f"there is no Region {region!r}")
    if public_access_block is not DEFAULT:
        arguments.check_block(public_access_block)
    _check_choice("ownership", ownership, new_bucket.OWNERSHIPS)
    state = {True: ENABLED, False: None}.get(versioning, versioning)  # type: ignore[arg-type]
    _check_choice("versioning", state, (None, ENABLED, SUSPENDED))
    aws.store.create_bucket(
        name,
        owner=account,
        region=region,
        created=aws.clock.now().replace(microsecond=0),
        acl=grants,
        ownership=ownership,
        public_access_block=usual_block if public_access_block is DEFAULT else public_access_block,
    )
    new_bucket.count_habits(name, region)
    with aws.store.editing(name) as bucket:
        bucket.versioning = state
    return BucketHandle(aws, name)


def _make_directory(
    aws: AwsState,
    account: str,
    name: str,
    region: str | None,
    settings: tuple[object, ...],
    public_access_block: PublicAccessBlock | NewBucketDefault | None,
) -> BucketHandle:
    """Create a directory bucket, in the Region of its zone. Its settings cannot be chosen."""
    zone = zones.zone_of(name)
    if zone is None:
        raise Mocks3Error(
            f"the name of a directory bucket must be BASE--ZONE--x-s3, like data--use1-az4--x-s3, not {name!r}"
        )
    wanted = region or next(filter(partial(zones.is_in, zone), regions.ALL), None)
    if wanted is None or not zones.is_in(zone, wanted):
        raise Mocks3Error(f"the zone {zone} is not in {f'the Region {wanted}' if wanted else 'any Region'}")
    if any(setting is not None for setting in settings) or public_access_block is not DEFAULT:
        raise Mocks3Error(
            f"{name} is a directory bucket: acl, versioning, ownership and public_access_block cannot be chosen"
        )
    aws.store.create_bucket(
        name, owner=account, region=wanted, created=aws.clock.now().replace(microsecond=0), zone=zone
    )
    return BucketHandle(aws, name)


def _check_choice(what: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        raise Mocks3Error(f"{what} must be one of {', '.join(map(repr, choices))}, not {value!r}")


def _acl(aws: AwsState, account: str, name: str | None, ownership: str) -> Acl | None:
    """Return the canned ACL ``name``, owned by the account."""
    if name is None:
        return None
    _check_choice("acl", name, tuple(acls.BUCKET_CANNED))
    owner = aws.iam.canonical_id(account)
    extra = [
        Grant(AclGrantee("Group" if grantee in GROUPS else "CanonicalUser", grantee), permission)
        for grantee, permission in acls.BUCKET_CANNED[name]
    ]
    acl = Acl((Grant(AclGrantee("CanonicalUser", owner), "FULL_CONTROL"), *extra)) if extra else None
    if ownership == ENFORCED and grants_others(acl, owner):
        raise ACL_WITH_BUCKET_OWNER_ENFORCED().with_note(acls.ENFORCED_NOTE)
    return acl


def _version(bucket: Bucket, key: str, body: bytes | str) -> Version:
    """Return an object version as a PutObject without further parameters would create it."""
    arguments.check_type("a key", key, str, "text")
    arguments.check_type(f"the body of {key!r}", body, bytes | str, "bytes or text")
    blob = Blob.of(body.encode() if isinstance(body, str) else body)
    digests = bodies.digest(blob, ("md5", bodies.DEFAULT_ALGORITHM))
    if not 0 < len(key.encode()) <= LONGEST_KEY:
        raise Mocks3Error(
            f"a key must have 1 to {LONGEST_KEY} bytes of UTF-8, not {len(key.encode())}: {key[:40]!r}"
        )
    return Version(
        key,
        drafts.write_time(),
        bucket.owner,
        blob,
        etag_of(bucket, digests["md5"], SSE_S3),
        checksums={bodies.DEFAULT_ALGORITHM: base64.b64encode(digests[bodies.DEFAULT_ALGORITHM]).decode()},
        checksum_type=FULL_OBJECT,
        headers=drafts.PLAIN_HEADERS,
        storage_class=drafts.storage_class(bucket, None),
    )
