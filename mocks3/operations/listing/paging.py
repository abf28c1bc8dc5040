"""The common part of listings of keys: page limits, repeated parameters, encoded names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from mocks3.errors import INVALID_ARGUMENT

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        ListMultipartUploadsRequestTypeDef,
        ListObjectsRequestTypeDef,
        ListObjectsV2RequestTypeDef,
        ListObjectVersionsRequestTypeDef,
    )

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MAX_ENTRIES = 1000
"""The most entries of a page, also if ``max-keys`` is larger (API_ListObjectsV2)."""

_PLAIN = re.compile(r"[A-Za-z0-9./_*-]*")
NameEncoder = Callable[[str], str]


def url_encoded(name: str) -> str:
    """Encode a name for ``encoding-type=url``: like form data, but keep ``/`` and ``*``, and encode ``~``."""
    if _PLAIN.fullmatch(name):
        return name
    return quote_plus(name, safe="/*").replace("~", "%7E")


def _unchanged(name: str) -> str:
    return name


def name_encoder(
    params: ListObjectsRequestTypeDef
    | ListObjectsV2RequestTypeDef
    | ListObjectVersionsRequestTypeDef
    | ListMultipartUploadsRequestTypeDef,
) -> NameEncoder:
    """Return the function that encodes names.

    Raise ``InvalidArgument`` for every encoding except ``url``, in any case (R-30).
    """
    encoding = params.get("EncodingType")
    if encoding is None:
        return _unchanged
    if encoding.lower() != "url":
        raise INVALID_ARGUMENT(
            message="Invalid Encoding Method specified in Request",
            ArgumentName="encoding-type",
            ArgumentValue=encoding,
        )
    return url_encoded


def page_limit(params: Mapping[str, object], member: str, argument: str) -> int:
    """Return the requested size of a page, at most 1,000. Raise ``InvalidArgument`` for a negative number."""
    return min(requested_size(params, member, argument), MAX_ENTRIES)


def requested_size(params: Mapping[str, object], member: str, argument: str) -> int:
    """Return the requested size of a page as it was sent. Raise ``InvalidArgument`` for a negative number."""
    limit = params.get(member, MAX_ENTRIES)
    assert isinstance(limit, int)
    if limit < 0:
        raise INVALID_ARGUMENT(
            message=f"Argument {argument} must be an integer between 0 and 2147483647",
            ArgumentName=argument,
            ArgumentValue=limit,
        )
    return limit


def common_fields(
    call: Authorized,
    params: ListObjectsRequestTypeDef | ListObjectsV2RequestTypeDef | ListObjectVersionsRequestTypeDef,
    encode: NameEncoder,
    size: int,
) -> Params:
    """Return the common output of ListObjects, ListObjectsV2 and ListObjectVersions.

    ``size`` is the requested size of the page. It is repeated as it was sent, also if it is more than 1,000 (R-36).
    """
    output: Params = {
        "Name": call.bucket.name,
        "Prefix": encode(params.get("Prefix", "")),
        "MaxKeys": size,
        "EncodingType": params.get("EncodingType"),
        "ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": call.bucket.region}},
    }
    if params.get("Delimiter"):
        output["Delimiter"] = encode(params["Delimiter"])
    return output


def common_prefixes(prefixes: Sequence[str], encode: NameEncoder) -> list[dict[str, str]]:
    """Return the common prefixes of the page as members of a response."""
    return [{"Prefix": encode(prefix)} for prefix in prefixes]
