"""Lists in pages, with ``NextToken`` and ``MaxResults``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mocks3.errors import INVALID_REQUEST, Row

if TYPE_CHECKING:
    from mocks3.model.parsed import Params

LARGEST_PAGE = 1000
"""The most items on a page (``MaxResults`` of API_control_ListAccessPointsForObjectLambda and others)."""


def paginate(
    params: Params,
    member: str,
    items: Iterable[Any],
    key: Callable[[Any], str],
    shown: Callable[[Any], Params],
    *,
    bad_token: Row = INVALID_REQUEST,
) -> Params:
    """Return one page of a list, in the order of ``key``, with ``NextToken`` if there are more items.

    A token names the last item of the page before, so that items that are created between two calls shift nothing.

    Args:
        params: The call's parameters.
        member: The member of the output that has the items.
        items: All items.
        key: Returns a text that is different for each item.
        shown: Returns the item as boto3 returns it.
        bad_token: The error for a token that S3 did not return.

    Raises:
        S3Error: ``InvalidRequest`` for a ``MaxResults`` that is out of range; ``bad_token``.
    """
    most = params.get("MaxResults", LARGEST_PAGE)
    if not 0 <= most <= LARGEST_PAGE:
        raise INVALID_REQUEST(message="The range for the MaxResults parameter is not valid.")
    found = sorted(items, key=key)
    if params.get("NextToken"):
        last = _name_of(params["NextToken"], bad_token)
        found = [each for each in found if key(each) > last]
    size = most or LARGEST_PAGE
    page: Params = {member: [shown(each) for each in found[:size]]}
    if len(found) > size:
        page["NextToken"] = base64.urlsafe_b64encode(key(found[size - 1]).encode()).decode()
    return page


def _name_of(token: str, bad_token: Row) -> str:
    try:
        return base64.b64decode(token.encode(), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad_token(message="The next token is not valid.") from None
