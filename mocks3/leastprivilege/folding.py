"""Fold resources to prefixes.

The rule: if at least three different names directly under a prefix ``bucket/dir/`` were used, they become
``bucket/dir/*``, if the present statement covers all of ``bucket/dir/*``. The rule is applied again to the result, so
that three folders become one prefix. Buckets are never folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

FEWEST = 3
"""How many different names under a prefix are folded."""


def fold(resources: Iterable[str], covers: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the resources with prefixes in place of many names.

    Args:
        resources: ARNs, or patterns that end in ``/*``.
        covers: Whether the present statement covers a pattern as a whole.
    """
    found = sorted(set(resources))
    while True:
        folded = _folded(found, covers)
        if folded == found:
            return tuple(found)
        found = folded


def _folded(resources: list[str], covers: Callable[[str], bool]) -> list[str]:
    children: dict[str, set[str]] = {}
    for each in resources:
        parent = _parent(each)
        if parent is not None:
            children.setdefault(parent, set()).add(each)
    for parent in sorted(children, key=lambda each: (-each.count("/"), each)):
        pattern = f"{parent}/*"
        others = {each for each in children[parent] if each != pattern}
        if (len(others) >= FEWEST or pattern in children[parent]) and others and covers(pattern):
            return sorted({each for each in resources if not each.startswith(f"{parent}/")} | {pattern})
    return resources


def _parent(resource: str) -> str | None:
    """Return the prefix that a name, or a prefix ``.../dir/*``, is directly under; None for a bucket and for ``*``."""
    name = resource.removesuffix("/*")
    head, slash, _ = name.rpartition("/")
    return head if slash else None
