"""What all listings of a bucket's keys have in common: their limits, their echoes, how names are quoted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from mocks3.errors import INVALID_ARGUMENT

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Page

MAX_ENTRIES = 1000
"""Entries on a page, whatever ``max-keys`` says (API_ListObjectsV2)."""

_PLAIN = re.compile(r"[A-Za-z0-9./_*-]*")
NameEncoder = Callable[[str], str]


def url_encoded(name: str) -> str:
    """A name under ``encoding-type=url``: as form data is encoded, but ``/`` and ``*`` stay, and ``~`` does not."""
    if _PLAIN.fullmatch(name):
        return name
    return quote_plus(name, safe="/*").replace("~", "%7E")


def _as_it_is(name: str) -> str:
    return name


def name_encoder(params: Params) -> NameEncoder:
    """How names stand in the answer. Raises ``InvalidArgument`` for any encoding but ``url``, also the empty one."""
    encoding = params.get("EncodingType")
    if encoding is None:
        return _as_it_is
    if encoding != "url":
        raise INVALID_ARGUMENT(
            message="Invalid Encoding Method specified in Request",
            ArgumentName="encoding-type",
            ArgumentValue=encoding,
        )
    return url_encoded


def page_limit(params: Params, member: str, argument: str) -> int:
    """How many entries the caller takes, at most 1,000. Raises ``InvalidArgument`` for a negative number."""
    limit = int(params.get(member, MAX_ENTRIES))
    if limit < 0:
        raise INVALID_ARGUMENT(
            message=f"Argument {argument} must be an integer between 0 and 2147483647",
            ArgumentName=argument,
            ArgumentValue=limit,
        )
    return min(limit, MAX_ENTRIES)


def common_fields(call: Authorized, params: Params) -> tuple[Params, int]:
    """The fields that ListObjects, ListObjectsV2 and ListObjectVersions echo alike, and the page's limit."""
    quote = name_encoder(params)
    limit = page_limit(params, "MaxKeys", "maxKeys")
    answer: dict[str, Any] = {
        "Name": call.bucket.name,
        "Prefix": quote(params.get("Prefix", "")),
        "MaxKeys": limit,
        "EncodingType": params.get("EncodingType"),
        "ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": call.bucket.region}},
    }
    if params.get("Delimiter"):
        answer["Delimiter"] = quote(params["Delimiter"])
    return answer, limit


def common_prefixes(page: Page[Any], quote: NameEncoder) -> list[dict[str, str]]:
    """The page's common prefixes, as answers hold them."""
    return [{"Prefix": quote(prefix)} for prefix in page.common_prefixes]
