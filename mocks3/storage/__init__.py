"""The state of S3: buckets, versions, bodies, multipart uploads.

    store = Store()
    store.create_bucket("data", owner="123456789012", region="us-east-1", created=clock.now())
    with store.editing("data") as bucket:
        stored = bucket.put(Version("key", clock.now(), "123456789012", Blob.of(b"..."), etag="..."))
    mark = store.snapshot()

Rule 1: this package contains values and their invariants. It knows no HTTP, no policy and no S3 error. A lookup that
finds nothing returns None.
Rule 2: of mocks3, its modules import only ``errors``, ``clock`` and ``lib``. ``iam`` and ``kms`` also import
``policy``.
Rule 3: every object is frozen, or it is changed under the lock of its world and copied on write.

    store       buckets by name, the lock, snapshot and restore
    bucket      settings, versioning, listings, uploads of one bucket
    access_point  other names for a bucket
    keyindex    all versions of all keys, in S3's order       noncurrent  the noncurrent versions of one key
    uploads     all multipart uploads                         upload      one multipart upload
    listing     the entries of a page                         page        one page
    walk        prefix, delimiter and marker                  names       the sorted set of names
    version     Version and Part                              values      ACLs, locks, encryption and other values
    blob        bodies and ranges of bodies                   spool       bodies that are too long for memory
    assembly    ETags and checksums of multipart objects      ids         version ids and upload ids
    changes     a record of the changes to versions
    iam         accounts, principals, credentials             kms         KMS keys
    control     the other resources of S3 Control
"""

from mocks3.storage.access_point import (
    ALIAS_SUFFIX,
    OBJECT_LAMBDA_ALIAS_SUFFIX,
    AccessPoint,
    ObjectLambda,
    PendingResponse,
)
from mocks3.storage.blob import EMPTY, Blob
from mocks3.storage.bucket import ENABLED, SUSPENDED, Bucket
from mocks3.storage.changes import Changes, VersionChange, record_changes
from mocks3.storage.ids import NULL, sequence_of
from mocks3.storage.listing import ListedVersion
from mocks3.storage.page import Page
from mocks3.storage.spool import blob_from_chunks
from mocks3.storage.store import HasAccessPoints, NotEmpty, Store, StoreMark
from mocks3.storage.upload import EndedUpload, Upload
from mocks3.storage.values import (
    ALL_USERS,
    ANONYMOUS,
    AUTHENTICATED_USERS,
    COMPOSITE,
    FULL_OBJECT,
    GROUPS,
    LOG_DELIVERY,
    PUBLIC_GROUPS,
    SSE_S3,
    UNLOCKED,
    Acl,
    AclGrantee,
    Checksums,
    Encryption,
    Grant,
    HoldPeriod,
    Initiator,
    Lock,
    Owner,
    PublicAccessBlock,
    Restore,
    strictest,
)
from mocks3.storage.version import Annotation, Part, Version, add_body

__all__ = [
    "ALIAS_SUFFIX",
    "ALL_USERS",
    "ANONYMOUS",
    "AUTHENTICATED_USERS",
    "COMPOSITE",
    "EMPTY",
    "ENABLED",
    "FULL_OBJECT",
    "GROUPS",
    "LOG_DELIVERY",
    "NULL",
    "OBJECT_LAMBDA_ALIAS_SUFFIX",
    "PUBLIC_GROUPS",
    "SSE_S3",
    "SUSPENDED",
    "UNLOCKED",
    "AccessPoint",
    "Acl",
    "AclGrantee",
    "Annotation",
    "Blob",
    "Bucket",
    "Changes",
    "Checksums",
    "Encryption",
    "EndedUpload",
    "Grant",
    "HasAccessPoints",
    "HoldPeriod",
    "Initiator",
    "ListedVersion",
    "Lock",
    "NotEmpty",
    "ObjectLambda",
    "Owner",
    "Page",
    "Part",
    "PendingResponse",
    "PublicAccessBlock",
    "Restore",
    "Store",
    "StoreMark",
    "Upload",
    "Version",
    "VersionChange",
    "add_body",
    "blob_from_chunks",
    "record_changes",
    "sequence_of",
    "strictest",
]
