"""The settings of a new bucket, read from the CreateBucket request. All checks run before anything is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mocks3.errors import (
    ACL_WITH_BUCKET_OWNER_ENFORCED,
    ACL_WITH_PUBLIC_ACCESS_BLOCK,
    INVALID_ARGUMENT,
    INVALID_BUCKET_NAME,
    INVALID_LOCATION,
    MALFORMED_XML,
)
from mocks3.errors.directory_buckets import INCOMPLETE_CONFIGURATION
from mocks3.errors.namespaces import INVALID_NAMESPACE_HEADER, MISSING_NAMESPACE_HEADER
from mocks3.model import habits, zones
from mocks3.model.target import DirectoryTarget
from mocks3.operations.buckets.ownership import ENFORCED, grants_others
from mocks3.rules import acls, bucket_names, regions, tag_sets
from mocks3.storage import PublicAccessBlock

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        CreateBucketConfigurationTypeDef,
        CreateBucketRequestTypeDef,
        TagTypeDef,
    )

    from mocks3.model.stages import Authorized
    from mocks3.model.world import Settings
    from mocks3.storage import Acl
    from mocks3.storage.configurations import Configurations

OWNERSHIPS = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
DEFAULTS: Mapping[str, tuple[str, PublicAccessBlock | None]] = {
    "2026": (ENFORCED, PublicAccessBlock()),
    "legacy": ("ObjectWriter", None),
}
"""Object Ownership and Block Public Access of a new bucket: since April 2023, and before that (B-6, A-52)."""


_NAMESPACE = "x-amz-bucket-namespace"
_NO_SUFFIX = (
    "The requested bucket name did not include the account-regional namespace suffix, but the provided "
    "x-amz-bucket-namespace header value is account-regional. Specify {suffix} as the bucket name suffix to create a "
    "bucket in your account-regional namespace, or remove the header."
)
_NOT_GLOBAL = (
    "The requested bucket is an account-regional namespace bucket, but the provided x-amz-bucket-namespace header "
    "value is global."
)
"""Messages of ``InvalidNamespaceHeader``: the first as users report it, the second inferred from it."""


class Plan(NamedTuple):
    """The settings of a bucket to create.

    ``constraint`` is the location constraint of the request, None for us-east-1. ``zone`` is the zone of a directory
    bucket.
    """

    name: str
    region: str
    constraint: str | None
    ownership: str
    public_access_block: PublicAccessBlock | None
    acl: Acl | None
    configurations: Configurations
    locked: bool
    tagged: bool
    zone: str | None = None


def plan(call: Authorized, params: CreateBucketRequestTypeDef) -> Plan:
    """Read a CreateBucket request.

    Raises ``InvalidBucketName``, ``InvalidTag``, the location errors of :mod:`.regions`, ``InvalidArgument`` for an
    unknown ownership setting, ``MalformedXML`` for a body without a setting, and the two errors for an ACL that
    ownership or Block Public Access forbids.
    """
    name = call.target.name
    configuration = params.get("CreateBucketConfiguration") or {}
    if isinstance(call.target, DirectoryTarget):
        return _plan_directory(call, configuration)
    if "Location" in configuration or "Bucket" in configuration:
        raise INVALID_BUCKET_NAME(
            BucketName=name
        )  # these are members of directory buckets, whose names end in a zone
    if not configuration and "CreateBucketConfiguration" in params:
        raise MALFORMED_XML()  # reported: cloudify-aws-plugin #475, brendanhay/amazonka #81
    constraint = configuration.get("LocationConstraint")
    check_name(call.settings, name)
    region = regions.region_of_new_bucket(call, constraint)
    _check_namespace(call, name, params.get("BucketNamespace"), region)
    ownership, block = DEFAULTS[call.settings.new_bucket_defaults]
    ownership = _ownership(params, ownership)
    tags = configuration.get("Tags") or []
    tag_sets.check_new_bucket_tags(tags)
    locked = bool(params.get("ObjectLockEnabledForBucket"))
    acl = _acl(call, params, ownership, block)
    documents = _documents(tags, locked)
    return Plan(name, region, constraint, ownership, block, acl, documents, locked, bool(tags))


def _plan_directory(call: Authorized, configuration: CreateBucketConfigurationTypeDef) -> Plan:
    """Read a CreateBucket request for a directory bucket. Its name contains the zone, and the body repeats it.

    All other settings are fixed. Raises ``InvalidBucketName``, ``InvalidRequest`` for a body that is incomplete or
    contradicts the name, ``InvalidLocationConstraint`` for a zone of another Region, ``InvalidTag``.
    """
    name = call.target.name
    zone = zones.zone_of(name)
    if zone is None:
        raise INVALID_BUCKET_NAME(BucketName=name)
    kind = zones.zone_type(zone)
    wanted = {
        "Location": {"Type": kind, "Name": zone},
        "Bucket": {"Type": "Directory", "DataRedundancy": f"Single{kind}"},
    }
    for member, content in wanted.items():
        if configuration.get(member) != content:
            text = ", ".join(f"{field}={value}" for field, value in content.items())
            raise INCOMPLETE_CONFIGURATION(member=member, wanted=text)
    region = regions.endpoint_region(call) or call.settings.region
    if not zones.is_in(zone, region):
        raise INVALID_LOCATION(LocationConstraint=zone)
    tags = configuration.get("Tags") or []
    tag_sets.check_new_bucket_tags(tags)
    documents = _documents(tags, False)
    return Plan(name, region, None, ENFORCED, PublicAccessBlock(), None, documents, False, bool(tags), zone)


def check_name(settings: Settings, name: str) -> None:
    """Raise ``InvalidBucketName`` if the name is not valid for a general purpose bucket."""
    if not bucket_names.is_accepted(settings, name):
        raise INVALID_BUCKET_NAME(BucketName=name).with_note(bucket_names.note_on(name))


def count_habits(name: str, region: str) -> None:
    """Count what S3 refuses of a general purpose bucket that was created: its name, its Region."""
    if bucket_names.is_refused_by_s3(name):
        habits.count(habits.BUCKET_NAMES)
    if not regions.is_region(region):
        habits.count(habits.REGIONS)


def _check_namespace(call: Authorized, name: str, namespace: str | None, region: str) -> None:
    if namespace not in (None, "account-regional", "global"):  # API_CreateBucket
        raise INVALID_ARGUMENT(
            message=f"Invalid x-amz-bucket-namespace header: {namespace}",
            ArgumentName=_NAMESPACE,
        )
    suffix = bucket_names.namespace_suffix(call.caller.account or "", region)
    if namespace == "account-regional":
        if not name.endswith(suffix) or name == suffix:
            raise INVALID_NAMESPACE_HEADER(message=_NO_SUFFIX.format(suffix=suffix), Header=_NAMESPACE)
    elif bucket_names.is_of_a_namespace(name):
        if namespace is None:
            raise MISSING_NAMESPACE_HEADER(Header=_NAMESPACE)
        raise INVALID_NAMESPACE_HEADER(message=_NOT_GLOBAL, Header=_NAMESPACE)
    elif bucket_names.has_namespace_ending(name) and not habits.allows(call.settings, habits.BUCKET_NAMES):
        raise INVALID_BUCKET_NAME(BucketName=name).with_note(bucket_names.note_on(name))


def _ownership(params: CreateBucketRequestTypeDef, default: str) -> str:
    ownership = str(params.get("ObjectOwnership", default))
    if ownership not in OWNERSHIPS:
        raise INVALID_ARGUMENT(
            message=f"Invalid x-amz-object-ownership header: {ownership}",
            ArgumentName="x-amz-object-ownership",
        )
    return ownership


def _acl(
    call: Authorized, params: CreateBucketRequestTypeDef, ownership: str, block: PublicAccessBlock | None
) -> Acl | None:
    """Return the bucket's first ACL. Raise if ownership (A-52) or Block Public Access (A-53) forbids it."""
    assert call.caller.account is not None
    acl = acls.acl_from_headers(call, params, call.caller.account, acls.BUCKET_CANNED)
    if ownership == ENFORCED and grants_others(acl, call.caller.canonical_id):
        raise ACL_WITH_BUCKET_OWNER_ENFORCED().with_note(acls.ENFORCED_NOTE)
    if acl is not None and acl.is_public and block is not None and block.block_public_acls:
        raise ACL_WITH_PUBLIC_ACCESS_BLOCK()
    of_account = call.world.guardrails.public_access_block(call.caller.account)
    if acl is not None and acl.is_public and of_account is not None and of_account.block_public_acls:
        raise acls.public_acl_blocked(
            call.caller, call.caller.account, call.target.arn, "s3:CreateBucket", acls.public_groups(acl)
        )
    return acl


def _documents(tags: Sequence[TagTypeDef], locked: bool) -> Configurations:
    documents: Configurations = {}
    if tags:
        documents["tagging"] = {"TagSet": tags}
    if locked:
        documents["object-lock"] = {"ObjectLockEnabled": "Enabled"}
    return documents
