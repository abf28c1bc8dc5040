"""Lists in pages, with ``Marker`` and ``MaxItems``, and lists under a path."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mocks3.iam.faults import VALIDATION_ERROR

if TYPE_CHECKING:
    from mocks3.model.parsed import Params

PAGE = 100
"""The number of items of a page without ``MaxItems`` (API_ListUsers and others)."""

Item = TypeVar("Item")


class Pathed(Protocol):
    """A record with a path and a name."""

    @property
    def path(self) -> str: ...

    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Pathed)


def paginate(params: Params, member: str, items: Sequence[Any], key: Callable[[Any], str] = str) -> Params:
    """Return one page of a list with ``IsTruncated`` and ``Marker``.

    A marker names the last item of the page before, so that items that are created between two calls shift nothing.

    Args:
        params: The call's parameters.
        member: The member of the output that has the items.
        items: All items, in order.
        key: Returns a text that is different for each item.

    Raises:
        S3Error: ``ValidationError`` for a marker that IAM did not return.
    """
    start = 0 if "Marker" not in params else _after(params["Marker"], [key(item) for item in items])
    end = start + params.get("MaxItems", PAGE)
    page = list(items[start:end])
    if end >= len(items):
        return {member: page, "IsTruncated": False}
    return {member: page, "IsTruncated": True, "Marker": _marker(key(page[-1]))}


def _marker(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _after(marker: str, keys: list[str]) -> int:
    try:
        return keys.index(base64.urlsafe_b64decode(marker).decode()) + 1
    except (binascii.Error, ValueError):
        raise VALIDATION_ERROR(message="Invalid Marker.") from None


def under_path(params: Params, records: Iterable[P]) -> list[P]:
    """Return the records under ``PathPrefix``, by name."""
    prefix = params.get("PathPrefix", "/")
    return sorted((each for each in records if each.path.startswith(prefix)), key=lambda each: each.name)
