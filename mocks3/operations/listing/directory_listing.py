"""Listings of directory buckets: by directory, unordered, and with directories that contain only ongoing uploads.

Rule 1: a page is a part of the order in storage, so that every key is on exactly one page. The entries of a page are
shown in a meaningless order that does not change. Rule 2: callers never see the key at which a listing continues, only
a token.

Source: API_ListObjectsV2, API_ListMultipartUploads; user guide, "Differences for directory buckets".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from mocks3.errors.directory_buckets import OTHER_DELIMITER, PREFIX_WITHOUT_DELIMITER
from mocks3.storage import Page

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ListMultipartUploadsRequestTypeDef, ListObjectsV2RequestTypeDef

    from mocks3.storage import Bucket, Version

DELIMITER = "/"
Entry = TypeVar("Entry")


def check_listing(params: ListObjectsV2RequestTypeDef | ListMultipartUploadsRequestTypeDef) -> None:
    """Raise ``InvalidRequest`` for a prefix that is not a directory, or another delimiter than ``/``."""
    if params.get("Delimiter", DELIMITER) not in ("", DELIMITER):
        raise OTHER_DELIMITER()
    prefix = params.get("Prefix", "")
    if prefix and not prefix.endswith(DELIMITER):
        raise PREFIX_WITHOUT_DELIMITER()


def list_keys(bucket: Bucket, params: ListObjectsV2RequestTypeDef, after: str, limit: int) -> Page[Version]:
    """Return a page of the current objects. With a delimiter, include directories that contain only ongoing uploads."""
    return unordered(_page(bucket, params, after, limit), lambda version: version.key)


def _page(bucket: Bucket, params: ListObjectsV2RequestTypeDef, after: str, limit: int) -> Page[Version]:
    prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter")
    page = bucket.list_keys(prefix, delimiter, after, limit)
    if limit <= 0 or not delimiter or not bucket.uploads:
        return page
    uploads = bucket.list_uploads(prefix, delimiter, after, "", limit)
    if not uploads.common_prefixes and not uploads.truncated:
        return page
    versions = {version.key: version for version in page.entries}
    directories = {*page.common_prefixes, *uploads.common_prefixes}
    names = sorted((*versions, *directories), key=str.encode)
    page_names = names[:limit]
    if uploads.truncated and uploads.last_key is not None:  # later directories of uploads are unknown
        end = uploads.last_key.encode()
        page_names = [name for name in page_names if name.encode() <= end]
    last = page_names[-1] if len(page_names) == limit or not uploads.truncated else uploads.last_key
    return Page(
        entries=[versions[name] for name in page_names if name in versions],
        common_prefixes=[name for name in page_names if name in directories],
        truncated=len(names) > len(page_names) or page.truncated or uploads.truncated,
        last_key=last,
    )


def unordered(page: Page[Entry], key_of: Callable[[Entry], str]) -> Page[Entry]:
    """Return the page with its entries and prefixes in an order that does not depend on the order of their names."""
    return replace(
        page,
        entries=sorted(page.entries, key=lambda entry: _sort_key(key_of(entry))),
        common_prefixes=sorted(page.common_prefixes, key=_sort_key),
    )


def _sort_key(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()
