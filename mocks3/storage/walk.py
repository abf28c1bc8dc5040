"""Stepping through sorted names as S3 lists them: prefix, delimiter, marker.

Rule 1: a page costs O(page · log n). A common prefix is passed by seeking, not by scanning what it hides.
Rule 2: a group is everything that begins with prefix + text + delimiter, the delimiter's first occurrence after
the prefix. A marker that lies in a group, or is its common prefix, has that group behind it.

Source: API_ListObjects, API_ListObjectVersions, API_ListMultipartUploads ("Delimiter", "KeyMarker").
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.storage.names import NameRange, successor

_PATIENCE = 8
"""Names of one group that are stepped over before seeking past it, which costs about as much."""

ListedName = tuple[str, bool]
"""A name, and whether it is a common prefix."""


def group_of(name: str, prefix: str, delimiter: str) -> str | None:
    """The common prefix that hides ``name``, or None when it is listed itself."""
    if not delimiter or not name.startswith(prefix):
        return None
    at = name.find(delimiter, len(prefix))
    return None if at < 0 else name[: at + len(delimiter)]


def start(prefix: str, delimiter: str, after: str, regroup: bool) -> tuple[str | None, bool]:
    """Where a listing after a marker begins: (floor, whether it counts itself); floor None: nowhere.

    ``regroup``: the group in which the marker lies is listed if keys of it come after the marker.
    """
    if not after or after < prefix:
        return prefix, True
    group = None if regroup else group_of(after, prefix, delimiter)
    return (after, False) if group is None else (successor(group), True)


def walk(
    between: NameRange, prefix: str, delimiter: str, floor: str | None, inclusive: bool
) -> Iterator[ListedName]:
    """The keys and common prefixes from ``floor`` on that begin with ``prefix``."""
    ceiling = successor(prefix)
    cut, width = len(prefix), len(delimiter)
    while floor is not None and (ceiling is None or floor < ceiling):
        group, hidden = "", 0
        for name in between(floor, inclusive, ceiling):
            if group and name.startswith(group):
                hidden += 1
                if hidden > _PATIENCE:
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
