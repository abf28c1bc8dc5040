"""Signed chunks: each chunk's signature covers the one before, beginning with that of the request's head.

    chunk    AWS4-HMAC-SHA256-PAYLOAD  TIMESTAMP  SCOPE  previous signature  SHA256("")  SHA256(content)
    trailer  AWS4-HMAC-SHA256-TRAILER  TIMESTAMP  SCOPE  previous signature  SHA256(trailing headers)

Version 4A names its own algorithm there. Its signatures are of no fixed length, so that its signers fill them up with
asterisks, which are not part of what the next chunk covers.

Source: "Signature calculations for the Authorization header: transferring payload in multiple chunks", and
"… including trailing headers"; for Version 4A aws-c-auth, ``signable.h`` and ``signing.h``.
"""

from __future__ import annotations

import hashlib

from mocks3.errors import SIGNATURE_DOES_NOT_MATCH
from mocks3.identity import ecdsa, sigv4
from mocks3.identity.signed_request import shown_bytes
from mocks3.model.messages import ChunkVerifier

SIGNED_CHUNKS = {
    algorithm: frozenset({f"STREAMING-{algorithm}-PAYLOAD", f"STREAMING-{algorithm}-PAYLOAD-TRAILER"})
    for algorithm in (sigv4.ALGORITHM, ecdsa.ALGORITHM)
}
"""What x-amz-content-sha256 says of a payload whose chunks are signed, by the algorithm that signs them."""

_NOTHING = hashlib.sha256(b"").hexdigest()


class SignedChunkVerifier(ChunkVerifier):
    """Verifies one body's chunks. Raises ``SignatureDoesNotMatch`` at the first that lies, or has no signature."""

    def __init__(self, head: sigv4.SignatureParts, secret: str) -> None:
        self._head = head
        self._algorithm = head.scope.algorithm
        self._filler = "*" if self._algorithm == ecdsa.ALGORITHM else ""
        self._signer = sigv4.signer(head.scope, secret)
        self._stamped = sigv4.TimestampedRequest(head.timestamp)
        self._previous = head.signature
        self._content = hashlib.sha256()

    def content(self, data: bytes) -> None:
        """Add to the present chunk."""
        self._content.update(data)

    def chunk(self, signature: str | None) -> None:
        """Verify the present chunk."""
        self._verify("PAYLOAD", signature, _NOTHING, self._content.hexdigest())
        self._content = hashlib.sha256()

    def trailers(self, text: bytes, signature: str | None) -> None:
        """Verify the trailing headers, where the head announced that they are signed."""
        if str(self._head.payload).endswith("-TRAILER"):
            self._verify("TRAILER", signature, hashlib.sha256(text).hexdigest())

    def _verify(self, kind: str, signature: str | None, *digests: str) -> None:
        scope = self._signer.credential_scope(self._stamped)
        lines = (f"{self._algorithm}-{kind}", self._head.timestamp, scope, self._previous, *digests)
        to_sign = "\n".join(lines)
        provided = (signature or "").lower().rstrip(self._filler)
        if not self._signer.matches(to_sign, self._stamped, provided):
            raise SIGNATURE_DOES_NOT_MATCH(
                AWSAccessKeyId=self._head.scope.access_key_id,
                StringToSign=to_sign,
                SignatureProvided=signature or "",
                StringToSignBytes=shown_bytes(to_sign),
            )
        self._previous = provided
