"""Signature Version 4A: Version 4 for a set of Regions, in headers and in query strings.

    AWS4-ECDSA-P256-SHA256 Credential=KEY/DATE/SERVICE/aws4_request, SignedHeaders=…, Signature=…
    x-amz-region-set: us-east-1,eu-west-1        or in the query X-Amz-Region-Set; "*" for every Region

Multi-Region access points require it; S3 accepts it at its other endpoints too. This file has the differences from
Version 4: the set of Regions, and that the signature is not for one Region.

Source: "AWS Signature Version 4 for API requests" (IAM user guide); MultiRegionAccessPointRequests; "Authenticating
requests: using the Authorization header" for its x-amz-content-sha256 values. The messages for a missing set, or a set
without the Region, are not documented; they are those of Version 4 with the name of the set.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocks3.errors import INVALID_REQUEST, NotSupported
from mocks3.identity import ecdsa, scope
from mocks3.identity.sigv4_header import HeaderV4
from mocks3.identity.sigv4_query import QueryV4
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature

REGION_SET = "X-Amz-Region-Set"


class HeaderV4A(HeaderV4):
    """A request signed in its header. Raises ``InvalidRequest`` if the set of Regions is missing."""

    __slots__ = ()
    algorithm = ecdsa.ALGORITHM

    def __init__(self, parsed: Parsed) -> None:
        _check_service(parsed)
        regions = parsed.sent.headers.get(REGION_SET.lower())
        if not regions:
            raise INVALID_REQUEST(message=f"Missing required header for this request: {REGION_SET.lower()}")
        super().__init__(parsed, regions)

    @property
    def signature(self) -> Signature:
        """How the request was signed: REST-HEADER, without a single Region."""
        return super().signature._replace(region=None)


class QueryV4A(QueryV4):
    """A presigned request. Raises ``AuthorizationQueryParametersError`` if the set of Regions is missing."""

    __slots__ = ()
    algorithm = ecdsa.ALGORITHM

    def __init__(self, parsed: Parsed, query: Mapping[str, str]) -> None:
        _check_service(parsed)
        regions = query.get(REGION_SET)
        if not regions:
            raise scope.query_fault(
                f"Query-string authentication version 4A requires the {REGION_SET} parameter."
            )
        super().__init__(parsed, query, regions)

    @property
    def signature(self) -> Signature:
        """How the request was signed: REST-QUERY-STRING, without a single Region."""
        return super().signature._replace(region=None)


def _check_service(parsed: Parsed) -> None:
    if parsed.service != "s3":
        raise NotSupported(
            f"mocks3 supports Signature Version 4A ({ecdsa.ALGORITHM}) for calls to S3 only; this is a call to "
            f"{parsed.service}"
        )
