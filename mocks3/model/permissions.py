"""The closed vocabulary in which an operation states what its caller must be allowed.

    @operation(
        Need("s3:PutObject", OBJECT),
        Need("s3:PutObjectTagging", OBJECT, when=given("Tagging")),
    )

Rule 1: a row is data. The docs' permission table, the check against AWS's own tables and the authorizer all read
the same row; none of them needs a request to do so. Rule 2: a condition looks at what the caller sent and at what
it named, never at who is calling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.target import Target


class On(Enum):
    """What a need is about: which ARN it is decided on.

    KMS_KEY is the key that a call to KMS names. The other KMS keys are those that S3 uses for its caller; a need on
    one does not arise where there is no such key, because nothing is encrypted with KMS.
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
    PASSED_ROLE = "role named in the body"
    FUNCTION = "Lambda function"
    ANSWERED = "Object Lambda access point that is answered"
    TABLE_BUCKET = "table bucket"
    TABLE = "metadata table"
    TABLE_KMS_KEY = "KMS key of the metadata table"


ACCOUNT, NEW_BUCKET, BUCKET, OBJECT = On.ACCOUNT, On.NEW_BUCKET, On.BUCKET, On.OBJECT
SOURCE, EACH_KEY, KMS_KEY, ACCESS_POINT = On.SOURCE, On.EACH_KEY, On.KMS_KEY, On.ACCESS_POINT
ROLE, PASSED_ROLE = On.ROLE, On.PASSED_ROLE
FUNCTION, ANSWERED = On.FUNCTION, On.ANSWERED
NEW_KMS_KEY, BODY_KMS_KEY, OBJECT_KMS_KEY = On.NEW_KMS_KEY, On.BODY_KMS_KEY, On.OBJECT_KMS_KEY
SOURCE_KMS_KEY, UPLOAD_KMS_KEY = On.SOURCE_KMS_KEY, On.UPLOAD_KMS_KEY
TABLE_BUCKET, TABLE, TABLE_KMS_KEY = On.TABLE_BUCKET, On.TABLE, On.TABLE_KMS_KEY
KMS_KEYS = frozenset({NEW_KMS_KEY, BODY_KMS_KEY, OBJECT_KMS_KEY, SOURCE_KMS_KEY, UPLOAD_KMS_KEY})
"""Keys that S3 uses for its caller, once its own permissions are settled (F-64)."""


class Mode(Enum):
    """What happens when a need is not met.

    REQUIRED refuses the call. PER_KEY refuses one entry and lets the others proceed (DeleteObjects). REVEAL turns
    the 404 of a missing key into a 403 (X-1). OPTIONAL leaves a part of the answer out (F-30).
    FREE is never asked: AWS documents that the call needs no permission. LATER lets the call succeed, and what it
    sets going fails (API_ErrorDetails).
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
    """A named predicate over what was sent and what it names. ``text`` is how the docs say it."""

    text: str
    applies: Callable[[Parsed, Target], bool]


@dataclass(frozen=True, slots=True)
class Need:
    """One permission: the IAM ``action``, the kind of resource it is decided on, when it is needed, and how."""

    action: str
    on: On
    when: When | None = None
    mode: Mode = REQUIRED


@dataclass(frozen=True, slots=True)
class Express:
    """What an operation is in directory buckets, where no row applies (F-150, F-151).

    A *regional* operation needs the action of its row under ``s3express:``, of the owner's account, and is sent to
    ``s3express-control``. A *zonal* one is sent to the bucket's zone and needs a session, or, sent with other
    credentials, ``s3express:CreateSession``; ``writes`` says that a ReadOnly session does not do. ``by_session`` is
    False for those that AWS documents to take no session's credentials.
    """

    regional: bool = False
    writes: bool = True
    by_session: bool = True


ZONAL_READ, ZONAL_WRITE = Express(writes=False), Express()
ZONAL_SESSION = Express(writes=False, by_session=False)
SIGNED_WRITE = Express(by_session=False)
REGIONAL = Express(regional=True, by_session=False)


def given(name: str) -> When:
    """The URL or a header carries the member ``name`` (as boto3 spells it)."""
    return When(f"{name} is given", lambda parsed, target: name in parsed.head)


def any_given(*names: str) -> When:
    """At least one of the members was sent."""
    wanted = frozenset(names)
    return When(
        f"any of {', '.join(names)} is given", lambda parsed, target: not wanted.isdisjoint(parsed.head)
    )


def equals(name: str, value: Any) -> When:
    """The member ``name`` was sent and has this value."""
    return When(f"{name} is {value!r}", lambda parsed, target: bool(parsed.head.get(name) == value))


def all_of(*conditions: When) -> When:
    """Every one of the conditions holds; they are asked in order."""
    return When(
        " and ".join(c.text for c in conditions),
        lambda parsed, target: all(c.applies(parsed, target) for c in conditions),
    )


def either(*conditions: When) -> When:
    """At least one of the conditions holds."""
    return When(
        " or ".join(c.text for c in conditions),
        lambda parsed, target: any(c.applies(parsed, target) for c in conditions),
    )


def version_named() -> When:
    """The target itself names a version: in the query, in the copy source, or in the entry of a Delete body."""
    return When("a version is named", lambda parsed, target: target.version_id is not None)


def no_version_named() -> When:
    """The target names no version."""
    return When("no version is named", lambda parsed, target: target.version_id is None)


ACL_HEADERS = (
    "ACL",
    "GrantFullControl",
    "GrantRead",
    "GrantReadACP",
    "GrantWrite",
    "GrantWriteACP",
)
