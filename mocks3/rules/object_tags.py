"""Object tags: read from the header or from a document, and checked.

Source: API_PutObjectTagging, user guide "Categorizing your objects using tags"; R-15, R-50 to R-57.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from mocks3.errors import BAD_REQUEST, INVALID_ARGUMENT, INVALID_TAG, S3Error
from mocks3.rules.tag_sets import TagSet, is_valid_text, repeated_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_s3.type_defs import TagTypeDef

MAX_TAGS = 10


def from_header(text: str) -> Mapping[str, str]:
    """Return the tags of ``x-amz-tagging``. Raise ``InvalidArgument`` for a malformed header, or ``InvalidTag``."""
    tags: list[TagTypeDef] = []
    for pair in text.split("&"):
        key, _, value = pair.partition("=")
        if pair and not key:
            raise _malformed(text)  # versity/versitygw #1215 quotes S3
        if pair:
            tags.append({"Key": _decoded(key, text), "Value": _decoded(value, text)})
    if repeated_key(tags) is not None:
        raise _malformed(text)
    return from_document(tags)


def from_document(tags: TagSet) -> Mapping[str, str]:
    """Return the tags of a document. Raise ``InvalidTag``, or ``BadRequest`` for more than 10 tags."""
    repeated = repeated_key(tags)
    if repeated is not None:
        raise INVALID_TAG(message="Cannot provide multiple Tags with the same key", TagKey=repeated)
    if len(tags) > MAX_TAGS:
        raise BAD_REQUEST(message=f"Object tags cannot be greater than {MAX_TAGS}")
    for tag in tags:
        _check(tag["Key"], tag["Value"])
    return {tag["Key"]: tag["Value"] for tag in tags}


def _check(key: str, value: str) -> None:
    if key.startswith("aws:"):
        raise INVALID_TAG(message="Your TagKey cannot be prefixed with aws:", TagKey=key)
    if not key or not is_valid_text(key, 128):
        raise INVALID_TAG(message="The TagKey you have provided is invalid", TagKey=key)
    if not is_valid_text(value, 256):
        raise INVALID_TAG(message="The TagValue you have provided is invalid", TagKey=key, TagValue=value)


def _decoded(text: str, header: str) -> str:
    """Return one decoded key or value. Raise ``InvalidArgument`` for an unescaped ``=`` and for invalid UTF-8."""
    try:
        decoded = unquote_plus(text, errors="strict")
    except UnicodeError:
        raise _malformed(header) from None
    if "=" in text:
        raise _malformed(header)
    return decoded


def _malformed(text: str) -> S3Error:
    return INVALID_ARGUMENT(
        message="The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without "
        "tag name duplicates.",
        ArgumentName="x-amz-tagging",
        ArgumentValue=text,
    )
