"""An account of an in-memory AWS: the factory of its principals and buckets."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.kms_keys import KmsKey, find_key, make_key
from mocks3.handles.principals import Group, Role, Root, User, principals_of
from mocks3.lib.locking import holding
from mocks3.rules.policy_documents import Document, parse_document, parse_documents, parse_trust
from mocks3.storage import PublicAccessBlock
from mocks3.storage.iam import GroupRecord, RoleRecord, UserRecord

if TYPE_CHECKING:
    from mocks3.handles.access_points import AccessPointHandle
    from mocks3.handles.buckets import BucketHandle
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.handles.object_lambdas import ObjectLambdaHandle
    from mocks3.handles.principals import Principal
    from mocks3.storage.iam import AccountRecord

Documents = Document | Iterable[Document]


class NewBucketDefault(Enum):
    """For a parameter of which None means something."""

    DEFAULT = "what new buckets have"


DEFAULT = NewBucketDefault.DEFAULT


class Account:
    """A handle on one account. Get it with ``aws.account(id)``."""

    def __init__(self, aws: MockAWS, account_id: str) -> None:
        self._aws = aws
        self.id = account_id

    @property
    def record(self) -> AccountRecord:
        """What the directory knows of the account."""
        record = self._aws.iam.account(self.id)
        if record is None:
            raise Mocks3Error(f"the account {self.id} was opened after the snapshot restored last")
        return record

    @property
    def canonical_id(self) -> str:
        """The canonical user id that ACLs and owners are written with (P-15)."""
        return self.record.canonical_id

    @property
    def root(self) -> Root:
        """The account's root user."""
        return Root(self._aws, self._aws.iam.root_key(self.id).id)

    def client(self, service: str = "s3", **kwargs: Any) -> Any:
        """A client of the account's root user."""
        return self.root.client(service, **kwargs)

    @holding("_aws.lock")
    def create_user(
        self,
        name: str,
        *,
        policies: Documents = (),
        path: str = "/",
        boundary: Document | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> User:
        """Make an IAM user with an access key.

        Args: ``policies`` inline policies: a dict, JSON text or the path of a ``.json`` file, or several.
        Raises :class:`Mocks3Error` when the name is taken or none, ``PolicySyntaxError`` for a malformed document.
        """
        iam = self._aws.iam
        record = UserRecord(
            self.id,
            arguments.check_iam_name("user", name),
            arguments.check_iam_path(path),
            iam.new_unique_id("AIDA", self.id, name),
            parse_documents(policies, "inline"),
            boundary=None if boundary is None else parse_document(boundary, "boundary"),
            tags=arguments.check_tags(tags),
        )
        self._hold_name(record)
        iam.put(record)
        return User(self._aws, record.unique_id, iam.issue_key(record.unique_id).id)

    @holding("_aws.lock")
    def create_group(self, name: str, *, policies: Documents = (), members: Iterable[User] = ()) -> Group:
        """Make an IAM group. Raises :class:`Mocks3Error` when the name is taken."""
        name = arguments.check_iam_name("group", name, 128)
        record = GroupRecord(self.id, name, "/", parse_documents(policies, "inline"))
        self._hold_name(record)
        self._aws.iam.put(record)
        group = Group(self._aws, self.id, name)
        group.add(*members)
        return group

    @holding("_aws.lock")
    def create_role(
        self,
        name: str,
        *,
        trust: Document | None = None,
        policies: Documents = (),
        path: str = "/",
        boundary: Document | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Role:
        """Make an IAM role.

        Args: ``trust`` who may assume it: a trust policy; without one any principal of this account whose own
        policies allow ``sts:AssumeRole``. Raises as :meth:`create_user`, and :class:`Mocks3Error` for a trust policy
        that names somebody who does not exist.
        """
        iam = self._aws.iam
        trusted = parse_trust(trust or _own_account(self.id), "trust policy")
        record = RoleRecord(
            self.id,
            arguments.check_iam_name("role", name),
            arguments.check_iam_path(path),
            iam.new_unique_id("AROA", self.id, name),
            trusted,
            parse_documents(policies, "inline"),
            boundary=None if boundary is None else parse_document(boundary, "boundary"),
            tags=arguments.check_tags(tags),
            principals=principals_of(self._aws, trusted),
        )
        self._hold_name(record)
        iam.put(record)
        return Role(self._aws, record.unique_id)

    @holding("_aws.lock")
    def create_bucket(
        self,
        name: str,
        *,
        region: str | None = None,
        policy: Document | None = None,
        acl: str | None = None,
        ownership: str | None = None,
        public_access_block: PublicAccessBlock | NewBucketDefault | None = DEFAULT,
        versioning: str | bool | None = None,
        objects: Mapping[str, bytes | str] | None = None,
    ) -> BucketHandle:
        """Make a bucket of this account's, without a call and without asking who may.

        A name like ``data--use1-az4--x-s3`` makes a directory bucket, in the Region of its zone.
        Args: ``region`` the mock's own without it; ``policy`` a dict, JSON text or the path of a ``.json`` file;
        ``acl`` the name of a canned list; ``ownership`` a mode of Object Ownership; ``public_access_block`` None for
        none (a public policy needs that); ``versioning`` ``"Enabled"``, ``"Suspended"``, or a bool; ``objects`` keys
        to bodies. Raises :class:`Mocks3Error`, in AWS's words where AWS would refuse.
        """
        from mocks3.handles.buckets import make_bucket

        with self._aws.store.lock:
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
            try:
                if policy is not None:
                    bucket.put_policy(policy)
                bucket.put(objects or {})
            except BaseException:
                self._aws.store.delete_bucket(name)
                raise
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
    ) -> AccessPointHandle:
        """Make an access point of this account's, for a bucket of any account's.

        Args: ``bucket`` a handle or a name; ``policy`` a dict, JSON text or the path of a ``.json`` file; ``vpc`` the
        id of the only VPC that may use it, the internet may without one; ``public_access_block`` its own settings of
        Block Public Access, all on unless given, None for none. Raises :class:`Mocks3Error`, in AWS's words where
        AWS would refuse.
        """
        from mocks3.handles.access_points import make_access_point

        return make_access_point(
            self._aws,
            self.id,
            name,
            bucket if isinstance(bucket, str) else bucket.name,
            policy=policy,
            vpc=vpc,
            public_access_block=public_access_block,
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
        """Make an Object Lambda access point of this account's: a function answers what others ask it for.

        Args: ``access_point`` the one before which it stands, of the same account; ``function`` takes the event, and
        Lambda's context if it takes two arguments, and calls WriteGetObjectResponse; ``role`` as whom it does, by
        credentials in its environment, as whoever is the test's without it; ``actions`` what it answers, all else is
        passed on; ``features`` of ``GetObject-Range`` and ``GetObject-PartNumber`` those that it knows; ``payload``
        text for its event's configuration; ``function_arn`` the ARN on which callers need ``lambda:InvokeFunction``,
        by default of a function of this account's with its Python name; ``policy`` a dict, JSON text or the path of
        a ``.json`` file. Raises :class:`Mocks3Error`, in AWS's words where AWS would refuse.
        """
        from mocks3.handles.object_lambdas import make_object_lambda

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
    def create_kms_key(
        self,
        policy: Document | None = None,
        *,
        alias: str | None = None,
        description: str = "",
        region: str | None = None,
    ) -> KmsKey:
        """Make a symmetric KMS key of this account's.

        Args: ``policy`` its key policy, by default the one that leaves all to the account's identity policies;
        ``alias`` a name like ``alias/data``; ``region`` the mock's own without it. Raises ``PolicySyntaxError``, and
        :class:`Mocks3Error` for an alias that stands for another key.
        """
        return make_key(self._aws, self.id, policy, alias, description, region)

    def kms_key(self, name: str = "alias/aws/s3", *, region: str | None = None) -> KmsKey:
        """A key by its id, ARN or alias; without a name the one that AWS keeps for S3.

        Raises :class:`Mocks3Error` when there is none.
        """
        return find_key(self._aws, self.id, name, region)

    @holding("_aws.lock")
    def rename(self, name: str) -> None:
        """Give the account another name for people."""
        self._aws.iam.put_account(dataclasses.replace(self.record, name=name))

    def suspend(self) -> None:
        """Suspend the account, as AWS does to whoever does not pay.

        Its own callers get ``AccountProblem``, and nobody reaches its buckets: ``AllAccessDisabled``. Nothing is lost;
        :meth:`reopen` undoes it. AWS documents these codes, and leaves their causes to the reader.
        """
        self._put_state("SUSPENDED")

    def close(self) -> None:
        """Close the account: the same as :meth:`suspend`, but that its own callers get ``NotSignedUp``."""
        self._put_state("CLOSED")

    def reopen(self) -> None:
        """Let the account be served again."""
        self._put_state("ACTIVE")

    @holding("_aws.lock")
    def _put_state(self, state: str) -> None:
        self._aws.iam.put_account(dataclasses.replace(self.record, state=state))

    @holding("_aws.lock")
    def enable_mfa(self, serial: str | None = None) -> str:
        """Give the root user an MFA device, as ``x-amz-mfa`` names it: ``f"{serial} 123456"``, any six digits.

        Args: ``serial`` a serial number or ARN; without it the ARN of a virtual device. Returns it. With a device the
        root user may turn a bucket's MFA delete on, and then delete versions (S3 user guide, "Configuring MFA
        delete"). Raises :class:`Mocks3Error` for a serial with blanks in it.
        """
        serial = serial or f"arn:aws:iam::{self.id}:mfa/root-account-mfa-device"
        if serial.split() != [serial]:
            raise Mocks3Error(f"a device's serial has no blanks, not {serial!r}")
        devices = self.record.mfa_devices | {serial}
        self._aws.iam.put_account(dataclasses.replace(self.record, mfa_devices=devices))
        return serial

    def _hold_name(self, record: UserRecord | RoleRecord | GroupRecord) -> None:
        """Raise :class:`Mocks3Error` if the account has one of that name, whatever its path and case."""
        present = self._aws.iam.with_same_name(record)
        if present is not None:
            raise Mocks3Error(
                f"{record.arn}: the name is taken by {present.arn}; IAM names are unique in an account, whatever their "
                "path and case"
            )

    def __repr__(self) -> str:
        return f"Account({self.id})"


def _own_account(account_id: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
            "Action": "sts:AssumeRole",
        },
    }
