"""Signed chunks: each chunk's signature covers the one before, beginning with that of the request's head.

    chunk    AWS4-HMAC-SHA256-PAYLOAD  TIMESTAMP  SCOPE  previous signature  SHA256("")  SHA256(content)
    trailer  AWS4-HMAC-SHA256-TRAILER  TIMESTAMP  SCOPE  previous signature  SHA256(trailing headers)

Source: "Signature calculations for the Authorization header: transferring payload in multiple chunks", and
"… including trailing headers".
"""

from __future__ import annotations

import hashlib

from mocks3.call import Seal
from mocks3.errors import SIGNATURE_DOES_NOT_MATCH
from mocks3.identity import sigv4
from mocks3.identity.claim import shown_bytes

SIGNED_CHUNKS = frozenset(
    {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"}
)
_NOTHING = hashlib.sha256(b"").hexdigest()


class ChunkSeal(Seal):
    """Verifies one body's chunks. Raises ``SignatureDoesNotMatch`` at the first that lies, or has no signature."""

    def __init__(self, head: sigv4.Proof, secret: str) -> None:
        self._head = head
        self._signer = sigv4.signer(head.scope, secret)
        self._stamped = sigv4.Stamped(head.timestamp)
        self._previous = head.signature
        self._content = hashlib.sha256()

    def content(self, data: bytes) -> None:
        """Add to the present chunk."""
        self._content.update(data)

    def chunk(self, signature: str | None) -> None:
        """Verify the present chunk."""
        self._verify("AWS4-HMAC-SHA256-PAYLOAD", signature, _NOTHING, self._content.hexdigest())
        self._content = hashlib.sha256()

    def trailers(self, text: bytes, signature: str | None) -> None:
        """Verify the trailing headers, where the head announced that they are signed."""
        if self._head.payload == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
            self._verify("AWS4-HMAC-SHA256-TRAILER", signature, hashlib.sha256(text).hexdigest())

    def _verify(self, kind: str, signature: str | None, *digests: str) -> None:
        scope = self._signer.credential_scope(self._stamped)
        to_sign = "\n".join((kind, self._head.timestamp, scope, self._previous, *digests))
        computed = self._signer.signature(to_sign, self._stamped)
        if signature is None or not sigv4.same(computed, signature.lower()):
            raise SIGNATURE_DOES_NOT_MATCH(
                AWSAccessKeyId=self._head.scope.access_key_id,
                StringToSign=to_sign,
                SignatureProvided=signature or "",
                StringToSignBytes=shown_bytes(to_sign),
            )
        self._previous = computed
