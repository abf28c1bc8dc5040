"""Access points as tests hold them, and how a test gets one without a call.

    point = bucket.create_access_point("ap", policy={...})
    s3.get_object(Bucket=point.arn, Key="k")
    s3.get_object(Bucket=point.alias, Key="k")

Rule 1: what is given is checked by the same validators that policies of buckets pass. Rule 2: a handle keeps an ARN
only; what it stands for is looked up at every use.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import present
from mocks3.access.bucket_policies.validation import validate_access_point
from mocks3.errors import Mocks3Error, NotSupported, S3Error
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document, document_text
from mocks3.storage import ALIAS_SUFFIX, AccessPoint

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.storage import ObjectLambda, PublicAccessBlock

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]", re.ASCII)
_METADATA = 34
"""Letters and digits between the name and the end of an alias, which as a whole is no longer than a bucket's name."""
_LONGEST_ALIAS = 63


class PointHandle(ABC):
    """What access points of either kind have in common."""

    def __init__(self, aws: MockAWS, arn: str) -> None:
        self._aws = aws
        self.arn = arn

    @property
    @abstractmethod
    def record(self) -> AccessPoint | ObjectLambda:
        """What the store knows of it. Raises :class:`Mocks3Error` once it is gone."""

    @property
    def name(self) -> str:
        """Its name, which is its account's in one Region only."""
        return self.arn.rpartition("/")[2]

    @property
    def host(self) -> str:
        """Its endpoint: ``NAME-ACCOUNT.s3-accesspoint.REGION.amazonaws.com``, or ``…s3-object-lambda…``."""
        return self.record.host

    @property
    @holding("_aws.lock")
    def policy(self) -> dict[str, Any] | None:
        """Its policy as it reads now, or None."""
        record = self.record
        text = present(record.policy, record.principals, self._aws.iam)
        return None if text is None else dict(json.loads(text))

    @holding("_aws.lock")
    def put_policy(self, policy: Document) -> None:
        """Replace its policy: a dict, JSON text, or the path of a ``.json`` file.

        It may name the access point and objects through it (``ARN/object/KEY``) only; for one of Object Lambda its
        actions are ``s3-object-lambda:…``. Raises :class:`Mocks3Error` with AWS's sentence for one that
        PutAccessPointPolicy would refuse.
        """
        text = document_text(policy)
        try:
            principals = validate_access_point(self._aws.iam, self.arn, text)
        except S3Error as error:
            raise Mocks3Error(
                f"the policy of access point {self.name}: {error.message} ({error.code})"
            ) from None
        self._hold_public(text)
        self._put(policy=text, principals=principals)

    @holding("_aws.lock")
    def delete_policy(self) -> None:
        """Leave it without a policy."""
        self._put(policy=None, principals={})

    @abstractmethod
    def delete(self) -> None:
        """Remove it. What is behind it stays; a bucket can then be deleted."""

    def _hold_public(self, text: str) -> None:  # noqa: B027 - Object Lambda has no Block Public Access
        """Raise :class:`Mocks3Error` for a policy that Block Public Access prevents."""

    @abstractmethod
    def _put(self, **changes: Any) -> None: ...

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.arn})"


class AccessPointHandle(PointHandle):
    """An access point. Get it with ``bucket.create_access_point(name)``."""

    @property
    def record(self) -> AccessPoint:
        """What the store knows of it. Raises :class:`Mocks3Error` once it is gone."""
        record = self._aws.store.access_point(self.arn)
        if record is None:
            raise Mocks3Error(f"the access point {self.arn} was deleted")
        return record

    @property
    def alias(self) -> str:
        """What stands for it wherever a bucket's name may: ``NAME-…-s3alias``."""
        return self.record.alias

    @holding("_aws.lock")
    def delete(self) -> None:
        """Remove it. The bucket stays, and can then be deleted."""
        self._aws.store.delete_access_point(self.record)

    def _hold_public(self, text: str) -> None:
        record = self.record
        bucket = self._aws.store.bucket(record.bucket)
        blocks = [record.public_access_block]
        if bucket is not None and bucket.owner == record.account:
            blocks.append(bucket.public_access_block)
        blocked = any(block is not None and block.block_public_policy for block in blocks)
        if blocked and record.vpc is None and is_public(text, of_access_point=True):
            raise Mocks3Error(
                f"the policy of access point {self.name} is public, which Block Public Access prevents; an access "
                "point that is to be public is made with public_access_block=None, for a bucket that was as well"
            )

    def _put(self, **changes: Any) -> None:
        self._aws.store.put_access_point(dataclasses.replace(self.record, **changes))


def make_access_point(
    aws: MockAWS,
    account: str,
    name: str,
    bucket: str,
    *,
    policy: Document | None,
    vpc: str | None,
    public_access_block: PublicAccessBlock | None,
) -> AccessPointHandle:
    """Put an access point into the store; see ``Account.create_access_point``.

    Raises :class:`Mocks3Error`, and :class:`NotSupported` for a directory bucket.
    """
    check_name(name)
    with aws.store.lock:
        behind = aws.store.bucket(bucket)
        if behind is None:
            raise Mocks3Error(
                f"there is no bucket named {bucket!r} that {name!r} could be an access point of"
            )
        if behind.zone is not None:
            raise NotSupported(f"mocks3 does not play access points of directory buckets ({bucket})")
        record = AccessPoint(
            name,
            account,
            behind.region,
            bucket,
            _alias(name, behind.region, account),
            vpc,
            public_access_block,
        )
        if aws.store.access_point(record.arn) is not None:
            raise Mocks3Error(f"{record.arn} exists already (AccessPointAlreadyOwnedByYou)")
        aws.store.put_access_point(record)
        handle = AccessPointHandle(aws, record.arn)
        try:
            if policy is not None:
                handle.put_policy(policy)
        except BaseException:
            aws.store.delete_access_point(record)
            raise
    return handle


def check_name(name: str) -> None:
    """Raise :class:`Mocks3Error` unless an access point may be called so (user guide, "Naming rules")."""
    if not _NAME.fullmatch(name) or name.endswith(("-s3alias", "-s3-alias", "--ol-s3")):
        raise Mocks3Error(
            f"an access point's name has 3 to 50 lower-case letters, digits and hyphens, begins and ends with a "
            f"letter or digit, and has no reserved ending; {name!r} is none (InvalidAccessPoint)"
        )


def _alias(name: str, region: str, account: str) -> str:
    """The alias: as much of the name as there is room for, and what is the same in every run."""
    digest = hashlib.sha256(f"{account}/{region}/{name}".encode()).digest()
    metadata = base64.b32encode(digest).decode().lower()[:_METADATA]
    room = _LONGEST_ALIAS - len(ALIAS_SUFFIX) - _METADATA - 1
    return f"{name[:room]}-{metadata}{ALIAS_SUFFIX}"
