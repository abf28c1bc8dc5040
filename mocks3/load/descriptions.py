"""What the readers of files return: descriptions of accounts, principals, buckets, keys and organizations.

A reader is a function ``read(document, text, file, options) -> Reading``: the value in the file, the file's text, its
name, and the :class:`Options` of the load.

Rule 1: a description says only what its file says. None means that the file does not say it. Several descriptions of
one resource are merged; two that contradict each other are an error.
Rule 2: documents are values as ``json.loads`` returns them. Settings have the shape of the parameters of the boto3
operation that sets them.
Rule 3: an account is twelve digits. None means the account of the other files, or the default account.
Rule 4: an id or name of None means that the file does not name the resource, as the output of get-bucket-acl does not
name its bucket. :mod:`mocks3.load.naming` finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class FilePlace:
    """Where something stands: a file, a JSON pointer in it, and a line and column that count from 1 (0: unknown)."""

    file: str
    pointer: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Options:
    """What the caller of a load says about the files.

    ``values`` are parameters of templates, and values that a plan does not know. ``account`` and ``region`` are those
    of files that name none. ``names`` are the resources of files that do not name theirs, by kind: ``bucket``, ``key``,
    ``user``, ``role``, ``group``, ``policy``, ``kms_key``, ``vpc_endpoint``, ``target``. ``documents`` are all
    documents of the load by file name, for references between files.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    account: str | None = None
    region: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Description:
    """What all descriptions have: the place in a file that says it."""

    place: FilePlace


@dataclass(frozen=True, kw_only=True)
class AccountDescription(Description):
    """An account. ``public_access_block`` are its own Block Public Access settings."""

    id: str | None
    name: str | None = None
    canonical_id: str | None = None
    public_access_block: Json | None = None


@dataclass(frozen=True, kw_only=True)
class PrincipalDescription(Description):
    """What users and roles have. ``inline`` are documents by name; ``attached`` and ``boundary`` are policy ARNs.

    ``boundary_document`` is the document of the boundary, if a file has it without its ARN.
    """

    account: str | None = None
    name: str | None
    path: str | None = None
    unique_id: str | None = None
    inline: Mapping[str, Json] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    boundary: str | None = None
    boundary_document: Json | None = None
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class UserDescription(PrincipalDescription):
    """An IAM user. ``groups`` are names of groups of the same account; ``access_keys`` are ids."""

    groups: tuple[str, ...] = ()
    access_keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoleDescription(PrincipalDescription):
    """An IAM role. ``trust`` is its trust policy; ``max_session`` is in seconds."""

    trust: Json | None = None
    max_session: int | None = None


@dataclass(frozen=True, kw_only=True)
class HolderDescription(Description):
    """Policies of a user, role or group that the file does not name, such as a policy document alone.

    ``kind`` is ``user``, ``role`` or ``group``; None if the file does not say it. ``boundary_document`` is the document
    of the permissions boundary.
    """

    kind: str | None = None
    inline: Mapping[str, Json] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    boundary_document: Json | None = None


@dataclass(frozen=True, kw_only=True)
class GroupDescription(Description):
    """An IAM group."""

    account: str | None = None
    name: str | None
    path: str | None = None
    unique_id: str | None = None
    inline: Mapping[str, Json] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ManagedPolicyDescription(Description):
    """A managed policy. ``account`` is ``aws`` for one of AWS.

    ``document`` is the one of its default version. ``versions`` are all documents by version id, if the file has them;
    ``default`` is the id of the default version.
    """

    account: str | None = None
    name: str | None
    path: str | None = None
    document: Json | None = None
    versions: Mapping[str, Json] = field(default_factory=dict)
    default: str | None = None
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class InstanceProfileDescription(Description):
    """An instance profile, and the name of its role."""

    account: str | None = None
    name: str
    path: str | None = None
    role: str | None = None


@dataclass(frozen=True, kw_only=True)
class BucketDescription(Description):
    """A bucket. ``name`` None: a file that does not name its bucket, such as the output of get-bucket-acl.

    ``acl`` is an AccessControlPolicy (Owner and Grants) or the name of a canned ACL. ``settings`` are the other
    settings, by the boto3 operation that sets them, each with that operation's parameters except Bucket, such as
    ``{"PutBucketVersioning": {"VersioningConfiguration": {"Status": "Enabled"}}}``. ``owner`` is the canonical id of
    the account that owns the bucket.
    """

    name: str | None
    account: str | None = None
    owner: str | None = None
    region: str | None = None
    policy: Json | None = None
    acl: Json | str | None = None
    ownership: str | None = None
    public_access_block: Json | None = None
    object_lock: bool | None = None
    settings: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ObjectDescription(Description):
    """An object. ``bucket`` and ``key`` None: a file that does not name it, such as the output of head-object.

    ``parameters`` are those of PutObject, such as StorageClass, Metadata, SSEKMSKeyId and ObjectLockMode. ``acl`` is an
    AccessControlPolicy. ``owner`` is the canonical id of the object's owner. ``tags`` is the number of tags, if the
    file does not have their values.
    """

    bucket: str | None
    key: str | None
    owner: str | None = None
    acl: Json | None = None
    parameters: Json = field(default_factory=dict)
    tags: int | None = None


@dataclass(frozen=True, kw_only=True)
class AccessPointDescription(Description):
    """An access point. ``account`` owns it; ``bucket_account`` owns the bucket."""

    name: str
    account: str | None = None
    region: str | None = None
    bucket: str | None = None
    bucket_account: str | None = None
    alias: str | None = None
    policy: Json | None = None
    vpc: str | None = None
    public_access_block: Json | None = None


@dataclass(frozen=True, kw_only=True)
class KmsKeyDescription(Description):
    """A KMS key. ``id`` None: a file that does not name its key, such as the output of get-key-policy."""

    id: str | None
    account: str | None = None
    region: str | None = None
    policy: Json | None = None
    enabled: bool | None = None
    pending_deletion: bool | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GrantDescription(Description):
    """A KMS grant. ``constraints`` are encryption context constraints as CreateGrant takes them."""

    key: str
    grantee: str
    operations: tuple[str, ...]
    constraints: Json | None = None
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class VpcEndpointDescription(Description):
    """A VPC endpoint for S3."""

    id: str | None
    vpc: str | None = None
    account: str | None = None
    region: str | None = None
    policy: Json | None = None


@dataclass(frozen=True, kw_only=True)
class OrganizationDescription(Description):
    """The organization, or a root, unit or account in it.

    ``id`` begins with ``o-``, ``r-`` or ``ou-``, or is an account; ``parent`` is the id of a root or unit.
    ``management`` is the management account of the organization.
    """

    id: str | None
    name: str | None = None
    parent: str | None = None
    management: str | None = None
    policy_types: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class OrganizationPolicyDescription(Description):
    """A policy of an organization. ``kind`` is AWS's name, such as SERVICE_CONTROL_POLICY; ``targets`` are ids."""

    id: str | None
    name: str | None = None
    kind: str | None = None
    document: Json | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PolicyAttachmentDescription(Description):
    """All policies of one type that are attached to one root, unit or account of an organization.

    ``target`` is its id, and None for a file that does not name it, such as the output of list-policies-for-target.
    """

    target: str | None
    kind: str
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Unread:
    """Something in a file that was not understood: ``what`` it is (a type or member by name), where, and why."""

    what: str
    place: FilePlace
    reason: str


@dataclass(frozen=True)
class FileContents:
    """What one file says. ``caller`` is the ARN that get-caller-identity printed."""

    descriptions: tuple[Description, ...]
    unread: tuple[Unread, ...] = ()
    caller: str | None = None
