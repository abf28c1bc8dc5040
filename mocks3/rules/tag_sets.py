"""What a set of tags may hold, for buckets (user guide, "Using cost allocation S3 bucket tags"; R-12, R-15)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from mocks3.errors import BAD_REQUEST, INTERNAL_ERROR, INVALID_TAG, S3Error

TagSet = list[dict[str, str]]

MAX_TAGS = 50
_SIGNS = frozenset("+-=._:/@ ")
_CLASSES = "LNZ"
"""Letters, numbers and spaces of any script, and a few signs (API_Tag)."""

RESERVED_AT_CREATION = (
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your '
    "tag keys and try again."
)
RESERVED_ON_BUCKET = "System tags cannot be added/updated by requester"


def is_valid_text(text: str, limit: int) -> bool:
    """Whether a tag's key or value is made of what tags may be made of, and not too long."""
    return len(text) <= limit and all(
        sign in _SIGNS or unicodedata.category(sign)[0] in _CLASSES for sign in text
    )


def check_new_bucket_tags(tags: TagSet) -> None:
    """The tags of CreateBucket. Raises ``InvalidTag``; a key that comes twice is an ``InternalError``, as recorded."""
    _check_count(tags)
    for tag in tags:
        if tag["Key"].startswith("aws:"):
            raise INVALID_TAG(message=RESERVED_AT_CREATION)
        _check_text(tag)
    if repeated_key(tags) is not None:
        raise INTERNAL_ERROR()


def check_bucket_tags(tags: TagSet) -> None:
    """The tags of PutBucketTagging. Raises ``InvalidTag``."""
    _check_count(tags)
    repeated = repeated_key(tags)
    if repeated is not None:
        raise INVALID_TAG(message="Cannot provide multiple Tags with the same key", TagKey=repeated)
    for tag in tags:
        if tag["Key"].startswith("aws:"):
            raise INVALID_TAG(message=RESERVED_ON_BUCKET, TagKey=tag["Key"])
        _check_text(tag)


def repeated_key(tags: Iterable[Mapping[str, str]]) -> str | None:
    """The first key that comes a second time."""
    seen: set[str] = set()
    for tag in tags:
        if tag["Key"] in seen:
            return tag["Key"]
        seen.add(tag["Key"])
    return None


def _check_count(tags: TagSet) -> None:
    if len(tags) > MAX_TAGS:
        raise BAD_REQUEST(message=f"Bucket tag count cannot be greater than {MAX_TAGS}")


def _check_text(tag: Mapping[str, str]) -> None:
    fault = _fault(tag["Key"], tag["Value"])
    if fault is not None:
        raise fault


def _fault(key: str, value: str) -> S3Error | None:
    if not key or not is_valid_text(key, 128):
        return INVALID_TAG(message="The TagKey you have provided is invalid", TagKey=key)
    if not is_valid_text(value, 256):
        return INVALID_TAG(message="The TagValue you have provided is invalid", TagKey=key, TagValue=value)
    return None
