"""Signature Version 2 in the query string: ``AWSAccessKeyId=…&Signature=…&Expires=…``.

Source: RESTAuthentication, "Query string request authentication alternative"; R-80 to R-82.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mocks3 import clock
from mocks3.errors.refusals import INCOMPLETE_QUERY_SIGNATURE, INVALID_EXPIRY, REQUEST_EXPIRED
from mocks3.identity import sigv2
from mocks3.identity.signed_request import SignedRequest, expired, unproven
from mocks3.lib.limits import from_epoch
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature

_SECONDS = re.compile(r"\d{1,11}", re.ASCII)
"""At most eleven digits: the calendar contains every such time."""

PARAMETERS = ("AWSAccessKeyId", "Signature", "Expires")


class QueryV2(SignedRequest):
    """A presigned request. Raises ``AccessDenied`` if a parameter is missing or Expires is not a time."""

    __slots__ = ("_ends", "_expires", "_parsed", "_provided")

    def __init__(self, parsed: Parsed, query: Mapping[str, str]) -> None:
        if not all(query.get(name) for name in PARAMETERS):
            missing = " and ".join(name for name in PARAMETERS if not query.get(name))
            raise INCOMPLETE_QUERY_SIGNATURE(
                unproven(
                    f"the query of the URL has no {missing}", "send the presigned URL with its whole query"
                )
            )
        self._parsed = parsed
        self.access_key_id = query["AWSAccessKeyId"]
        self.token = parsed.request.headers.get("x-amz-security-token")
        self._provided = query["Signature"]
        self._expires = query["Expires"]
        if not _SECONDS.fullmatch(self._expires):
            raise INVALID_EXPIRY(
                unproven(
                    f"Expires is {self._expires!r}, which is not a time",
                    "give Expires as seconds since 1970, as generate_presigned_url does",
                ),
                text=self._expires,
            )
        self._ends = from_epoch(int(self._expires))

    @property
    def signature(self) -> Signature:
        """How the request was signed: authentication type REST-QUERY-STRING; the URL has no signing time."""
        return Signature("REST-QUERY-STRING", sigv2.VERSION, None, self.access_key_id)

    def check_time_and_scope(self, region: str | None) -> None:
        """Check that the URL is not expired, then that the Region accepts Version 2."""
        now = clock.now()
        if now > self._ends:
            ends, here = self._ends.strftime(clock.TIMESTAMP), now.strftime(clock.TIMESTAMP)
            raise REQUEST_EXPIRED(expired(ends, here), Expires=ends, ServerTime=here)
        sigv2.check_v2_accepted(region, self._parsed.service == "s3")

    def verify(self, secret: str) -> None:
        """Verify the signature, see :func:`sigv2.verify`. The date line has the expiry."""
        parsed = self._parsed
        sigv2.verify(
            parsed,
            parsed.request,
            self.access_key_id,
            self._provided,
            self._expires,
            secret,
            parsed.subresource,
        )
