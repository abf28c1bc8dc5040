"""The permissions that an operation requires of its caller: one row for each operation.

    @operation(
        Need("s3:PutObject", OBJECT),
        Need("s3:PutObjectTagging", OBJECT, when=given("Tagging")),
    )

Rule 1: a row is data. The permission table of the docs, the comparison with AWS's own tables and the authorization all
read the same row. Rule 2: a condition depends on what the request sends and names, never on the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target


class On(Enum):
    """The resource on which a permission is checked.

    KMS_KEY is the key that a call to KMS names. The other KMS keys are those that S3 uses for its caller. Their
    permission is not required if there is no such key, because nothing is encrypted with KMS.
    """

    ACCOUNT = "service"
    NEW_BUCKET = "bucket to be created"
    BUCKET = "bucket"
    OBJECT = "object"
    SOURCE = "copy-source"
    EACH_KEY = "each key of the request"
    KMS_KEY = "KMS key"
    NEW_KMS_KEY = "KMS key of what is written"
    BODY_KMS_KEY = "KMS key named in the body"
    OBJECT_KMS_KEY = "KMS key of the object"
    SOURCE_KMS_KEY = "KMS key of the copy-source"
    UPLOAD_KMS_KEY = "KMS key of the upload"
    ACCESS_POINT = "Object Lambda access point"
    ROLE = "role"
    ROOT_USER = "root user of an account"
    PASSED_ROLE = "role named in the body"
    FUNCTION = "Lambda function"
    ANSWERED = "Object Lambda access point that is answered"
    TABLE_BUCKET = "table bucket"
    TABLE = "metadata table"
    TABLE_KMS_KEY = "KMS key of the metadata table"
    USER = "IAM user"
    NEW_USER = "IAM user to be created"
    USERS = "IAM users under the path"
    GROUP = "IAM group"
    NEW_GROUP = "IAM group to be created"
    GROUPS = "IAM groups under the path"
    IAM_ROLE = "IAM role"
    NEW_ROLE = "IAM role to be created"
    ROLES = "IAM roles under the path"
    LINKED_ROLE = "service-linked role"
    POLICY = "managed policy"
    NEW_POLICY = "managed policy to be created"
    POLICIES = "managed policies under the path"
    INSTANCE_PROFILE = "instance profile"
    NEW_INSTANCE_PROFILE = "instance profile to be created"
    INSTANCE_PROFILES = "instance profiles under the path"
    PROFILE_ROLE = "role of the instance profile"
    MFA_DEVICE = "MFA device"
    NEW_MFA_DEVICE = "MFA device to be created"
    MFA_DEVICES = "MFA devices"
    OIDC_PROVIDER = "OIDC provider"
    NEW_OIDC_PROVIDER = "OIDC provider to be created"
    OIDC_PROVIDERS = "OIDC providers"
    SAML_PROVIDER = "SAML provider"
    NEW_SAML_PROVIDER = "SAML provider to be created"
    SAML_PROVIDERS = "SAML providers"
    SERVER_CERTIFICATE = "server certificate"
    NEW_SERVER_CERTIFICATE = "server certificate to be created"
    SERVER_CERTIFICATES = "server certificates under the path"
    ACCESS_KEY = "user of the access key"
    IDENTITY = "user, group or role named by its ARN"
    NAMED_ACCESS_POINT = "access point"
    NEW_ACCESS_POINT = "access point to be created"
    MULTI_REGION_ACCESS_POINT = "Multi-Region Access Point"
    MULTI_REGION_REQUEST = "asynchronous request"
    GRANTS_INSTANCE = "S3 Access Grants instance"
    GRANTS_LOCATION = "S3 Access Grants location"
    NEW_GRANTS_LOCATION = "S3 Access Grants location to be created"
    GRANT = "access grant"
    NEW_GRANT = "access grant to be created"
    JOB = "job"
    STORAGE_LENS = "Storage Lens configuration"
    STORAGE_LENS_GROUP = "Storage Lens group"
    TAGGED_RESOURCE = "resource that has the tags"
    ROOT = "root of the organization"
    PARENT = "root or organizational unit"
    CHILD = "organizational unit or account"
    UNIT = "organizational unit"
    MEMBER = "account of the organization"
    SOURCE_PARENT = "present root or organizational unit"
    DESTINATION_PARENT = "new root or organizational unit"
    ATTACHMENT_TARGET = "root, organizational unit or account"
    ORGANIZATION_POLICY = "policy of the organization"
    INVITED = "account to be invited"
    HANDSHAKE = "handshake"


ACCOUNT, NEW_BUCKET, BUCKET, OBJECT = On.ACCOUNT, On.NEW_BUCKET, On.BUCKET, On.OBJECT
SOURCE, EACH_KEY, KMS_KEY, ACCESS_POINT = On.SOURCE, On.EACH_KEY, On.KMS_KEY, On.ACCESS_POINT
ROLE, ROOT_USER, PASSED_ROLE = On.ROLE, On.ROOT_USER, On.PASSED_ROLE
FUNCTION, ANSWERED = On.FUNCTION, On.ANSWERED
NEW_KMS_KEY, BODY_KMS_KEY, OBJECT_KMS_KEY = On.NEW_KMS_KEY, On.BODY_KMS_KEY, On.OBJECT_KMS_KEY
SOURCE_KMS_KEY, UPLOAD_KMS_KEY = On.SOURCE_KMS_KEY, On.UPLOAD_KMS_KEY
TABLE_BUCKET, TABLE, TABLE_KMS_KEY = On.TABLE_BUCKET, On.TABLE, On.TABLE_KMS_KEY
KMS_KEYS = frozenset({NEW_KMS_KEY, BODY_KMS_KEY, OBJECT_KMS_KEY, SOURCE_KMS_KEY, UPLOAD_KMS_KEY})
"""Keys that S3 uses for its caller, after it has checked its own permissions (F-64)."""

OUTSIDE_BUCKETS = frozenset({ACCOUNT, NEW_BUCKET, ROLE, ROOT_USER, KMS_KEY, ANSWERED})
"""Resources that are neither an existing bucket nor in one."""


class Mode(Enum):
    """What happens if the permission is not granted.

    REQUIRED: the call is denied. PER_KEY: only this entry of the call is denied (DeleteObjects). REVEAL: a missing key
    is 403 instead of 404 (X-1). OPTIONAL: a part of the response is left out (F-30). FREE: never checked, because AWS
    documents that the call needs no permission. LATER: the call succeeds, but the work that it starts fails
    (API_ErrorDetails).
    """

    REQUIRED = "required"
    PER_KEY = "per-key"
    REVEAL = "reveal"
    OPTIONAL = "response-filter"
    FREE = "free"
    LATER = "later"


REQUIRED, PER_KEY, REVEAL, OPTIONAL = Mode.REQUIRED, Mode.PER_KEY, Mode.REVEAL, Mode.OPTIONAL
FREE, LATER = Mode.FREE, Mode.LATER


@dataclass(frozen=True, slots=True)
class When:
    """A condition on the request and its target. ``text`` describes it in the docs."""

    text: str
    applies: Callable[[Parsed, Target], bool]


@dataclass(frozen=True, slots=True)
class Need:
    """One permission: the IAM action, its resource, the condition for the check, and what happens if it is denied."""

    action: str
    on: On
    when: When | None = None
    mode: Mode = REQUIRED


@dataclass(frozen=True, slots=True)
class Express:
    """How an operation works in directory buckets, where its permission row does not apply (F-150, F-151).

    A *regional* operation is sent to ``s3express-control``. Its caller must be in the owner's account and needs the
    action of the row under ``s3express:``. A *zonal* operation is sent to the bucket's zone. It needs a session's
    credentials, or ``s3express:CreateSession`` with other credentials.

    regional    True for regional operations
    writes      True if a ReadOnly session is not enough
    by_session  False if AWS documents that the operation does not accept a session's credentials
    """

    regional: bool = False
    writes: bool = True
    by_session: bool = True


ZONAL_READ, ZONAL_WRITE = Express(writes=False), Express()
ZONAL_SESSION = Express(writes=False, by_session=False)
SIGNED_WRITE = Express(by_session=False)
REGIONAL = Express(regional=True, by_session=False)


def given(name: str) -> When:
    """Return the condition that the URL or a header contains the member ``name`` (spelt as in boto3)."""
    return When(f"{name} is given", lambda parsed, target: name in parsed.head)


def any_given(*names: str) -> When:
    """Return the condition that at least one of the members was sent."""
    wanted = frozenset(names)
    return When(
        f"any of {', '.join(names)} is given", lambda parsed, target: not wanted.isdisjoint(parsed.head)
    )


def equals(name: str, value: object) -> When:
    """Return the condition that the member ``name`` was sent with this value."""
    return When(f"{name} is {value!r}", lambda parsed, target: bool(parsed.head.get(name) == value))


def all_of(*conditions: When) -> When:
    """Return the condition that all conditions apply. They are evaluated in order."""
    return When(
        " and ".join(c.text for c in conditions),
        lambda parsed, target: all(c.applies(parsed, target) for c in conditions),
    )


def either(*conditions: When) -> When:
    """Return the condition that at least one of the conditions applies."""
    return When(
        " or ".join(c.text for c in conditions),
        lambda parsed, target: any(c.applies(parsed, target) for c in conditions),
    )


def version_named() -> When:
    """Return the condition that a version is named: in the query, the copy source, or the entry of a Delete body."""
    return When("a version is named", lambda parsed, target: target.version_id is not None)


NO_VERSION_NAMED = "no version is named"


def no_version_named() -> When:
    """Return the condition that no version is named."""
    return When(NO_VERSION_NAMED, lambda parsed, target: target.version_id is None)


ACL_HEADERS = (
    "ACL",
    "GrantFullControl",
    "GrantRead",
    "GrantReadACP",
    "GrantWrite",
    "GrantWriteACP",
)
