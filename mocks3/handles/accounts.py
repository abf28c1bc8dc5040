"""Accounts of the in-memory AWS. They create principals, buckets, access points and KMS keys."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.access_grants import AccessGrantHandle, make_access_grant
from mocks3.handles.access_points import AccessPointHandle, make_access_point
from mocks3.handles.arguments import DEFAULT, NewBucketDefault
from mocks3.handles.buckets import BucketAcl, BucketHandle, Ownership, Versioning, make_bucket
from mocks3.handles.client_factory import ClientFactory
from mocks3.handles.iam_accounts import IamAccount
from mocks3.handles.kms_keys import KmsKey, find_key, make_key
from mocks3.handles.multi_region_access_points import MultiRegionAccessPointHandle, make_multi_region
from mocks3.handles.object_lambdas import ObjectLambdaHandle, make_function, make_object_lambda
from mocks3.handles.principals import Role, Root
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document
from mocks3.storage import PublicAccessBlock

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.principals import Principal
    from mocks3.storage.iam import AccessKeyRecord, AccountRecord


class Account(ClientFactory, IamAccount):
    """An AWS account. Get it with ``aws.account(id)``."""

    def __init__(self, aws: AwsState, account_id: str) -> None:
        self._aws = aws
        self.id = account_id

    @property
    def record(self) -> AccountRecord:
        """The stored state of the account.

        Raises:
            Mocks3Error: The account was created after the snapshot that was restored.
        """
        return arguments.stored(self._aws.iam.account(self.id), f"the account {self.id}")

    @property
    def canonical_id(self) -> str:
        """The canonical user id, which ACLs and ``Owner`` elements contain (P-15)."""
        return self.record.canonical_id

    @property
    def root(self) -> Root:
        """The root user of the account."""
        return Root(self._aws, self._aws.iam.root_key(self.id).id)

    def _signer(self) -> tuple[AwsState, AccessKeyRecord | None]:
        return self._aws, self._aws.iam.root_key(self.id)

    @holding("_aws.lock")
    def create_bucket(
        self,
        name: str,
        *,
        region: str | None = None,
        policy: Document | None = None,
        acl: BucketAcl | None = None,
        ownership: Ownership | None = None,
        public_access_block: PublicAccessBlock | NewBucketDefault | None = DEFAULT,
        versioning: Versioning | bool | None = None,
        objects: Mapping[str, bytes | str] | None = None,
    ) -> BucketHandle:
        """Create a bucket in this account, without an S3 call and without a permission check.

        A name like ``data--use1-az4--x-s3`` creates a directory bucket, in the Region of its zone.

        Args:
            name: The bucket's name.
            region: The Region. Default: the Region of the mock.
            policy: The bucket policy: a dict, JSON text or the path of a ``.json`` file.
            acl: The name of a canned ACL, such as ``"public-read"``.
            ownership: The Object Ownership setting, such as ``"ObjectWriter"``.
            public_access_block: The Block Public Access settings. None turns all of them off, which a public policy
                needs. Default: the settings of new buckets.
            versioning: ``"Enabled"``, ``"Suspended"``, or a bool.
            objects: The objects to store: keys to bodies (bytes, or text stored as UTF-8).

        Returns:
            The bucket.

        Raises:
            Mocks3Error: An argument is invalid, or AWS would reject it. Then the message contains AWS's own.
        """
        with ExitStack() as undo:
            bucket = make_bucket(
                self._aws,
                self.id,
                name,
                region=region,
                acl=acl,
                ownership=ownership,
                public_access_block=public_access_block,
                versioning=versioning,
            )
            undo.callback(self._aws.store.delete_bucket, name)
            if policy is not None:
                bucket.put_policy(policy)
            bucket.put(objects or {})
            undo.pop_all()
        return bucket

    @holding("_aws.lock")
    def create_access_point(
        self,
        name: str,
        bucket: BucketHandle | str,
        *,
        policy: Document | None = None,
        vpc: str | None = None,
        public_access_block: PublicAccessBlock | None = PublicAccessBlock(),  # noqa: B008 - frozen
        tags: Mapping[str, str] | None = None,
    ) -> AccessPointHandle:
        """Create an access point of this account, for a bucket of any account.

        Args:
            name: The access point's name: 3 to 50 characters.
            bucket: The bucket, or its name.
            policy: The access point policy: a dict, JSON text or the path of a ``.json`` file.
            vpc: The id of the only VPC that may use it. Without it, the access point can be used from the internet.
            public_access_block: The access point's own Block Public Access settings. Default: all on. None: all off.
            tags: Its tags, for ``s3:AccessPointTag/<key>``.

        Returns:
            The access point.

        Raises:
            Mocks3Error: An argument is invalid, or AWS would reject it. Then the message contains AWS's own.
            NotSupported: The bucket is a directory bucket.
        """
        return make_access_point(
            self._aws,
            self.id,
            name,
            bucket if isinstance(bucket, str) else bucket.name,
            policy=policy,
            vpc=vpc,
            public_access_block=public_access_block,
            tags=tags,
        )

    @holding("_aws.lock")
    def create_object_lambda_access_point(
        self,
        name: str,
        access_point: AccessPointHandle,
        function: Callable[..., object],
        *,
        role: Role | Principal | None = None,
        actions: Iterable[str] = ("GetObject",),
        features: Iterable[str] = (),
        payload: str = "",
        function_arn: str | None = None,
        policy: Document | None = None,
    ) -> ObjectLambdaHandle:
        """Create an Object Lambda access point of this account. A Python function transforms the objects.

        Args:
            name: The name of the Object Lambda access point.
            access_point: The supporting access point, of the same account.
            function: The Lambda function. It takes the event, and the Lambda context if it has two parameters, and
                calls WriteGetObjectResponse.
            role: The principal whose credentials the function finds in its environment. Without it, the function uses
                the credentials of the test.
            actions: The operations that the function transforms. All others go to the supporting access point.
            features: The features the function supports: ``GetObject-Range`` and ``GetObject-PartNumber``.
            payload: The ``payload`` text in the ``configuration`` of its event.
            function_arn: The ARN on which callers need ``lambda:InvokeFunction``. Default: a function of this
                account with the Python function's name.
            policy: The policy of the Object Lambda access point: a dict, JSON text or the path of a ``.json`` file.

        Returns:
            The Object Lambda access point.

        Raises:
            Mocks3Error: An argument is invalid, or AWS would reject it. Then the message contains AWS's own.
        """
        return make_object_lambda(
            self._aws,
            self.id,
            name,
            access_point,
            function,
            role=role,
            actions=actions,
            features=features,
            payload=payload,
            function_arn=function_arn,
            policy=policy,
        )

    @holding("_aws.lock")
    def create_multi_region_access_point(
        self,
        name: str,
        buckets: Iterable[BucketHandle | str],
        *,
        policy: Document | None = None,
        public_access_block: PublicAccessBlock | None = PublicAccessBlock(),  # noqa: B008 - frozen
    ) -> MultiRegionAccessPointHandle:
        """Create a Multi-Region Access Point of this account.

        A request through it goes to the first bucket whose Region is active. See
        :meth:`MultiRegionAccessPointHandle.set_active`.

        Args:
            name: The name: 3 to 50 characters.
            buckets: The buckets, or their names: one of each Region, of any account.
            policy: The policy: a dict, JSON text or the path of a ``.json`` file.
            public_access_block: Its own Block Public Access settings. Default: all on. None: all off.

        Returns:
            The Multi-Region Access Point.

        Raises:
            Mocks3Error: An argument is invalid, or AWS would reject it. Then the message contains AWS's own.
        """
        return make_multi_region(
            self._aws, self.id, name, buckets, policy=policy, public_access_block=public_access_block
        )

    @holding("_aws.lock")
    def create_access_grant(
        self, grantee: Principal | Role, scope: str, permission: str = "READ", *, role: Role
    ) -> AccessGrantHandle:
        """Create a grant of S3 Access Grants in this account, and the instance and the location that it needs.

        Args:
            grantee: The user or role that gets the permission, of any account.
            scope: What it may use: ``s3://BUCKET``, ``s3://BUCKET/PREFIX*``, or ``s3://BUCKET/KEY`` for one object.
            permission: ``READ``, ``WRITE`` or ``READWRITE``.
            role: The role of the location ``s3://BUCKET``, which S3 assumes for GetDataAccess. Its trust policy must
                allow ``access-grants.s3.amazonaws.com`` ``sts:AssumeRole`` and ``sts:SetSourceIdentity`` (F-170).

        Returns:
            The grant.

        Raises:
            Mocks3Error: An argument is invalid, or AWS would reject it.
        """
        return make_access_grant(self._aws, self.id, grantee, scope, permission, role)

    @holding("_aws.lock")
    def create_function(
        self,
        name: str,
        function: Callable[..., object],
        *,
        role: Role | Principal | None = None,
        region: str | None = None,
    ) -> str:
        """Declare a Lambda function of this account, which a Python function implements.

        Object Lambda access points that boto3 creates and jobs of S3 Batch Operations call it by its ARN.

        Args:
            name: The function's name.
            function: Takes the event, and Lambda's context if it has a second parameter.
            role: While the function runs, the environment has the credentials of this role or principal.
            region: The Region. Default: the Region of the mock.

        Returns:
            The ARN: ``arn:aws:lambda:REGION:ACCOUNT:function:NAME``.

        Raises:
            Mocks3Error: The name or the role is not valid.
        """
        region = region or self._aws.settings.region
        return make_function(self._aws, self.id, name, function, role=role, region=region)

    @holding("_aws.lock")
    def create_kms_key(
        self,
        policy: Document | None = None,
        *,
        alias: str | None = None,
        description: str = "",
        region: str | None = None,
    ) -> KmsKey:
        """Create a symmetric KMS key in this account.

        Args:
            policy: The key policy. Default: the one that gives the account full access, so that its identity policies
                decide.
            alias: An alias such as ``alias/data``.
            description: The description.
            region: The Region. Default: the Region of the mock.

        Returns:
            The key.

        Raises:
            Mocks3Error: The alias belongs to another key, or the policy names a principal that does not exist.
            PolicySyntaxError: The policy is malformed.
        """
        return make_key(self._aws, self.id, policy, alias, description, region)

    def kms_key(self, name: str = "alias/aws/s3", *, region: str | None = None) -> KmsKey:
        """Return an existing key.

        Args:
            name: The key's id, ARN or alias. Default: the AWS managed key for S3.
            region: The Region. Default: the Region of the mock.

        Raises:
            Mocks3Error: There is no such key.
        """
        return find_key(self._aws, self.id, name, region)

    @holding("_aws.lock")
    def block_public_access(self, settings: PublicAccessBlock | None = PublicAccessBlock()) -> None:  # noqa: B008 - frozen
        """Set the Block Public Access settings of the account. A new account has none.

        They apply to all its buckets and access points, together with the settings of those and of the organization: a
        setting is on if it is on anywhere (S3 user guide, "Blocking public access to your Amazon S3 storage"; B-5).

        Args:
            settings: The settings. Default: all on. None: delete the settings, which turns all of them off.
        """
        arguments.check_block(settings)
        self._aws.guardrails = self._aws.guardrails.with_account_block(self.id, settings)

    @holding("_aws.lock")
    def rename(self, name: str) -> None:
        """Change the account's display name."""
        self._aws.iam.put_account(dataclasses.replace(self.record, name=name))

    def suspend(self) -> None:
        """Suspend the account, as AWS does when bills are not paid.

        Calls by its principals fail with ``AccountProblem``; every call to its buckets fails with
        ``AllAccessDisabled``. The data stays; :meth:`reopen` undoes the suspension. AWS documents these error codes,
        but not what causes them.
        """
        self._put_state("SUSPENDED")

    def close(self) -> None:
        """Close the account: as :meth:`suspend`, but calls by its principals fail with ``NotSignedUp``."""
        self._put_state("CLOSED")

    def reopen(self) -> None:
        """Make a suspended or closed account active again."""
        self._put_state("ACTIVE")

    @holding("_aws.lock")
    def _put_state(self, state: str) -> None:
        self._aws.iam.put_account(dataclasses.replace(self.record, state=state))

    @holding("_aws.lock")
    def enable_mfa(self, serial: str | None = None) -> str:
        """Give the root user an MFA device.

        Requests name the device in ``x-amz-mfa`` as ``f"{serial} 123456"``, with any six digits. With a device, the
        root user may enable MFA delete on a bucket and then delete versions (S3 user guide, "Configuring MFA delete").

        Args:
            serial: A serial number or ARN. Default: the ARN of a virtual device.

        Returns:
            The serial number or ARN.

        Raises:
            Mocks3Error: The serial contains spaces.
        """
        serial = serial or f"arn:aws:iam::{self.id}:mfa/root-account-mfa-device"
        if serial.split() != [serial]:
            raise Mocks3Error(f"the serial of an MFA device must not contain spaces: {serial!r}")
        devices = self.record.mfa_devices | {serial}
        self._aws.iam.put_account(dataclasses.replace(self.record, mfa_devices=devices))
        return serial

    def __repr__(self) -> str:
        return f"Account({self.id})"
