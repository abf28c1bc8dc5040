"""Handles of access points, and how a test creates one without an S3 call.

    point = bucket.create_access_point("ap", policy={...})
    s3.get_object(Bucket=point.arn, Key="k")
    s3.get_object(Bucket=point.alias, Key="k")

Rule 1: arguments pass the same validators as the calls. Rule 2: a handle stores an ARN only; its state is looked up on
every use.
"""

from __future__ import annotations

import dataclasses
import json
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.access.access_points import public_policies
from mocks3.access.bucket_policies.stored_principals import current_text
from mocks3.access.bucket_policies.validation import check_access_point_policy
from mocks3.errors import Mocks3Error, NotSupported, S3Error
from mocks3.lib.locking import holding
from mocks3.rules import access_points as rules
from mocks3.rules.policy_documents import Document, document_text
from mocks3.storage import AccessPoint
from mocks3.storage.control.multi_region import MultiRegionAccessPoint

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage import ObjectLambda, PublicAccessBlock


class PointHandle(ABC):
    """The common part of :class:`AccessPointHandle` and :class:`ObjectLambdaHandle`."""

    _how_to_allow = ""

    def __init__(self, aws: AwsState, arn: str) -> None:
        self._aws = aws
        self.arn = arn

    @property
    @abstractmethod
    def record(self) -> AccessPoint | ObjectLambda | MultiRegionAccessPoint:
        """The stored state of the access point.

        Raises:
            Mocks3Error: The access point was deleted.
        """

    @property
    def name(self) -> str:
        """The name. It is unique within the account and Region."""
        return self.arn.rpartition("/")[2]

    @property
    def host(self) -> str:
        """The endpoint: ``NAME-ACCOUNT.s3-accesspoint.REGION.amazonaws.com``, or ``…s3-object-lambda…``."""
        return self.record.host

    @property
    @holding("_aws.lock")
    def policy(self) -> dict[str, Any] | None:
        """The current policy, or None."""
        record = self.record
        text = current_text(record.policy, record.principals, self._aws.iam)
        return None if text is None else dict(json.loads(text))

    @holding("_aws.lock")
    def put_policy(self, policy: Document) -> None:
        """Replace the policy.

        The policy may only name the access point and objects through it (``ARN/object/KEY``). The actions of an
        Object Lambda access point are ``s3-object-lambda:…``.

        Args:
            policy: A dict, JSON text or the path of a ``.json`` file.

        Raises:
            Mocks3Error: PutAccessPointPolicy would reject the policy. The message contains AWS's own.
        """
        text = document_text(policy)
        try:
            principals = check_access_point_policy(self._aws.iam, self.arn, text)
        except S3Error as error:
            raise Mocks3Error(
                f"the policy of access point {self.name}: {error.message} ({error.code})"
            ) from None
        self._check_public(text)
        self._put(policy=text, principals=principals)

    @holding("_aws.lock")
    def delete_policy(self) -> None:
        """Remove the policy."""
        self._put(policy=None, principals={})

    @abstractmethod
    def delete(self) -> None:
        """Delete the access point. The bucket or access point that it uses stays."""

    def _check_public(self, text: str) -> None:
        """Raise Mocks3Error if Block Public Access rejects the policy."""
        record = self.record
        point = record.routed() if isinstance(record, MultiRegionAccessPoint) else record
        if public_policies.is_blocked(self._aws.store, self._aws.guardrails, point, text):
            raise Mocks3Error(
                f"the policy of access point {self.name} is public, and Block Public Access rejects public policies"
                + self._how_to_allow
            )

    @abstractmethod
    def _put(self, **changes: object) -> None: ...

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.arn})"


class AccessPointHandle(PointHandle):
    """An access point. Create it with ``bucket.create_access_point(name)``."""

    _how_to_allow = "; create both the access point and its bucket with public_access_block=None"

    @property
    def record(self) -> AccessPoint:
        """The stored state of the access point.

        Raises:
            Mocks3Error: The access point was deleted.
        """
        record = self._aws.store.access_point(self.arn)
        if record is None:
            raise Mocks3Error(f"the access point {self.arn} was deleted")
        return record

    @property
    def alias(self) -> str:
        """The alias, which can be used in place of a bucket name: ``NAME-…-s3alias``."""
        return self.record.alias

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the access point. The bucket stays, and can be deleted afterwards."""
        self._aws.store.delete_access_point(self.record)

    def _put(self, **changes: Any) -> None:
        self._aws.store.put_access_point(dataclasses.replace(self.record, **changes))


def make_access_point(
    aws: AwsState,
    account: str,
    name: str,
    bucket: str,
    *,
    policy: Document | None,
    vpc: str | None,
    public_access_block: PublicAccessBlock | None,
) -> AccessPointHandle:
    """Create an access point. See ``Account.create_access_point``.

    Raises:
        Mocks3Error: An argument is invalid, or AWS would reject it.
        NotSupported: The bucket is a directory bucket.
    """
    check_name(name)
    with aws.store.lock:
        target = aws.store.bucket(bucket)
        if target is None:
            raise Mocks3Error(f"cannot create the access point {name!r}: there is no bucket named {bucket!r}")
        if target.zone is not None:
            raise NotSupported(f"mocks3 does not support access points of directory buckets ({bucket})")
        record = AccessPoint(
            name,
            account,
            target.region,
            bucket,
            rules.alias(name, target.region, account),
            vpc,
            public_access_block,
            created=clock.now(),
        )
        if aws.store.access_point(record.arn) is not None:
            raise Mocks3Error(f"{record.arn} already exists (AccessPointAlreadyOwnedByYou)")
        aws.store.put_access_point(record)
        handle = AccessPointHandle(aws, record.arn)
        with ExitStack() as undo:
            undo.callback(aws.store.delete_access_point, record)
            if policy is not None:
                handle.put_policy(policy)
            undo.pop_all()
    return handle


def check_name(name: str) -> None:
    """Raise Mocks3Error if the name is not valid for an access point (user guide, "Naming rules")."""
    if not rules.is_valid_name(name):
        raise Mocks3Error(
            f"the name of an access point must have 3 to 50 lower-case letters, digits or hyphens, begin and end with "
            f"a letter or digit, and not have a reserved ending; {name!r} is not valid (InvalidAccessPoint)"
        )
