"""What S3 holds: buckets, versions, bodies, multipart uploads.

    store = Store()
    store.create_bucket("data", owner="123456789012", region="us-east-1", created=clock.now())
    with store.editing("data") as bucket:
        kept = bucket.put(Version("key", clock.now(), "123456789012", Blob.of(b"..."), etag="..."))
    mark = store.snapshot()

Rule 1: values and invariants. No HTTP, no policy, no S3 error: what is not there is None.
Rule 2: of ours it imports ``errors``, ``clock``, ``checksum`` and ``locking`` at most.
Rule 3: everything is either frozen, or changed under the lock of its world and copied on write.

    store       buckets by name, the lock, snapshot and restore
    bucket      settings, versioning, listings, uploads of one bucket
    access_point  other names for a bucket
    keyindex    every version of every key, in S3's order         chain    a key's noncurrent versions
    uploads     every multipart upload                            upload   one of them
    listing     what stands on a page                             page     the page
    walk        prefix, delimiter and marker                      names    the sorted set under them
    version     Version and Part                                  values   ACLs, locks, encryption facts…
    blob        bodies and ranges of them                         spool    those that are too long for memory
    assembly    ETags and checksums of multipart objects          ids      version ids and upload ids
    changes     what a piece of work did to versions
"""

from mocks3.storage.access_point import ALIAS_SUFFIX, AccessPoint, Awaited, ObjectLambda
from mocks3.storage.blob import EMPTY, Blob
from mocks3.storage.bucket import ENABLED, POLICY_PRINCIPALS, SUSPENDED, Bucket
from mocks3.storage.changes import Change, Changes, recorded
from mocks3.storage.ids import NULL, sequence_of
from mocks3.storage.listing import Listed
from mocks3.storage.page import Page
from mocks3.storage.spool import gather
from mocks3.storage.store import HasAccessPoints, Mark, NotEmpty, Store
from mocks3.storage.upload import EndedUpload, Upload
from mocks3.storage.values import (
    ALL_USERS,
    ANONYMOUS,
    AUTHENTICATED_USERS,
    COMPOSITE,
    ENCRYPTION_ASKED,
    FULL_OBJECT,
    GROUPS,
    LOG_DELIVERY,
    PUBLIC_GROUPS,
    SSE_S3,
    UNLOCKED,
    Acl,
    Checksums,
    Encryption,
    Grant,
    Grantee,
    HoldPeriod,
    Initiator,
    Lock,
    Owner,
    PublicAccessBlock,
    Restore,
)
from mocks3.storage.version import REPLICATION_STATUS, Part, Version, embody

__all__ = [
    "ALIAS_SUFFIX",
    "ALL_USERS",
    "ANONYMOUS",
    "AUTHENTICATED_USERS",
    "COMPOSITE",
    "EMPTY",
    "ENABLED",
    "ENCRYPTION_ASKED",
    "FULL_OBJECT",
    "GROUPS",
    "LOG_DELIVERY",
    "NULL",
    "POLICY_PRINCIPALS",
    "PUBLIC_GROUPS",
    "REPLICATION_STATUS",
    "SSE_S3",
    "SUSPENDED",
    "UNLOCKED",
    "AccessPoint",
    "Acl",
    "Awaited",
    "Blob",
    "Bucket",
    "Change",
    "Changes",
    "Checksums",
    "Encryption",
    "EndedUpload",
    "Grant",
    "Grantee",
    "HasAccessPoints",
    "HoldPeriod",
    "Initiator",
    "Listed",
    "Lock",
    "Mark",
    "NotEmpty",
    "ObjectLambda",
    "Owner",
    "Page",
    "Part",
    "PublicAccessBlock",
    "Restore",
    "Store",
    "Upload",
    "Version",
    "embody",
    "gather",
    "recorded",
    "sequence_of",
]
