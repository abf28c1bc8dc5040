"""List sorted names as S3 does: with prefix, delimiter and marker.

Rule 1: a page costs O(page · log n). The names under a common prefix are skipped by a search, not by a scan.
Rule 2: a group contains all names that begin with prefix + text + delimiter, where the delimiter is its first
occurrence after the prefix. If the marker is in a group or is its common prefix, the group counts as already listed.

Source: API_ListObjects, API_ListObjectVersions, API_ListMultipartUploads ("Delimiter", "KeyMarker").
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.storage.names import NameRange, successor

_SEARCH_AFTER = 8
"""The number of names of one group that are scanned before a search for its end, which costs about as much."""

ListedName = tuple[str, bool]
"""A name, and whether the name is a common prefix."""


def group_of(name: str, prefix: str, delimiter: str) -> str | None:
    """Return the common prefix that replaces ``name`` in the listing, or None if ``name`` itself is listed."""
    if not delimiter or not name.startswith(prefix):
        return None
    at = name.find(delimiter, len(prefix))
    return None if at < 0 else name[: at + len(delimiter)]


def start(prefix: str, delimiter: str, after: str, regroup: bool) -> tuple[str | None, bool]:
    """Return the start of a listing after a marker: (floor, whether it is included). A floor of None lists nothing.

    With ``regroup``, the group that contains the marker is listed if it has keys after the marker.
    """
    if not after or after < prefix:
        return prefix, True
    group = None if regroup else group_of(after, prefix, delimiter)
    return (after, False) if group is None else (successor(group), True)


def walk(
    between: NameRange, prefix: str, delimiter: str, floor: str | None, inclusive: bool
) -> Iterator[ListedName]:
    """Yield the keys and common prefixes from ``floor`` on that begin with ``prefix``."""
    ceiling = successor(prefix)
    cut, width = len(prefix), len(delimiter)
    while floor is not None and (ceiling is None or floor < ceiling):
        group, hidden = "", 0
        for name in between(floor, inclusive, ceiling):
            if group and name.startswith(group):
                hidden += 1
                if hidden > _SEARCH_AFTER:
                    break
                continue
            at = name.find(delimiter, cut) if width else -1
            if at < 0:
                yield name, False
            else:
                group, hidden = name[: at + width], 0
                yield group, True
        else:
            return
        floor, inclusive = successor(group), True
