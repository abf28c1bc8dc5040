"""Signature Version 2 in the Authorization header: ``AWS KEY:SIGNATURE``. Source: RESTAuthentication."""

from __future__ import annotations

import datetime

from mocks3.errors.refusals import MALFORMED_V2_HEADER, MISSING_DATE
from mocks3.identity import sigv2, sigv4
from mocks3.identity.signed_request import SignedRequest, check_clock_skew, unproven
from mocks3.identity.sigv4_header import no_date, parse_http_date
from mocks3.model.parsed import Parsed
from mocks3.model.signature import Signature


class HeaderV2(SignedRequest):
    """A request signed in its header. Raises ``InvalidArgument`` if malformed, ``AccessDenied`` without a date."""

    __slots__ = ("_parsed", "_provided", "_signed_at", "_stated")

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        headers = parsed.sent.headers
        header = headers["authorization"]
        self.access_key_id, colon, self._provided = header.removeprefix("AWS ").rpartition(":")
        if not (colon and self.access_key_id and self._provided):
            raise MALFORMED_V2_HEADER(
                unproven(
                    "the Authorization header is not of the form AWS KEY:SIGNATURE",
                    "let the SDK write the header",
                ),
                ArgumentName="Authorization",
                ArgumentValue=header,
            )
        self.token = headers.get("x-amz-security-token")
        self._stated = headers.get("x-amz-date", headers.get("date", ""))
        signed_at = parse_http_date(self._stated) or sigv4.parse_timestamp(self._stated)
        if signed_at is None:
            raise MISSING_DATE(no_date(self._stated))
        self._signed_at: datetime.datetime = signed_at

    @property
    def signature(self) -> Signature:
        """How the request was signed: authentication type REST-HEADER, without a Region."""
        return Signature("REST-HEADER", sigv2.VERSION, self._signed_at, self.access_key_id)

    def check_time_and_scope(self, region: str | None) -> None:
        """Check the clock skew, then that the Region accepts Version 2."""
        check_clock_skew(self._signed_at, self._stated)
        sigv2.check_v2_accepted(region, self._parsed.service == "s3")

    def verify(self, secret: str) -> None:
        """Verify the signature, see :func:`sigv2.verify`. With x-amz-date the date line is empty."""
        parsed = self._parsed
        date = "" if "x-amz-date" in parsed.sent.headers else self._stated
        sigv2.verify(parsed, parsed.sent, self.access_key_id, self._provided, date, secret)
