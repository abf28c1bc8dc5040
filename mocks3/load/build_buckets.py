"""Create buckets, their objects and access points from descriptions.

Rule 1: the files describe a state, also one that no call could create now: a public policy may exist together with
Block Public Access that was turned on later, and a policy may deny the owner everything. So settings are put by real
calls of the owner's root user first, then objects, then policies, then Block Public Access.
Rule 2: a setting that S3 refuses is reported. A policy or an ACL that S3 refuses is an error.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3.access.bucket_policies.public import is_public
from mocks3.errors import Mocks3Error
from mocks3.handles.access_points import AccessPointHandle, make_access_point
from mocks3.handles.accounts import Account
from mocks3.handles.buckets import BucketHandle
from mocks3.handles.cli_output import public_access_block
from mocks3.load.build_iam import text_at
from mocks3.load.descriptions import (
    AccessPointDescription,
    BucketDescription,
    FilePlace,
    Json,
    ObjectDescription,
)
from mocks3.load.faults import LoadError
from mocks3.load.merging import Descriptions, Merged
from mocks3.load.named_principals import NamedPrincipals
from mocks3.load.notes import Notes
from mocks3.operations.buckets import new_bucket
from mocks3.policy import PolicySyntaxError
from mocks3.storage import GROUPS, Acl, AclGrantee, Grant, PublicAccessBlock

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage import Version

_FIRST = ("PutBucketVersioning", "PutObjectLockConfiguration", "PutBucketEncryption", "PutBucketTagging")
_LAST = (
    "PutBucketAbac", "PutBucketLogging", "PutBucketReplication", "PutBucketNotificationConfiguration",
)  # fmt: skip
"""Some settings require others: Object Lock needs versioning, replication needs it in the destination, ABAC forbids
PutBucketTagging."""

_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_PERMISSIONS = ("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")


class BucketBuilder:
    """Creates what S3 has."""

    def __init__(
        self,
        aws: AwsState,
        descriptions: Descriptions,
        named: NamedPrincipals,
        notes: Notes,
        region: str | None,
    ) -> None:
        self._aws, self._all, self._named, self._notes = aws, descriptions, named, notes
        self._region = region
        self._clients: dict[tuple[str, str], Any] = {}
        self._created: set[str] = set()

    def create(self) -> None:
        """Create the buckets, without policies and Block Public Access."""
        for each in self._all.of(BucketDescription):
            self._bucket(each)
        for each in self._all.of(BucketDescription):
            self._settings(each, [name for name in _order(each.said.settings) if name not in _LAST])
        for each in self._all.of(BucketDescription):
            self._settings(each, [name for name in _LAST if name in each.said.settings])
        for each in self._all.of(BucketDescription):
            self._acl(each)

    def _bucket(self, merged: Merged[BucketDescription]) -> None:
        said = merged.said
        assert said.name is not None
        assert said.account is not None
        known = self._aws.store.bucket(said.name)
        if known is not None:
            if known.owner != said.account:
                raise LoadError(
                    f"the bucket {said.name} exists already, and belongs to the account {known.owner}",
                    said.place,
                )
            return
        region = said.region or self._region or self._region_of_policy(said.policy)
        # A directory bucket has no settings that can be chosen.
        chosen: dict[str, Any] = {} if said.name.endswith("--x-s3") else {"public_access_block": None}
        try:
            Account(self._aws, said.account).create_bucket(said.name, region=region, **chosen)
            self._created.add(said.name)
        except Mocks3Error as error:
            raise LoadError(str(error), said.place) from None
        if said.object_lock and "PutObjectLockConfiguration" not in said.settings:
            configuration = {"ObjectLockEnabled": "Enabled"}
            self._call(merged, "PutBucketVersioning", {"VersioningConfiguration": {"Status": "Enabled"}})
            self._call(merged, "PutObjectLockConfiguration", {"ObjectLockConfiguration": configuration})

    def _region_of_policy(self, document: Json | None) -> str | None:
        """Return a Region of the partition in the policy's ARNs, because its principals must be of the same one."""
        text = "" if document is None else json.dumps(document)
        return next((region for partition, region in _REGIONS.items() if f'"arn:{partition}:' in text), None)

    def _client(self, name: str, account: str | None = None) -> Any:
        bucket = self._aws.store.bucket(name)
        assert bucket is not None
        who = (account or bucket.owner, bucket.region)
        if who not in self._clients:
            self._clients[who] = Account(self._aws, who[0]).client("s3", region_name=who[1])
        return self._clients[who]

    def _settings(self, merged: Merged[BucketDescription], operations: list[str]) -> None:
        for operation in operations:
            self._call(merged, operation, merged.said.settings[operation])

    def _call(self, merged: Merged[BucketDescription], operation: str, parameters: Json) -> None:
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        name = merged.said.name or ""
        place = merged.place("settings", operation)
        method = getattr(self._client(name), xform_name(operation), None)
        if method is None or not isinstance(parameters, Mapping):
            self._notes.skip(operation, place, f"S3 has no operation {operation} with such parameters")
            return
        try:
            method(Bucket=name, **parameters)
        except ClientError as error:
            self._notes.skip(
                operation, place, f"S3 refuses it for {name}: {error.response['Error']['Message']}"
            )
        except (BotoCoreError, Mocks3Error, ValueError, TypeError) as error:
            self._notes.skip(operation, place, f"it cannot be put for {name}: {error}")

    def _acl(self, merged: Merged[BucketDescription]) -> None:
        """Put the ACL, then Object Ownership, which can turn ACLs off."""
        said = merged.said
        assert said.name is not None
        if isinstance(said.acl, str):
            self._canned(merged, said.acl)
        elif said.acl is not None:
            with self._aws.store.editing(said.name) as bucket:
                owner = self._aws.iam.canonical_id(bucket.owner)
                bucket.acl = self._read_acl(said.acl, owner, merged.place("acl"))
        ownership = said.ownership
        if ownership is None and said.acl is not None:
            ownership = self._ownership_with(said)
        if ownership is not None:
            with self._aws.store.editing(said.name) as bucket:
                bucket.ownership = ownership

    def _canned(self, merged: Merged[BucketDescription], name: str) -> None:
        from botocore.exceptions import ClientError

        bucket_name = merged.said.name or ""
        with self._aws.store.editing(bucket_name) as bucket:
            bucket.ownership = "ObjectWriter"
        try:
            self._client(bucket_name).put_bucket_acl(Bucket=bucket_name, ACL=name)
        except ClientError as error:
            message = error.response["Error"]["Message"]
            raise LoadError(f"S3 refuses the ACL {name!r}: {message}", merged.place("acl")) from None

    def _ownership_with(self, said: BucketDescription) -> str | None:
        """Return Object Ownership of a bucket whose files have an ACL but no ownership controls.

        An ACL that grants nothing to others says nothing: ACLs can be off. One that does shows that ACLs are on.
        """
        bucket = self._aws.store.bucket(said.name or "")
        assert bucket is not None
        owner = self._aws.iam.canonical_id(bucket.owner)
        others = bucket.acl is not None and any(grant.grantee.id != owner for grant in bucket.acl.grants)
        if not others:
            return None
        self._notes.assume(
            f"no file has Object Ownership of {said.name} (aws s3api get-bucket-ownership-controls): its ACL grants "
            "something to others, so it is ObjectWriter"
        )
        return "ObjectWriter"

    def _read_acl(self, document: Json, owner: str, place: FilePlace) -> Acl | None:
        """Return the ACL; None for the default ACL of an owner, given by the canonical id (A-1)."""
        grants = []
        for printed in document.get("Grants") or ():
            grantee = printed.get("Grantee") or {}
            permission = printed.get("Permission")
            if permission not in _PERMISSIONS:
                raise LoadError(
                    f"Permission must be one of {', '.join(_PERMISSIONS)}, not {permission!r}", place
                )
            if isinstance(grantee.get("ID"), str):
                self._named.canonical(grantee["ID"])
                grants.append(Grant(AclGrantee("CanonicalUser", grantee["ID"]), permission))
            elif grantee.get("URI") in GROUPS:
                grants.append(Grant(AclGrantee("Group", grantee["URI"]), permission))
            else:
                raise LoadError(
                    f"a Grantee must have an ID, or a URI that is one of {', '.join(sorted(GROUPS))}", place
                )
        only_owner = (Grant(AclGrantee("CanonicalUser", owner), "FULL_CONTROL"),)
        return None if tuple(grants) == only_owner else Acl(tuple(grants))

    def objects(self) -> None:
        """Create the objects by PutObject of the bucket's owner; then set their owners and ACLs."""
        for merged in self._all.of(ObjectDescription):
            self._object(merged)

    def _object(self, merged: Merged[ObjectDescription]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        said = merged.said
        assert said.bucket is not None
        assert said.key is not None
        if self._aws.store.bucket(said.bucket) is None:
            raise LoadError(f"no file describes the bucket {said.bucket} of this object", said.place)
        if said.tags and "Tagging" not in said.parameters:
            self._notes.skip(
                f"the tags of {said.key}",
                merged.place("tags"),
                f"the file has only their number; load aws s3api get-object-tagging --bucket {said.bucket} --key "
                f"{said.key}",
            )
        parameters = dict(said.parameters)
        parameters.setdefault("Body", b"")
        try:
            self._client(said.bucket).put_object(Bucket=said.bucket, Key=said.key, **parameters)
        except ClientError as error:
            message = error.response["Error"]["Message"]
            raise LoadError(f"S3 refuses the object {said.key}: {message}", said.place) from None
        except (BotoCoreError, ValueError, TypeError) as error:
            raise LoadError(f"the object {said.key} cannot be put: {error}", said.place) from None
        changes: dict[str, Any] = {}
        if said.owner is not None:
            self._named.canonical(said.owner)
            account = self._aws.iam.by_canonical_id(said.owner)
            changes["owner"] = said.owner if account is None else account.id
        if said.acl is not None:
            bucket = self._aws.store.bucket(said.bucket)
            assert bucket is not None
            owner = self._aws.iam.canonical_id(changes.get("owner", bucket.owner))
            changes["acl"] = self._read_acl(said.acl, owner, merged.place("acl"))
        if changes:
            with self._aws.store.editing(said.bucket) as bucket:
                version: Version | None = bucket.current(said.key)
                assert version is not None
                bucket.update(dataclasses.replace(version, **changes))

    def access_points(self) -> None:
        """Create the access points, without Block Public Access."""
        for merged in self._all.of(AccessPointDescription):
            self._access_point(merged)

    def _access_point(self, merged: Merged[AccessPointDescription]) -> None:
        said = merged.said
        assert said.account is not None
        bucket = said.bucket or self._only_bucket(said)
        self._named.account(said.account)
        try:
            handle = make_access_point(
                self._aws,
                said.account,
                said.name,
                bucket,
                policy=None,
                vpc=said.vpc,
                public_access_block=None,
            )
            if said.policy is not None:
                handle.put_policy(text_at(self._named.as_put(said.policy), merged.place("policy")))
        except Mocks3Error as error:
            raise LoadError(str(error), merged.place("policy")) from None

    def _only_bucket(self, said: AccessPointDescription) -> str:
        names = [each.said.name or "" for each in self._all.of(BucketDescription)]
        if len(names) == 1:
            return names[0]
        raise LoadError(
            f"no file has the bucket of the access point {said.name}; load the output of aws s3control "
            f"get-access-point --name {said.name} --account-id {said.account}",
            said.place,
        )

    def policies(self) -> None:
        """Put the bucket policies."""
        for merged in self._all.of(BucketDescription):
            said = merged.said
            if said.policy is None or said.name is None:
                continue
            try:
                text = text_at(self._named.as_put(said.policy), merged.place("policy"))
                BucketHandle(self._aws, said.name).put_policy(text)
            except PolicySyntaxError as error:
                raise LoadError(str(error), merged.place("policy")) from None
            except Mocks3Error as error:
                raise LoadError(str(error), merged.place("policy")) from None

    def block_public_access(self) -> None:
        """Set Block Public Access of buckets and access points.

        Without a file it is as in a new bucket, except that the policy or ACL in the files shows that it is off.
        """
        for merged in self._all.of(BucketDescription):
            name = merged.said.name
            if name is None or name.endswith("--x-s3"):
                continue
            given = merged.said.public_access_block
            if given is None and name not in self._created:
                continue
            with self._aws.store.editing(name) as bucket:
                public = _is_public(bucket.policy) or (bucket.acl is not None and bucket.acl.is_public)
                bucket.public_access_block = self._block(given, f"the bucket {name}", public=public)
        for point in self._all.of(AccessPointDescription):
            record = self._point(point.said).record
            block = self._block(
                point.said.public_access_block,
                f"the access point {record.name}",
                public=_is_public(record.policy),
            )
            self._aws.store.put_access_point(dataclasses.replace(record, public_access_block=block))

    def _block(self, given: Json | None, what: str, *, public: bool) -> PublicAccessBlock | None:
        if given is not None:
            return public_access_block(given)
        if not public:
            return new_bucket.DEFAULTS[self._aws.settings.new_bucket_defaults][1]
        self._notes.assume(f"no file has Block Public Access of {what}, which is public: it is off")
        return None

    def _point(self, said: AccessPointDescription) -> AccessPointHandle:
        found = (
            each
            for each in self._aws.store.access_points()
            if (each.account, each.name) == (said.account, said.name)
        )
        return AccessPointHandle(self._aws, next(found).arn)


def _order(settings: Mapping[str, Any]) -> list[str]:
    first = [name for name in _FIRST if name in settings]
    return [*first, *(name for name in settings if name not in first)]


def _is_public(text: str | None) -> bool:
    return text is not None and is_public(text)
