"""The entries of a listing from a marker on: keys, versions, uploads.

Rule 1: these functions only read an index. The caller holds the store's lock.
Rule 2: with the last key and id of a page as markers, the next page continues without a gap and without a repetition,
even if the entry of the marker has been deleted.

Source: API_ListObjectsV2, API_ListObjectVersions, API_ListMultipartUploads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mocks3.storage.keyindex import KeyIndex
from mocks3.storage.page import Item
from mocks3.storage.upload import Upload
from mocks3.storage.uploads import UploadIndex
from mocks3.storage.version import Version
from mocks3.storage.walk import start, walk


class ListedVersion(NamedTuple):
    """An entry of ``Bucket.list_versions``."""

    version: Version
    is_latest: bool


def keys(index: KeyIndex, prefix: str, delimiter: str, after: str, regroup: bool) -> Iterator[Item[Version]]:
    """Yield current objects in the order of their keys."""
    floor, inclusive = start(prefix, delimiter, after, regroup)
    current = index.current
    for name, grouped in walk(index.live(), prefix, delimiter, floor, inclusive):
        yield name, None, None if grouped else current(name)


def versions(
    index: KeyIndex, prefix: str, delimiter: str, key_marker: str, id_marker: str
) -> Iterator[Item[ListedVersion]]:
    """Yield versions in the order of their keys. The newest version of a key comes first."""
    floor, inclusive = start(prefix, delimiter, key_marker, regroup=False)
    if id_marker and not inclusive and key_marker.startswith(prefix):
        current = index.current(key_marker)
        before = index.position(key_marker, id_marker)
        for version in index.newest_first(key_marker, before):
            yield key_marker, version.version_id, ListedVersion(version, version is current)
    for name, grouped in walk(index.all(), prefix, delimiter, floor, inclusive):
        if grouped:
            yield name, None, None
            continue
        latest = True
        for version in index.newest_first(name):
            yield name, version.version_id, ListedVersion(version, latest)
            latest = False


def uploads(
    index: UploadIndex, prefix: str, delimiter: str, key_marker: str, id_marker: str
) -> Iterator[Item[Upload]]:
    """Yield uploads in progress in the order of their keys, and for each key in the order of their initiation."""
    floor, inclusive = start(prefix, delimiter, key_marker, regroup=False)
    if id_marker and not inclusive and key_marker.startswith(prefix):
        for upload in index.of_key(key_marker, index.position(id_marker)):
            yield key_marker, upload.id, upload
    for name, grouped in walk(index.keys(), prefix, delimiter, floor, inclusive):
        if grouped:
            yield name, None, None
            continue
        for upload in index.of_key(name):
            yield name, upload.id, upload
