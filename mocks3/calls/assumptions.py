"""Create what a call needs and no file describes: its bucket, object, version, upload and KMS keys.

An object is stored as a PutObject without headers by the bucket's account would store it. Nothing is created over what
a file describes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.calls import existing
from mocks3.errors import Mocks3Error
from mocks3.model.permissions import BUCKET, KMS_KEYS, REVEAL, SOURCE
from mocks3.operations import find
from mocks3.rules import locks
from mocks3.storage import ENABLED, SSE_S3, Initiator

if TYPE_CHECKING:
    from mocks3.calls.principals import FoundPrincipal
    from mocks3.calls.service_call import ServiceCall
    from mocks3.calls.world import CallWorld
    from mocks3.model.operation import Operation
    from mocks3.storage import Bucket, Encryption

REGIONS = {"aws": None, "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""The Region of a bucket that no file describes, by the partition of its caller. None: the Region of the mock."""

ABOUT_CONTENT = frozenset({"Range", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince", "PartNumber"})
ABOUT_SOURCE = frozenset(
    {
        "CopySourceIfMatch",
        "CopySourceIfNoneMatch",
        "CopySourceIfModifiedSince",
        "CopySourceIfUnmodifiedSince",
        "CopySourceRange",
    }
)
"""Parameters about the content of an object that exists. They decide no permission, and the content is not known."""


NEED_LOCK = frozenset(
    {"GetObjectLegalHold", "GetObjectRetention", "PutObjectLegalHold", "PutObjectRetention"}
)
WITH_LOCK = frozenset(
    {"ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus", "ObjectLockEventHold"}
)
"""Operations and parameters that S3 refuses for buckets without Object Lock (API_PutObjectRetention)."""


@dataclass(frozen=True)
class Assumptions:
    """What a call takes for granted about resources that no file describes.

    Attributes:
        object_exists: Whether the object exists that the call reads or changes.
        owned_by_bucket: Whether the bucket's account owns it, not another account.
        encrypted_by_default: Whether it has the bucket's default encryption, not SSE-S3.
        upload_by_caller: Whether the caller started the upload, not the root user of the bucket's account.
        tags: The tags of the object.
        upload_parameters: The parameters of CreateMultipartUpload that later calls carry.
    """

    object_exists: bool = True
    owned_by_bucket: bool = True
    encrypted_by_default: bool = True
    upload_by_caller: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    upload_parameters: Mapping[str, str] = field(default_factory=dict)


EVERYTHING_EXISTS = Assumptions()


class Prepared(NamedTuple):
    """A call that can be made.

    Attributes:
        call: The call, with the ids of what was created for it.
        region: The Region to send it to; None for the Region of the mock.
        assumed: What was created, in sentences.
        open: The fields of :class:`Assumptions` that could be otherwise.
        keys: Condition keys that have the values of the original call.
    """

    call: ServiceCall
    region: str | None = None
    assumed: tuple[str, ...] = ()
    open: frozenset[str] = frozenset()
    keys: Mapping[str, str] = MappingProxyType({})


def prepare(
    aws: CallWorld,
    call: ServiceCall,
    found: FoundPrincipal,
    owner: str | None,
    assumptions: Assumptions,
) -> Prepared:
    """Create what the call needs.

    Args:
        aws: The in-memory AWS.
        call: The call.
        found: Its caller.
        owner: The account of a bucket that does not exist. Default: the caller's.
        assumptions: What exists.

    Raises:
        Mocks3Error: The call names an access point that does not exist.
    """
    region = REGIONS.get(found.partition)
    if call.service != "s3" or "Bucket" not in call.parameters:
        return Prepared(call, region)
    return _Preparation(aws, call, found, owner, assumptions).prepare(region)


class _Preparation:
    """Creates what one call to S3 needs, and remembers what that is."""

    def __init__(
        self,
        aws: CallWorld,
        call: ServiceCall,
        found: FoundPrincipal,
        owner: str | None,
        assumptions: Assumptions,
    ) -> None:
        self.aws, self.call, self.found, self.assumptions = aws, call, found, assumptions
        self.owner = owner or found.principal.account
        self.assumed: list[str] = []
        self.open: set[str] = set()
        self.keys: dict[str, str] = {}

    def prepare(self, region: str | None) -> Prepared:
        """Create it."""
        operation = find(self.call.service, self.call.operation)
        if not operation.in_bucket:
            return Prepared(self.call, region)
        bucket = self._bucket(str(self.call.parameters["Bucket"]))
        self._lock(bucket)
        bucket = self._bucket(bucket.name)
        if any(need.on in KMS_KEYS for need in operation.needs):
            self._add_keys(bucket)
        self._add_objects(operation, bucket)
        if "UploadId" in self.call.parameters:
            self._add_upload(bucket)
        bucket = self._bucket(bucket.name)
        own = None if bucket.region == self.aws.settings.region else bucket.region
        return Prepared(self.call, own, tuple(self.assumed), frozenset(self.open), self.keys)

    def _bucket(self, name: str) -> Bucket:
        """Return the bucket of a name, or of an access point's ARN or alias."""
        bucket = self.aws.store.resolve_bucket(name)
        if bucket is not None:
            return bucket
        if name.startswith("arn:"):
            account, point = name.split(":")[4], name.rpartition("/")[2]
            raise Mocks3Error(
                f"no file describes the access point {name}; add what this prints: aws s3control get-access-point "
                f"--account-id {account} --name {point}"
            )
        owner = self.aws.account(self.owner)
        owner.create_bucket(name, region=REGIONS.get(self.found.partition))
        self.assumed.append(
            f"the bucket {name} exists, belongs to the account {owner.id}, and has no policy and the settings of new "
            "buckets: no file describes it"
        )
        return self._bucket(name)

    def _add_objects(self, operation: Operation, bucket: Bucket) -> None:
        parameters = self.call.parameters
        modes = {(need.mode, need.on) for need in operation.needs}
        if any(need.on is SOURCE for need in operation.needs) and "CopySource" in parameters:
            self._add_source(parameters["CopySource"])
        key = parameters.get("Key")
        reads = (REVEAL, BUCKET) in modes
        if isinstance(key, str) and (reads or {"VersionId", "IfMatch"} & parameters.keys()):
            stored = self._add_object(bucket, key, parameters.get("VersionId"), parameters)
            if stored is not None and "VersionId" in parameters:
                self.call = self.call.with_parameters(VersionId=stored)
            if stored is not None and reads:
                self.call = self.call.without(*ABOUT_CONTENT)
        if isinstance(parameters.get("RenameSource"), str):
            self._add_object(bucket, parameters["RenameSource"].lstrip("/").partition("?")[0], None, {})
        if "Delete" in parameters:
            entries = [self._entry(bucket, each) for each in parameters["Delete"].get("Objects", ())]
            self.call = self.call.with_parameters(Delete={**parameters["Delete"], "Objects": entries})

    def _entry(self, bucket: Bucket, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an entry of DeleteObjects. Only the versions that it names must exist."""
        if not {"VersionId", "ETag"} & entry.keys():
            return entry
        etag = {"IfMatch": entry["ETag"]} if "ETag" in entry else {}
        stored = self._add_object(bucket, entry["Key"], entry.get("VersionId"), etag)
        return entry if stored is None or "VersionId" not in entry else {**entry, "VersionId": stored}

    def _add_source(self, source: object) -> None:
        name, key, version_id = parse_source(source)
        bucket = self._bucket(name)
        prefixed = {
            each.removeprefix("CopySource"): value
            for each, value in self.call.parameters.items()
            if each.startswith(("CopySourceSSE", "CopySourceIfMatch"))
        }
        stored = self._add_object(bucket, key, version_id, prefixed)
        if stored is None:
            return
        self.call = self.call.without(*ABOUT_SOURCE)
        if version_id is not None:
            copied = {"Bucket": name, "Key": key, "VersionId": stored}
            self.call = self.call.with_parameters(CopySource=copied)

    def _add_object(
        self, bucket: Bucket, key: str, version_id: str | None, parameters: Mapping[str, Any]
    ) -> str | None:
        """Store the object unless a file describes it. Return its version id; None if it was not stored."""
        known = bucket.current(key) if version_id is None else bucket.version(key, version_id)
        what = f"the object s3://{bucket.name}/{key}" + (f", version {version_id}," if version_id else "")
        if known is not None:
            return None
        self.open.add("object_exists")
        if not self.assumptions.object_exists:
            self.assumed.append(f"{what} does not exist")
            return None
        encryption, encrypted = self._encryption(bucket, parameters)
        owner, owned = bucket.owner, "is owned by the bucket's account"
        if bucket.ownership != "BucketOwnerEnforced" and bucket.zone is None:
            self.open.add("owned_by_bucket")
            if not self.assumptions.owned_by_bucket:
                owner = self.aws.account(existing.OTHER_ACCOUNT).id
                owned = "is owned by another account, with a private ACL"
        etag = str(parameters.get("IfMatch", "")).strip('"').replace("*", "")
        archived = self.call.operation == "RestoreObject"
        governed = self._is_governed(bucket)
        stored = existing.add_object(
            self.aws,
            bucket,
            key,
            version_id=version_id,
            owner=owner,
            encryption=encryption,
            tags=self.assumptions.tags,
            etag=etag or None,
            archived=archived,
            governed=governed,
            annotation=self.call.parameters.get("AnnotationName"),
        )
        tags = ", ".join(f"{name}={value}" for name, value in self.assumptions.tags.items())
        more = [
            *([f"has the tags {tags}"] if tags else []),
            *(["is archived"] if archived else []),
            *(["has a retention period in GOVERNANCE mode"] if governed else []),
        ]
        self.assumed.append(f"{what} exists, {encrypted}, {', '.join([*more, f'and {owned}'])}")
        if version_id is not None:
            self.keys["s3:versionid"] = version_id
        return stored

    def _lock(self, bucket: Bucket) -> None:
        """Turn on Object Lock for a call that is possible only with it."""
        parameters = self.call.parameters
        needs_lock = (
            self.call.operation in NEED_LOCK
            or parameters.get("BypassGovernanceRetention")
            or not WITH_LOCK.isdisjoint(parameters)
        )
        if not needs_lock or locks.DOCUMENT in bucket.configurations or bucket.zone is not None:
            return
        with self.aws.store.editing(bucket.name) as edited:
            edited.versioning = ENABLED
            edited.configurations[locks.DOCUMENT] = {"ObjectLockEnabled": "Enabled"}
        self.assumed.append(f"the bucket {bucket.name} has Object Lock: no file says so")

    def _is_governed(self, bucket: Bucket) -> bool:
        bypass = self.call.parameters.get("BypassGovernanceRetention")
        return bool(bypass) and locks.DOCUMENT in bucket.configurations

    def _encryption(self, bucket: Bucket, parameters: Mapping[str, Any]) -> tuple[Encryption, str]:
        by_customer = existing.encryption_of(parameters)
        if by_customer is not None:
            return by_customer, "is encrypted with the customer's key that the call sends (SSE-C)"
        default = existing.default_encryption(self.aws, bucket)
        if default.kms_key is not None:
            self.open.add("encrypted_by_default")
            if not self.assumptions.encrypted_by_default:
                return SSE_S3, "is encrypted with SSE-S3"
        how = "SSE-S3" if default.kms_key is None else f"{default.algorithm} with {default.kms_key}"
        return default, f"has the bucket's default encryption ({how})"

    def _add_upload(self, bucket: Bucket) -> None:
        key, upload_id = self.call.parameters.get("Key"), self.call.parameters["UploadId"]
        if not isinstance(key, str) or bucket.upload(upload_id) or bucket.ended_upload(upload_id):
            return
        own = existing.initiator_of(self.found.principal)
        by_owner = existing.initiator_of(self.aws.account(bucket.owner).root)
        initiator: Initiator | None = own if self.assumptions.upload_by_caller else by_owner
        initiator = initiator or by_owner
        assert initiator is not None
        if own is not None:
            self.open.add("upload_by_caller")
        requested = self.assumptions.upload_parameters
        encryption, _ = self._upload_encryption(bucket, requested)
        started, etag = existing.add_upload(
            self.aws, bucket, key, initiator=initiator, encryption=encryption, requested=requested, parts=1
        )
        self.call = self.call.with_parameters(UploadId=started)
        if self.call.operation == "CompleteMultipartUpload":
            self.call = self.call.with_parameters(
                MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
            )
        self.assumed.append(f"the upload of s3://{bucket.name}/{key} exists, and {initiator.arn} started it")

    def _upload_encryption(self, bucket: Bucket, requested: Mapping[str, str]) -> tuple[Encryption, str]:
        by_customer = existing.encryption_of(self.call.parameters)
        if by_customer is not None:
            return by_customer, ""
        algorithm, key = requested.get("ServerSideEncryption"), requested.get("SSEKMSKeyId")
        if algorithm is None and key is None:
            return existing.default_encryption(self.aws, bucket), ""
        return existing.kms_encryption(self.aws, bucket, algorithm, key), ""

    def _add_keys(self, bucket: Bucket) -> None:
        """Create the KMS keys that the call names, and the one of the bucket's default encryption."""
        caller = self.found.principal.account or bucket.owner
        body = (self.call.parameters.get("ObjectEncryption") or {}).get("SSEKMS") or {}
        named = [
            (self.call.parameters.get("SSEKMSKeyId"), caller),
            (body.get("KMSKeyArn"), bucket.owner),
            (self.assumptions.upload_parameters.get("SSEKMSKeyId"), caller),
            (existing.default_key(bucket), bucket.owner),
        ]
        for name, account in named:
            arn = existing.add_key(self.aws, name, account, bucket.region) if isinstance(name, str) else None
            if arn is not None:
                region = arn.split(":")[3]
                self.assumed.append(
                    f"the KMS key {name} exists and has the default key policy, so that the identity policies of its "
                    f"account decide: no file describes it; this prints its policy: aws kms get-key-policy --region "
                    f"{region} --key-id {arn} --policy-name default"
                )


def parse_source(source: object) -> tuple[str, str, str | None]:
    """Return the bucket, key and version id of a CopySource, in any of boto3's forms. boto3 encodes the key."""
    if isinstance(source, Mapping):
        return str(source["Bucket"]), str(source["Key"]), source.get("VersionId")
    path, _, version_id = str(source).lstrip("/").partition("?versionId=")
    name, _, key = path.partition("/object/" if path.startswith("arn:") else "/")
    return name, key, version_id or None
