"""How directory buckets list: by directories, in no order, and with those that only uploads under way are in.

Rule 1: a page is taken from the order that storage has, so that it costs what it holds, and every key is on one page;
what stands on it is shown in an order of no meaning, the same every time. Rule 2: callers never see the key at which
a listing goes on, only a token.

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
    from mocks3.model.parsed import Params
    from mocks3.storage import Bucket, Version

DELIMITER = "/"
Entry = TypeVar("Entry")


def check_listing(params: Params) -> None:
    """Raise ``InvalidRequest`` for a prefix that is no directory, or another delimiter than ``/``."""
    if params.get("Delimiter", DELIMITER) not in ("", DELIMITER):
        raise OTHER_DELIMITER()
    prefix = params.get("Prefix", "")
    if prefix and not prefix.endswith(DELIMITER):
        raise PREFIX_WITHOUT_DELIMITER()


def list_keys(bucket: Bucket, params: Params, after: str, limit: int) -> Page[Version]:
    """A page of the current objects; by directories also those in which only uploads under way are."""
    return unordered(_page(bucket, params, after, limit), lambda version: version.key)


def _page(bucket: Bucket, params: Params, after: str, limit: int) -> Page[Version]:
    prefix, delimiter = params.get("Prefix", ""), params.get("Delimiter")
    page = bucket.list_keys(prefix, delimiter, after, limit)
    if limit <= 0 or not delimiter or not bucket.uploads:
        return page
    uploads = bucket.list_uploads(prefix, delimiter, after, "", limit)
    if not uploads.common_prefixes and not uploads.truncated:
        return page
    named = {version.key: version for version in page.entries}
    directories = {*page.common_prefixes, *uploads.common_prefixes}
    names = sorted((*named, *directories), key=str.encode)
    kept = names[:limit]
    if uploads.truncated and uploads.last_key is not None:  # further directories of uploads are not known yet
        end = uploads.last_key.encode()
        kept = [name for name in kept if name.encode() <= end]
    last = kept[-1] if len(kept) == limit or not uploads.truncated else uploads.last_key
    return Page(
        entries=[named[name] for name in kept if name in named],
        common_prefixes=[name for name in kept if name in directories],
        truncated=len(names) > len(kept) or page.truncated or uploads.truncated,
        last_key=last,
    )


def unordered(page: Page[Entry], key_of: Callable[[Entry], str]) -> Page[Entry]:
    """The page with its entries and prefixes in an order that their names do not tell."""
    return replace(
        page,
        entries=sorted(page.entries, key=lambda entry: _place(key_of(entry))),
        common_prefixes=sorted(page.common_prefixes, key=_place),
    )


def _place(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()
