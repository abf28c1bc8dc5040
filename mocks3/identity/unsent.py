"""The signature of a request that a client of this process did not send.

The client's credentials are known, so that nothing has to be computed: with the secret of the access key, the client
would have made the right signature. With another one, ``NeedsSignature`` is raised: the error that S3 then sends
contains the signature and the canonical request (R-1).
"""

from __future__ import annotations

from mocks3.identity import scope, sigv4
from mocks3.identity.signed_request import SignedRequest, check_clock_skew
from mocks3.model.parsed import Parsed
from mocks3.model.signature import NeedsSignature, Signature, UnsentSignature


class UnsentRequest(SignedRequest):
    """A request that would be signed in its header, with Version 4."""

    __slots__ = ("_service", "_signed_at", "_unsent")

    def __init__(self, parsed: Parsed, unsent: UnsentSignature) -> None:
        self._unsent = unsent
        self._service = parsed.service
        self._signed_at = unsent.signed_at.replace(microsecond=0)
        self.access_key_id = unsent.access_key_id
        self.token = unsent.token

    @property
    def signature(self) -> Signature:
        """How the client would have signed: authentication type REST-HEADER."""
        return Signature(
            "REST-HEADER", sigv4.ALGORITHM, self._signed_at, self.access_key_id, self._unsent.region
        )

    def check_time_and_scope(self, region: str | None) -> None:
        """Check the clock skew, and the scope's service and Region."""
        unsent = self._unsent
        check_clock_skew(self._signed_at, "")
        credential = scope.CredentialScope(self.access_key_id, "", unsent.region, unsent.service)
        scope.check_scope(credential, region, self._service, scope.header_error)

    def verify(self, secret: str) -> None:
        """Raise ``NeedsSignature`` unless the client has this secret."""
        if not sigv4.signatures_equal(secret, self._unsent.secret):
            raise NeedsSignature
