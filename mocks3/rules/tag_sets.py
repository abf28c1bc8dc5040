"""Check sets of tags, mainly of buckets (user guide, "Using cost allocation S3 bucket tags"; R-12, R-15)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mocks3.errors import BAD_REQUEST, INTERNAL_ERROR, INVALID_TAG, S3Error

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import TagTypeDef

TagSet = Sequence["TagTypeDef"]

MAX_TAGS = 50
_SIGNS = frozenset("+-=._:/@ ")
_CATEGORIES = "LNZ"
"""Unicode categories of letters, spaces and numbers. These and ``_SIGNS`` are allowed (API_Tag)."""

RESERVED_AT_CREATION = (
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your '
    "tag keys and try again."
)
RESERVED_ON_BUCKET = "System tags cannot be added/updated by requester"


def is_valid_text(text: str, limit: int) -> bool:
    """Return whether the key or the value of a tag has only allowed characters, and not too many."""
    return len(text) <= limit and all(
        character in _SIGNS or unicodedata.category(character)[0] in _CATEGORIES for character in text
    )


def check_new_bucket_tags(tags: TagSet) -> None:
    """Check the tags of CreateBucket. Raise ``InvalidTag``, or ``InternalError`` for a repeated key, as recorded."""
    _check_count(tags)
    for tag in tags:
        if tag["Key"].startswith("aws:"):
            raise INVALID_TAG(message=RESERVED_AT_CREATION)
        _check_text(tag)
    if repeated_key(tags) is not None:
        raise INTERNAL_ERROR()


def check_bucket_tags(tags: TagSet) -> None:
    """Check the tags of PutBucketTagging. Raise ``InvalidTag``."""
    _check_count(tags)
    repeated = repeated_key(tags)
    if repeated is not None:
        raise INVALID_TAG(message="Cannot provide multiple Tags with the same key", TagKey=repeated)
    for tag in tags:
        if tag["Key"].startswith("aws:"):
            raise INVALID_TAG(message=RESERVED_ON_BUCKET, TagKey=tag["Key"])
        _check_text(tag)


def repeated_key(tags: Iterable[TagTypeDef]) -> str | None:
    """Return the first repeated key. None if all keys are different."""
    seen: set[str] = set()
    for tag in tags:
        if tag["Key"] in seen:
            return tag["Key"]
        seen.add(tag["Key"])
    return None


def _check_count(tags: TagSet) -> None:
    if len(tags) > MAX_TAGS:
        raise BAD_REQUEST(message=f"Bucket tag count cannot be greater than {MAX_TAGS}")


def _check_text(tag: TagTypeDef) -> None:
    error = _error(tag["Key"], tag["Value"])
    if error is not None:
        raise error


def _error(key: str, value: str) -> S3Error | None:
    if not key or not is_valid_text(key, 128):
        return INVALID_TAG(message="The TagKey you have provided is invalid", TagKey=key)
    if not is_valid_text(value, 256):
        return INVALID_TAG(message="The TagValue you have provided is invalid", TagKey=key, TagValue=value)
    return None
