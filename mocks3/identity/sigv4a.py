"""Signature Version 4A: Version 4 for a set of Regions, in headers and in query strings.

    AWS4-ECDSA-P256-SHA256 Credential=KEY/DATE/SERVICE/aws4_request, SignedHeaders=…, Signature=…
    x-amz-region-set: us-east-1,eu-west-1        or in the query X-Amz-Region-Set; "*" for every Region

It is what multi-Region access points ask for, and S3 takes it at its other endpoints too. What differs from Version 4
is here: where the Regions stand, and that no single one is signed for.

Source: "AWS Signature Version 4 for API requests" (IAM user guide); MultiRegionAccessPointRequests; "Authenticating
requests: using the Authorization header" for the payloads of its own. What S3 says of a set that is missing or does
not hold the Region is not documented; the sentences are those of Version 4 with the set's name.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocks3.errors import AUTHORIZATION_QUERY_ERROR, INVALID_REQUEST, NotSupported
from mocks3.identity import ecdsa
from mocks3.identity.sigv4_header import HeaderV4
from mocks3.identity.sigv4_query import QueryV4
from mocks3.model.parsed import Parsed
from mocks3.model.stages import Signature

REGION_SET = "X-Amz-Region-Set"


class HeaderV4A(HeaderV4):
    """A request signed in its header. Raises ``InvalidRequest`` without a set of Regions."""

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
        """REST-HEADER, for no single Region."""
        return super().signature._replace(region=None)


class QueryV4A(QueryV4):
    """A presigned request. Raises ``AuthorizationQueryParametersError`` without a set of Regions."""

    __slots__ = ()
    algorithm = ecdsa.ALGORITHM

    def __init__(self, parsed: Parsed, query: Mapping[str, str]) -> None:
        _check_service(parsed)
        regions = query.get(REGION_SET)
        if not regions:
            raise AUTHORIZATION_QUERY_ERROR(
                message=f"Query-string authentication version 4A requires the {REGION_SET} parameter."
            )
        super().__init__(parsed, query, regions)

    @property
    def signature(self) -> Signature:
        """REST-QUERY-STRING, for no single Region."""
        return super().signature._replace(region=None)


def _check_service(parsed: Parsed) -> None:
    if parsed.service != "s3":
        raise NotSupported(
            f"mocks3 takes Signature Version 4A ({ecdsa.ALGORITHM}) of calls to S3, not to {parsed.service}"
        )
